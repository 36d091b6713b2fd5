#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/cli/run_report.h"
#include "app/open.h"

#include "core/base/atomic_file.h"
#include "core/base/collective.h"
#include "core/base/error.h"
#include "core/mpi/launcher.h"
#include "core/train/option_fields.h"
#include "core/train/parallel_data.h"
#include "core/train/training_run.h"

#include <iostream>
#include <memory>

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

void printNotices(const std::vector<std::string>& notices) {
    for (const std::string& notice : notices) {
        std::cerr << "note: " << notice << '\n';
    }
}

std::shared_ptr<const Catalog> readCatalog(const std::filesystem::path& path, const JobContext& job) {
    auto catalog = std::make_shared<const Catalog>(openCatalog(path, job));
    printNotices(catalog->notices());
    return catalog;
}

TrainingData prepareShare(const TrainCommandOptions& options, const SharedRun& run, Collective& collective,
                          const JobContext& job) {
    SharedData shared = prepareSharedData(options.catalog, run, collective, job);
    if (isFirst(&collective)) printNotices(shared.notices);
    return std::move(shared.data);
}

PreparedRun prepareResumed(const TrainCommandOptions& options, Collective* collective, const JobContext& job) {
    FoundCheckpoint found;
    doTogether(collective, [&] { found = findCheckpoint(options.resume); });
    for (const std::string& sentence : found.damaged) {
        if (!isFirst(collective)) break;
        std::cerr << "warning: " << sentence << '\n';
    }
    PreparedRun run;
    run.options = overlaid(options, found.checkpoint.options);
    const std::string fixed = fixedDifferences(found.checkpoint.options, run.options);
    if (!fixed.empty()) {
        throw Error("a resumed run keeps its options, but the command line changes " + fixed +
                    "; leave that out, or begin a new run with --start " + found.path.string());
    }
    const Checkpoint& checkpoint = found.checkpoint;
    run.data = collective ? prepareShare(options, {run.options, &checkpoint.model.requireNormalization(), &checkpoint},
                                         *collective, job)
                          : resumeTrainingData(readCatalog(options.catalog, job), checkpoint, job);
    if (isFirst(collective)) {
        std::cout << "going on from " << found.path.string() << ": epoch " << checkpoint.model.epoch << ", step "
                  << checkpoint.step << '\n';
    }
    run.start.checkpoint = std::move(found.checkpoint);
    return run;
}

PreparedRun prepareFromModel(const TrainCommandOptions& options, Collective* collective, const JobContext& job) {
    PreparedRun run;
    doTogether(collective, [&] { run.start.model = openModel(options.start, options.normalization); });
    TrainingOptions base;
    base.architecture = run.start.model->architecture;
    run.options = overlaid(options, base);
    if (!(run.options.architecture == base.architecture)) {
        throw Error("the run starts from " + options.start.string() +
                    ", whose preset, latent size and layers it keeps; leave --preset, --latent and --layers out");
    }
    const Normalization& normalization = run.start.model->requireNormalization();
    run.data = collective ? prepareShare(options, {run.options, &normalization}, *collective, job)
                          : prepareTrainingData(readCatalog(options.catalog, job), normalization, job);
    return run;
}

PreparedRun prepareNew(const TrainCommandOptions& options, Collective* collective, const JobContext& job) {
    PreparedRun run;
    run.options = options.training;
    run.data = collective ? prepareShare(options, {run.options}, *collective, job)
                          : prepareTrainingData(readCatalog(options.catalog, job), job);
    run.options.architecture.inputSize = static_cast<int>(run.data.inputSize);
    return run;
}

PreparedRun prepare(const TrainCommandOptions& options, Collective* collective, const JobContext& job) {
    if (!options.resume.empty()) return prepareResumed(options, collective, job);
    if (!options.start.empty()) return prepareFromModel(options, collective, job);
    return prepareNew(options, collective, job);
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

/// `collective` is null for a process alone.
void train(const TrainCommandOptions& options, Collective* collective, const JobContext& job) {
    const bool speaks = isFirst(collective);
    doTogether(collective, [&] {
        if (speaks) requireModelOutput(options.out);
    });
    const PreparedRun run = prepare(options, collective, job);
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
        if (!speaks) return engine;
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
    if (speaks)
        observer.epochDone = [&](const EpochRecord& record) {
            report.epochDone(record);
            if (log && !log->write(record))
                report.warning("the log " + options.jsonLog.string() + " cannot be written");
        };
    if (speaks) observer.progressed = [&](const RunProgress& progress) { report.progressed(progress); };
    if (speaks) observer.warning = [&](const std::string& sentence) { report.warning(sentence); };
    RunControl control;
    const RunResult result =
        runTraining(run.data, run.options, run.start, output, makeEngine, control, observer, {{}, job.cancelFlag()});
    report.finish();
    if (speaks) printEnd(result, options);
}

std::unique_ptr<MpiProcesses> joinOthers() {
    const Launch launch = findLaunch();
    try {
        return joinParallelRun(launch);
    } catch (const Error&) {
        if (launch.rank == 0) throw;
        throw ToldElsewhere();
    }
}

/// Trains with the other processes; all come to the end together, and the first one tells what went wrong on any.
void trainTogether(const TrainCommandOptions& options, MpiProcesses& processes, const JobContext& job) {
    std::string problem;
    try {
        Collective* collective = processes.size() > 1 ? &processes : nullptr;
        train(options, collective, isFirst(collective) ? job : JobContext({}, job.cancelFlag()));
    } catch (const std::bad_alloc&) {
        problem = "out of memory; use fewer stars or more machines";
    } catch (const std::exception& error) {
        problem = error.what();
    }
    problem = processes.finish(problem);
    if (problem.empty()) return;
    if (processes.rank() != 0) throw ToldElsewhere();
    if (problem == Cancelled().what()) throw Cancelled();
    throw Error(problem);
}

} // namespace

void runTrain(const TrainCommandOptions& options, const JobContext& job) {
    if (const std::unique_ptr<MpiProcesses> processes = joinOthers()) {
        trainTogether(options, *processes, job);
    } else {
        train(options, nullptr, job);
    }
}

} // namespace zscape::cli
