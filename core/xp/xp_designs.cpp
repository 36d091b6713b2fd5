// Designs of XpSampler: from the default table, from the instrument model on any grid, and of internal spectra.
#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/xp/cubic_spline.h"
#include "core/xp/sampled_band.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace zscape {

namespace {

// GaiaXPy core/nature.py and core/satellite.py.
constexpr double planckConstant = 6.62607004e-34;
constexpr double lightSpeed = 2.99792458e8;
constexpr double pupilArea = 0.7278;
constexpr double rpLow_nm = 635;
constexpr double bpHigh_nm = 643;
constexpr std::array<const char*, 2> bandNames{"bp", "rp"};

/// A square or oblong table of the embedded file.
struct Table {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values;

    std::span<const double> row(std::size_t index) const {
        return std::span<const double>(values).subspan(index * columns, columns);
    }
};

Table readTable(hid_t file, const std::string& name) {
    const std::vector<std::size_t> shape = hdf5::shape(file, name);
    if (shape.size() != 2) throw Error("dataset '" + name + "' has the wrong shape");
    return {shape[0], shape[1], hdf5::readDoubles(file, name)};
}

/// Pseudo-wavelengths to arguments of the Hermite functions.
struct LinearMap {
    double scale = 0;
    double offset = 0;
    double operator()(double pseudoWavelength) const { return pseudoWavelength * scale + offset; }
};

LinearMap readRanges(hid_t file, const std::string& group) {
    const auto ranges = hdf5::readDoublesAttribute(file, group, "ranges");
    if (!ranges || ranges->size() != 4) throw Error("'" + group + "' does not tell its ranges");
    LinearMap map;
    map.scale = ((*ranges)[3] - (*ranges)[2]) / ((*ranges)[1] - (*ranges)[0]);
    map.offset = (*ranges)[2] - (*ranges)[0] * map.scale;
    return map;
}

/// rows of `table` times `vector`.
std::vector<double> product(const Table& table, std::span<const double> vector) {
    if (table.columns != vector.size()) throw Error("its matrices do not fit one another");
    std::vector<double> result(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
        double sum = 0;
        for (std::size_t k = 0; k < table.columns; ++k) {
            sum += table.values[row * table.columns + k] * vector[k];
        }
        result[row] = sum;
    }
    return result;
}

template <typename Make>
XpSampler fromEmbedded(const Make& make) {
    try {
        const hdf5::Handle file = hdf5::openImage(embeddedXpTables(), "xp_tables.h5");
        return make(file.id());
    } catch (const Error& error) {
        throw Error(std::string("the XP instrument tables xp_tables.h5 are damaged, install Zscape again: ") +
                    error.what());
    }
}

/// The share of BP where both bands are there (GaiaXPy calibrator.py, __create_merge).
double bpWeight(double wavelength_nm) {
    if (wavelength_nm < rpLow_nm) return 1;
    if (wavelength_nm > bpHigh_nm) return 0;
    return 1 - (wavelength_nm - rpLow_nm) / (bpHigh_nm - rpLow_nm);
}

SampledBand modelBand(hid_t file, XpBand which, std::span<const double> grid) {
    const bool isBp = which == XpBand::Bp;
    const std::string group = std::string("calibrate/model/") + bandNames[isBp ? 0 : 1];
    const Table dispersion = readTable(file, group + "/dispersion");
    const Table response = readTable(file, group + "/response");
    const Table inverse = readTable(file, group + "/inverse_bases");
    const Table transformation = readTable(file, group + "/transformation");
    const LinearMap toArgument = readRanges(file, group);
    const CubicSpline pseudoWavelength(dispersion.row(0), dispersion.row(1));
    const CubicSpline responseAt(response.row(0), response.row(1));

    SampledBand band;
    band.coefficientCount = transformation.rows;
    const auto begin = isBp ? grid.begin() : std::upper_bound(grid.begin(), grid.end(), rpLow_nm);
    const auto end = isBp ? std::lower_bound(grid.begin(), grid.end(), bpHigh_nm) : grid.end();
    band.firstColumn = static_cast<std::size_t>(begin - grid.begin());
    band.columns = static_cast<std::size_t>(std::max<std::ptrdiff_t>(end - begin, 0));
    band.design.resize(band.coefficientCount * band.columns);
    for (std::size_t column = 0; column < band.columns; ++column) {
        const double wavelength = grid[band.firstColumn + column];
        band.weight.push_back(isBp ? bpWeight(wavelength) : 1 - bpWeight(wavelength));
        const double r = responseAt(wavelength);
        if (!(r > 0)) continue;
        const double norm = 1e9 * lightSpeed * planckConstant / (pupilArea * r * wavelength);
        const std::vector<double> bases = hermiteFunctions(toArgument(pseudoWavelength(wavelength)), inverse.columns);
        const std::vector<double> values = product(transformation, product(inverse, bases));
        for (std::size_t k = 0; k < band.coefficientCount; ++k) {
            band.design[k * band.columns + column] = values[k] * norm;
        }
    }
    return band;
}

} // namespace

std::vector<double> hermiteFunctions(double x, std::size_t count) {
    std::vector<double> phi(count);
    for (std::size_t n = 0; n < count; ++n) {
        const auto order = static_cast<double>(n);
        if (n == 0) {
            phi[n] = std::pow(std::numbers::pi, -0.25) * std::exp(-x * x / 2);
        } else {
            phi[n] =
                std::sqrt(2 / order) * x * phi[n - 1] - (n > 1 ? std::sqrt((order - 1) / order) * phi[n - 2] : 0.0);
        }
    }
    return phi;
}

XpSampler XpSampler::calibrated(const XpInstrument& instrument) {
    const std::span<const double> grid = instrument.wavelengths_nm();
    std::array<SampledBand, 2> bands;
    for (const XpBand which : xpBands) {
        SampledBand& band = bands[static_cast<std::size_t>(which)];
        const MatrixView<const double> design = instrument.design(which);
        const bool isBp = which == XpBand::Bp;
        band.coefficientCount = design.rows;
        for (std::size_t column = 0; column < grid.size(); ++column) {
            if (isBp ? grid[column] >= bpHigh_nm : grid[column] <= rpLow_nm) continue;
            if (band.columns++ == 0) band.firstColumn = column;
            band.weight.push_back(instrument.weight(which)[column]);
        }
        for (std::size_t k = 0; k < design.rows; ++k) {
            const auto row = design.row(k).subspan(band.firstColumn, band.columns);
            band.design.insert(band.design.end(), row.begin(), row.end());
        }
    }
    return {{grid.begin(), grid.end()}, std::move(bands[0]), std::move(bands[1]), OneBand::Unweighted};
}

XpSampler XpSampler::calibratedOn(std::vector<double> wavelengths_nm) {
    const bool rises = std::adjacent_find(wavelengths_nm.begin(), wavelengths_nm.end(),
                                          [](double a, double b) { return !(a < b); }) == wavelengths_nm.end();
    if (wavelengths_nm.empty() || !rises || !(wavelengths_nm.front() >= 330) || !(wavelengths_nm.back() <= 1050)) {
        throw Error("a wavelength grid must rise within 330 .. 1050 nm");
    }
    return fromEmbedded([&](hid_t file) {
        SampledBand bp = modelBand(file, XpBand::Bp, wavelengths_nm);
        SampledBand rp = modelBand(file, XpBand::Rp, wavelengths_nm);
        return XpSampler(std::move(wavelengths_nm), std::move(bp), std::move(rp), OneBand::Unweighted);
    });
}

std::vector<double> XpSampler::defaultPseudoWavelengths() {
    std::vector<double> grid;
    for (int k = 0; k < 600; ++k) {
        grid.push_back(k * (60.0 / 599.0));
    }
    grid.back() = 60;
    return grid;
}

XpSampler XpSampler::converted(std::span<const double> pseudoWavelengths) {
    const auto outside = [](double u) { return !(u >= 0 && u <= 60); };
    if (pseudoWavelengths.empty() || std::any_of(pseudoWavelengths.begin(), pseudoWavelengths.end(), outside)) {
        throw Error("pseudo-wavelengths must lie within 0 .. 60");
    }
    return fromEmbedded([&](hid_t file) {
        std::array<SampledBand, 2> bands;
        std::vector<double> grid;
        for (std::size_t b = 0; b < 2; ++b) {
            const std::string group = std::string("convert/") + bandNames[b];
            const Table transformation = readTable(file, group + "/transformation");
            const LinearMap toArgument = readRanges(file, group);
            SampledBand& band = bands[b];
            band.coefficientCount = transformation.rows;
            band.firstColumn = grid.size();
            band.columns = pseudoWavelengths.size();
            band.weight.assign(band.columns, 1.0);
            band.design.resize(band.coefficientCount * band.columns);
            for (std::size_t column = 0; column < band.columns; ++column) {
                const std::vector<double> values = product(
                    transformation, hermiteFunctions(toArgument(pseudoWavelengths[column]), transformation.columns));
                for (std::size_t k = 0; k < band.coefficientCount; ++k) {
                    band.design[k * band.columns + column] = values[k];
                }
            }
            grid.insert(grid.end(), pseudoWavelengths.begin(), pseudoWavelengths.end());
        }
        return XpSampler(std::move(grid), std::move(bands[0]), std::move(bands[1]), OneBand::Unweighted);
    });
}

} // namespace zscape
