// CSV and ECSV out.
#include "core/io/table_meta.h"
#include "core/io/table_sink.h"

#include <fstream>

namespace zscape {

namespace {

/// RFC 4180, and a leading # or blank, which readers take for a comment or trim away.
void appendText(std::string& out, std::string_view text) {
    const bool plain = text.find_first_of(",\"\n\r") == std::string_view::npos &&
                       (text.empty() || (text.front() != '#' && text.front() != ' ' && text.back() != ' '));
    if (plain) {
        out += text;
        return;
    }
    out += '"';
    for (const char letter : text) {
        if (letter == '"') out += '"';
        out += letter;
    }
    out += '"';
}

std::vector<ColumnMeta> textColumns(const NumericTable& table) {
    std::vector<ColumnMeta> columns;
    if (!table.sourceIds.empty()) columns.push_back({"source_id", "", "int64", 0, false});
    for (const NumericBlock& block : table.blocks) {
        for (std::size_t k = 0; k < block.columns; ++k) {
            std::string name = block.name;
            if (block.isMatrix) {
                name += '_';
                if (block.axis.empty()) {
                    name += std::to_string(k + 1);
                } else {
                    appendNumber(name, block.axis[k]);
                }
            }
            columns.push_back({name, block.unit, typeName(block), 0, false, block.description, block.ucd});
        }
    }
    return columns;
}

std::string headerOf(const NumericTable& table, TableFormat format) {
    const std::vector<ColumnMeta> columns = textColumns(table);
    std::string header;
    if (format == TableFormat::Ecsv) {
        std::map<std::string, std::vector<double>> axes;
        for (const NumericBlock& block : table.blocks) {
            if (!block.axis.empty()) axes[block.axisName] = block.axis;
        }
        header = "# %ECSV 1.0\n# ---\n# delimiter: ','\n";
        for (const std::string& line : formatTableMeta(columns, table.attributes, axes)) {
            header += "# " + line + '\n';
        }
        header += "# schema: astropy-2.0\n";
    }
    for (const ColumnMeta& column : columns) {
        if (&column != &columns.front()) header += ',';
        appendText(header, column.name);
    }
    return header + '\n';
}

void appendRow(std::string& text, const NumericTable& table, std::size_t row) {
    const std::size_t start = text.size();
    if (!table.sourceIds.empty()) {
        appendNumber(text, table.sourceIds[row]);
        text += ',';
    }
    for (const NumericBlock& block : table.blocks) {
        std::visit(
            [&](const auto& values) {
                using T = typename std::decay_t<decltype(values)>::value_type;
                for (std::size_t index = row * block.columns; index < (row + 1) * block.columns; ++index) {
                    if constexpr (std::is_same_v<T, std::string>) {
                        if (!block.isMissing(index)) appendText(text, values[index]);
                    } else if (!block.isMissing(index)) {
                        appendNumber(text, values[index]);
                    } else if constexpr (std::is_floating_point_v<T>) {
                        text += "nan";
                    }
                    text += ',';
                }
            },
            block.values);
    }
    // A line of one column that is missing would be an empty line, which readers skip.
    if (text.size() - start == 1) text.replace(start, 1, "\"\",");
    text.back() = '\n';
}

class TextSink : public TableSink {
public:
    TextSink(const SinkTarget& target, const NumericTable& layout)
        : m_target(target.target),
          m_stream(target.path, std::ios::binary) {
        m_stream << headerOf(layout, target.format);
    }
    void append(const NumericTable& piece, std::size_t begin, std::size_t rows) override {
        formatRows(
            begin, rows, [&](std::string& text, std::size_t row) { appendRow(text, piece, row); },
            [&](const std::string& text) { m_stream.write(text.data(), static_cast<std::streamsize>(text.size())); });
        check();
    }
    void finish() override {
        m_stream.close();
        check();
    }

private:
    void check() {
        if (!m_stream) throw Error("cannot write " + m_target.string() + "; is the disk full?");
    }

    std::filesystem::path m_target;
    std::ofstream m_stream;
};

} // namespace

std::unique_ptr<TableSink> makeTextSink(const SinkTarget& target, const NumericTable& layout) {
    return std::make_unique<TextSink>(target, layout);
}

} // namespace zscape
