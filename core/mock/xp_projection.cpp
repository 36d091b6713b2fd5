#include "core/mock/xp_projection.h"

#include "core/base/error.h"

#include <Eigen/Dense>

#include <cmath>
#include <string>

namespace zscape::mock {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double designScale = 1e18;        // the tables are W nm^-1 m^-2 per e-/s, about 1e-18
constexpr double fluxTolerance = 0.002;     // of the mean star's flux at each wavelength
constexpr double fluxToleranceFloor = 5e-4; // of its maximum

/// Synthetic photometry is linear in the coefficients, so probing it with unit steps gives it as vectors.
std::vector<double> probe(const XpInstrument& instrument, double XpInstrument::Magnitudes::*band,
                          const std::vector<double>& mean) {
    const auto value = [&](const std::vector<double>& c) {
        return std::pow(10.0, -0.4 * (instrument.magnitudes(c).*band));
    };
    const double base = value(mean);
    std::vector<double> step(mean), functional(mean.size());
    for (std::size_t j = 0; j < mean.size(); ++j) {
        step[j] += 0.1 * mean[0]; // small against the whole, so the flux stays positive
        functional[j] = (value(step) - base) / (0.1 * mean[0]);
        step[j] = mean[j];
    }
    return functional;
}

double apply(const std::vector<double>& functional, std::span<const double> coefficients) {
    double sum = 0;
    for (std::size_t j = 0; j < functional.size(); ++j) {
        sum += functional[j] * coefficients[j];
    }
    return sum;
}

} // namespace

XpProjection::XpProjection(const XpInstrument& instrument, const XpNoise& noise) {
    const MatrixView<const double> design = instrument.stackedDesign();
    if (design.rows != noise.coefficientCount()) {
        throw Error("The built-in noise table has " + std::to_string(noise.coefficientCount()) +
                    " coefficients and the instrument tables " + std::to_string(design.rows) +
                    "; make both from the same Gaia release.");
    }
    const auto count = static_cast<Eigen::Index>(design.rows), grid = static_cast<Eigen::Index>(design.cols);
    const RowMajor d = Eigen::Map<const RowMajor>(design.data, count, grid) * designScale;
    const Eigen::Map<const Eigen::VectorXd> mean(noise.priorMean().data(), count);
    const Eigen::Map<const RowMajor> factors(noise.priorFactors().data(), count,
                                             static_cast<Eigen::Index>(noise.factorCount()));
    const Eigen::Map<const Eigen::VectorXd> diagonal(noise.priorDiagonal().data(), count);
    Eigen::MatrixXd covariance = factors * factors.transpose();
    covariance.diagonal() += diagonal.cwiseAbs2();

    const Eigen::VectorXd typical = d.transpose() * mean;
    const double floor = fluxToleranceFloor * typical.maxCoeff();
    const Eigen::VectorXd weight = (fluxTolerance * typical.cwiseAbs()).cwiseMax(floor).cwiseAbs2().cwiseInverse();
    // In units of the prior's width, as orders differ by 1e4.
    const Eigen::VectorXd width = covariance.diagonal().cwiseSqrt();
    const Eigen::MatrixXd scaled = width.asDiagonal() * d;
    const Eigen::MatrixXd correlation =
        width.cwiseInverse().asDiagonal() * covariance * width.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(count, count);
    const Eigen::MatrixXd normal =
        scaled * weight.asDiagonal() * scaled.transpose() + correlation.ldlt().solve(identity);
    const Eigen::MatrixXd gain = width.asDiagonal() * normal.ldlt().solve(scaled * weight.asDiagonal());

    m_gain.resize(static_cast<std::size_t>(grid * count));
    Eigen::Map<RowMajor>(m_gain.data(), grid, count) = gain.transpose();
    m_offset.resize(static_cast<std::size_t>(count));
    Eigen::Map<Eigen::VectorXd>(m_offset.data(), count) = mean - gain * typical;
    m_filters[0] = probe(instrument, &XpInstrument::Magnitudes::g, noise.priorMean());
    m_filters[1] = probe(instrument, &XpInstrument::Magnitudes::bp, noise.priorMean());
    m_filters[2] = probe(instrument, &XpInstrument::Magnitudes::rp, noise.priorMean());
    m_unitG = std::pow(10.0, -0.4 * gMagnitudeFromFlux(1.0));
}

void XpProjection::project(MatrixView<const double> flux, MatrixView<double> coefficients) const {
    const auto rows = static_cast<Eigen::Index>(flux.rows), grid = static_cast<Eigen::Index>(flux.cols);
    const auto count = static_cast<Eigen::Index>(m_offset.size());
    const Eigen::Map<const RowMajor> f(flux.data, rows, grid);
    const Eigen::Map<const RowMajor> gain(m_gain.data(), grid, count);
    const Eigen::Map<const Eigen::RowVectorXd> offset(m_offset.data(), count);
    const Eigen::Map<const Eigen::VectorXd> gFilter(m_filters[0].data(), count);
    Eigen::Map<RowMajor> c(coefficients.data, rows, count);
    c.noalias() = f * gain;
    // The flux has no unit yet: scale it so that with the prior's share the G flux is that of the star.
    const double fromPrior = offset * gFilter;
    for (Eigen::Index row = 0; row < rows; ++row) {
        c.row(row) *= (m_unitG - fromPrior) / (c.row(row) * gFilter);
        c.row(row) += offset;
    }
}

XpProjection::Colours XpProjection::colours(std::span<const double> coefficients) const {
    const auto magnitude = [&](std::size_t band) { return -2.5 * std::log10(apply(m_filters[band], coefficients)); };
    const double g = magnitude(0);
    return {g - magnitude(1), g - magnitude(2)};
}

} // namespace zscape::mock
