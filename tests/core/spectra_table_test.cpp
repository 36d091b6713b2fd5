// Spectra as tables: what the columns hold, beside the model and the instrument asked one star at a time.
#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/generate/spectra_table.h"
#include "core/mock/mock_catalog.h"
#include "core/model/model.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>

namespace zscape {
namespace {

class SpectraTable : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        s_catalog = std::make_shared<const Catalog>(generateMockCatalog({60, 5, 0}));
        s_model = makeFusedModel(loadModelImage(embeddedDemoModel(), "the demo model"));
        s_latents = std::make_shared<const Latents>(
            s_model->encode({s_catalog->coefficients(), s_catalog->gFlux()}, JobContext{}));
        s_generator = std::make_shared<const SpectrumGenerator>(s_model, XpInstrument::builtIn());
    }
    static void TearDownTestSuite() {
        s_generator.reset();
        s_latents.reset();
        s_model.reset();
        s_catalog.reset();
    }
    /// Of stars 3 and 17, read back.
    InputTable written(const SpectraContent& content) {
        BitSet stars(s_catalog->rows());
        stars.set(3);
        stars.set(17);
        const auto file = m_folder / "spectra.csv";
        writeStarSpectra(file, *s_catalog, stars, content, s_generator->instrument(), s_latents.get(),
                         s_generator.get());
        return readInputTable(file.string());
    }
    static double at(const InputTable& table, std::size_t row, const std::string& column) {
        const auto index = table.find(column);
        EXPECT_TRUE(index) << column;
        return index ? table.matrix().row(row)[*index] : NAN;
    }

    static inline std::shared_ptr<const Catalog> s_catalog;
    static inline std::shared_ptr<const SpectralModel> s_model;
    static inline std::shared_ptr<const Latents> s_latents;
    static inline std::shared_ptr<const SpectrumGenerator> s_generator;
    test::TemporaryFolder m_folder;
};

TEST_F(SpectraTable, HoldsWhatWasObservedAndWhatTheModelMakesOfIt) {
    const InputTable table = written({});
    ASSERT_EQ(table.rows, 2U);
    EXPECT_EQ(table.sourceIds[1], s_catalog->sourceIds()[17]);
    GeneratedSpectrum expected;
    s_generator->generate(s_latents->muView().row(17), s_catalog->gFlux()[17], expected);
    EXPECT_EQ(at(table, 1, "observed_coefficients_5"), double(s_catalog->coefficients().row(17)[4]));
    EXPECT_EQ(at(table, 1, "observed_coefficients_error_110"), double(s_catalog->coefficientErrors().row(17)[109]));
    EXPECT_NEAR(at(table, 1, "reconstructed_coefficients_5") / expected.coefficients[4], 1, 1e-5);
    EXPECT_NEAR(at(table, 1, "reconstructed_flux_500") / expected.flux[82], 1, 1e-5); // 336 + 2 * 82 nm
    EXPECT_NEAR(at(table, 1, "flux_scatter_500") / expected.fluxScatter[82], 1, 1e-5);
    EXPECT_EQ(static_cast<float>(at(table, 1, "mu_2")), s_latents->muView().row(17)[1]);
    const auto coefficients = s_catalog->coefficients().row(17);
    std::vector<double> flux(343);
    s_generator->instrument().calibrate(std::vector<double>(coefficients.begin(), coefficients.end()), flux);
    EXPECT_EQ(at(table, 1, "observed_flux_500"), flux[82]);
}

TEST_F(SpectraTable, ErrorsOfFluxAreThoseOfIndependentCoefficients) {
    const InputTable table = written({});
    const auto errors = s_catalog->coefficientErrors().row(3);
    double variance = 0;
    for (std::size_t j = 0; j < 110; ++j) {
        // One coefficient moved by its error, the others left: its share of the flux's error.
        std::vector<double> one(110, 0.0);
        one[j] = static_cast<double>(errors[j]);
        std::vector<double> flux(343);
        s_generator->instrument().calibrate(one, flux);
        variance += flux[200] * flux[200];
    }
    EXPECT_NEAR(at(table, 0, "observed_flux_error_736") / std::sqrt(variance), 1, 1e-9);
}

TEST_F(SpectraTable, HoldsOnlyWhatIsAskedFor) {
    const InputTable table = written(spectraContentOf("reconstructed", "flux"));
    EXPECT_TRUE(table.find("reconstructed_flux_336"));
    EXPECT_FALSE(table.find("observed_flux_336"));
    EXPECT_FALSE(table.find("reconstructed_coefficients_1"));
    EXPECT_THROW(spectraContentOf("observed,made up", "flux"), Error);
    EXPECT_THROW(spectraContentOf("observed", "colour"), Error);
    EXPECT_THROW(written(spectraContentOf("", "flux")), Error);
    EXPECT_THROW(written(spectraContentOf("observed", "")), Error);
}

TEST_F(SpectraTable, WithoutAModelTheObservedAloneAreWritten) {
    SpectraContent content;
    BitSet stars(s_catalog->rows(), true);
    const auto write = [&] {
        writeStarSpectra(m_folder / "all.h5", *s_catalog, stars, content, s_generator->instrument(), nullptr, nullptr);
    };
    EXPECT_THROW(write(), Error);
    EXPECT_FALSE(std::filesystem::exists(m_folder / "all.h5"));
    content.reconstructed = false;
    write();
    EXPECT_EQ(readInputTable((m_folder / "all.h5").string() + ":/observed_flux").rows, s_catalog->rows());
}

TEST_F(SpectraTable, NoStarsAndStarsOfAnotherCatalogueAreRefused) {
    BitSet none(s_catalog->rows());
    EXPECT_THROW(writeStarSpectra(m_folder / "a.csv", *s_catalog, none, {}, s_generator->instrument(), s_latents.get(),
                                  s_generator.get()),
                 Error);
    EXPECT_THROW(writeStarSpectra(m_folder / "a.csv", *s_catalog, BitSet(7, true), {}, s_generator->instrument(),
                                  s_latents.get(), s_generator.get()),
                 Error);
}

TEST_F(SpectraTable, ALatentPointIsOneRow) {
    const std::vector<float> latent(6, 0.25F);
    const NumericTable table = generatedSpectrumTable(latent, 5000, {}, *s_generator);
    GeneratedSpectrum expected;
    s_generator->generate(latent, 5000, expected);
    for (const NumericBlock& block : table.blocks) {
        if (block.name == "generated_flux") {
            EXPECT_EQ(std::get<std::vector<double>>(block.values), expected.flux);
        }
        EXPECT_EQ(block.valueCount(), block.columns) << block.name;
    }
    EXPECT_EQ(table.blocks.size(), 6U);
}

} // namespace
} // namespace zscape
