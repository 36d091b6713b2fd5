#include "app/cli/bench.h"

#include "core/base/thread_pool.h"
#include "core/bench/bench.h"
#include "core/model/spectral_model.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>

namespace zscape::cli {

namespace {

using nlohmann::ordered_json;

ordered_json toJson(const BenchResult& result) {
    ordered_json json{{"name", result.name},
                      {"value", result.value},
                      {"unit", result.unit},
                      {"budget", result.budget},
                      {"met", result.met()}};
    if (!result.counterpart.empty()) {
        json["counterpart"] = result.counterpart;
        json["counterpart_value"] = result.counterpartValue;
        json["ratio"] = result.ratio();
        if (result.requiredRatio > 0) json["required_ratio"] = result.requiredRatio;
    }
    if (!result.note.empty()) json["note"] = result.note;
    return json;
}

void printText(const ordered_json& results) {
    std::printf("%-22s %12s %12s %-18s %s\n", "budget", "measured", "allowed", "unit", "library's way (ratio)");
    for (const ordered_json& result : results) {
        std::printf("%-22s %12.4g %12.4g %-18s", result["name"].get<std::string>().c_str(),
                    result["value"].get<double>(), result["budget"].get<double>(),
                    result["unit"].get<std::string>().c_str());
        if (result.contains("counterpart")) {
            std::printf(" %.4g, %s (%.1f x)", result["counterpart_value"].get<double>(),
                        result["counterpart"].get<std::string>().c_str(), result["ratio"].get<double>());
        }
        std::printf("%s\n", result["met"].get<bool>() ? "" : "   NOT MET");
    }
}

} // namespace

void runBench(const BenchOptions& options, const std::string& drawing, const JobContext& job) {
    ordered_json results = ordered_json::array();
    const auto add = [&](const std::vector<BenchResult>& measured) {
        for (const BenchResult& result : measured) {
            results.push_back(toJson(result));
        }
    };
    if (options.training) {
        add(benchmarkTraining(options.stars, job));
    } else if (options.archive) {
        add(benchmarkReaders(options.beside, job));
    } else if (!options.views) {
        add(benchmarkEngines(options.stars, job));
        add(benchmarkCatalog(options.stars, job));
        add(benchmarkReaders(options.beside, job));
        add(benchmarkSpectra(job));
        add(benchmarkNative(options.stars, job));
        add(benchmarkGenerate(options.stars, job));
        add(benchmarkSelections(options.stars, job));
    }
    for (const ordered_json& result : ordered_json::parse(drawing)) {
        results.push_back(result);
    }
    job.report(1, "");
    if (!options.json) {
        printText(results);
        return;
    }
    const ordered_json json{{"program", "zscape " ZSCAPE_VERSION},
                            {"cores", availableCores()},
                            {"instruction_set", instructionSetName(bestInstructionSet())},
                            {"stars", options.stars},
                            {"results", std::move(results)}};
    std::cout << json.dump(2) << '\n';
}

} // namespace zscape::cli
