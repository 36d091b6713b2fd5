// zscape-replay: runs a training recorded with PyTorch again on one of Zscape's engines and prints how far it comes
// out.
#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/train/replay.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>

namespace {

struct Options {
    std::filesystem::path file;
    std::filesystem::path catalogue;
    std::string engine = "fused";
    std::string device = "cpu";
    int threads = 0;
    bool float64 = false;
    bool json = false;
};

/// The recording names its catalogue without a folder: beside it, where the published data have it, or where the tests
/// find theirs.
std::filesystem::path findCatalogue(const Options& options, const std::string& name) {
    if (!options.catalogue.empty()) return options.catalogue;
    const std::filesystem::path folder = options.file.parent_path();
    std::vector<std::filesystem::path> candidates{folder / name, folder / ".." / "gaia" / name, name};
    const char* shared = std::getenv("ZSCAPE_SHARED_DATA");
    const std::filesystem::path data = shared ? shared : ZSCAPE_SHARED_DATA_DEFAULT;
    candidates.insert(candidates.end(), {data / name, data / "gaia" / name});
    for (const std::filesystem::path& candidate : candidates) {
        std::error_code ignored;
        if (std::filesystem::exists(candidate, ignored)) return candidate;
    }
    throw zscape::Error("The catalogue " + name + " that the training was recorded on is not beside " +
                        options.file.string() + ": name it with --catalogue.");
}

zscape::ReplayDifference compare(const Options& options) {
    const zscape::Replay replay = zscape::readReplay(options.file);
    const std::filesystem::path catalogue = findCatalogue(options, replay.catalogue);
    if (options.float64) return zscape::compareReplayFloat64(replay, catalogue);
    const zscape::TrainingData data =
        zscape::prepareReplayData(replay, std::make_shared<const zscape::Catalog>(zscape::readCatalog(catalogue)));
    zscape::Replay chosen = replay;
    chosen.options.engine = options.engine;
    chosen.options.device = options.device;
    chosen.options.threads = options.threads;
    return zscape::compareReplay(chosen, data, &zscape::makeTrainingEngine);
}

/// JSON has no infinity: the largest number there is stands for it.
double finite(double value) {
    return std::min(value, std::numeric_limits<double>::max());
}

void print(const zscape::ReplayDifference& difference, bool json) {
    if (json) {
        const nlohmann::ordered_json out{{"gradient_max_relative", finite(difference.gradient)},
                                         {"loss_max_relative", finite(difference.loss)},
                                         {"state_max_relative", finite(difference.state)}};
        std::cout << out.dump() << std::endl;
        return;
    }
    std::printf("largest relative difference\n  gradients of the first step  %.2e  (%s)\n  losses  %.2e\n"
                "  weights and running variances at the end  %.2e  (%s)\n",
                difference.gradient, difference.gradientTensor.c_str(), difference.loss, difference.state,
                difference.stateTensor.c_str());
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Runs a recorded training again and compares gradients, losses and the state at the end.",
                 "zscape-replay"};
    Options options;
    app.add_option("FILE", options.file, "recording, in the layout of golden_train_released.h5")->required();
    app.add_option("--catalogue", options.catalogue, "the catalogue it was recorded on");
    app.add_option("--engine", options.engine, "fused or libtorch")
        ->check(CLI::IsMember({"fused", "libtorch"}))
        ->capture_default_str();
    app.add_option("--device", options.device, "cpu or cuda (libtorch)")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    app.add_option("--threads", options.threads, "threads; 0 takes every core")->check(CLI::Range(0, 1024));
    app.add_flag("--float64", options.float64, "the fused engine built for float64");
    app.add_flag("--json", options.json, "as JSON");
    try {
        app.parse(argc, argv);
        if (options.float64 && options.engine != "fused") {
            throw CLI::ValidationError("--float64", "is a way of building the fused engine; leave --engine out");
        }
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        print(compare(options), options.json);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "zscape-replay: " << error.what() << std::endl;
        return 1;
    }
}
