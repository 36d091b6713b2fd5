#include "core/catalog/catalog.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/text_compare.h"

#include <algorithm>
#include <array>
#include <set>

namespace zscape {

namespace {

std::optional<std::size_t> findIndex(const std::vector<Column>& columns, std::string_view name) {
    // An exact match wins, so that tables with both `J` and `j` work.
    auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name() == name; });
    if (found == columns.end()) {
        found = std::find_if(columns.begin(), columns.end(),
                             [&](const Column& c) { return equalIgnoringCase(c.name(), name); });
    }
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

void checkSize(const std::string& catalog, const std::string& what, std::size_t size, std::size_t expected) {
    if (size == expected) return;
    throw Error("catalogue '" + catalog + "': " + what + " has " + std::to_string(size) + " values where " +
                std::to_string(expected) + " are needed");
}

} // namespace

Catalog::Catalog(std::string name, std::size_t coefficientCount, SharedArray<std::int64_t> sourceIds,
                 SharedArray<float> coefficients, SharedArray<float> coefficientErrors, std::vector<Column> columns,
                 SharedArray<std::uint8_t> flags)
    : m_name(std::move(name)),
      m_coefficientCount(coefficientCount),
      m_sourceIds(std::move(sourceIds)),
      m_coefficients(std::move(coefficients)),
      m_errors(std::move(coefficientErrors)),
      m_columns(std::move(columns)),
      m_flags(std::move(flags)) {
    if (m_sourceIds.empty()) throw Error("catalogue '" + m_name + "' has no rows");
    if (m_coefficientCount == 0) throw Error("catalogue '" + m_name + "' has no coefficients");
    checkSize(m_name, std::string(column::coefficients), m_coefficients.size(), rows() * m_coefficientCount);
    checkSize(m_name, std::string(column::coefficientErrors), m_errors.size(), rows() * m_coefficientCount);
    std::set<std::string_view> names;
    for (const Column& column : m_columns) {
        checkSize(m_name, "column '" + column.name() + "'", column.size(), rows());
        if (!names.insert(column.name()).second) {
            throw Error("catalogue '" + m_name + "' has two columns named '" + column.name() + "'; rename one");
        }
    }
    adoptGFluxColumn();
    if (m_flags.empty()) {
        markRows();
    } else {
        checkSize(m_name, "the list of unusable rows", m_flags.size(), rows());
    }
    countUsable();
}

std::optional<std::size_t> Catalog::rowOf(std::int64_t sourceId) const {
    const auto found = std::ranges::find(sourceIds(), sourceId);
    if (found == sourceIds().end()) return std::nullopt;
    return static_cast<std::size_t>(found - sourceIds().begin());
}

void Catalog::adoptGFluxColumn() {
    m_gFluxColumn = findIndex(m_columns, column::gFlux);
    if (!m_gFluxColumn) {
        m_absentGFlux = std::vector<double>(rows(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    Column& column = m_columns[*m_gFluxColumn];
    if (!column.isNumeric()) {
        throw Error("catalogue '" + m_name + "': column '" + column.name() + "' holds text, not a flux in e-/s");
    }
    if (column.type() == ColumnType::Float64 && column.missingBits().count() == 0) return;
    std::vector<double> values(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        values[row] = column.number(row);
    }
    column.setValues(std::move(values));
    column.setMissing({});
}

const Column* Catalog::find(std::string_view name) const {
    const auto index = findIndex(m_columns, name);
    return index ? &m_columns[*index] : nullptr;
}

const Column& Catalog::require(std::string_view name) const {
    if (const Column* column = find(name)) return *column;
    std::string known;
    for (const Column& column : m_columns) {
        known += (known.empty() ? "" : ", ") + column.name();
    }
    throw Error("catalogue '" + m_name + "' has no column '" + std::string(name) + "'; it has " +
                (known.empty() ? "none but source_id and the coefficients" : known));
}

std::span<const double> Catalog::gFlux() const {
    if (!m_gFluxColumn) return m_absentGFlux;
    return std::get<SharedArray<double>>(m_columns[*m_gFluxColumn].values());
}

void Catalog::setGFlux(std::vector<double> flux, std::string origin) {
    checkSize(m_name, "the new " + std::string(column::gFlux), flux.size(), rows());
    if (m_gFluxColumn) {
        m_columns[*m_gFluxColumn].setValues(std::move(flux));
    } else {
        m_gFluxColumn = m_columns.size();
        m_columns.emplace_back(std::string(column::gFlux), "electron/s", std::move(flux));
        m_absentGFlux = {};
    }
    m_gFluxOrigin = std::move(origin);
    markFluxes();
    countUsable();
}

bool Catalog::isMock() const {
    const auto found = m_attributes.find("mock");
    return found != m_attributes.end() && found->second == "true";
}

std::size_t Catalog::bytes() const {
    std::size_t total = m_sourceIds.bytes() + m_coefficients.bytes() + m_errors.bytes() + m_absentGFlux.bytes() +
                        m_flags.bytes() + m_usable.bytes();
    for (const Column& column : m_columns) {
        total += column.bytes();
    }
    return total;
}

std::string Catalog::contentHash() const {
    ContentHash hash;
    hash.addValue(std::uint64_t{rows()});
    hash.addValue(std::uint64_t{m_coefficientCount});
    hash.add(m_sourceIds.span());
    hash.add(m_coefficients.span());
    hash.add(m_errors.span());
    return hash.text();
}

Catalog Catalog::withColumns(std::vector<Column> columns) const {
    Catalog result = *this;
    for (Column& column : columns) {
        if (column.size() != rows()) {
            throw Error("column '" + column.name() + "' has " + std::to_string(column.size()) + " values and " +
                        m_name + " has " + std::to_string(rows()) + " stars");
        }
        const std::optional<std::size_t> same = findIndex(result.m_columns, column.name());
        if (same && same == result.m_gFluxColumn) continue;
        if (same) {
            result.m_columns[*same] = std::move(column);
        } else {
            result.m_columns.push_back(std::move(column));
        }
    }
    return result;
}

Catalog Catalog::withoutColumns(std::span<const std::string> names) const {
    Catalog result = *this;
    for (const std::string& name : names) {
        const std::optional<std::size_t> index = findIndex(result.m_columns, name);
        if (!index || index == result.m_gFluxColumn) continue;
        result.m_columns.erase(result.m_columns.begin() + static_cast<std::ptrdiff_t>(*index));
        if (result.m_gFluxColumn && *result.m_gFluxColumn > *index) --*result.m_gFluxColumn;
    }
    return result;
}

} // namespace zscape
