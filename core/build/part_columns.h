#pragma once

#include "core/catalog/column.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace zscape {

/// A column that grows run by run.
class GrowingColumn {
public:
    explicit GrowingColumn(const Column& first);
    /// Adds the values of a column of the same type.
    void add(const Column& more);
    std::size_t size() const;
    /// The column so far; it is empty afterwards.
    Column take();

private:
    std::string m_name, m_unit, m_origin;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                 std::vector<std::string>>
        m_values;
    std::vector<std::size_t> m_missing; ///< rows of integers without a value
};

/// An integer column in which -1 means that there is no value.
Column integersWhereNotNegative(const std::string& name, const std::vector<std::int32_t>& values,
                                const std::string& origin);

} // namespace zscape
