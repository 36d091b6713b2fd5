#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/generate/exact_spectrum.h"
#include "core/model/spectral_model.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace zscape {

/// The mean latent of a selection's stars that have one.
struct MeanLatent {
    std::vector<double> latent;
    std::size_t stars = 0;
    std::vector<float> asFloats() const { return {latent.begin(), latent.end()}; }
};
/// Throws Error when no star of the selection has a latent point, naming `name`, or for a set of another size.
MeanLatent meanLatent(const Latents& latents, const BitSet& stars, std::string_view name);

struct BootstrapOptions {
    int replicates = 200;
    double level = 0.6827; ///< the share of replicates inside the band: 1 sigma of a normal distribution
    std::uint64_t seed = 0;
    int threads = 0; ///< 0 takes every core; the result does not depend on it
};

/// A spectrum with a bootstrap band, one value a wavelength of the instrument.
struct BandedSpectrum {
    std::vector<double> value;
    std::vector<double> lower;
    std::vector<double> upper;
    std::size_t starsA = 0;
    std::size_t starsB = 0; ///< 0 for a mean
};

enum class Contrast {
    Difference, ///< flux of A minus flux of B [W m^-2 nm^-1]
    Ratio       ///< flux of A over flux of B; NaN where B's is not above 0
};

/// The spectrum that the model decodes from the mean latent of a selection, at the same phot_g_mean_flux [e-/s] for
/// all. The band: each replicate draws as many stars as the selection has, with replacement, and decodes their mean; it
/// lies between the percentiles that leave `level` inside. It tells how well the selection's stars fix their mean, not
/// how much they differ. Same seed, same bytes on any number of threads. Throw Error as meanLatent and for options that
/// are no use; Cancelled.
BandedSpectrum meanSpectrum(const Latents& latents, const BitSet& stars, std::string_view name,
                            const ExactSpectrum& spectrum, double gFlux, const BootstrapOptions& options = {},
                            const JobContext& job = {});
/// Difference or ratio of two selections' spectra, each decoded from its mean latent; A and B are drawn independently.
BandedSpectrum contrastSpectra(const Latents& latents, const BitSet& a, std::string_view nameA, const BitSet& b,
                               std::string_view nameB, Contrast contrast, const ExactSpectrum& spectrum, double gFlux,
                               const BootstrapOptions& options = {}, const JobContext& job = {});

} // namespace zscape
