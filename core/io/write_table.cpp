// Results tables out: HDF5 datasets, CSV and ECSV lines.
#include "core/base/atomic_file.h"
#include "core/base/thread_pool.h"
#include "core/io/hdf5.h"
#include "core/io/table_file.h"
#include "core/io/table_meta.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>

namespace zscape {

namespace {

std::string lowerEnding(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

std::size_t valueCount(const NumericBlock& block) {
    return std::visit([](const auto& values) { return values.size(); }, block.values);
}

std::size_t checkedRows(const NumericTable& table) {
    if (table.blocks.empty()) throw Error("internal: a results table without columns");
    std::optional<std::size_t> rows;
    if (!table.sourceIds.empty()) rows = table.sourceIds.size();
    for (const NumericBlock& block : table.blocks) {
        const bool isWhole = block.columns > 0 && valueCount(block) % block.columns == 0;
        const std::size_t found = isWhole ? valueCount(block) / block.columns : 0;
        if (!isWhole || (rows && *rows != found) || (!block.isMatrix && block.columns != 1) ||
            (!block.axis.empty() && block.axis.size() != block.columns)) {
            throw Error("internal: block '" + block.name + "' does not fit the rows of its table");
        }
        rows = found;
    }
    return *rows;
}

template <typename T>
void appendNumber(std::string& text, T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
            text += "nan"; // the sign of a NaN means nothing
            return;
        }
    }
    std::array<char, 40> buffer;
    text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

void writeHdf5(const std::filesystem::path& path, const NumericTable& table, std::size_t rows) {
    const hdf5::Handle file = hdf5::createFile(path);
    if (!table.sourceIds.empty()) hdf5::writeDataset(file.id(), "source_id", std::span(table.sourceIds), {rows});
    std::set<std::string> axes;
    for (const NumericBlock& block : table.blocks) {
        const std::vector<std::size_t> shape =
            block.isMatrix ? std::vector<std::size_t>{rows, block.columns} : std::vector<std::size_t>{rows};
        std::visit([&](const auto& values) { hdf5::writeDataset(file.id(), block.name, std::span(values), shape); },
                   block.values);
        if (!block.unit.empty()) hdf5::writeAttribute(file.id(), block.name, "unit", block.unit);
        if (!block.axis.empty() && axes.insert(block.axisName).second) {
            hdf5::writeDataset(file.id(), block.axisName, std::span(block.axis), {block.axis.size()});
        }
    }
    for (const auto& [key, value] : table.attributes) {
        hdf5::writeAttribute(file.id(), ".", key, value);
    }
}

std::vector<ColumnMeta> textColumns(const NumericTable& table) {
    std::vector<ColumnMeta> columns;
    if (!table.sourceIds.empty()) columns.push_back({"source_id", "", "int64", 0, false});
    for (const NumericBlock& block : table.blocks) {
        const std::string type = std::holds_alternative<std::vector<float>>(block.values) ? "float32" : "float64";
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
            columns.push_back({name, block.unit, type, 0, false});
        }
    }
    return columns;
}

std::string textHeader(const NumericTable& table, TableFormat format) {
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
        header += (&column == &columns.front() ? "" : ",") + column.name;
    }
    return header + '\n';
}

void appendRow(std::string& text, const NumericTable& table, std::size_t row) {
    if (!table.sourceIds.empty()) {
        appendNumber(text, table.sourceIds[row]);
        text += ',';
    }
    for (const NumericBlock& block : table.blocks) {
        std::visit(
            [&](const auto& values) {
                for (std::size_t k = 0; k < block.columns; ++k) {
                    appendNumber(text, values[row * block.columns + k]);
                    text += ',';
                }
            },
            block.values);
    }
    text.back() = '\n';
}

void writeText(const std::filesystem::path& path, const std::filesystem::path& target, const NumericTable& table,
               std::size_t rows, TableFormat format, const JobContext& job) {
    std::ofstream stream(path, std::ios::binary);
    stream << textHeader(table, format);
    // Pieces are formatted by all cores and written in order.
    constexpr std::size_t pieceRows = 256;
    ThreadPool pool(rows > pieceRows ? 0 : 1);
    std::vector<std::string> pieces(static_cast<std::size_t>(pool.threadCount()) * 8);
    for (std::size_t begin = 0; begin < rows; begin += pieces.size() * pieceRows) {
        job.throwIfCancelled();
        const std::size_t count = std::min(pieces.size() * pieceRows, rows - begin);
        pool.forChunks(count, pieceRows, [&](std::size_t first, std::size_t last, int) {
            std::string& piece = pieces[first / pieceRows];
            piece.clear();
            for (std::size_t row = first; row < last; ++row) {
                appendRow(piece, table, begin + row);
            }
        });
        for (std::size_t piece = 0; piece * pieceRows < count; ++piece) {
            stream.write(pieces[piece].data(), static_cast<std::streamsize>(pieces[piece].size()));
        }
        job.report(static_cast<double>(begin + count) / static_cast<double>(rows), "writing " + target.string());
    }
    stream.close();
    if (!stream) throw Error("cannot write " + target.string() + "; is the disk full?");
}

} // namespace

TableFormat tableFormatOf(const std::filesystem::path& path) {
    const std::string ending = lowerEnding(path);
    if (ending == ".h5" || ending == ".hdf5") return TableFormat::Hdf5;
    if (ending == ".csv") return TableFormat::Csv;
    if (ending == ".ecsv") return TableFormat::Ecsv;
    throw Error("cannot tell the format of " + path.string() + ": name a file that ends in .h5, .csv or .ecsv");
}

void writeTable(const std::filesystem::path& path, const NumericTable& table, const JobContext& job) {
    const TableFormat format = tableFormatOf(path);
    const std::size_t rows = checkedRows(table);
    AtomicFile target(path);
    if (format == TableFormat::Hdf5) {
        job.throwIfCancelled();
        writeHdf5(target.temporaryPath(), table, rows);
    } else {
        writeText(target.temporaryPath(), path, table, rows, format, job);
    }
    target.commit();
}

} // namespace zscape
