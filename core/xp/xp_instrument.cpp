#include "core/xp/xp_instrument.h"

#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/xp/xp_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double missingValue = std::numeric_limits<double>::quiet_NaN();
/// Zero point of phot_g_mean_flux in Gaia (E)DR3, VEGAMAG (Riello et al. 2021, A&A 649, A3).
constexpr double gZeroPoint = 25.6873668671;

void requireSize(const char* what, std::size_t size, std::size_t expected) {
    if (size == expected) return;
    throw Error("XP calibration got " + std::to_string(size) + ' ' + what +
                " where the Gaia DR3 instrument tables need " + std::to_string(expected));
}

/// flux += coefficients^T design over the band's columns; `design` has one row a coefficient.
void addBand(const XpBandTable& band, const double* design, std::span<const double> coefficients,
             std::span<double> flux) {
    for (std::size_t term = 0; term < coefficients.size(); ++term) {
        const double* row = design + term * flux.size();
        for (std::size_t column = band.firstColumn; column < band.endColumn(); ++column) {
            flux[column] += coefficients[term] * row[column];
        }
    }
}

} // namespace

XpInstrument XpInstrument::builtIn() {
    return fromImage(embeddedXpTables(), "xp_tables.h5");
}

XpInstrument XpInstrument::fromImage(std::span<const std::byte> image, const std::string& name) {
    return XpInstrument(std::make_shared<const Tables>(readXpTables(image, name)));
}

std::span<const double> XpInstrument::wavelengths_nm() const {
    return m_tables->wavelengths_nm;
}

std::size_t XpInstrument::coefficientCount(XpBand band) const {
    return m_tables->band(band).coefficientCount;
}

std::size_t XpInstrument::coefficientCount() const {
    return m_tables->coefficientCount();
}

MatrixView<const double> XpInstrument::photometryDesign() const {
    return {std::span<const double>(m_tables->photometry), m_tables->zeroPoints.size()};
}

std::span<const double> XpInstrument::zeroPoints() const {
    return m_tables->zeroPoints;
}

MatrixView<const double> XpInstrument::design(XpBand band) const {
    return {std::span<const double>(m_tables->band(band).design), m_tables->wavelengths_nm.size()};
}

std::span<const double> XpInstrument::weight(XpBand band) const {
    return m_tables->band(band).weight;
}

MatrixView<const double> XpInstrument::stackedDesign() const {
    return {std::span<const double>(m_tables->stacked), m_tables->wavelengths_nm.size()};
}

const std::string& XpInstrument::provenance() const {
    return m_tables->provenance;
}

void XpInstrument::calibrate(std::span<const double> coefficients, std::span<double> flux) const {
    requireSize("coefficients", coefficients.size(), coefficientCount());
    const std::size_t bpCount = coefficientCount(XpBand::Bp);
    calibrateBands(coefficients.first(bpCount), coefficients.subspan(bpCount), flux);
}

void XpInstrument::calibrateBands(std::span<const double> bp, std::span<const double> rp,
                                  std::span<double> flux) const {
    if (bp.empty() && rp.empty()) throw Error("a star without BP and RP coefficients has no spectrum to calibrate");
    if (!bp.empty()) requireSize("BP coefficients", bp.size(), coefficientCount(XpBand::Bp));
    if (!rp.empty()) requireSize("RP coefficients", rp.size(), coefficientCount(XpBand::Rp));
    requireSize("flux values", flux.size(), m_tables->wavelengths_nm.size());
    if (!bp.empty() && !rp.empty()) {
        std::fill(flux.begin(), flux.end(), 0.0);
        const XpBandTable& bpTable = m_tables->band(XpBand::Bp);
        addBand(bpTable, m_tables->stacked.data(), bp, flux);
        addBand(m_tables->band(XpBand::Rp), m_tables->stacked.data() + bpTable.design.size(), rp, flux);
        return;
    }
    const XpBandTable& band = m_tables->band(bp.empty() ? XpBand::Rp : XpBand::Bp);
    std::fill(flux.begin(), flux.end(), missingValue);
    const std::span<double> covered = flux.subspan(band.firstColumn, band.columnCount);
    std::fill(covered.begin(), covered.end(), 0.0);
    addBand(band, band.design.data(), bp.empty() ? rp : bp, flux);
}

void XpInstrument::calibrate(MatrixView<const float> coefficients, MatrixView<float> flux) const {
    requireSize("coefficients", coefficients.cols, coefficientCount());
    requireSize("flux values", flux.cols, m_tables->wavelengths_nm.size());
    requireSize("rows of flux", flux.rows, coefficients.rows);
    m_tables->tiled.multiply(coefficients, flux);
}

XpInstrument::Magnitudes XpInstrument::magnitudes(std::span<const double> coefficients) const {
    requireSize("coefficients", coefficients.size(), coefficientCount());
    std::array<double, 3> flux{};
    const double* filters = m_tables->photometry.data();
    for (const double coefficient : coefficients) {
        for (double& sum : flux)
            sum += coefficient * *filters++;
    }
    const auto magnitude = [&](std::size_t filter) {
        return flux[filter] > 0 ? m_tables->zeroPoints[filter] - 2.5 * std::log10(flux[filter]) : missingValue;
    };
    return {magnitude(0), magnitude(1), magnitude(2)};
}

double gFluxFromMagnitude(double g) {
    return std::pow(10.0, -0.4 * (g - gZeroPoint));
}

double gMagnitudeFromFlux(double flux) {
    return flux > 0 ? gZeroPoint - 2.5 * std::log10(flux) : missingValue;
}

} // namespace zscape
