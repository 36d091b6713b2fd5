#include "core/generate/spectra_table.h"

#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/io/table_writer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace zscape {

namespace {

constexpr std::size_t rowsOfPiece = 2048;
constexpr const char* coefficientUnit = "electron/s";
constexpr const char* fluxUnit = "W.m**-2.nm**-1";

/// Where the numbers of one piece of stars go; a matrix that is not wanted stays empty.
struct Piece {
    std::vector<std::int64_t> ids;
    std::vector<double> gFlux;
    std::vector<double> coefficients, coefficientErrors, flux, fluxErrors;
    std::vector<float> latents;
    std::vector<double> madeCoefficients, coefficientScatter, madeFlux, fluxScatter;
};

NumericBlock matrix(std::string name, const char* unit, std::vector<double> values, std::size_t columns) {
    NumericBlock block;
    block.name = std::move(name);
    block.unit = unit;
    block.values = std::move(values);
    block.columns = columns;
    return block;
}

NumericBlock onWavelengths(std::string name, std::vector<double> values, const XpInstrument& instrument) {
    const auto grid = instrument.wavelengths_nm();
    NumericBlock block = matrix(std::move(name), fluxUnit, std::move(values), grid.size());
    block.axisName = "wavelength_nm";
    block.axis.assign(grid.begin(), grid.end());
    return block;
}

NumericBlock numbers(std::string name, const char* unit, std::vector<double> values) {
    NumericBlock block = matrix(std::move(name), unit, std::move(values), 1);
    block.isMatrix = false;
    return block;
}

/// Everything the loop over stars needs, and the table's layout.
class StarSpectra {
public:
    StarSpectra(const Catalog& catalog, const SpectraContent& content, const XpInstrument& instrument,
                const Latents* latents, const SpectrumGenerator* generator)
        : m_catalog(catalog),
          m_content(content),
          m_instrument(instrument),
          m_latents(latents),
          m_generator(content.reconstructed ? generator : nullptr),
          m_count(catalog.coefficientCount()) {
        if (!content.coefficients && !content.flux) throw Error("choose flux, coefficients or both to export");
        if (!content.observed && !content.reconstructed) {
            throw Error("choose observed spectra, reconstructed ones or both to export");
        }
        if (content.reconstructed && (!latents || !generator || latents->rows != catalog.rows())) {
            throw Error("reconstructed spectra need a model that fits the catalogue; open one, or export the observed "
                        "spectra alone");
        }
        if (content.flux && m_count != instrument.coefficientCount()) {
            throw Error("calibrated flux needs " + std::to_string(instrument.coefficientCount()) +
                        " coefficients and this catalogue has " + std::to_string(m_count) +
                        "; export coefficients instead");
        }
    }

    Piece make(std::span<const std::size_t> rows, ThreadPool& pool, const JobContext& job) const {
        Piece piece;
        const bool observed = m_content.observed;
        const std::size_t grid = m_instrument.wavelengths_nm().size();
        const auto room = [&](std::vector<double>& values, bool wanted, std::size_t columns) {
            if (wanted) values.assign(rows.size() * columns, std::numeric_limits<double>::quiet_NaN());
        };
        room(piece.coefficients, observed && m_content.coefficients, m_count);
        room(piece.coefficientErrors, observed && m_content.coefficients, m_count);
        room(piece.flux, observed && m_content.flux, grid);
        room(piece.fluxErrors, observed && m_content.flux, grid);
        room(piece.madeCoefficients, m_generator && m_content.coefficients, m_count);
        room(piece.coefficientScatter, m_generator && m_content.coefficients, m_count);
        room(piece.madeFlux, m_generator && m_content.flux, grid);
        room(piece.fluxScatter, m_generator && m_content.flux, grid);
        for (const std::size_t row : rows) {
            piece.ids.push_back(m_catalog.sourceIds()[row]);
            piece.gFlux.push_back(m_catalog.gFlux()[row]);
        }
        Generated generated;
        if (m_generator) {
            for (const std::size_t row : rows) {
                const auto mu = m_latents->muView().row(row);
                piece.latents.insert(piece.latents.end(), mu.begin(), mu.end());
            }
            generated = m_generator->model().decode({piece.latents.data(), rows.size(), m_latents->latentSize}, job);
        }
        pool.forChunks(rows.size(), 64, [&](std::size_t begin, std::size_t end, int) {
            job.throwIfCancelled();
            GeneratedSpectrum spectrum;
            for (std::size_t i = begin; i < end; ++i) {
                if (observed) observe(rows[i], i, piece);
                if (m_generator) reconstruct(i, generated, spectrum, piece);
            }
        });
        return piece;
    }

    NumericTable tableOf(Piece piece) const {
        NumericTable table;
        table.sourceIds = std::move(piece.ids);
        table.blocks.push_back(numbers("phot_g_mean_flux", coefficientUnit, std::move(piece.gFlux)));
        const std::size_t rows = table.sourceIds.size();
        if (m_content.observed && m_content.coefficients) {
            table.blocks.push_back(
                matrix("observed_coefficients", coefficientUnit, std::move(piece.coefficients), m_count));
            table.blocks.push_back(
                matrix("observed_coefficients_error", coefficientUnit, std::move(piece.coefficientErrors), m_count));
        }
        if (m_content.observed && m_content.flux) {
            table.blocks.push_back(onWavelengths("observed_flux", std::move(piece.flux), m_instrument));
            NumericBlock errors = onWavelengths("observed_flux_error", std::move(piece.fluxErrors), m_instrument);
            errors.description = "1 sigma of independent coefficients";
            table.blocks.push_back(std::move(errors));
        }
        if (!m_generator) return table;
        NumericBlock latents;
        latents.name = "mu";
        latents.columns = rows > 0 ? piece.latents.size() / rows : m_latents->latentSize;
        latents.values = std::move(piece.latents);
        table.blocks.push_back(std::move(latents));
        if (m_content.coefficients) {
            table.blocks.push_back(
                matrix("reconstructed_coefficients", coefficientUnit, std::move(piece.madeCoefficients), m_count));
            table.blocks.push_back(
                matrix("coefficients_scatter", coefficientUnit, std::move(piece.coefficientScatter), m_count));
        }
        if (m_content.flux) {
            table.blocks.push_back(onWavelengths("reconstructed_flux", std::move(piece.madeFlux), m_instrument));
            table.blocks.push_back(onWavelengths("flux_scatter", std::move(piece.fluxScatter), m_instrument));
        }
        return table;
    }

private:
    void observe(std::size_t row, std::size_t i, Piece& piece) const {
        const auto values = m_catalog.coefficients().row(row);
        const auto errors = m_catalog.coefficientErrors().row(row);
        if (m_content.coefficients) {
            std::ranges::copy(values, piece.coefficients.begin() + static_cast<std::ptrdiff_t>(i * m_count));
            std::ranges::copy(errors, piece.coefficientErrors.begin() + static_cast<std::ptrdiff_t>(i * m_count));
        }
        if (!m_content.flux) return;
        const std::size_t grid = m_instrument.wavelengths_nm().size();
        const std::vector<double> exact(values.begin(), values.end());
        m_instrument.calibrate(exact, std::span(piece.flux).subspan(i * grid, grid));
        const MatrixView<const double> design = m_instrument.stackedDesign();
        double* variance = piece.fluxErrors.data() + i * grid;
        std::fill(variance, variance + grid, 0.0);
        for (std::size_t j = 0; j < m_count; ++j) {
            const auto of = design.row(j);
            for (std::size_t l = 0; l < grid; ++l) {
                const double part = of[l] * static_cast<double>(errors[j]);
                variance[l] += part * part;
            }
        }
        for (std::size_t l = 0; l < grid; ++l) {
            variance[l] = std::sqrt(variance[l]);
        }
    }

    void reconstruct(std::size_t i, const Generated& generated, GeneratedSpectrum& spectrum, Piece& piece) const {
        const std::size_t latentSize = m_latents->latentSize;
        if (!std::isfinite(piece.latents[i * latentSize])) return; // no model can use this star
        const auto xhat = generated.coefficientsView().row(i);
        const auto s = generated.scatterView().row(i);
        const double gFlux = piece.gFlux[i];
        if (m_content.coefficients) {
            const Normalization& normalization = m_generator->model().model().requireNormalization();
            for (std::size_t j = 0; j < m_count; ++j) {
                piece.madeCoefficients[i * m_count + j] =
                    (xhat[j] * normalization.sig[j] + normalization.mu[j]) * gFlux;
                piece.coefficientScatter[i * m_count + j] = s[j] * normalization.sig[j] * gFlux;
            }
        }
        if (!m_content.flux) return;
        spectrum.normalised.assign(xhat.begin(), xhat.end());
        spectrum.scatter.assign(s.begin(), s.end());
        m_generator->calibrate(gFlux, spectrum);
        const auto at = static_cast<std::ptrdiff_t>(i * spectrum.flux.size());
        std::ranges::copy(spectrum.flux, piece.madeFlux.begin() + at);
        std::ranges::copy(spectrum.fluxScatter, piece.fluxScatter.begin() + at);
    }

    const Catalog& m_catalog;
    SpectraContent m_content;
    const XpInstrument& m_instrument;
    const Latents* m_latents;
    const SpectrumGenerator* m_generator;
    std::size_t m_count;
};

/// Whether `word` is one of a list with commas; takes it out of `left`.
bool take(std::vector<std::string>& left, const std::string& word) {
    return std::erase(left, word) > 0;
}

std::vector<std::string> wordsOf(const std::string& list) {
    std::vector<std::string> words;
    std::istringstream stream(list);
    for (std::string word; std::getline(stream, word, ',');) {
        words.push_back(word);
    }
    return words;
}

} // namespace

SpectraContent spectraContentOf(const std::string& what, const std::string& spaces) {
    SpectraContent content;
    std::vector<std::string> left = wordsOf(what);
    content.observed = take(left, "observed");
    content.reconstructed = take(left, "reconstructed");
    if (!left.empty()) throw Error("'" + left.front() + "' is no spectrum of a star; choose observed, reconstructed");
    left = wordsOf(spaces);
    content.flux = take(left, "flux");
    content.coefficients = take(left, "coefficients");
    if (!left.empty()) throw Error("'" + left.front() + "' is no space of spectra; choose flux, coefficients");
    return content;
}

void writeStarSpectra(const std::filesystem::path& file, const Catalog& catalog, const BitSet& stars,
                      const SpectraContent& content, const XpInstrument& instrument, const Latents* latents,
                      const SpectrumGenerator* generator, const JobContext& job) {
    if (stars.size() != catalog.rows()) throw Error("the stars to export are not of this catalogue; choose them anew");
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (stars.test(row)) rows.push_back(row);
    }
    if (rows.empty()) throw Error("there are no stars to export the spectra of; choose others");
    const StarSpectra spectra(catalog, content, instrument, latents, generator);
    ThreadPool pool;
    NumericTable layout = spectra.tableOf(spectra.make(std::span(rows).first(1), pool, job));
    layout.attributes = {{"catalogue", catalog.name()}};
    if (catalog.isMock()) layout.attributes["mock"] = "true";
    TableWriter writer(file, layout, rows.size());
    for (std::size_t begin = 0; begin < rows.size(); begin += rowsOfPiece) {
        const std::size_t count = std::min(rowsOfPiece, rows.size() - begin);
        writer.append(spectra.tableOf(spectra.make(std::span(rows).subspan(begin, count), pool, job)), job);
    }
    writer.commit();
}

NumericTable generatedSpectrumTable(std::span<const float> latent, double gFlux, const SpectraContent& content,
                                    const SpectrumGenerator& generator) {
    if (!content.coefficients && !content.flux) throw Error("choose flux, coefficients or both to export");
    GeneratedSpectrum spectrum;
    generator.generate(latent, gFlux, spectrum);
    NumericTable table;
    NumericBlock mu;
    mu.name = "mu";
    mu.columns = latent.size();
    mu.values = std::vector<float>(latent.begin(), latent.end());
    table.blocks.push_back(std::move(mu));
    table.blocks.push_back(numbers("phot_g_mean_flux", coefficientUnit, {gFlux}));
    if (content.coefficients) {
        const Normalization& normalization = generator.model().model().requireNormalization();
        std::vector<double> scatter;
        for (std::size_t j = 0; j < spectrum.scatter.size(); ++j) {
            scatter.push_back(spectrum.scatter[j] * normalization.sig[j] * gFlux);
        }
        const std::size_t count = spectrum.coefficients.size();
        table.blocks.push_back(matrix("generated_coefficients", coefficientUnit, spectrum.coefficients, count));
        table.blocks.push_back(matrix("coefficients_scatter", coefficientUnit, std::move(scatter), count));
    }
    if (content.flux) {
        table.blocks.push_back(onWavelengths("generated_flux", spectrum.flux, generator.instrument()));
        table.blocks.push_back(onWavelengths("flux_scatter", spectrum.fluxScatter, generator.instrument()));
    }
    return table;
}

} // namespace zscape
