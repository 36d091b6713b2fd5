#include "core/mock/stellar_spectrum.h"

#include "core/base/philox.h"
#include "core/mock/dust.h"
#include "core/mock/spectral_features.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace zscape::mock {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Array = Eigen::Array<double, 1, Eigen::Dynamic>;

double profileAt(const FeatureGroup& group, bool edge, double wavelength_nm) {
    double depth = 0;
    for (const FeatureLine& line : group.lines) {
        if (line.depth == 0) continue;
        const double offset = wavelength_nm - line.wavelength_nm;
        if (edge) {
            depth += line.depth / (1 + std::exp(offset / line.sigmaBlue_nm));
        } else {
            const double u = offset / (offset < 0 ? line.sigmaBlue_nm : line.sigmaRed_nm);
            depth += line.depth * std::exp(-0.5 * u * u);
        }
    }
    return depth;
}

/// Place of ln Teff between two table nodes: index of the lower one and the fraction.
std::pair<std::size_t, double> tablePlace(double teff) {
    const double t = std::clamp(teff, featureTeff.front(), featureTeff.back());
    std::size_t node = 0;
    while (node + 2 < featureTeff.size() && t >= featureTeff[node + 1]) {
        ++node;
    }
    return {node, std::log(t / featureTeff[node]) / std::log(featureTeff[node + 1] / featureTeff[node])};
}

/// Optical depth scale of every group for one star, the dust last.
void strengths(const Star& star, const Philox& random, double scatter, Eigen::Ref<Eigen::RowVectorXd> out) {
    const auto groups = featureGroups();
    const auto [node, fraction] = tablePlace(star.teff);
    const double metals = std::clamp(star.mH, -2.5, 0.6) + 0.3;
    const double alpha = star.alphaM - 0.08;
    const double gravity = star.logG - 4.45;
    for (std::size_t k = 0; k < groups.size(); ++k) {
        const FeatureGroup& group = groups[k];
        double value = group.strength[node] + fraction * (group.strength[node + 1] - group.strength[node]);
        double exponent = group.metals * metals + group.alpha * alpha + group.gravity * gravity;
        if (scatter > 0 && group.scatter > 0) exponent += scatter * group.scatter * random.normal(k);
        if (exponent != 0) value *= std::exp(std::numbers::ln10 * exponent);
        out(static_cast<Eigen::Index>(k)) = value;
    }
    out(static_cast<Eigen::Index>(groups.size())) = star.ebv;
}

} // namespace

StellarSpectra::StellarSpectra(std::span<const double> wavelengths_nm)
    : m_wavelengths_nm(wavelengths_nm.begin(), wavelengths_nm.end()) {
    const auto groups = featureGroups();
    m_profiles.reserve((groups.size() + 1) * m_wavelengths_nm.size());
    for (std::size_t k = 0; k < groups.size(); ++k) {
        for (const double wavelength : m_wavelengths_nm) {
            m_profiles.push_back(profileAt(groups[k], k == balmerEdgeGroup(), wavelength));
        }
    }
    for (const double wavelength : m_wavelengths_nm) {
        m_profiles.push_back(0.4 * std::numbers::ln10 * extinctionPerEbv(wavelength));
    }
}

void StellarSpectra::compute(std::span<const Star> stars, std::uint64_t seed, std::span<const std::uint64_t> streams,
                             double scatter, MatrixView<double> flux) const {
    const auto rows = static_cast<Eigen::Index>(stars.size());
    const auto grid = static_cast<Eigen::Index>(m_wavelengths_nm.size());
    const auto groups = static_cast<Eigen::Index>(featureGroups().size() + 1);
    RowMajor strength(rows, groups);
    for (Eigen::Index row = 0; row < rows; ++row) {
        const auto i = static_cast<std::size_t>(row);
        Eigen::RowVectorXd values(groups);
        strengths(stars[i], Philox(seed, streams[i]), scatter, values);
        strength.row(row) = values;
    }
    Eigen::Map<RowMajor> out(flux.data, rows, grid);
    out.noalias() = -strength * Eigen::Map<const RowMajor>(m_profiles.data(), groups, grid);
    const Eigen::Map<const Array> wavelengths(m_wavelengths_nm.data(), grid);
    constexpr double c2 = 1.4387769e7; // second radiation constant, nm K
    const Array inverse = c2 / wavelengths;
    const Array slope = (wavelengths / 600.0).pow(-5);
    Array exponent(grid);
    for (Eigen::Index row = 0; row < rows; ++row) {
        exponent = inverse / stars[static_cast<std::size_t>(row)].teff;
        // Planck times exp(-depth) as one quotient; 1e9 keeps the numbers near 1.
        out.row(row).array() = 1e9 * slope * (out.row(row).array() - exponent).exp() / (1 - (-exponent).exp());
    }
}

} // namespace zscape::mock
