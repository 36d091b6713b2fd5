#include "core/generate/selection_spectra.h"

#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace zscape {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr int mostReplicates = 100000;

/// The latents of a selection, packed: the bootstrap reads them in random order.
struct Packed {
    std::size_t latentSize = 0;
    std::vector<float> mu;
    std::size_t stars() const { return latentSize == 0 ? 0 : mu.size() / latentSize; }
};

Packed pack(const Latents& latents, const BitSet& stars, std::string_view name) {
    if (stars.size() != latents.rows) {
        throw Error("the selection '" + std::string(name) + "' is of a catalogue with " + std::to_string(stars.size()) +
                    " rows and the latents have " + std::to_string(latents.rows) + "; evaluate it anew");
    }
    Packed packed{latents.latentSize, {}};
    stars.forEach([&](std::size_t row) {
        const std::span<const float> latent = latents.muView().row(row);
        if (!std::isfinite(latent[0])) return;
        packed.mu.insert(packed.mu.end(), latent.begin(), latent.end());
    });
    if (packed.mu.empty()) {
        throw Error("no star of the selection '" + std::string(name) +
                    "' has a latent point, so it has no mean; select usable stars");
    }
    return packed;
}

std::vector<double> meanOf(const Packed& packed) {
    std::vector<double> sums(packed.latentSize);
    for (std::size_t i = 0; i < packed.mu.size(); i += packed.latentSize) {
        for (std::size_t k = 0; k < packed.latentSize; ++k) {
            sums[k] += packed.mu[i + k];
        }
    }
    for (double& sum : sums) {
        sum /= static_cast<double>(packed.stars());
    }
    return sums;
}

/// As many stars as there are, with replacement. Every block of Philox gives four of them.
std::vector<double> resampledMean(const Packed& packed, const Philox& random) {
    const std::size_t stars = packed.stars();
    std::vector<double> sums(packed.latentSize);
    for (std::size_t i = 0; i < stars; i += 4) {
        const auto words = random.block(i / 4);
        for (std::size_t part = 0; part < std::min<std::size_t>(4, stars - i); ++part) {
            const std::size_t star = static_cast<std::size_t>((std::uint64_t{words[part]} * stars) >> 32);
            const float* latent = packed.mu.data() + star * packed.latentSize;
            for (std::size_t k = 0; k < packed.latentSize; ++k) {
                sums[k] += latent[k];
            }
        }
    }
    for (double& sum : sums) {
        sum /= static_cast<double>(stars);
    }
    return sums;
}

void checkOptions(const BootstrapOptions& options) {
    if (options.replicates < 2 || options.replicates > mostReplicates) {
        throw Error("a bootstrap of " + std::to_string(options.replicates) + " replicates is no use; choose 2 to " +
                    std::to_string(mostReplicates));
    }
    if (!(options.level > 0 && options.level < 1)) {
        throw Error("the level of a bootstrap band must lie between 0 and 1");
    }
}

/// The value at a share of the sorted ones, with linear interpolation; NaN where one is missing.
double quantile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double part = place - static_cast<double>(below);
    return sorted[below] + part * (sorted[above] - sorted[below]);
}

void setBand(const std::vector<std::vector<double>>& replicates, double level, BandedSpectrum& out) {
    std::vector<double> values(replicates.size());
    for (std::size_t l = 0; l < out.value.size(); ++l) {
        bool whole = true;
        for (std::size_t r = 0; r < replicates.size(); ++r) {
            values[r] = replicates[r][l];
            whole = whole && !std::isnan(values[r]);
        }
        if (!whole) {
            out.lower.push_back(missing);
            out.upper.push_back(missing);
            continue;
        }
        std::ranges::sort(values);
        out.lower.push_back(quantile(values, 0.5 * (1 - level)));
        out.upper.push_back(quantile(values, 0.5 * (1 + level)));
    }
}

/// Runs `replicate(r)` for every replicate on all threads; each depends on its number alone.
template <typename Replicate>
std::vector<std::vector<double>> runReplicates(const BootstrapOptions& options, const JobContext& job,
                                               const Replicate& replicate) {
    std::vector<std::vector<double>> results(static_cast<std::size_t>(options.replicates));
    ThreadPool pool(options.threads);
    pool.forChunks(results.size(), 4, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t r = begin; r < end && !job.cancelled(); ++r) {
            results[r] = replicate(r);
        }
    });
    job.throwIfCancelled();
    return results;
}

} // namespace

MeanLatent meanLatent(const Latents& latents, const BitSet& stars, std::string_view name) {
    const Packed packed = pack(latents, stars, name);
    return {meanOf(packed), packed.stars()};
}

BandedSpectrum meanSpectrum(const Latents& latents, const BitSet& stars, std::string_view name,
                            const ExactSpectrum& spectrum, double gFlux, const BootstrapOptions& options,
                            const JobContext& job) {
    checkOptions(options);
    job.report(-1, "resampling stars");
    const Packed packed = pack(latents, stars, name);
    BandedSpectrum result;
    result.starsA = packed.stars();
    spectrum.flux(meanOf(packed), gFlux, result.value);
    const auto replicates = runReplicates(options, job, [&](std::size_t r) {
        std::vector<double> flux;
        spectrum.flux(resampledMean(packed, Philox(options.seed, 2 * r)), gFlux, flux);
        return flux;
    });
    setBand(replicates, options.level, result);
    return result;
}

BandedSpectrum contrastSpectra(const Latents& latents, const BitSet& a, std::string_view nameA, const BitSet& b,
                               std::string_view nameB, Contrast contrast, const ExactSpectrum& spectrum, double gFlux,
                               const BootstrapOptions& options, const JobContext& job) {
    checkOptions(options);
    job.report(-1, "resampling stars");
    const Packed packedA = pack(latents, a, nameA);
    const Packed packedB = pack(latents, b, nameB);
    const auto contrastOf = [&](const std::vector<double>& meanA, const std::vector<double>& meanB) {
        std::vector<double> fluxA;
        std::vector<double> fluxB;
        spectrum.flux(meanA, gFlux, fluxA);
        spectrum.flux(meanB, gFlux, fluxB);
        for (std::size_t l = 0; l < fluxA.size(); ++l) {
            if (contrast == Contrast::Difference) {
                fluxA[l] -= fluxB[l];
            } else {
                fluxA[l] = fluxB[l] > 0 ? fluxA[l] / fluxB[l] : missing;
            }
        }
        return fluxA;
    };
    BandedSpectrum result;
    result.starsA = packedA.stars();
    result.starsB = packedB.stars();
    result.value = contrastOf(meanOf(packedA), meanOf(packedB));
    const auto replicates = runReplicates(options, job, [&](std::size_t r) {
        return contrastOf(resampledMean(packedA, Philox(options.seed, 2 * r)),
                          resampledMean(packedB, Philox(options.seed, 2 * r + 1)));
    });
    setBand(replicates, options.level, result);
    return result;
}

} // namespace zscape
