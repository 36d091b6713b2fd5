#include "core/base/philox.h"
#include "core/bench/bench.h"
#include "core/generate/exact_spectrum.h"
#include "core/generate/nearest_stars.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_instrument.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace zscape {

namespace {

/// Latents with a few clumps, as those of stars have.
std::shared_ptr<const Latents> clumpedLatents(std::size_t stars) {
    const Philox random(3);
    Latents latents{stars, 6, std::vector<float>(stars * 6), std::vector<float>(stars * 6, -3.0F)};
    for (std::size_t i = 0; i < latents.mu.size(); ++i) {
        latents.mu[i] = static_cast<float>(0.6 * random.normal(i) + 0.5 * static_cast<double>((i / 6) % 5));
    }
    return std::make_shared<const Latents>(std::move(latents));
}

BenchResult benchmarkNearest(std::size_t stars) {
    constexpr std::size_t wanted = 10;
    const auto latents = clumpedLatents(stars);
    const double seconds = medianSeconds([&] { const NearestStars built(latents); }, 3);
    const NearestStars tree(latents);
    constexpr int queries = 500;
    const auto place = [](int i) {
        const Philox random(4);
        std::vector<float> latent(6);
        for (std::size_t k = 0; k < 6; ++k) {
            latent[k] = static_cast<float>(random.normal(static_cast<std::uint64_t>(i) * 6 + k));
        }
        return latent;
    };
    std::size_t sum = 0;
    const auto byTree = [&] {
        for (int i = 0; i < queries; ++i) {
            sum += tree.nearest(place(i), wanted).front().row;
        }
    };
    const auto byScan = [&] { // every star looked at, once
        const std::vector<float> latent = place(0);
        std::vector<std::pair<float, std::size_t>> all(stars);
        for (std::size_t row = 0; row < stars; ++row) {
            float square = 0;
            for (std::size_t k = 0; k < 6; ++k) {
                const float off = (latents->mu[row * 6 + k] - latent[k]) / static_cast<float>(tree.spreads()[k]);
                square += off * off;
            }
            all[row] = {square, row};
        }
        std::ranges::partial_sort(all, all.begin() + wanted);
        sum += all.front().second;
    };
    const std::vector<double> taken = medianSecondsInTurns({byTree, byScan}, 7);
    BenchResult result{.name = "nearest_stars", .unit = "us", .budget = 500};
    result.value = taken[0] * 1e6 / queries;
    result.counterpart = "every star looked at";
    result.counterpartValue = taken[1] * 1e6;
    result.note = std::to_string(wanted) + " nearest of " + std::to_string(stars) +
                  " in 6 latents; the tree is built in " + std::to_string(seconds) + " s (checksum " +
                  std::to_string(sum % 10) + ")";
    return result;
}

BenchResult benchmarkJacobian() {
    Model model = initialModel(Architecture{}, 1);
    model.normalization = Normalization{std::vector<double>(110, 0.1), std::vector<double>(110, 0.02), "bench"};
    const ExactSpectrum spectrum(model, XpInstrument::builtIn());
    std::vector<double> latent(6, 0.3);
    ExactSpectrum::Response response;
    constexpr int repeats = 200;
    const auto exact = [&] {
        for (int i = 0; i < repeats; ++i) {
            latent[0] = 0.01 * i;
            spectrum.respond(latent, 5000, response);
        }
    };
    std::vector<double> above;
    std::vector<double> below;
    const auto differences = [&] { // the usual way: two spectra a latent, and inexact
        for (int i = 0; i < repeats; ++i) {
            for (std::size_t k = 0; k < 6; ++k) {
                std::vector<double> moved = latent;
                moved[k] += 1e-4;
                spectrum.flux(moved, 5000, above);
                moved[k] -= 2e-4;
                spectrum.flux(moved, 5000, below);
            }
        }
    };
    const std::vector<double> taken = medianSecondsInTurns({exact, differences}, 7);
    BenchResult result{.name = "flux_jacobian", .unit = "us", .budget = 1000};
    result.value = taken[0] * 1e6 / repeats;
    result.counterpart = "central differences in float64";
    result.counterpartValue = taken[1] * 1e6 / repeats;
    result.note = "d flux / d z of 6 latents on 343 wavelengths, exact, with the spectrum itself";
    return result;
}

} // namespace

std::vector<BenchResult> benchmarkGenerate(std::size_t stars, const JobContext& job) {
    job.report(0, "measuring near stars and derivatives");
    std::vector<BenchResult> results{benchmarkNearest(stars)};
    job.throwIfCancelled();
    results.push_back(benchmarkJacobian());
    return results;
}

} // namespace zscape
