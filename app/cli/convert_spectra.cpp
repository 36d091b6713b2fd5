// encode and decode: spectra to latents and back, from and to files.
#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/open.h"

#include "core/analysis/spectrum_generator.h"
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/io/table_file.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

namespace zscape::cli {

namespace {

std::unique_ptr<SpectralModel> makeEngine(const ModelChoice& choice) {
    return zscape::makeEngine(openModel(choice.model, choice.normalization), choice.engine, choice.threads);
}

std::map<std::string, std::string> provenanceOf(const std::string& input, const ModelChoice& choice, bool mock) {
    std::map<std::string, std::string> result{
        {"program", "zscape " ZSCAPE_VERSION}, {"input", input}, {"model", choice.model.string()}};
    if (mock) result["mock"] = "true";
    return result;
}

/// "192 of 200 spectra": how many rows came out as numbers. Throws Error when none did.
std::string finiteOf(std::span<const float> values, std::size_t rows, const std::string& what,
                     const std::string& input) {
    const std::size_t width = rows > 0 ? values.size() / rows : 0;
    std::size_t finite = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        finite += std::ranges::all_of(values.subspan(row * width, width), [](float v) { return std::isfinite(v); });
    }
    if (finite == 0) throw Error("none of the " + grouped(rows) + " " + what + " of " + input + " is usable");
    if (finite == rows) return grouped(rows) + " " + what;
    return grouped(finite) + " of " + grouped(rows) + " " + what + " (the others are NaN)";
}

/// The columns that hold the rows of numbers: the block of one of these names where there is one, else every column
/// but phot_g_mean_flux. Throws Error unless there are `expected`.
InputTable::Block rowsOfNumbers(const InputTable& table, std::initializer_list<const char*> names, int expected,
                                const std::string& input) {
    InputTable::Block block;
    for (const char* name : names) {
        if (auto found = table.block(name)) {
            block = std::move(*found);
            break;
        }
    }
    if (block.columns == 0) {
        const std::optional<std::size_t> flux = table.find(column::gFlux);
        block.columns = table.names.size() - (flux ? 1 : 0);
        for (std::size_t row = 0; row < table.rows; ++row) {
            for (std::size_t i = 0; i < table.names.size(); ++i) {
                if (i != flux) block.values.push_back(table.matrix().row(row)[i]);
            }
        }
    }
    if (block.columns != static_cast<std::size_t>(expected)) {
        throw Error(input + " has " + std::to_string(block.columns) + " numbers a row and the model takes " +
                    std::to_string(expected));
    }
    return block;
}

/// phot_g_mean_flux [e-/s] of rows of coefficients: given as a column, or synthetic.
std::vector<double> gFluxOf(const InputTable& table, const InputTable::Block& coefficients) {
    if (const auto flux = table.find(column::gFlux)) return table.column(*flux);
    const XpInstrument instrument = XpInstrument::builtIn();
    if (coefficients.columns != instrument.coefficientCount()) {
        throw Error("rows of " + std::to_string(coefficients.columns) +
                    " coefficients need a column phot_g_mean_flux: the built-in instrument tables are for " +
                    std::to_string(instrument.coefficientCount()));
    }
    std::vector<double> flux;
    const MatrixView<const double> rows(coefficients.values, coefficients.columns);
    for (std::size_t row = 0; row < rows.rows; ++row) {
        flux.push_back(gFluxFromMagnitude(instrument.magnitudes(rows.row(row)).g));
    }
    return flux;
}

/// Latents to decode, with the star they belong to where they are a catalogue's.
struct DecodeInput {
    std::vector<std::int64_t> sourceIds;
    std::vector<float> latents;
    std::size_t rows = 0;
    std::vector<double> gFlux; ///< empty: per unit flux
    bool mock = false;
};

DecodeInput readDecodeInput(const DecodeOptions& options, const SpectralModel& model, const JobContext& job) {
    const auto latentSize = static_cast<std::size_t>(model.model().architecture.latentSize);
    DecodeInput result;
    if (inputKindOf(options.input) == InputKind::Catalogue) {
        const Catalog catalog = openCatalog(options.input, job);
        Latents latents = encodeCatalog(catalog, model, job);
        result.sourceIds.assign(catalog.sourceIds().begin(), catalog.sourceIds().end());
        result.gFlux.assign(catalog.gFlux().begin(), catalog.gFlux().end());
        result.latents = std::move(latents.mu);
        result.rows = latents.rows;
        result.mock = catalog.isMock();
        return result;
    }
    InputTable table = readInputTable(options.input, job);
    const InputTable::Block block = rowsOfNumbers(table, {"mu", "z"}, static_cast<int>(latentSize), options.input);
    result.sourceIds = std::move(table.sourceIds);
    result.latents.assign(block.values.begin(), block.values.end());
    result.rows = table.rows;
    if (const auto flux = table.find(column::gFlux)) result.gFlux = table.column(*flux);
    return result;
}

/// Coefficients, or flux on the instrument's grid, with the scatter in the same space.
std::vector<NumericBlock> physicalBlocks(const DecodeInput& input, const Generated& generated,
                                         const std::shared_ptr<const SpectralModel>& model, bool flux,
                                         const JobContext& job) {
    const Normalization& normalization = model->model().requireNormalization();
    std::optional<SpectrumGenerator> generator;
    if (flux) generator.emplace(model, XpInstrument::builtIn());
    const std::size_t columns = flux ? generator->instrument().wavelengths_nm().size() : normalization.mu.size();
    std::vector<double> values(input.rows * columns);
    std::vector<double> scatter(values.size());
    ThreadPool pool;
    pool.forChunks(input.rows, 256, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        GeneratedSpectrum spectrum;
        for (std::size_t row = begin; row < end; ++row) {
            const double scale = input.gFlux.empty() ? 1.0 : input.gFlux[row];
            const auto xhat = generated.coefficientsView().row(row);
            const auto s = generated.scatterView().row(row);
            double* value = values.data() + row * columns;
            double* sigma = scatter.data() + row * columns;
            if (flux) {
                spectrum.normalised.assign(xhat.begin(), xhat.end());
                spectrum.scatter.assign(s.begin(), s.end());
                generator->calibrate(scale, spectrum);
                std::ranges::copy(spectrum.flux, value);
                std::ranges::copy(spectrum.fluxScatter, sigma);
                continue;
            }
            for (std::size_t j = 0; j < columns; ++j) {
                value[j] = (xhat[j] * normalization.sig[j] + normalization.mu[j]) * scale;
                sigma[j] = s[j] * normalization.sig[j] * scale;
            }
        }
    });
    std::string unit = flux ? "W.m**-2.nm**-1" : "electron/s";
    if (input.gFlux.empty()) unit = flux ? "W.m**-2.nm**-1.s/electron" : "";
    NumericBlock first{flux ? "flux" : "decoded", unit, std::move(values), columns, true, {}, {}};
    NumericBlock second{"scatter", unit, std::move(scatter), columns, true, {}, {}};
    if (flux) {
        const std::span<const double> grid = generator->instrument().wavelengths_nm();
        for (NumericBlock* block : {&first, &second}) {
            block->axisName = "wavelength_nm";
            block->axis.assign(grid.begin(), grid.end());
        }
    }
    return {std::move(first), std::move(second)};
}

} // namespace

void runEncode(const EncodeOptions& options, const JobContext& job) {
    tableFormatOf(options.out); // a bad ending is told before the work
    const auto model = makeEngine(options.model);
    NumericTable table;
    Latents latents;
    bool mock = model->model().provenance.mockData;
    if (inputKindOf(options.input) == InputKind::Catalogue) {
        if (options.space == "normalised") {
            throw Error(options.input + " is a catalogue, which holds coefficients; --space normalised is for CSV and "
                                        "FILE.h5:/dataset");
        }
        const Catalog catalog = openCatalog(options.input, job);
        latents = encodeCatalog(catalog, *model, job);
        mock = mock || catalog.isMock();
        table.sourceIds.assign(catalog.sourceIds().begin(), catalog.sourceIds().end());
    } else {
        InputTable input = readInputTable(options.input, job);
        const InputTable::Block block =
            rowsOfNumbers(input, {"coeffs", "x"}, model->model().architecture.inputSize, options.input);
        const std::vector<float> values(block.values.begin(), block.values.end());
        std::vector<double> gFlux;
        if (options.space == "coefficients") gFlux = gFluxOf(input, block);
        latents = model->encode({{values.data(), input.rows, block.columns}, gFlux}, job);
        table.sourceIds = std::move(input.sourceIds);
    }
    const std::string done = finiteOf(latents.mu, latents.rows, "spectra", options.input);
    table.blocks.push_back({"mu", "", std::move(latents.mu), latents.latentSize, true, {}, {}});
    table.blocks.push_back({"log_var", "", std::move(latents.logVar), latents.latentSize, true, {}, {}});
    table.attributes = provenanceOf(options.input, options.model, mock);
    writeTable(options.out, table, job);
    std::cout << "encoded " << done << " to " << options.out.string() << '\n';
}

void runDecode(const DecodeOptions& options, const JobContext& job) {
    tableFormatOf(options.out);
    const std::shared_ptr<const SpectralModel> model = makeEngine(options.model);
    DecodeInput input = readDecodeInput(options, *model, job);
    const auto latentSize = static_cast<std::size_t>(model->model().architecture.latentSize);
    Generated generated = model->decode({input.latents.data(), input.rows, latentSize}, job);
    const std::string done = finiteOf(generated.coefficients, input.rows, "latents", options.input);
    NumericTable table;
    if (options.space == "normalised") {
        const std::size_t columns = generated.coefficientCount;
        table.blocks.push_back({"decoded", "", std::move(generated.coefficients), columns, true, {}, {}});
        table.blocks.push_back({"scatter", "", std::move(generated.scatter), columns, true, {}, {}});
    } else {
        table.blocks = physicalBlocks(input, generated, model, options.space == "flux", job);
    }
    table.sourceIds = std::move(input.sourceIds);
    table.attributes = provenanceOf(options.input, options.model, input.mock || model->model().provenance.mockData);
    table.attributes["space"] = options.space;
    if (input.gFlux.empty() && options.space != "normalised") {
        table.attributes["scale"] = "per unit phot_g_mean_flux";
    }
    writeTable(options.out, table, job);
    std::cout << "decoded " << done << " to " << options.out.string() << '\n';
}

} // namespace zscape::cli
