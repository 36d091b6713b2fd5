#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/catalog/native_layout.h"
#include "core/xp/xp_instrument.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace zscape {

/// What another model makes of the same stars, from an array of numbers: one row a star. By the number of columns:
/// - all coefficients (110 in DR3), BP then RP, divided by phot_g_mean_flux as method.md section 1 has them;
/// - 64: the first 32 BP, then the first 32 RP coefficients, divided likewise (Leung & Bovy 2023);
/// - 61: calibrated flux [W m^-2 nm^-1] at 392, 402, ... 992 nm (Zhang, Green & Rix 2023);
/// - 343: calibrated flux on the default grid.
struct ComparedSpectra {
    enum class Kind { Coefficients, Flux };
    std::string name;
    Kind kind = Kind::Coefficients;
    std::vector<std::size_t> columns; ///< which coefficient (of all) or which of the 61 wavelengths
    std::vector<float> values;        ///< rows x columns.size(); flux in 1e-18 W m^-2 nm^-1, for the range of float32
    std::vector<std::uint32_t> arrayRow; ///< for each row of the catalogue; `none` where it has no reconstruction
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr double fluxUnit = 1e-18;
};

/// "NAME=FILE" or "NAME=FILE:ARRAY": `.npy`, `.npz` or HDF5. ARRAY may be left out where a file has one array besides
/// source_id. Rows are the catalogue's, in its order; or, where the file has an array `source_id` (or `ids`) beside,
/// they are found by it, in any order and number. Throws Error in one sentence: file, what it has, what it should.
ComparedSpectra readComparedSpectra(const std::string& text, const Catalog& catalog, const XpInstrument& instrument,
                                    const JobContext& job = {});

/// The arrays that a file has to choose from; empty for `.npy`, which has one without a name. Throws Error.
std::vector<std::string> comparedArrays(const std::filesystem::path& file);

/// Correlations of the catalogue's stars, row for row, from an `.npz` with `bp_corrs` and `rp_corrs` (as the paper's
/// xp_corrs.npz), stars x n(n-1)/2 each. Throws Error.
Correlations readCorrelations(const std::filesystem::path& path, const Catalog& catalog,
                              const XpInstrument& instrument);

} // namespace zscape
