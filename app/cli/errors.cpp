#include "app/cli/errors.h"

#include "app/open.h"
#include "core/analysis/reconstruction_errors.h"
#include "core/base/error.h"
#include "core/io/table_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>

namespace zscape::cli {

namespace {

double median(std::vector<float> values) {
    std::erase_if(values, [](float value) { return std::isnan(value); });
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return static_cast<double>(*middle);
}

NumericTable starTable(const Catalog& catalog, const ReconstructionErrors& errors, const std::string& origin) {
    NumericTable table;
    table.sourceIds.assign(catalog.sourceIds().begin(), catalog.sourceIds().end());
    for (const Column& column : errorColumns(errors, origin)) {
        const auto& values = std::get<SharedArray<float>>(column.values());
        NumericBlock block;
        block.name = column.name();
        block.values = std::vector<float>(values.begin(), values.end());
        block.isMatrix = false;
        block.description = column.name().starts_with("rmse_j")
                                ? "RMSE of the first 32 BP and RP coefficients, in units of their errors"
                                : "RMSE of the flux at 61 wavelengths, in units of its error";
        table.blocks.push_back(std::move(block));
    }
    return table;
}

void print(const ErrorsOptions& options, const ReconstructionErrors& errors, double seconds, const Catalog& catalog) {
    const double rate = static_cast<double>(catalog.rows()) / seconds;
    if (options.json) {
        nlohmann::ordered_json json;
        json["stars"] = errors.stars;
        json["left_out"] = errors.left;
        json["with_correlations"] = errors.correlated;
        json["without_rmse_j"] = errors.undefined;
        for (const SpectrumErrors& model : errors.models) {
            const auto number = [](double value) {
                return std::isnan(value) ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
            };
            json["models"].push_back({{"name", model.name},
                                      {"median_rmse_j", number(median(model.starCoefficients))},
                                      {"median_rmse_lambda", number(median(model.starWavelengths))}});
        }
        json["seconds"] = seconds;
        json["stars_per_second"] = rate;
        json["mock"] = catalog.isMock();
        std::cout << json.dump(2) << '\n';
        return;
    }
    for (const std::string& remark : errorRemarks(errors)) {
        std::cout << remark << '\n';
    }
    std::printf("%-20s %16s %20s\n", "median over stars", "RMSE(j) [sigma]", "RMSE(lambda) [sigma]");
    for (const SpectrumErrors& model : errors.models) {
        std::printf("%-20s %16.3f %20.3f\n", model.name.c_str(), median(model.starCoefficients),
                    median(model.starWavelengths));
    }
    std::printf("%.2f s, %.0f stars a second\n", seconds, rate);
}

} // namespace

void addErrorsCommand(CLI::App& app, ErrorsOptions& options, Work& work) {
    CLI::App* errors =
        app.add_subcommand("errors", "RMSE of a model's spectra, for every star, coefficient and wavelength");
    errors->add_option("CATALOGUE", options.catalog)->required();
    errors
        ->add_option("--model", options.model.model,
                     "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one")
        ->required();
    errors->add_option("--norm", options.model.normalization, "normalisation (.npz), for a model without one");
    errors->add_option("--engine", options.model.engine, "fused or libtorch")
        ->check(CLI::IsMember({"fused", "libtorch"}))
        ->capture_default_str();
    errors->add_option("--threads", options.model.threads, "threads; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    errors->add_option("--out", options.out, "a row a star: source_id, rmse_j, rmse_lambda")->required();
    errors->add_option("--curves", options.curves, "a row a coefficient and wavelength: rmse, bias");
    errors
        ->add_option(
            "--compare", options.compared,
            "NAME=FILE[:ARRAY]: another model's spectra, .npy, .npz or .h5, one row a star of the catalogue or "
            "with source_id beside")
        ->take_all();
    CLI::Option* correlations = errors->add_option("--correlations", options.correlations,
                                                   ".npz with bp_corrs and rp_corrs; else the catalogue's own");
    errors->add_flag("--independent", options.independent, "as if coefficients were independent")
        ->excludes(correlations);
    errors->add_flag("--json", options.json, "the report as JSON");
    errors->callback([&] { work = [&](const JobContext& job) { runErrors(options, job); }; });
}

void runErrors(const ErrorsOptions& options, const JobContext& job) {
    tableFormatOf(options.out);
    if (!options.curves.empty()) tableFormatOf(options.curves);
    const auto model = makeEngine(openModel(options.model.model, options.model.normalization), options.model.engine,
                                  options.model.threads);
    const Catalog catalog = openCatalog(options.catalog, job);
    const XpInstrument instrument = XpInstrument::builtIn();
    ReconstructionErrorsOptions how;
    how.threads = options.model.threads;
    std::shared_ptr<const Correlations> correlations;
    if (!options.correlations.empty()) {
        correlations =
            std::make_shared<const Correlations>(readCorrelations(options.correlations, catalog, instrument));
    } else if (!options.independent) {
        correlations = correlationsOf(catalog);
    }
    how.correlations = correlations.get();
    for (const std::string& text : options.compared) {
        how.compared.push_back(
            std::make_shared<const ComparedSpectra>(readComparedSpectra(text, catalog, instrument, job)));
    }
    const auto start = std::chrono::steady_clock::now();
    const ReconstructionErrors errors = reconstructionErrors(catalog, *model, instrument, how, job);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    std::map<std::string, std::string> provenance{{"program", "zscape " ZSCAPE_VERSION},
                                                  {"input", options.catalog.string()},
                                                  {"model", options.model.model.string()}};
    if (catalog.isMock()) provenance["mock"] = "true";
    const std::vector<std::string> remarks = errorRemarks(errors);
    for (std::size_t i = 0; i < remarks.size(); ++i) {
        provenance["remark_" + std::to_string(i + 1)] = remarks[i];
    }
    NumericTable stars = starTable(catalog, errors, options.model.model.string());
    stars.attributes = provenance;
    writeTable(options.out, stars, job);
    if (!options.curves.empty()) {
        NumericTable curves = errorCurveTable(errors);
        curves.attributes = std::move(provenance);
        writeTable(options.curves, curves, job);
    }
    job.report(1, "");
    print(options, errors, seconds, catalog);
}

} // namespace zscape::cli
