#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// What astropy keeps beside a table, as YAML: in HDF5 as byte strings in `PATH.__table_column_meta__`, in ECSV as
/// comment lines. Only what Zscape needs is read and written: units, array shapes, masked columns and plain `meta`.
struct TableMeta {
    std::map<std::string, std::string> units; ///< by column name
    std::map<std::string, std::string> meta;  ///< entries with a plain value
    /// Every plain key of a column ("name", "datatype", "subtype", "unit", "description"), in file order.
    std::vector<std::map<std::string, std::string>> columns;
};

/// Reads the YAML (lines joined by newlines). Never throws: what cannot be understood is left out.
TableMeta parseTableMeta(std::string_view yaml);

/// One column for `formatTableMeta`.
struct ColumnMeta {
    std::string name;
    std::string unit;          ///< may be empty
    std::string type;          ///< astropy's word: "float32", "int64", "string", "bool"
    std::size_t arraySize = 0; ///< 0 for a scalar column
    bool hasMask = false;      ///< the next column, NAME.mask, says which values are missing
    std::string description{};
    std::string ucd{};
};

/// The YAML lines, as astropy's own writer orders them: `datatype:`, then `meta:` with text and lists of numbers.
std::vector<std::string> formatTableMeta(const std::vector<ColumnMeta>& columns,
                                         const std::map<std::string, std::string>& meta,
                                         const std::map<std::string, std::vector<double>>& lists = {});

} // namespace zscape
