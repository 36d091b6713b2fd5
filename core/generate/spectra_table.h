#pragma once

#include "core/analysis/spectrum_generator.h"
#include "core/base/bit_set.h"
#include "core/catalog/catalog.h"
#include "core/io/table_file.h"

#include <filesystem>
#include <span>

namespace zscape {

/// What of a spectrum goes into an exported table.
struct SpectraContent {
    bool observed = true;      ///< of a star, with its errors
    bool reconstructed = true; ///< what the model makes of the star's own latent point, with its scatter
    bool coefficients = true;  ///< BP then RP [e-/s]
    bool flux = true;          ///< calibrated, on the instrument's wavelengths [W m^-2 nm^-1]
};

/// Reads "observed,reconstructed" and "flux,coefficients" as a command line has them. Throws Error.
SpectraContent spectraContentOf(const std::string& what, const std::string& spaces);

/// Writes the spectra of stars by the file's ending, atomically and a piece at a time, a row a star: `source_id`,
/// `phot_g_mean_flux`; `observed_coefficients` and `observed_coefficients_error`, `observed_flux` and
/// `observed_flux_error`; with a generator `mu`, `reconstructed_coefficients` and `coefficients_scatter`,
/// `reconstructed_flux` and `flux_scatter`, each at the star's own G flux. Errors of flux are those of independent
/// coefficients, sqrt(sum_j (A_jl e_j)^2): a catalogue has no correlations. A star no model can use has NaN for what is
/// reconstructed. `latents` and `generator` may be null when nothing is reconstructed. The generator's model is used by
/// this call alone while it runs. Throws Error (no stars, sizes, a model without normalisation); Cancelled.
void writeStarSpectra(const std::filesystem::path& file, const Catalog& catalog, const BitSet& stars,
                      const SpectraContent& content, const XpInstrument& instrument, const Latents* latents,
                      const SpectrumGenerator* generator, const JobContext& job = {});

/// One latent point's spectrum as a table of one row: `mu`, `phot_g_mean_flux`, `generated_coefficients` and
/// `coefficients_scatter`, `generated_flux` and `flux_scatter`. `observed` and `reconstructed` mean nothing here.
NumericTable generatedSpectrumTable(std::span<const float> latent, double gFlux, const SpectraContent& content,
                                    const SpectrumGenerator& generator);

} // namespace zscape
