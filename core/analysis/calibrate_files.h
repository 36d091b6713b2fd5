#pragma once

#include "core/base/job_context.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace zscape {

enum class XpProduct {
    Calibrated, ///< flux and flux_error on a wavelength grid, W nm^-1 m^-2
    Internal,   ///< bp_flux, bp_flux_error, rp_flux, rp_flux_error in pseudo-wavelength, e-/s (GaiaXPy's convert)
    Photometry  ///< mag_NAME, mag_error_NAME, flux_NAME, flux_error_NAME of each filter
};

/// What calibrateFiles makes of the archive's XP_CONTINUOUS files.
struct CalibrateFilesOptions {
    std::vector<std::filesystem::path> files;
    std::filesystem::path out; ///< any format of writeTable
    XpProduct product = XpProduct::Calibrated;
    std::vector<double> grid;          ///< wavelengths [nm], or pseudo-wavelengths; empty: the default grid
    std::filesystem::path filterTable; ///< of GaiaXPy's format; empty: Gaia DR3 (Vega)
    bool truncate = false;             ///< to n_relevant_bases
    int threads = 0;                   ///< <= 0: every core
    /// Told one sentence for each star or file that is left out. Without it the first one throws.
    std::function<void(const std::string&)> skip{};
};

struct CalibrateFilesReport {
    std::size_t stars = 0;         ///< written
    std::size_t left = 0;          ///< left out: no band, or a coefficient that is no number
    std::size_t oneBand = 0;       ///< written with BP or RP alone
    std::size_t independent = 0;   ///< written without correlations: errors as if coefficients were independent
    std::size_t withoutErrors = 0; ///< written with errors of NaN: an error or a correlation is no number
    std::size_t failedFiles = 0;
    /// Photometry whose standardised magnitudes lack GaiaXPy's colour equation: "U of JkcStd".
    std::vector<std::string> withoutColourEquation;
};

/// Reads the files one after another in a stream with all cores and writes as it goes, so memory stays the same however
/// many stars there are; rows keep the order of the files. Throws Error (and leaves no file) and Cancelled.
CalibrateFilesReport calibrateFiles(const CalibrateFilesOptions& options, const JobContext& job = {});

/// "a:b:step" as rising numbers a, a + step, ... up to b (with it where it falls on the grid). Throws Error.
std::vector<double> parseGrid(const std::string& text);

} // namespace zscape
