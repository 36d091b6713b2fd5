#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/run_report.h"
#include "app/open.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/train/option_fields.h"
#include "core/train/training_run.h"

#include <iostream>

namespace zscape::cli {

namespace {

/// Before the catalogue is read: a misspelt name should be told at once.
void requireModelOutput(const std::filesystem::path& path) {
    const std::string ending = path.extension().string();
    if (ending != ".h5" && ending != ".hdf5" && ending != ".pt") {
        throw Error("cannot tell what kind of model file " + path.string() + " is to be; end its name in .h5 or .pt");
    }
    const AtomicFile probe(path);
}

/// What the command line gave, over what a checkpoint or a model brings along.
TrainingOptions overlaid(const TrainCommandOptions& options, TrainingOptions base) {
    for (const std::string& name : options.given) {
        if (name == "preset") {
            base.architecture.preset = options.training.architecture.preset;
        } else if (name == "latent_size") {
            base.architecture.latentSize = options.training.architecture.latentSize;
        } else if (name == "layers") {
            base.architecture.layers = options.training.architecture.layers;
        } else {
            copyOption(name, options.training, base);
        }
    }
    return base;
}

/// What a run needs, put together from the command line and the files it names.
struct PreparedRun {
    TrainingOptions options;
    RunStart start;
    TrainingData data;
};

std::shared_ptr<const Catalog> readCatalog(const std::filesystem::path& path, const JobContext& job) {
    auto catalog = std::make_shared<const Catalog>(openCatalog(path, job));
    for (const std::string& notice : catalog->notices()) {
        std::cerr << "note: " << notice << '\n';
    }
    return catalog;
}

PreparedRun prepareResumed(const TrainCommandOptions& options, const JobContext& job) {
    FoundCheckpoint found = findCheckpoint(options.resume);
    for (const std::string& sentence : found.damaged) {
        std::cerr << "warning: " << sentence << '\n';
    }
    PreparedRun run;
    run.options = overlaid(options, found.checkpoint.options);
    const std::string fixed = fixedDifferences(found.checkpoint.options, run.options);
    if (!fixed.empty()) {
        throw Error("a resumed run keeps its options, but the command line changes " + fixed +
                    "; leave that out, or begin a new run with --start " + found.path.string());
    }
    run.data = resumeTrainingData(readCatalog(options.catalog, job), found.checkpoint, job);
    std::cout << "going on from " << found.path.string() << ": epoch " << found.checkpoint.model.epoch << ", step "
              << found.checkpoint.step << '\n';
    run.start.checkpoint = std::move(found.checkpoint);
    return run;
}

PreparedRun prepareFromModel(const TrainCommandOptions& options, const JobContext& job) {
    PreparedRun run;
    run.start.model = openModel(options.start, options.normalization);
    TrainingOptions base;
    base.architecture = run.start.model->architecture;
    run.options = overlaid(options, base);
    if (!(run.options.architecture == base.architecture)) {
        throw Error("the run starts from " + options.start.string() +
                    ", whose preset, latent size and layers it keeps; leave --preset, --latent and --layers out");
    }
    const Normalization& normalization = run.start.model->requireNormalization();
    run.data = prepareTrainingData(readCatalog(options.catalog, job), normalization, job);
    return run;
}

PreparedRun prepareNew(const TrainCommandOptions& options, const JobContext& job) {
    PreparedRun run;
    run.options = options.training;
    const auto catalog = readCatalog(options.catalog, job);
    run.options.architecture.inputSize = static_cast<int>(catalog->coefficientCount());
    run.data = prepareTrainingData(catalog, job);
    return run;
}

PreparedRun prepare(const TrainCommandOptions& options, const JobContext& job) {
    if (!options.resume.empty()) return prepareResumed(options, job);
    if (!options.start.empty()) return prepareFromModel(options, job);
    return prepareNew(options, job);
}

std::string quoted(const std::filesystem::path& path) {
    const std::string text = path.string();
    return text.find_first_of(" \t'\"\\$&|;<>()*?[]#~`!{}") == std::string::npos ? text : "'" + text + "'";
}

void printEnd(const RunResult& result, const TrainCommandOptions& options) {
    const std::string name = options.out.stem().string();
    const std::filesystem::path folder = options.out.parent_path() / (name + ".checkpoints");
    if (result.end == RunEnd::Stopped) std::cout << "stopped; ";
    if (result.end == RunEnd::EarlyStopped) std::cout << "validation has not improved lately; ";
    if (result.last.epoch == 0) {
        std::cout << "no epoch was finished, so there is no model in " << options.out.string() << " yet\n";
    } else {
        std::cout << "kept the model after " << result.last.epoch << " epochs in " << options.out.string();
        if (result.best) {
            std::cout << ", the best (epoch " << result.best->epoch << ") in "
                      << (options.out.parent_path() / (name + ".best.h5")).string();
        }
        std::cout << '\n';
    }
    if (result.end == RunEnd::Stopped) {
        std::cout << "go on with: zscape train " << quoted(options.catalog) << " --resume " << quoted(folder)
                  << " --out " << quoted(options.out) << '\n';
    }
    std::cout << std::flush;
    if (!result.unwritten.empty()) throw Error(result.unwritten);
}

} // namespace

void runTrain(const TrainCommandOptions& options, const JobContext& job) {
    requireModelOutput(options.out);
    const PreparedRun run = prepare(options, job);
    job.report(1, ""); // from here on the run tells how far it is
    RunOutput output;
    output.model = options.out;
    output.checkpointSeconds = options.checkpointSeconds;
    output.keepEvery = options.keepEvery;
    output.command = options.command;
    output.replace = options.overwrite;

    std::optional<JsonLog> log;
    RunReport report(run.options.epochs);
    const EngineFactory makeEngine = [&](const TrainingData& data, const TrainingOptions& training,
                                         const Model& start) {
        auto engine = makeTrainingEngine(data, training, start);
        std::cout << "training on " << grouped(data.rows) << " stars of " << data.provenance.catalogName << ", preset "
                  << presetName(training.architecture.preset) << ", engine " << engine->name() << std::endl;
        // Only now is it sure that there will be a run, whose log may replace another.
        if (!options.jsonLog.empty()) {
            const int epoch = run.start.checkpoint ? run.start.checkpoint->model.epoch : 0;
            log.emplace(options.jsonLog, optionsLine(training, data), epoch);
        }
        return engine;
    };
    RunObserver observer;
    observer.epochDone = [&](const EpochRecord& record) {
        report.epochDone(record);
        if (log && !log->write(record)) report.warning("the log " + options.jsonLog.string() + " cannot be written");
    };
    observer.progressed = [&](const RunProgress& progress) { report.progressed(progress); };
    observer.warning = [&](const std::string& sentence) { report.warning(sentence); };
    RunControl control;
    const RunResult result =
        runTraining(run.data, run.options, run.start, output, makeEngine, control, observer, {{}, job.cancelFlag()});
    report.finish();
    printEnd(result, options);
}

} // namespace zscape::cli
