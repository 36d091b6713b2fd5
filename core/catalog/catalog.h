#pragma once

#include "core/base/bit_set.h"
#include "core/base/matrix_view.h"
#include "core/catalog/column.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// Standard column names of the released layout (method.md section 1).
namespace column {
inline constexpr std::string_view sourceId = "ids";
inline constexpr std::string_view gFlux = "phot_g_mean_flux";
inline constexpr std::string_view coefficients = "coeffs";
inline constexpr std::string_view coefficientErrors = "coeff_errs";
inline constexpr std::string_view gMag = "GAIAEDR3_PHOT_G_MEAN_MAG";
inline constexpr std::string_view bpMag = "GAIAEDR3_PHOT_BP_MEAN_MAG";
inline constexpr std::string_view rpMag = "GAIAEDR3_PHOT_RP_MEAN_MAG";
} // namespace column

/// How many rows cannot be used with a model, by first reason found in this order; each row is counted once.
struct UsabilityCounts {
    std::size_t rows = 0;
    std::size_t usable = 0;
    std::size_t badCoefficients = 0; ///< a coefficient is NaN or infinite
    std::size_t badErrors = 0;       ///< a coefficient error is NaN, infinite, zero or negative
    std::size_t badFlux = 0;         ///< phot_g_mean_flux is missing, zero or negative
    std::size_t duplicates = 0;      ///< the source_id stands in an earlier row too
};

/// A table of stars: source_id, a block of XP coefficients and errors (float32, rows x coefficientCount), and any
/// columns. Rows are never dropped; those no model can use are marked. Immutable once built, except for the G flux
/// that can be filled from synthetic photometry; may be read from any number of threads. Values may lie in a mapped
/// file, where they cost no memory until they are looked at; copies share them.
class Catalog {
public:
    /// Coefficients and errors are row-major, rows x coefficientCount. Computes which rows are usable.
    /// A phot_g_mean_flux column becomes float64. `flags` (row_flags.h, one a row) spares looking at every value where
    /// they are known already. Throws Error when sizes disagree, the table is empty, or a column repeats a name.
    Catalog(std::string name, std::size_t coefficientCount, SharedArray<std::int64_t> sourceIds,
            SharedArray<float> coefficients, SharedArray<float> coefficientErrors, std::vector<Column> columns,
            SharedArray<std::uint8_t> flags = {});

    const std::string& name() const { return m_name; }
    const std::filesystem::path& path() const { return m_path; }
    void setPath(std::filesystem::path path) { m_path = std::move(path); }

    std::size_t rows() const { return m_sourceIds.size(); }
    std::size_t coefficientCount() const { return m_coefficientCount; }
    std::span<const std::int64_t> sourceIds() const { return m_sourceIds; }
    /// The first row of a source_id; nothing when the catalogue has no such star. Looks at every row.
    std::optional<std::size_t> rowOf(std::int64_t sourceId) const;
    MatrixView<const float> coefficients() const { return {m_coefficients.data(), rows(), m_coefficientCount}; }
    MatrixView<const float> coefficientErrors() const { return {m_errors.data(), rows(), m_coefficientCount}; }

    /// Every column but source_id, coefficients and errors, in file order; phot_g_mean_flux among them.
    const std::vector<Column>& columns() const { return m_columns; }
    /// Case-tolerant; nullptr where there is none.
    const Column* find(std::string_view name) const;
    /// Case-tolerant; throws Error that lists the columns the catalogue has.
    const Column& require(std::string_view name) const;

    const BitSet& usable() const { return m_usable; }
    const UsabilityCounts& usability() const { return m_counts; }
    /// What the user should know: what reading could not keep (addNotice), then one sentence for each kind of unusable
    /// row, naming the first such row (counting from 0) and its source_id. Empty when there is nothing to say.
    std::vector<std::string> notices() const;
    void addNotice(std::string sentence) { m_readingNotices.push_back(std::move(sentence)); }

    /// phot_g_mean_flux [e-/s], one a row; NaN where missing.
    std::span<const double> gFlux() const;
    /// Why each row cannot be used (row_flags.h); 0 where it can.
    std::span<const std::uint8_t> flags() const { return m_flags; }
    /// Replaces phot_g_mean_flux (size rows()) and marks the rows again; `origin` says where it came from.
    void setGFlux(std::vector<double> flux, std::string origin);
    const std::string& gFluxOrigin() const { return m_gFluxOrigin; } ///< "file" unless filled
    void setGFluxOrigin(std::string origin) { m_gFluxOrigin = std::move(origin); }

    /// The same stars with more columns; one of the same name is replaced, phot_g_mean_flux stays as it is. Throws
    /// Error for a column of another length.
    Catalog withColumns(std::vector<Column> columns) const;
    /// The same stars without these columns, as far as there are such.
    Catalog withoutColumns(std::span<const std::string> names) const;

    /// Free text by key, kept as file attributes; "mock" is "true" for a generated catalogue.
    std::map<std::string, std::string>& attributes() { return m_attributes; }
    const std::map<std::string, std::string>& attributes() const { return m_attributes; }
    bool isMock() const;

    std::size_t bytes() const; ///< memory held; mapped files do not count
    /// XXH3-128 of row count, source_ids, coefficients and errors, as 32 hex digits: names the content in provenance.
    std::string contentHash() const;

private:
    void adoptGFluxColumn();
    void markRows();
    void markFluxes();
    void countUsable();

    std::string m_name;
    std::filesystem::path m_path;
    std::size_t m_coefficientCount = 0;
    SharedArray<std::int64_t> m_sourceIds;
    SharedArray<float> m_coefficients;
    SharedArray<float> m_errors;
    std::vector<Column> m_columns;
    /// The flux is held once, as a float64 column; m_absentGFlux is NaN a row while there is no such column.
    std::optional<std::size_t> m_gFluxColumn;
    SharedArray<double> m_absentGFlux;
    std::string m_gFluxOrigin = "file";
    SharedArray<std::uint8_t> m_flags;
    BitSet m_usable;
    UsabilityCounts m_counts;
    std::array<std::size_t, 4> m_firstRows{}; ///< first row of each reason, in the order of UsabilityCounts
    std::vector<std::string> m_readingNotices;
    std::map<std::string, std::string> m_attributes;
};

} // namespace zscape
