#include "core/mock/xp_noise.h"

#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/io/hdf5.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zscape::mock {

XpNoise XpNoise::builtIn() {
    const auto file = hdf5::openImage(embeddedXpNoise(), "built-in xp_noise.h5");
    const auto attribute = [&](const char* name) {
        const auto value = hdf5::readDoubleAttribute(file.id(), ".", name);
        if (!value) throw Error(std::string("The built-in noise table lacks ") + name + "; rebuild Zscape.");
        return *value;
    };
    XpNoise noise;
    noise.m_g = hdf5::readDoubles(file.id(), "g_mag");
    noise.m_lnError = hdf5::readDoubles(file.id(), "ln_error");
    noise.m_slope = hdf5::readDoubles(file.id(), "colour_slope");
    noise.m_common = hdf5::readDoubles(file.id(), "ln_error_common");
    noise.m_own = hdf5::readDoubles(file.id(), "ln_error_own");
    noise.m_priorMean = hdf5::readDoubles(file.id(), "prior_mean");
    noise.m_priorFactors = hdf5::readDoubles(file.id(), "prior_factors");
    noise.m_priorDiagonal = hdf5::readDoubles(file.id(), "prior_diagonal");
    noise.m_pivot = attribute("pivot_colour");
    noise.m_colourMin = attribute("colour_min");
    noise.m_colourMax = attribute("colour_max");
    const std::size_t nodes = noise.m_g.size(), count = noise.m_slope.size();
    if (nodes < 2 || count == 0 || noise.m_lnError.size() != nodes * count || noise.m_common.size() != nodes * 4 ||
        noise.m_own.size() != count || noise.m_priorMean.size() != count || noise.m_priorDiagonal.size() != count ||
        noise.m_priorFactors.size() % count != 0) {
        throw Error("The built-in noise table has datasets of unequal length; rebuild Zscape.");
    }
    return noise;
}

XpNoise::Place XpNoise::place(double g) const {
    const double at = std::clamp(g, m_g.front(), m_g.back());
    const auto above = std::upper_bound(m_g.begin() + 1, m_g.end() - 1, at);
    const auto node = static_cast<std::size_t>(above - m_g.begin()) - 1;
    return {node, (at - m_g[node]) / (m_g[node + 1] - m_g[node])};
}

void XpNoise::medianLnError(double g, double colour, std::span<double> out) const {
    const Place p = place(g);
    const double offset = std::clamp(colour, m_colourMin, m_colourMax) - m_pivot;
    const double* low = &m_lnError[p.node * coefficientCount()];
    const double* high = low + coefficientCount();
    for (std::size_t j = 0; j < coefficientCount(); ++j) {
        out[j] = low[j] + p.fraction * (high[j] - low[j]) + m_slope[j] * offset;
    }
}

void XpNoise::draw(double g, double colour, const Philox& random, std::span<double> relative,
                   std::span<double> noise) const {
    medianLnError(g, colour, relative);
    const Place p = place(g);
    double covariance[4];
    for (std::size_t i = 0; i < 4; ++i) {
        const double low = m_common[p.node * 4 + i];
        covariance[i] = low + p.fraction * (m_common[p.node * 4 + 4 + i] - low);
    }
    // Cholesky of the 2 x 2 covariance of what BP and RP errors share (scan geometry, number of transits).
    const double a = std::sqrt(covariance[0]), b = covariance[1] / a;
    const double c = std::sqrt(std::max(0.0, covariance[3] - b * b));
    const std::size_t count = coefficientCount();
    fillNormal(random, 1, noise);
    const std::uint64_t next = 1 + (count + 3) / 4;
    double shared[4];
    fillNormal(random, 0, shared);
    const double band[2] = {a * shared[0], b * shared[0] + c * shared[1]};
    for (std::size_t j = 0; j < count; ++j) {
        relative[j] = std::exp(relative[j] + band[2 * j < count ? 0 : 1] + m_own[j] * noise[j]);
    }
    fillNormal(random, next, noise);
    for (std::size_t j = 0; j < count; ++j) {
        noise[j] *= relative[j];
    }
}

void fillNormal(const Philox& random, std::uint64_t first, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); i += 4) {
        const auto words = random.block(first + i / 4);
        for (std::size_t pair = 0; pair < 2; ++pair) { // Box-Muller
            const double radius = std::sqrt(-2 * std::log((static_cast<double>(words[2 * pair]) + 0.5) * 0x1p-32));
            const double angle = 2 * std::numbers::pi * (static_cast<double>(words[2 * pair + 1]) + 0.5) * 0x1p-32;
            if (i + 2 * pair < out.size()) out[i + 2 * pair] = radius * std::cos(angle);
            if (i + 2 * pair + 1 < out.size()) out[i + 2 * pair + 1] = radius * std::sin(angle);
        }
    }
}

} // namespace zscape::mock
