// Real Gaia stars of the shared data: the golden spectra of GaiaXPy, and the field's stored photometry.
#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/xp/tiled_design.h"
#include "core/xp/xp_instrument.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace zscape {
namespace {

std::vector<double> readIfThere(const hdf5::Handle& file, const std::string& name) {
    return hdf5::exists(file.id(), name) ? hdf5::readDoubles(file.id(), name) : std::vector<double>{};
}

TEST(XpGolden, FluxIsGaiaXPysToOneInATrillion) {
    const auto path = test::sharedData("gaia/xp_golden.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const XpInstrument instrument = XpInstrument::builtIn();
    const hdf5::Handle file = hdf5::openFile(*path);
    const std::vector<double> grid = hdf5::readDoubles(file.id(), "calibrate_grid");
    ASSERT_TRUE(
        std::equal(grid.begin(), grid.end(), instrument.wavelengths_nm().begin(), instrument.wavelengths_nm().end()));
    struct Star {
        std::string id;
        bool hasBp;
    };
    for (const Star& star : {Star{"4345775217221821312", true}, Star{"4408087461749558912", true},
                             Star{"5762406957886626816", true}, Star{"5405570973190252288", false}}) {
        const std::vector<double> bp = readIfThere(file, star.id + "/bp/coefficients");
        const std::vector<double> rp = readIfThere(file, star.id + "/rp/coefficients");
        ASSERT_EQ(bp.size(), star.hasBp ? 55U : 0U) << star.id;
        ASSERT_EQ(rp.size(), 55U) << star.id;
        const std::vector<double> expected = hdf5::readDoubles(file.id(), star.id + "/calibrate_flux");
        std::vector<double> flux(343);
        instrument.calibrateBands(bp, rp, flux);
        double maximum = 0;
        for (const double value : expected)
            maximum = std::isnan(value) ? maximum : std::max(maximum, std::abs(value));
        ASSERT_GT(maximum, 0);
        for (std::size_t index = 0; index < flux.size(); ++index) {
            ASSERT_EQ(std::isnan(flux[index]), std::isnan(expected[index])) << star.id << " at " << grid[index];
            if (!std::isnan(flux[index])) {
                ASSERT_NEAR(flux[index], expected[index], 1e-12 * maximum) << star.id << " at " << grid[index] << " nm";
            }
        }
    }
}

/// The columns of field_2000.h5 these tests need, in the file's own double precision.
struct FieldStar {
    double gFlux, coefficients[110], g, bp, rp;
};

std::vector<FieldStar> readField(const std::filesystem::path& path) {
    const hdf5::Handle file = hdf5::openFile(path);
    const hsize_t count = 110;
    const hdf5::Handle array(H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &count), H5Tclose);
    const hdf5::Handle type(H5Tcreate(H5T_COMPOUND, sizeof(FieldStar)), H5Tclose);
    H5Tinsert(type.id(), "phot_g_mean_flux", HOFFSET(FieldStar, gFlux), H5T_NATIVE_DOUBLE);
    H5Tinsert(type.id(), "coeffs", HOFFSET(FieldStar, coefficients), array.id());
    H5Tinsert(type.id(), "GAIAEDR3_PHOT_G_MEAN_MAG", HOFFSET(FieldStar, g), H5T_NATIVE_DOUBLE);
    H5Tinsert(type.id(), "GAIAEDR3_PHOT_BP_MEAN_MAG", HOFFSET(FieldStar, bp), H5T_NATIVE_DOUBLE);
    H5Tinsert(type.id(), "GAIAEDR3_PHOT_RP_MEAN_MAG", HOFFSET(FieldStar, rp), H5T_NATIVE_DOUBLE);
    std::vector<FieldStar> stars(hdf5::shape(file.id(), "__astropy_table__").at(0));
    const hdf5::Handle table(H5Dopen2(file.id(), "__astropy_table__", H5P_DEFAULT), H5Dclose);
    if (H5Dread(table.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, stars.data()) < 0) stars.clear();
    return stars;
}

TEST(XpField, SyntheticPhotometryIsTheStoredOne) {
    const auto path = test::sharedData("gaia/field_2000.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const std::vector<FieldStar> stars = readField(*path);
    ASSERT_EQ(stars.size(), 2000U);
    const XpInstrument instrument = XpInstrument::builtIn();
    // The columns were computed in float64 from the same tables: only the order of summation differs.
    constexpr double tolerance = 1e-12;
    for (const FieldStar& star : stars) {
        const XpInstrument::Magnitudes magnitudes = instrument.magnitudes(star.coefficients);
        ASSERT_NEAR(magnitudes.g, star.g, tolerance);
        ASSERT_NEAR(magnitudes.bp, star.bp, tolerance);
        ASSERT_NEAR(magnitudes.rp, star.rp, tolerance);
        ASSERT_NEAR(gFluxFromMagnitude(magnitudes.g) / star.gFlux, 1, tolerance);
    }
}

TEST(XpField, FloatFluxOfRealStarsIsGoodToOneInAMillion) {
    const auto path = test::sharedData("gaia/field_2000.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    const std::vector<FieldStar> stars = readField(*path);
    std::vector<float> coefficients;
    for (const FieldStar& star : stars) {
        for (const double value : star.coefficients)
            coefficients.push_back(static_cast<float>(value));
    }
    const XpInstrument instrument = XpInstrument::builtIn();
    const MatrixView<const float> in(coefficients.data(), stars.size(), 110);
    std::vector<float> flux(stars.size() * 343);
    instrument.calibrate(in, MatrixView<float>(flux.data(), stars.size(), 343));
    std::vector<float> baselineFlux(flux.size());
    TiledDesign(instrument.stackedDesign())
        .multiplyBaseline(in, MatrixView<float>(baselineFlux.data(), stars.size(), 343));

    std::vector<double> exact(343);
    for (std::size_t row = 0; row < stars.size(); ++row) {
        instrument.calibrate(std::vector<double>(in.row(row).begin(), in.row(row).end()), exact);
        double maximum = 0;
        for (const double value : exact)
            maximum = std::max(maximum, std::abs(value));
        for (std::size_t index = 0; index < 343; ++index) {
            ASSERT_NEAR(flux[row * 343 + index], exact[index], 1e-6 * maximum) << "star " << row;
            ASSERT_NEAR(baselineFlux[row * 343 + index], exact[index], 1e-6 * maximum) << "star " << row;
        }
    }
}

} // namespace
} // namespace zscape
