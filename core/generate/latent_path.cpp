#include "core/generate/latent_path.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr int mostSteps = 100000;

void checkSteps(int steps) {
    if (steps >= 2 && steps <= mostSteps) return;
    throw Error("a traverse of " + std::to_string(steps) + " steps is no use; choose 2 to " +
                std::to_string(mostSteps));
}

bool allFinite(std::span<const float> values) {
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

} // namespace

LatentPath LatentPath::alongTrack(const Track& track) {
    LatentPath path;
    path.m_name = track.name;
    path.m_alongName = track.alongName;
    path.m_alongUnit = track.alongUnit;
    for (const TrackPoint& point : track.points) {
        if (point.latent.empty() || !allFinite(point.latent)) {
            throw Error("the track '" + track.name +
                        "' has no image in latent space; make it with a model that encodes the catalogue");
        }
        path.m_latentSize = point.latent.size();
        path.m_along.push_back(point.along);
        path.m_latents.insert(path.m_latents.end(), point.latent.begin(), point.latent.end());
    }
    if (path.knots() < 2) {
        throw Error("the track '" + track.name + "' has " + std::to_string(path.knots()) +
                    " points with stars, and a traverse needs two; widen its bins or lower its minimum of stars");
    }
    return path;
}

LatentPath LatentPath::straight(std::span<const float> from, std::span<const float> to, std::string name) {
    if (from.size() != to.size() || from.empty()) {
        throw Error("the ends of the traverse have " + std::to_string(from.size()) + " and " +
                    std::to_string(to.size()) + " latents; choose both with the same model");
    }
    if (!allFinite(from) || !allFinite(to)) {
        throw Error("an end of the traverse has no latent point; choose usable stars");
    }
    LatentPath path;
    path.m_name = std::move(name);
    path.m_alongName = "path";
    path.m_latentSize = from.size();
    path.m_along = {0, 1};
    path.m_latents.assign(from.begin(), from.end());
    path.m_latents.insert(path.m_latents.end(), to.begin(), to.end());
    return path;
}

double LatentPath::alongAt(double fraction) const {
    return m_along.front() + std::clamp(fraction, 0.0, 1.0) * (m_along.back() - m_along.front());
}

std::vector<float> LatentPath::at(double fraction) const {
    const double along = alongAt(fraction);
    auto upper = std::ranges::upper_bound(m_along, along);
    if (upper == m_along.end()) --upper;
    const auto next = static_cast<std::size_t>(upper - m_along.begin());
    const double width = m_along[next] - m_along[next - 1];
    const double part = width > 0 ? (along - m_along[next - 1]) / width : 0;
    std::vector<float> latent(m_latentSize);
    for (std::size_t k = 0; k < m_latentSize; ++k) {
        const double from = m_latents[(next - 1) * m_latentSize + k];
        const double to = m_latents[next * m_latentSize + k];
        latent[k] = static_cast<float>(from + part * (to - from));
    }
    return latent;
}

std::vector<float> LatentPath::sequence(int steps) const {
    checkSteps(steps);
    std::vector<float> latents;
    for (int step = 0; step < steps; ++step) {
        const std::vector<float> latent = at(static_cast<double>(step) / (steps - 1));
        latents.insert(latents.end(), latent.begin(), latent.end());
    }
    return latents;
}

NumericTable traverseTable(const LatentPath& path, int steps, const SpectrumGenerator& generator, double gFlux,
                           const JobContext& job) {
    std::vector<float> latents = path.sequence(steps);
    const std::span<const double> wavelengths = generator.instrument().wavelengths_nm();
    std::vector<double> fractions;
    std::vector<double> along;
    std::vector<double> flux;
    std::vector<double> scatter;
    std::vector<double> coefficients;
    GeneratedSpectrum spectrum;
    for (int step = 0; step < steps; ++step) {
        job.throwIfCancelled();
        job.report(static_cast<double>(step) / steps, "decoding the traverse");
        fractions.push_back(static_cast<double>(step) / (steps - 1));
        along.push_back(path.alongAt(fractions.back()));
        const auto begin = static_cast<std::size_t>(step) * path.latentSize();
        generator.generate(std::span(latents).subspan(begin, path.latentSize()), gFlux, spectrum);
        flux.insert(flux.end(), spectrum.flux.begin(), spectrum.flux.end());
        scatter.insert(scatter.end(), spectrum.fluxScatter.begin(), spectrum.fluxScatter.end());
        coefficients.insert(coefficients.end(), spectrum.coefficients.begin(), spectrum.coefficients.end());
    }
    const std::vector<double> axis(wavelengths.begin(), wavelengths.end());
    const std::size_t count = spectrum.coefficients.size();
    NumericTable table;
    table.attributes = {{"traverse", path.name()},
                        {"along", path.alongName()},
                        {"model", generator.model().model().provenance.program},
                        {"phot_g_mean_flux", std::to_string(gFlux)}};
    const std::string unit = "W.m**-2.nm**-1";
    table.blocks.push_back({"fraction", "", std::move(fractions), 1, false, "", {}});
    table.blocks.push_back({"along", path.alongUnit(), std::move(along), 1, false, "", {}});
    table.blocks.push_back({"mu", "", std::move(latents), path.latentSize(), true, "", {}});
    table.blocks.push_back({"flux", unit, std::move(flux), axis.size(), true, "wavelength_nm", axis});
    table.blocks.push_back({"flux_scatter", unit, std::move(scatter), axis.size(), true, "wavelength_nm", axis});
    table.blocks.push_back({"coefficients", "electron/s", std::move(coefficients), count, true, "", {}});
    return table;
}

} // namespace zscape
