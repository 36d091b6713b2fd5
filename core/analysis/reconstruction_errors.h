#pragma once

#include "core/analysis/compared_spectra.h"
#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/catalog/native_layout.h"
#include "core/io/table_file.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_instrument.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// How far reconstructions are from what was observed, for every star of a catalogue (method.md section 6, Eq 6-9).
///
///     R(j) = (x_j - xhat_j) / err_j          of a coefficient
///     R(lambda) = (f - fhat) / sigma(lambda) in calibrated flux at 61 wavelengths, 392, 402, ... 992 nm; sigma carries
///                                            the full covariance of the coefficients (xp-calibration.md)
/// of a star:
///     RMSE(j) = sqrt(d^T C^-1 d / 64), d = x - xhat, over the first 32 BP and the first 32 RP coefficients with their
///               covariance C; bands are independent of each other
///     RMSE(lambda) = sqrt of the mean of R(lambda)^2
/// of a column, over stars: the square root of the mean of R^2, and the mean of R, which the paper calls bias.
///
/// The released code differs. RMSE(j) of a star: no root, no 64, and d per unit flux with a C of standardised
/// coefficients. RMSE of a column: larger by a factor that is the same for all columns and models, so that the ratios
/// of Fig 6 are those here. sigma(lambda): the errors summed up like coefficients, signs and all, which passes through
/// zero at some wavelengths (the spikes of Fig 8); here it is the standard deviation.
namespace zscape {

/// Wavelengths of R(lambda): the grid of Zhang, Green & Rix (2023).
std::vector<double> errorWavelengths_nm();

/// Residuals of one column are counted in bins of this width from -10 to 10; those beyond are not counted.
inline constexpr double residualBin = 0.1;
inline constexpr double residualLimit = 10;
inline constexpr std::size_t residualBins = 200;

/// Of every coefficient or wavelength, over stars. NaN in a column that a reconstruction lacks.
struct ErrorCurve {
    std::vector<double> rmse;
    std::vector<double> bias;
    std::vector<std::array<std::uint32_t, residualBins>> counts;
    std::size_t stars = 0;
};

/// Of one model.
struct SpectrumErrors {
    std::string name;
    std::vector<float> starCoefficients; ///< RMSE(j), one a row; NaN where it cannot be told
    std::vector<float> starWavelengths;  ///< RMSE(lambda)
    ErrorCurve coefficients;             ///< every coefficient, BP then RP
    ErrorCurve wavelengths;
};

struct ReconstructionErrors {
    std::vector<double> wavelengths_nm;
    std::size_t bpCount = 0, rpCount = 0;
    std::vector<SpectrumErrors> models; ///< the model itself, then those compared, all curves over the same stars
    std::size_t stars = 0;              ///< usable, and reconstructed by every model
    std::size_t left = 0;               ///< usable, but not reconstructed by every compared model
    std::size_t correlated = 0;         ///< of the usable stars, with correlations; the others as if independent
    std::size_t undefined = 0;          ///< whose correlations are no correlation matrix: RMSE(j) is NaN
};

/// How many coefficients of each band RMSE(j) of a star takes.
inline constexpr std::size_t leadingCoefficients = 32;

struct ReconstructionErrorsOptions {
    const Latents* latents = nullptr;           ///< of the catalogue in the model; null: encoded here
    const Correlations* correlations = nullptr; ///< of the catalogue's rows; null: coefficients as if independent
    std::vector<std::shared_ptr<const ComparedSpectra>> compared;
    int threads = 0; ///< <= 0: every core
};

/// With the mean latent of every usable star. The same numbers on any number of threads. Throws Error without usable
/// stars, for spectra that are not the model's or the instrument's; Cancelled.
ReconstructionErrors reconstructionErrors(const Catalog& catalog, const SpectralModel& model,
                                          const XpInstrument& instrument, const ReconstructionErrorsOptions& options,
                                          const JobContext& job = {});

/// The per-star numbers as columns: rmse_j, rmse_lambda, and of a compared model rmse_j_NAME, rmse_lambda_NAME where
/// it has them. `origin` says which model they are of.
std::vector<Column> errorColumns(const ReconstructionErrors& errors, const std::string& origin);

/// The curves as a table: axis ("BP", "RP", "wavelength_nm"), position, and rmse and bias of each model.
NumericTable errorCurveTable(const ReconstructionErrors& errors);

/// The correlations in the catalogue's own file; null where it has none. Reads through HDF5, so not while another
/// thread does. Throws Error for a damaged file.
std::shared_ptr<const Correlations> correlationsOf(const Catalog& catalog);

/// Sentences for people: how many stars, with or without correlations, which were left out.
std::vector<std::string> errorRemarks(const ReconstructionErrors& errors);

} // namespace zscape
