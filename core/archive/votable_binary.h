#pragma once

#include "core/archive/table_source.h"
#include "core/archive/text_rows.h"
#include "core/archive/votable_field.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Inside core/archive: rows of VOTable's BINARY and BINARY2.
namespace zscape {

/// Text to bytes, in pieces; white space is skipped.
class Base64Decoder {
public:
    /// Appends to `bytes`; false at a character that base64 does not have or one after the padding.
    bool decode(std::string_view text, std::vector<std::byte>& bytes);

private:
    std::uint32_t m_bits = 0;
    int m_count = 0; ///< characters in m_bits
    bool m_isPadded = false;
};

/// Cuts bytes into rows and rows into cells.
class VotableRows {
public:
    /// `targets`: a field each. BINARY2 has a mark of missing cells before each row.
    VotableRows(const std::vector<VotableField>& fields, std::vector<RowPlan::Target> targets, bool hasMarks)
        : m_fields(fields),
          m_targets(std::move(targets)),
          m_markBytes(hasMarks ? (fields.size() + 7) / 8 : 0) {}

    std::vector<std::byte>& bytes() { return m_bytes; }
    /// Appends all rows that are complete; returns ", column 'x': what is wrong" of the row after them, or "".
    std::string takeRows(TableBatch& batch);
    std::size_t leftOver() const { return m_bytes.size(); }

private:
    /// Length of the row that begins at `at`; 0 where it is not complete.
    std::size_t rowLength(std::size_t at, std::string& problem) const;
    std::string appendRow(std::size_t at, TableBatch& batch) const;
    std::string appendCell(const VotableField& field, const RowPlan::Target& target, const std::byte* at,
                           std::size_t count, bool isMissing, ColumnValues& column) const;

    const std::vector<VotableField>& m_fields;
    std::vector<RowPlan::Target> m_targets;
    std::size_t m_markBytes;
    std::vector<std::byte> m_bytes;
};

} // namespace zscape
