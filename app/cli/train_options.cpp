#include "app/cli/train_options.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <utility>

namespace zscape::cli {

namespace {

CLI::Range counts() {
    return {1, 1000000000};
}

/// Options under the names that TrainCommandOptions::given tells.
using Named = std::vector<std::pair<std::string, CLI::Option*>>;

void addNetworkOptions(CLI::App& train, TrainingOptions& training, Named& named) {
    named.emplace_back("preset",
                       train
                           .add_option_function<std::string>(
                               "--preset",
                               [&](const std::string& name) { training.architecture.preset = presetFromName(name); },
                               "released (code) or paper (text)")
                           ->check(CLI::IsMember({"released", "paper"}))
                           ->default_str("released"));
    named.emplace_back("latent_size", train.add_option("--latent", training.architecture.latentSize, "latent numbers")
                                          ->check(CLI::Range(1, 256))
                                          ->capture_default_str());
    named.emplace_back(
        "layers", train.add_option("--layers", training.architecture.layers, "encoder widths, e.g. 90,70,50,30,10")
                      ->delimiter(',')
                      ->check(CLI::Range(1, 65536))
                      ->capture_default_str());
}

void addScheduleOptions(CLI::App& train, TrainingOptions& training, Named& named) {
    named.emplace_back("epochs", train.add_option("--epochs", training.epochs)->check(counts())->capture_default_str());
    named.emplace_back("batch_size",
                       train.add_option("--batch", training.batchSize, "stars a step, of all processes together")
                           ->check(counts())
                           ->capture_default_str());
    named.emplace_back("learning_rate", train.add_option("--lr", training.learningRate, "learning rate")
                                            ->check(CLI::Range(1e-12, 10.0))
                                            ->capture_default_str());
    named.emplace_back(
        "schedule",
        train
            .add_option_function<std::string>(
                "--schedule", [&](const std::string& name) { training.schedule = scheduleFromName(name); },
                "of the learning rate: cosine with warm restarts, cosine, constant, or reduced on a plateau")
            ->check(CLI::IsMember({"restarts", "cosine", "constant", "plateau"}))
            ->default_str("restarts"));
    named.emplace_back("restart_period",
                       train.add_option("--t0", training.restartPeriod, "epochs between warm restarts")
                           ->check(counts())
                           ->capture_default_str());
    named.emplace_back("kl_weight", train.add_option("--kl-weight", training.klWeight, "weight of kl in the loss")
                                        ->check(CLI::Range(0.0, 1e6))
                                        ->capture_default_str());
    named.emplace_back("kl_warm_up_epochs",
                       train.add_option("--kl-warm-up", training.klWarmUpEpochs, "epochs it grows over from 0")
                           ->check(CLI::Range(0, 1000000000))
                           ->capture_default_str());
    named.emplace_back("clip_norm",
                       train.add_option("--clip", training.clipNorm, "largest norm of the gradient; 0 clips nothing")
                           ->check(CLI::Range(0.0, 1e12))
                           ->capture_default_str());
    named.emplace_back("early_stop_epochs",
                       train
                           .add_option("--early-stop", training.earlyStopEpochs,
                                       "stop after so many epochs without a better validation loss; 0 never does")
                           ->check(CLI::Range(0, 1000000000))
                           ->capture_default_str());
}

void addDataOptions(CLI::App& train, TrainingOptions& training, Named& named) {
    named.emplace_back(
        "seed", train.add_option("--seed", training.seed, "weights, shuffling and sampling")->capture_default_str());
    CLI::Option* fraction =
        train.add_option("--validation", training.validationFraction, "fraction of stars that validate")
            ->check(CLI::Range(0.0, 0.9))
            ->capture_default_str();
    named.emplace_back("validation_fraction", fraction);
    named.emplace_back(
        "split_seed",
        train.add_option("--split-seed", training.splitSeed, "which stars validate")->capture_default_str());
    named.emplace_back("split_column",
                       train
                           .add_option("--split-column", training.splitColumn,
                                       "stars where this column is not 0 validate, instead of a fraction")
                           ->excludes(fraction));
}

void addEngineOptions(CLI::App& train, TrainingOptions& training, Named& named) {
    named.emplace_back("engine", train.add_option("--engine", training.engine, "fused or libtorch")
                                     ->check(CLI::IsMember({"fused", "libtorch"}))
                                     ->capture_default_str());
    named.emplace_back(
        "device", train.add_option("--device", training.device, "cpu, cuda or cuda:N (libtorch); see zscape devices")
                      ->check(CLI::Validator(
                          [](const std::string& name) {
                              const bool isKnown =
                                  name == "cpu" || name == "cuda" || (name.starts_with("cuda:") && name.size() > 5);
                              return isKnown ? std::string() : name + " is not cpu, cuda or cuda:N";
                          },
                          "cpu|cuda|cuda:N"))
                      ->capture_default_str());
    named.emplace_back("precision",
                       train
                           .add_option_function<std::string>(
                               "--precision",
                               [&](const std::string& name) { training.precision = precisionFromName(name); },
                               "of products on a GPU: float32, tf32 or bf16")
                           ->check(CLI::IsMember({"float32", "tf32", "bf16"}))
                           ->default_str("float32"));
    named.emplace_back("threads",
                       train
                           .add_option("--threads", training.threads,
                                       "threads of a process; 0 takes every core, or its part of them under mpirun")
                           ->check(CLI::Range(0, 1024))
                           ->capture_default_str());
}

void addFileOptions(CLI::App& train, TrainCommandOptions& options) {
    train.add_option("CATALOGUE", options.catalog)->required();
    train
        .add_option("--out", options.out,
                    ".h5 or .pt; beside it NAME.best.h5, NAME.history.csv and the folder NAME.checkpoints")
        ->required();
    CLI::Option* start = train.add_option("--start", options.start, "begin with the weights of this model");
    train.add_option("--norm", options.normalization, "normalisation (.npz) of that model, if it has none")
        ->needs(start);
    CLI::Option* resume = train.add_option("--resume", options.resume,
                                           "go on from a checkpoint, or from the newest in a folder of checkpoints");
    resume->excludes(start);
    train.add_flag("--overwrite", options.overwrite, "replace the checkpoints of an earlier run to the same output")
        ->excludes(resume);
    train.add_option("--checkpoint-seconds", options.checkpointSeconds, "a checkpoint at least so often")
        ->check(CLI::Range(0.0, 86400.0))
        ->capture_default_str();
    train
        .add_option("--keep-every", options.keepEvery, "keep the checkpoint of every n-th epoch for good; 0 keeps two")
        ->check(CLI::Range(0, 1000000000))
        ->capture_default_str();
    train.add_option("--json-log", options.jsonLog, "the options and every epoch as a line of JSON each");
}

} // namespace

void addTrainCommand(CLI::App& app, TrainCommandOptions& options, Work& work) {
    CLI::App* train = app.add_subcommand("train", "train a model; Ctrl-C stops cleanly, --resume goes on");
    const auto named = std::make_shared<Named>();
    addFileOptions(*train, options);
    addNetworkOptions(*train, options.training, *named);
    addScheduleOptions(*train, options.training, *named);
    addDataOptions(*train, options.training, *named);
    addEngineOptions(*train, options.training, *named);
    train->callback([&options, &work, named] {
        for (const auto& [name, option] : *named) {
            if (option->count() > 0) options.given.push_back(name);
        }
        work = [&options](const JobContext& job) { runTrain(options, job); };
    });
}

} // namespace zscape::cli
