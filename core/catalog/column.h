#pragma once

#include "core/base/bit_set.h"
#include "core/base/shared_array.h"
#include "core/catalog/text_array.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace zscape {

enum class ColumnType { Float32, Float64, Int32, Int64, String };
std::string_view columnTypeName(ColumnType type); ///< "float32", "float64", "int32", "int64", "string"

/// One named column of a table: values of one type, a unit, and which rows are missing.
/// A NaN in a floating column and an empty string are missing too; integers need the bit set.
/// Plain data, no thread of its own; copied and moved freely, for copies share the values. They are built from vectors
/// and read as arrays: std::visit, or std::get<SharedArray<float>>(column.values()).
class Column {
public:
    using Values = std::variant<SharedArray<float>, SharedArray<double>, SharedArray<std::int32_t>,
                                SharedArray<std::int64_t>, TextArray>;

    Column(std::string name, std::string unit, Values values)
        : m_name(std::move(name)),
          m_unit(std::move(unit)),
          m_values(std::move(values)) {}

    const std::string& name() const { return m_name; }
    const std::string& unit() const { return m_unit; } ///< in FITS/VOUnit spelling, e.g. "K", "mas", "electron/s"
    ColumnType type() const { return static_cast<ColumnType>(m_values.index()); }
    bool isNumeric() const { return type() != ColumnType::String; }
    std::size_t size() const;
    const Values& values() const { return m_values; }
    void setValues(Values values) { m_values = std::move(values); } ///< of the same size

    /// Where the values come from, for people: "allStar.fits: column TEFF"; "" where that is not known.
    const std::string& origin() const { return m_origin; }
    void setOrigin(std::string origin) { m_origin = std::move(origin); }

    /// Marks integers (or any value) as missing; an empty set means none. The set's size is that of the column.
    void setMissing(BitSet missing) { m_missing = std::move(missing); }
    const BitSet& missingBits() const { return m_missing; } ///< may be empty; NaN and "" are not in it
    bool isMissing(std::size_t row) const;
    std::size_t missingCount() const;

    /// The value as a number; NaN where missing. Throws Error for a string column. An int64 above 2^53 loses digits:
    /// source_id is read through `Catalog::sourceIds`.
    double number(std::size_t row) const;
    /// The value as text, "" where missing; shortest digits that read back exactly.
    std::string text(std::size_t row) const;
    /// All values as float32 for drawing; NaN where missing. Throws Error for a string column.
    std::vector<float> toFloats() const;

    std::size_t bytes() const; ///< memory held by values and missing bits; mapped files do not count

private:
    std::string m_name;
    std::string m_unit;
    std::string m_origin;
    Values m_values;
    BitSet m_missing;
};

} // namespace zscape
