#pragma once

#include "core/archive/table_source.h"
#include "core/catalog/column.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Tables of stellar labels: gaia_source, APOGEE DR17 allStar, the astroNN value-added catalogue, or any other, whose
/// names become Zscape's through one table of aliases (label_names.cpp) or a mapping that the user made.
namespace zscape {

/// What Zscape calls a label, and what the archives call it.
struct LabelName {
    std::string_view name; ///< Zscape's: "TEFF", "GAIAEDR3_PARALLAX", "RA"
    std::string_view unit; ///< where the table names none
    std::string_view meaning;
    /// In order of preference; `PARAM[0]` is an element of an array column. Compared without regard to case.
    std::vector<std::string_view> aliases;
};
/// Every label Zscape knows by name.
const std::vector<LabelName>& labelNames();

/// One column of a mapping: what of the table becomes which column.
struct LabelColumn {
    std::string name;                     ///< in Zscape
    std::string from;                     ///< in the table: "TEFF", "PARAM[0]", "X_H_SPEC[3]"
    std::string unit{};                   ///< empty: the table's
    std::optional<std::string> problem{}; ///< set by checkMapping
};

struct LabelMapping {
    std::string sourceId; ///< the table's column with the Gaia DR3 source_id
    std::vector<LabelColumn> columns;
};

/// The mapping that the aliases give for a table. Scalar columns that no alias names keep their own name when
/// `keepOthers`. `sourceId` is empty where no column can be it.
LabelMapping mapLabels(const TableSchema& schema, bool keepOthers = false);
/// Throws Error: a column or an element that the table does not have, a name given twice, no source_id.
void checkMapping(const LabelMapping& mapping, const TableSchema& schema);

/// The columns of a mapping in a run of rows.
struct LabelBatch {
    std::uint64_t firstRow = 0;
    std::vector<std::int64_t> sourceIds;
    std::vector<std::uint8_t> hasSourceId; ///< 0 where the table has none for the row (missing, 0 or negative)
    std::vector<Column> columns;           ///< in the mapping's order; float32, float64, int64 or text
    std::size_t rows() const { return sourceIds.size(); }
};

/// Reads the columns of a mapping in a stream. Not for two threads at once.
class LabelReader {
public:
    /// Throws Error as checkMapping.
    LabelReader(std::unique_ptr<TableSource> source, LabelMapping mapping);

    const LabelMapping& mapping() const { return m_mapping; }
    const TableSchema& schema() const { return m_source->schema(); }
    bool next(LabelBatch& batch);
    double fraction() const { return m_source->fraction(); }

private:
    struct Pick {
        std::size_t request = 0; ///< index into the batch's columns
        std::optional<std::size_t> element;
        std::string unit;
    };
    Column pickColumn(const TableBatch& batch, const Pick& pick, const std::string& name) const;

    std::unique_ptr<TableSource> m_source;
    LabelMapping m_mapping;
    std::vector<Pick> m_picks;
    TableBatch m_batch;
};

} // namespace zscape
