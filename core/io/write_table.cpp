// Tables out: what all formats share, and rows handed on in pieces.
#include "core/base/atomic_file.h"
#include "core/base/thread_pool.h"
#include "core/io/table_sink.h"
#include "core/io/table_writer.h"

#include <algorithm>
#include <cctype>

namespace zscape {

namespace {

std::string lowerEnding(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

std::size_t checkedRows(const NumericTable& table) {
    if (table.blocks.empty() && table.sourceIds.empty()) throw Error("internal: a results table without columns");
    std::optional<std::size_t> rows;
    if (!table.sourceIds.empty()) rows = table.sourceIds.size();
    for (const NumericBlock& block : table.blocks) {
        const std::size_t count = block.valueCount();
        const bool isText = std::holds_alternative<std::vector<std::string>>(block.values);
        const bool isWhole = block.columns > 0 && count % block.columns == 0;
        const std::size_t found = isWhole ? count / block.columns : 0;
        if (!isWhole || (rows && *rows != found) || ((!block.isMatrix || isText) && block.columns != 1) ||
            (!block.axis.empty() && block.axis.size() != block.columns) ||
            (block.missing.size() != 0 && block.missing.size() != count)) {
            throw Error("internal: block '" + block.name + "' does not fit the rows of its table");
        }
        rows = found;
    }
    return *rows;
}

std::unique_ptr<TableSink> makeSink(const SinkTarget& target, const NumericTable& layout) {
    switch (target.format) {
    case TableFormat::Hdf5:
        return makeHdf5Sink(target, layout);
    case TableFormat::Fits:
        return makeFitsSink(target, layout);
    case TableFormat::VoTableBinary:
    case TableFormat::VoTableText:
        return makeVoTableSink(target, layout);
    case TableFormat::Csv:
    case TableFormat::Ecsv:
        break;
    }
    return makeTextSink(target, layout);
}

} // namespace

TableFormat tableFormatOf(const std::filesystem::path& path) {
    const std::string ending = lowerEnding(path);
    if (ending == ".h5" || ending == ".hdf5") return TableFormat::Hdf5;
    if (ending == ".csv") return TableFormat::Csv;
    if (ending == ".ecsv") return TableFormat::Ecsv;
    if (ending == ".fits" || ending == ".fit") return TableFormat::Fits;
    if (ending == ".vot" || ending == ".votable") return TableFormat::VoTableBinary;
    if (ending == ".xml") return TableFormat::VoTableText;
    throw Error("cannot tell the format of " + path.string() +
                ": name a file that ends in .h5, .csv, .ecsv, .fits, .vot or .xml");
}

std::string typeName(const NumericBlock& block) {
    constexpr std::array names{"float32", "float64", "int32", "int64", "string"};
    return names[block.values.index()];
}

std::size_t textWidth(const NumericBlock& block) {
    std::size_t width = 1;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&block.values)) {
        for (const std::string& text : *texts) {
            width = std::max(width, text.size());
        }
    }
    return width;
}

void formatRows(std::size_t begin, std::size_t rows, const std::function<void(std::string&, std::size_t)>& format,
                const std::function<void(const std::string&)>& write) {
    constexpr std::size_t pieceRows = 256;
    ThreadPool pool(rows > pieceRows ? 0 : 1);
    std::vector<std::string> pieces((rows + pieceRows - 1) / pieceRows);
    pool.forChunks(rows, pieceRows, [&](std::size_t first, std::size_t last, int) {
        std::string& piece = pieces[first / pieceRows];
        for (std::size_t row = first; row < last; ++row) {
            format(piece, begin + row);
        }
    });
    for (const std::string& piece : pieces) {
        write(piece);
    }
}

struct TableWriter::State {
    std::filesystem::path path;
    AtomicFile file;
    std::vector<std::pair<std::string, std::size_t>> blocks; ///< index of the type, columns: what pieces must repeat
    bool hasIds;
    std::optional<std::size_t> expected;
    std::unique_ptr<TableSink> sink; ///< last: it lets go of the file first

    State(const std::filesystem::path& target, const NumericTable& layout, std::optional<std::size_t> rows)
        : path(target),
          file(target),
          hasIds(!layout.sourceIds.empty()),
          expected(rows),
          sink(makeSink({file.temporaryPath(), target, tableFormatOf(target), rows}, layout)) {
        for (const NumericBlock& block : layout.blocks) {
            blocks.emplace_back(block.name + typeName(block), block.columns);
        }
    }
};

TableWriter::TableWriter(const std::filesystem::path& path, const NumericTable& layout) {
    tableFormatOf(path);
    checkedRows(layout);
    m_state = std::make_unique<State>(path, layout, std::nullopt);
}

TableWriter::TableWriter(const std::filesystem::path& path, const NumericTable& layout, std::size_t rows) {
    tableFormatOf(path);
    checkedRows(layout);
    m_state = std::make_unique<State>(path, layout, rows);
}

TableWriter::~TableWriter() = default;

void TableWriter::append(const NumericTable& piece, const JobContext& job) {
    const std::size_t rows = checkedRows(piece);
    bool fits = piece.sourceIds.empty() != m_state->hasIds && piece.blocks.size() == m_state->blocks.size();
    for (std::size_t k = 0; fits && k < piece.blocks.size(); ++k) {
        const NumericBlock& block = piece.blocks[k];
        fits = m_state->blocks[k] == std::pair(block.name + typeName(block), block.columns);
    }
    if (!fits) throw Error("internal: rows of another layout than their table's");
    constexpr std::size_t stepRows = 4096;
    for (std::size_t begin = 0; begin < rows; begin += stepRows) {
        job.throwIfCancelled();
        const std::size_t count = std::min(stepRows, rows - begin);
        m_state->sink->append(piece, begin, count);
        m_rows += count;
        if (m_state->expected && *m_state->expected > 0) {
            job.report(static_cast<double>(m_rows) / static_cast<double>(*m_state->expected),
                       "writing " + m_state->path.string());
        }
    }
    job.throwIfCancelled();
}

void TableWriter::commit() {
    m_state->sink->finish();
    m_state->sink.reset();
    m_state->file.commit();
}

void writeTable(const std::filesystem::path& path, const NumericTable& table, const JobContext& job) {
    tableFormatOf(path);
    TableWriter writer(path, table, checkedRows(table));
    writer.append(table, job);
    writer.commit();
}

} // namespace zscape
