// VOTable 1.4 out (IVOA recommendation): BINARY2 or TABLEDATA.
#include "core/io/table_sink.h"

#include <fstream>
#include <set>

namespace zscape {

namespace {

void appendXml(std::string& out, std::string_view text) {
    for (const char letter : text) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\n':
            out += "&#10;";
            break;
        case '\r':
            out += "&#13;";
            break;
        case '\t':
            out += "&#9;";
            break;
        default:
            // XML 1.0 has no way to write the other control characters.
            if (static_cast<unsigned char>(letter) >= 0x20) out += letter;
        }
    }
}

std::string attribute(std::string_view name, std::string_view value) {
    std::string text = " " + std::string(name) + "=\"";
    appendXml(text, value);
    return text + '"';
}

/// The code points of UTF-8 as UCS-2 (BINARY2's unicodeChar); what lies beyond becomes U+FFFD.
std::string utf16Bytes(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
        std::uint32_t code = 0xFFFD;
        if (length > 0 && length < 4 && at + length <= text.size()) {
            code = length == 1 ? lead : lead & (0x3Fu >> (length - 1));
            for (std::size_t k = 1; k < length; ++k) {
                code = (code << 6) | (static_cast<unsigned char>(text[at + k]) & 0x3Fu);
            }
        }
        bytes += static_cast<char>(code >> 8);
        bytes += static_cast<char>(code);
        at += std::max<std::size_t>(length, 1);
    }
    return bytes;
}

std::string numberText(double value) {
    std::string text;
    appendNumber(text, value);
    return text;
}

template <typename T>
void appendCell(std::string& text, T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
            text += "NaN";
            return;
        }
        if (std::isinf(value)) {
            text += value > 0 ? "+Inf" : "-Inf";
            return;
        }
    }
    appendNumber(text, value);
}

std::string fieldOf(const NumericBlock& block) {
    constexpr std::array types{"float", "double", "int", "long", "unicodeChar"};
    const std::string type = types[block.values.index()];
    std::string text = "<FIELD" + attribute("name", block.name) + attribute("datatype", type);
    if (block.isMatrix) text += attribute("arraysize", std::to_string(block.columns));
    if (type == "unicodeChar") text += attribute("arraysize", "*");
    if (!block.unit.empty()) text += attribute("unit", block.unit);
    if (!block.ucd.empty()) text += attribute("ucd", block.ucd);
    if (block.description.empty()) return text + "/>\n";
    text += "><DESCRIPTION>";
    appendXml(text, block.description);
    return text + "</DESCRIPTION></FIELD>\n";
}

std::string headerOf(const NumericTable& layout) {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
                       "<RESOURCE type=\"results\">\n";
    for (const auto& [key, value] : layout.attributes) {
        text += "<INFO" + attribute("name", key) + attribute("value", value) + "/>\n";
    }
    text += "<TABLE>\n";
    std::set<std::string> axes;
    for (const NumericBlock& block : layout.blocks) {
        if (block.axis.empty() || !axes.insert(block.axisName).second) continue;
        std::string values;
        for (const double value : block.axis) {
            values += (values.empty() ? "" : " ") + numberText(value);
        }
        text += "<PARAM" + attribute("name", block.axisName) + attribute("datatype", "double") +
                attribute("arraysize", std::to_string(block.axis.size())) + attribute("value", values) + "/>\n";
    }
    if (!layout.sourceIds.empty()) {
        text += "<FIELD name=\"source_id\" datatype=\"long\" ucd=\"meta.id;meta.main\"/>\n";
    }
    for (const NumericBlock& block : layout.blocks) {
        text += fieldOf(block);
    }
    return text + "<DATA>";
}

void appendTextRow(std::string& text, const NumericTable& table, std::size_t row) {
    text += "<TR>";
    if (!table.sourceIds.empty()) {
        text += "<TD>" + std::to_string(table.sourceIds[row]) + "</TD>";
    }
    for (const NumericBlock& block : table.blocks) {
        text += "<TD>";
        std::visit(
            [&](const auto& values) {
                using T = typename std::decay_t<decltype(values)>::value_type;
                for (std::size_t index = row * block.columns; index < (row + 1) * block.columns; ++index) {
                    if (index > row * block.columns) text += ' ';
                    if constexpr (std::is_same_v<T, std::string>) {
                        if (!block.isMissing(index)) appendXml(text, values[index]);
                    } else if (std::is_floating_point_v<T> || block.isMatrix) {
                        appendCell(text, storedNumber(block, values, index));
                    } else if (!block.isMissing(index)) {
                        appendCell(text, values[index]); // an empty cell is missing
                    }
                }
            },
            block.values);
        text += "</TD>";
    }
    text += "</TR>\n";
}

void appendBinaryRow(std::string& bytes, const NumericTable& table, std::size_t row) {
    const std::size_t idFields = table.sourceIds.empty() ? 0 : 1;
    std::string flags((table.blocks.size() + idFields + 7) / 8, '\0');
    for (std::size_t field = 0; field < table.blocks.size(); ++field) {
        const NumericBlock& block = table.blocks[field];
        const std::size_t bit = field + idFields;
        if (!block.isMatrix && block.values.index() >= 2 && block.isMissing(row)) {
            flags[bit / 8] = static_cast<char>(flags[bit / 8] | (0x80 >> (bit % 8)));
        }
    }
    bytes += flags;
    if (idFields > 0) appendBigEndian(bytes, table.sourceIds[row]);
    for (const NumericBlock& block : table.blocks) {
        std::visit(
            [&](const auto& values) {
                using T = typename std::decay_t<decltype(values)>::value_type;
                for (std::size_t index = row * block.columns; index < (row + 1) * block.columns; ++index) {
                    if constexpr (std::is_same_v<T, std::string>) {
                        const std::string text = block.isMissing(index) ? "" : utf16Bytes(values[index]);
                        appendBigEndian(bytes, static_cast<std::int32_t>(text.size() / 2));
                        bytes += text;
                    } else if (std::is_floating_point_v<T> || block.isMatrix) {
                        appendBigEndian(bytes, storedNumber(block, values, index));
                    } else {
                        appendBigEndian(bytes, block.isMissing(index) ? T{} : values[index]);
                    }
                }
            },
            block.values);
    }
}

void appendBase64(std::string& out, std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t at) {
        return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0u;
    };
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        out += letters[group >> 18];
        out += letters[(group >> 12) & 63];
        out += at + 1 < bytes.size() ? letters[(group >> 6) & 63] : '=';
        out += at + 2 < bytes.size() ? letters[group & 63] : '=';
        if (at % 57 == 54) out += '\n'; // 76 letters a line
    }
}

class VoTableSink : public TableSink {
public:
    VoTableSink(const SinkTarget& target, const NumericTable& layout)
        : m_target(target.target),
          m_isBinary(target.format == TableFormat::VoTableBinary),
          m_stream(target.path, std::ios::binary) {
        m_stream << headerOf(layout) << (m_isBinary ? "<BINARY2><STREAM encoding=\"base64\">\n" : "<TABLEDATA>\n");
    }
    void append(const NumericTable& piece, std::size_t begin, std::size_t rows) override {
        formatRows(
            begin, rows,
            [&](std::string& text, std::size_t row) {
                m_isBinary ? appendBinaryRow(text, piece, row) : appendTextRow(text, piece, row);
            },
            [&](const std::string& text) { write(text); });
        check();
    }
    void finish() override {
        if (m_isBinary) {
            std::string text;
            appendBase64(text, m_rest);
            m_stream << text << "\n</STREAM></BINARY2>";
        } else {
            m_stream << "</TABLEDATA>";
        }
        m_stream << "</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n";
        m_stream.close();
        check();
    }

private:
    void write(const std::string& piece) {
        if (!m_isBinary) {
            m_stream.write(piece.data(), static_cast<std::streamsize>(piece.size()));
            return;
        }
        m_rest += piece;
        const std::size_t whole = m_rest.size() / 57 * 57; // base64 goes by groups of three bytes, lines by 57
        std::string text;
        text.reserve(whole / 57 * 77);
        appendBase64(text, std::string_view(m_rest).substr(0, whole));
        m_rest.erase(0, whole);
        m_stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    }
    void check() {
        if (!m_stream) throw Error("cannot write " + m_target.string() + "; is the disk full?");
    }

    std::filesystem::path m_target;
    bool m_isBinary;
    std::ofstream m_stream;
    std::string m_rest; ///< bytes that do not fill a line of base64 yet
};

} // namespace

std::unique_ptr<TableSink> makeVoTableSink(const SinkTarget& target, const NumericTable& layout) {
    return std::make_unique<VoTableSink>(target, layout);
}

} // namespace zscape
