// VOTable: TABLEDATA, BINARY and BINARY2 in a stream through expat.
#include "core/archive/formats.h"
#include "core/archive/text_rows.h"
#include "core/archive/votable_binary.h"
#include "core/archive/votable_xml.h"

#include <algorithm>

namespace zscape {

namespace {

constexpr std::size_t rowsPerBatch = 65536;

class VotableSource : public TableSource {
public:
    VotableSource(std::unique_ptr<ByteStream> stream, const std::string& name, const ReadOptions& options,
                  JobContext job)
        : m_options(options),
          m_job(std::move(job)),
          m_xml(std::move(stream), name) {
        m_schema.file = name;
        m_schema.table = m_xml.head().table;
        m_schema.notices = m_xml.head().notices;
        const std::vector<VotableField>& fields = m_xml.head().fields;
        for (std::size_t index = 0; index < fields.size(); ++index) {
            if (!fields[index].isReadable) continue;
            m_fieldOf.push_back(index);
            m_schema.columns.push_back(fields[index].info);
            m_selected.push_back({m_schema.columns.size() - 1});
        }
        requireUniqueNames();
    }

    bool next(TableBatch& batch) override {
        if (!m_isStarted) start();
        prepare(m_batch);
        m_firstRow = m_row;
        while (m_batch.rows < rowsPerBatch && !m_isAtEnd) {
            m_job.throwIfCancelled();
            const std::size_t before = m_batch.rows;
            m_isAtEnd = !m_xml.advance();
            takeBinaryRows();
            // A piece of the file is a batch where rows are long; many pieces where they are short.
            if (m_batch.rows > 0 && m_batch.rows - before < 64) break;
        }
        if (m_isAtEnd && m_rows && m_rows->leftOver() > 0) {
            throw Error(m_schema.file + ", row " + std::to_string(m_row + 1) +
                        ", is cut off; copy or download the file again");
        }
        if (m_batch.rows == 0) return false;
        finishMarks(m_batch);
        m_batch.firstRow = m_firstRow;
        if (m_batch.rowNumbers.size() == m_row - m_firstRow) m_batch.rowNumbers.clear(); // none left out
        std::swap(batch, m_batch);
        return true;
    }

    double fraction() const override { return m_xml.fraction(); }

private:
    void start() {
        m_isStarted = true;
        const VotableHead& head = m_xml.head();
        std::vector<RowPlan::Target> targets(head.fields.size());
        for (std::size_t index = 0; index < m_selected.size(); ++index) {
            const ColumnRequest& request = m_selected[index];
            RowPlan::Target& target = targets[m_fieldOf[request.column]];
            if (target.request >= 0)
                throw Error("column '" + m_schema.columns[request.column].name + "' is asked for twice");
            target = {static_cast<int>(index), kindOf(request), isList(request),
                      m_schema.columns[request.column].count};
        }
        VotableSink sink;
        if (head.encoding == VotableEncoding::TableData) {
            m_targets = std::move(targets);
            sink.beginRow = [this] { beginRow(); };
            sink.cell = [this](std::size_t field, std::string_view text) { addCell(field, text); };
            sink.endRow = [this](std::size_t fields) { return endRow(fields); };
        } else {
            m_rows.emplace(head.fields, std::move(targets), head.encoding == VotableEncoding::Binary2);
            sink.stream = [this](std::string_view text) -> std::string {
                if (m_decoder.decode(text, m_rows->bytes())) return {};
                return ", row " + std::to_string(m_row + 1) +
                       ": its data are not base64; copy or download the file again";
            };
        }
        m_xml.setSink(std::move(sink));
    }

    void takeBinaryRows() {
        if (!m_rows) return;
        const std::size_t before = m_batch.rows;
        const std::string problem = m_rows->takeRows(m_batch);
        for (std::size_t row = before; row < m_batch.rows; ++row) {
            m_batch.rowNumbers.push_back(m_row++);
        }
        if (!problem.empty()) throw Error(m_schema.file + ", row " + std::to_string(m_row + 1) + problem);
    }

    void beginRow() {
        m_marks.keep(m_batch);
        m_problem.clear();
    }
    void addCell(std::size_t field, std::string_view text) {
        if (!m_problem.empty() || field >= m_targets.size()) return;
        const RowPlan::Target& target = m_targets[field];
        if (target.request < 0) return;
        if (m_xml.head().fields[field].type == VotableType::Boolean && text == "?") text = {};
        const std::optional<std::int64_t>& null = m_xml.head().fields[field].null;
        ColumnValues& column = m_batch.columns[static_cast<std::size_t>(target.request)];
        m_problem = appendField(target, {text, target.kind == ValueKind::Text}, column);
        if (m_problem.empty() && null) markNull(*null, target, column);
        if (!m_problem.empty()) m_problem = "column '" + m_xml.head().fields[field].info.name + "': " + m_problem;
    }
    /// The number that stands for a missing one, in the cell just added.
    void markNull(std::int64_t null, const RowPlan::Target& target, ColumnValues& column) const {
        auto* const values = std::get_if<std::vector<std::int64_t>>(&column.values);
        if (!values || values->empty()) return;
        const std::size_t first = target.isList ? column.offsets[column.offsets.size() - 2] : values->size() - 1;
        for (std::size_t at = first; at < values->size(); ++at) {
            if ((*values)[at] != null) continue;
            column.missingMarks.resize(std::max(column.missingMarks.size(), at + 1), 0);
            column.missingMarks[at] = 1;
            (*values)[at] = 0;
        }
    }
    std::string endRow(std::size_t cells) {
        if (m_problem.empty() && cells != m_targets.size()) {
            m_problem = "there are " + std::to_string(cells) + " cells where " + std::to_string(m_targets.size()) +
                        " columns are described";
        }
        const std::uint64_t row = m_row++;
        if (m_problem.empty()) {
            m_batch.rowNumbers.push_back(row);
            ++m_batch.rows;
            return {};
        }
        m_marks.undo(m_batch);
        std::string place = ", row " + std::to_string(row + 1) + ", " + m_problem;
        if (!m_options.skipRow) return place;
        m_options.skipRow(m_schema.file + place);
        return {};
    }

    ReadOptions m_options;
    JobContext m_job;
    VotableXml m_xml;
    std::vector<std::size_t> m_fieldOf; ///< a column each
    std::vector<RowPlan::Target> m_targets;
    std::optional<VotableRows> m_rows;
    Base64Decoder m_decoder;
    TableBatch m_batch;
    RowMarks m_marks;
    std::string m_problem;
    std::uint64_t m_row = 0;
    std::uint64_t m_firstRow = 0;
    bool m_isStarted = false;
    bool m_isAtEnd = false;
};

} // namespace

std::unique_ptr<TableSource> openVotable(std::unique_ptr<ByteStream> stream, const std::string& name,
                                         const ReadOptions& options, const JobContext& job) {
    return std::make_unique<VotableSource>(std::move(stream), name, options, job);
}

std::unique_ptr<TableSource> openVotable(const TableEntry& entry, const ReadOptions& options, const JobContext& job) {
    return openVotable(streamOf(entry), nameOf(entry), options, job);
}

} // namespace zscape
