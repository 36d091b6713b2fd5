#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/open.h"

#include "core/analysis/evaluate.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>

namespace zscape::cli {

namespace {

void printJson(const Evaluation& evaluation, const std::string& engine, bool mock) {
    nlohmann::ordered_json json;
    json["mock"] = mock;
    json["stars"] = evaluation.stars;
    json["mean_rec"] = evaluation.meanRec;
    json["median_rec"] = evaluation.medianRec;
    json["mean_kl"] = evaluation.meanKl;
    nlohmann::ordered_json bins = nlohmann::ordered_json::array();
    for (const Evaluation::Bin& bin : evaluation.bins) {
        bins.push_back({{"stars", bin.stars},
                        {"g", bin.label},
                        {"median_flux_residual", std::isnan(bin.medianFluxResidual)
                                                     ? nlohmann::ordered_json()
                                                     : nlohmann::ordered_json(bin.medianFluxResidual)}});
    }
    json["flux_residual_450_900_nm"] = std::move(bins);
    json["engine"] = engine;
    std::cout << json.dump(2) << '\n';
}

void printText(const Evaluation& evaluation, const std::string& engine, bool mock) {
    std::printf("%s usable %sstars, mean latent, %s\n\n", grouped(evaluation.stars).c_str(), mock ? "mock " : "",
                engine.c_str());
    std::printf("rec   mean %10.4f   median %10.4f\nkl    mean %10.4f\n\n", evaluation.meanRec, evaluation.medianRec,
                evaluation.meanKl);
    std::printf("median over stars of the median over 450-900 nm of |model - observed| / |observed| flux\n");
    for (const Evaluation::Bin& bin : evaluation.bins) {
        std::printf("%-18s %9s stars  ", bin.label.c_str(), grouped(bin.stars).c_str());
        if (std::isnan(bin.medianFluxResidual)) {
            std::printf("     -\n");
        } else {
            std::printf("%6.3f %%\n", 100 * bin.medianFluxResidual);
        }
    }
}

} // namespace

void runEvaluate(const EvaluateOptions& options, const JobContext& job) {
    const auto model = makeEngine(openModel(options.model.model, options.model.normalization), options.model.engine,
                                  options.model.threads);
    const Catalog catalog = openCatalog(options.catalog, job);
    const Evaluation evaluation = evaluateModel(catalog, *model, XpInstrument::builtIn(), job);
    if (options.json) {
        printJson(evaluation, model->engineName(), catalog.isMock());
    } else {
        printText(evaluation, model->engineName(), catalog.isMock());
    }
}

} // namespace zscape::cli
