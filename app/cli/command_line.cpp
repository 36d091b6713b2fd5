#include "app/cli/command_line.h"

#include "app/cli/bench.h"
#include "app/cli/calibrate.h"
#include "app/cli/commands.h"
#include "app/cli/errors.h"
#include "app/cli/figure.h"
#include "app/cli/import.h"
#include "app/cli/select.h"
#include "app/cli/spectra.h"
#include "app/cli/tracks.h"
#include "app/cli/train_options.h"
#include "app/cli/window_size.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <tuple>
#include <unistd.h>

namespace zscape::cli {

namespace {

/// The objects a signal handler may touch.
std::atomic<bool> interrupted{false};
std::atomic<std::int64_t> interruptedAt{0}; ///< monotonic nanoseconds
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

/// The first signal cancels. One that comes a while later ends the program at once; but programs that start others
/// (timeout, mpirun, a terminal's wrapper) may send theirs to the process and to its group, so that it comes twice.
void onSignal(int number) {
    constexpr std::int64_t sameSignal = 1'000'000'000; // ns
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t at = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    if (!interrupted.load()) {
        interruptedAt.store(at);
        interrupted.store(true);
    } else if (at - interruptedAt.load() > sameSignal) {
        std::signal(number, SIG_DFL);
        std::raise(number);
    }
}

/// SIGINT, SIGTERM and SIGHUP cancel the running command while this lives; a second signal ends the program at once.
class SignalGuard {
public:
    SignalGuard() {
        struct sigaction action = {};
        action.sa_handler = &onSignal;
        sigaction(SIGINT, &action, &m_interrupt);
        sigaction(SIGTERM, &action, &m_terminate);
        sigaction(SIGHUP, &action, &m_hangUp);
    }
    ~SignalGuard() {
        sigaction(SIGINT, &m_interrupt, nullptr);
        sigaction(SIGTERM, &m_terminate, nullptr);
        sigaction(SIGHUP, &m_hangUp, nullptr);
    }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

private:
    struct sigaction m_interrupt = {};
    struct sigaction m_terminate = {};
    struct sigaction m_hangUp = {};
};

/// One progress line on a terminal, nothing in a pipe.
JobContext terminalJob() {
    JobContext::Report report;
    if (isatty(STDERR_FILENO)) {
        report = [](double fraction, std::string_view text) {
            if (fraction < 0 || fraction >= 1) {
                std::fprintf(stderr, "\r\033[K");
            } else {
                std::fprintf(stderr, "\r\033[K%3.0f %%  %.*s", 100 * fraction, static_cast<int>(text.size()),
                             text.data());
            }
        };
    }
    return {std::move(report), &interrupted};
}

void addModelOptions(CLI::App& command, ModelChoice& choice) {
    command
        .add_option("--model", choice.model, "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one")
        ->required();
    command.add_option("--norm", choice.normalization, "normalisation (.npz with mu, sig), for a model without one");
    command.add_option("--engine", choice.engine, "fused or libtorch")
        ->check(CLI::IsMember({"fused", "libtorch"}))
        ->capture_default_str();
    command.add_option("--threads", choice.threads, "threads; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
}

/// Every option of every command, kept alive while the chosen one runs.
struct Options {
    WindowRequest window;
    InfoOptions info;
    DevicesOptions devices;
    EncodeOptions encode;
    DecodeOptions decode;
    EvaluateOptions evaluate;
    ConvertModelOptions convert;
    MockCommandOptions mock;
    TrainCommandOptions train;
    ImportCommandOptions import;
    TracksOptions tracks;
    TraverseOptions traverse;
    SpectraOptions spectra;
    BenchOptions bench;
    SelectOptions select;
    FigureRequest figure;
    CalibrateOptions calibrate;
    ErrorsOptions errors;
};

void addFileCommands(CLI::App& app, Options& options, Work& work) {
    CLI::App* info = app.add_subcommand("info", "what a catalogue or model file holds");
    info->add_option("FILE", options.info.file)->required();
    info->add_flag("--json", options.info.json, "as JSON");
    info->callback([&] { work = [&](const JobContext& job) { runInfo(options.info, job); }; });

    CLI::App* encode = app.add_subcommand("encode", "spectra to latents: source_id, mu, log_var");
    encode->add_option("INPUT", options.encode.input, "catalogue, CSV, or FILE.h5:/dataset")->required();
    addModelOptions(*encode, options.encode.model);
    encode->add_option("--out", options.encode.out, ".h5, .csv or .ecsv")->required();
    encode->add_option("--space", options.encode.space, "what rows of numbers are; a catalogue holds coefficients")
        ->check(CLI::IsMember({"coefficients", "normalised"}))
        ->capture_default_str();
    encode->callback([&] { work = [&](const JobContext& job) { runEncode(options.encode, job); }; });

    CLI::App* decode = app.add_subcommand("decode", "latents to spectra: decoded, scatter, flux, wavelength_nm");
    decode
        ->add_option("INPUT", options.decode.input, "latents as CSV or FILE.h5:/dataset, or a catalogue to reconstruct")
        ->required();
    addModelOptions(*decode, options.decode.model);
    decode->add_option("--out", options.decode.out, ".h5, .csv or .ecsv")->required();
    decode
        ->add_option(
            "--space", options.decode.space,
            "normalised; coefficients and flux are per unit phot_g_mean_flux, or the star's own for a catalogue")
        ->check(CLI::IsMember({"normalised", "coefficients", "flux"}))
        ->capture_default_str();
    decode->callback([&] { work = [&](const JobContext& job) { runDecode(options.decode, job); }; });

    CLI::App* convert = app.add_subcommand("convert-model", "PyTorch checkpoint to native model file and back");
    convert->add_option("IN", options.convert.in)->required();
    convert->add_option("--norm", options.convert.normalization, "normalisation (.npz) to put in");
    convert->add_option("OUT", options.convert.out, ".h5 or .pt")->required();
    convert->callback([&] { work = [&](const JobContext& job) { runConvertModel(options.convert, job); }; });
}

void addScienceCommands(CLI::App& app, Options& options, Work& work) {
    CLI::App* evaluate = app.add_subcommand("evaluate", "losses and flux residuals of a model on a catalogue");
    evaluate->add_option("CATALOGUE", options.evaluate.catalog)->required();
    addModelOptions(*evaluate, options.evaluate.model);
    evaluate->add_flag("--json", options.evaluate.json, "as JSON");
    evaluate->callback([&] { work = [&](const JobContext& job) { runEvaluate(options.evaluate, job); }; });

    CLI::App* devices = app.add_subcommand("devices", "what training can run on here, with its memory");
    devices->add_flag("--json", options.devices.json, "as JSON");
    devices->callback([&] { work = [&](const JobContext& job) { runDevices(options.devices, job); }; });

    CLI::App* mock = app.add_subcommand("mock", "a seeded mock catalogue");
    mock->add_option("--stars", options.mock.stars, "how many")->check(CLI::Range(1, 20000000))->capture_default_str();
    mock->add_option("--seed", options.mock.seed, "the same seed gives the same bytes")->capture_default_str();
    mock->add_option("--threads", options.mock.threads, "threads; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    mock->add_option("--layout", options.mock.layout, "released: astropy reads it; native: opens at once at any size")
        ->check(CLI::IsMember({"released", "native"}))
        ->capture_default_str();
    mock->add_option("OUT", options.mock.out, ".h5")->required();
    mock->callback([&] { work = [&](const JobContext& job) { runMock(options.mock, job); }; });
}

void addWindowOptions(CLI::App& command, WindowRequest& request) {
    command.add_option("--screenshot", request.screenshot, "show the window, wait until idle, write this PNG, exit")
        ->check(CLI::Validator(
            [](const std::string& name) {
                return std::filesystem::path(name).extension() == ".png" ? std::string()
                                                                         : "is a PNG; end its name in .png";
            },
            "F.png"));
    command.add_option_function<std::string>(
        "--size", [&request](const std::string& text) { std::tie(request.width, request.height) = windowSize(text); },
        "window size, e.g. 1400x880");
    command.add_option("--x", request.x,
                       "column on the horizontal axis: z1, z2, ..., BP-RP, a catalogue's, or a formula");
    command.add_option("--y", request.y, "column on the vertical axis");
    command.add_option("--colour,--color", request.colour, "column that colours the stars");
    command.add_option("--star", request.star, "source_id of a star to pick");
    command.add_flag("--time-to-paint", request.timeToPaint, "print the time from process start to first paint, exit");
    command.add_option("--theme", request.theme, "light or dark; the last one, in pictures light")
        ->check(CLI::IsMember({"light", "dark"}));
    command.add_option("--panels", request.panels, "panels to open, e.g. tracks,traverse,response,training")
        ->allow_extra_args(false) // a blank ends the list: the next word may be a command
        ->delimiter(',');
    command
        .add_option("--views", request.views,
                    "views to open: scatter, kiel, alpha, magnesium, histogram, corner, sky, table, spectrum")
        ->delimiter(',')
        ->check(CLI::IsMember(
            {"scatter", "kiel", "alpha", "magnesium", "histogram", "corner", "sky", "table", "spectrum"}));
    command.add_option("--select", request.selections, "built-in selections to begin with, e.g. \"high alpha\"")
        ->delimiter(',');
    command.add_option("--tracks", request.tracks, "tracks to draw, e.g. ms,gb")->delimiter(',');
    CLI::Option* dialog = command.add_option(
        "--dialog", request.dialog,
        "dialog to open, which the screenshot shows then: train, import, manual[:PAGE], figure[:NAME]");
    command.add_option("--spectra", request.importSpectra, "files in the import dialog")->needs(dialog)->delimiter(',');
    command.add_option("--labels", request.importLabels, "label tables in the import dialog; it shows their columns")
        ->needs(dialog)
        ->delimiter(',');
}

std::string joinedArguments(int argc, char** argv) {
    std::string command = "zscape";
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const bool plain =
            !argument.empty() && argument.find_first_of(" \t\n'\"\\$&|;<>()*?[]#~`!{}") == std::string::npos;
        command += plain ? " " + argument : " '" + argument + "'";
    }
    return command;
}

int reportError(const std::string& message) {
    // A progress line that was under way gives its place to the sentence.
    if (isatty(STDERR_FILENO)) std::cerr << "\r\033[K";
    std::cerr << "zscape: " << message << std::endl;
    return 1;
}

} // namespace

int run(int argc, char** argv, const WindowParts& window) {
    CLI::App app{"Zscape: Gaia XP spectra in the latent space of a scatter variational auto-encoder.\n"
                 "Without a command it opens the window.",
                 "zscape"};
    app.set_version_flag("--version", std::string("zscape ") + ZSCAPE_VERSION);
    app.require_subcommand(0, 1);
    Options options;
    options.train.command = joinedArguments(argc, argv);
    Work work;
    bool wantsWindow = false;

    app.add_option("CATALOGUE", options.window.catalog, "catalogue to open in the window");
    CLI::Option* model = app.add_option("--model", options.window.model,
                                        "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one");
    app.add_option("--norm", options.window.normalization, "normalisation (.npz), for a model without one")
        ->needs(model);
    addWindowOptions(app, options.window);
    addFileCommands(app, options, work);
    addScienceCommands(app, options, work);
    addTrainCommand(app, options.train, work);
    addSelectCommand(app, options.select, work);
    addCalibrateCommand(app, options.calibrate, work);
    addErrorsCommand(app, options.errors, work);
    addImportCommand(app, options.import, work);
    addTracksCommands(app, options.tracks, options.traverse, work, window.film, argc, argv);
    addSpectraCommand(app, options.spectra, work);
    addFigureCommands(app, options.figure, work, window.figures, argc, argv);

    CLI::App* demo = app.add_subcommand("demo", "the bundled model on a mock catalogue made on first use");
    demo->add_option("--export", options.window.exportFolder, "write the demo's figures to this folder and exit");
    addWindowOptions(*demo, options.window);
    demo->callback([&] { options.window.demo = wantsWindow = true; });

    CLI::App* bench = app.add_subcommand("bench", "measure every budget beside the library's way");
    bench->add_flag("--json", options.bench.json, "as JSON");
    bench->add_flag("--training", options.bench.training, "the training step and the paper's run instead");
    bench->add_flag("--views", options.bench.views, "the linked views instead, at 500,000 and 5,000,000 stars")
        ->excludes("--training");
    bench->add_flag("--archive", options.bench.archive, "the readers of the archive's files alone")
        ->excludes("--training", "--views");
    bench
        ->add_option("--beside", options.bench.beside,
                     "a Python with GaiaXPy (PyPI) whose reader is measured in the same run")
        ->type_name("PYTHON");
    bench->add_option("--stars", options.bench.stars, "stars in the measurements")
        ->check(CLI::Range(1000, 20000000))
        ->capture_default_str();
    bench->callback([&] {
        work = [&](const JobContext& job) {
            const auto& draw = options.bench.views ? window.benchmarkViews : window.benchmark;
            if (options.bench.views && !draw) {
                throw Error("this build has no window, so it has no views to measure; build with -DZSCAPE_WINDOW=ON");
            }
            const std::string drawing =
                draw && !options.bench.training && !options.bench.archive ? draw(argc, argv) : "[]";
            runBench(options.bench, drawing, job);
        };
    });

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        const bool command = argc > 1 && std::ranges::any_of(app.get_subcommands({}), [&](const CLI::App* one) {
                                 return one->get_name() == argv[1];
                             });
        std::cerr << "zscape: " << error.what() << "; see zscape " << (command ? argv[1] + std::string(" ") : "")
                  << "--help" << std::endl;
        return 2;
    }

    try {
        if (!work) wantsWindow = true;
        if (wantsWindow) {
            if (!window.open) return reportError("this zscape was built without its window; use a command (--help)");
            const std::filesystem::path& catalog = options.window.catalog;
            std::error_code code;
            if (!catalog.empty() && !std::filesystem::exists(catalog, code)) {
                return reportError("there is neither a command nor a file " + catalog.string() + "; see zscape --help");
            }
            return window.open(options.window, argc, argv);
        }
        const SignalGuard guard;
        work(terminalJob());
        return 0;
    } catch (const ToldElsewhere&) {
        return 1;
    } catch (const Cancelled&) {
        return reportError("interrupted; nothing was written");
    } catch (const Error& error) {
        return reportError(error.what());
    } catch (const std::bad_alloc&) {
        return reportError("out of memory; use fewer stars or a larger machine");
    } catch (const std::exception& error) {
        return reportError(std::string("unexpected error: ") + error.what());
    }
}

} // namespace zscape::cli
