#include "app/cli/import.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace zscape::cli {

namespace {

void addInputOptions(CLI::App& command, ImportOptions& import) {
    command
        .add_option(
            "FILES", import.spectra,
            "spectra: Gaia XP_CONTINUOUS as CSV, ECSV, FITS or VOTable, gzip or zip; catalogues; folders of them")
        ->required();
    command.add_option("--labels", import.labels,
                       "tables with a Gaia source_id: gaia_source, APOGEE allStar, any other");
    command
        .add_option("--columns", import.columns,
                    "label columns to take, by Zscape's name or the table's; all takes every one [those Zscape knows]")
        ->delimiter(',');
    command.add_option_function<std::vector<std::string>>(
        "--map",
        [&import](const std::vector<std::string>& pairs) {
            for (const std::string& pair : pairs) {
                const std::size_t equals = pair.find('=');
                if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
                    throw CLI::ValidationError("--map", "wants NAME=COLUMN, e.g. TEFF=PARAM[0] or source_id=gaia_id");
                }
                import.names[pair.substr(0, equals)] = pair.substr(equals + 1);
            }
        },
        "NAME=COLUMN: call a label column so, e.g. TEFF=PARAM[0]");
}

void addChoiceOptions(CLI::App& command, ImportOptions& import) {
    command
        .add_option_function<std::string>(
            "--join", [&import](const std::string& name) { import.join = joinRuleFromName(name); },
            "matched: stars that stand in every label table; all: every star with a spectrum")
        ->check(CLI::IsMember({"matched", "all"}))
        ->default_str("matched");
    command.add_option("--where", import.cuts,
                       "a formula that a star must pass, e.g. \"G < 17.5\", or good, pristine (method.md 2; "
                       "good-paper, pristine-paper), usable; may be given several times");
    command.add_flag("--correlations", import.correlations,
                     "keep the correlations of the coefficients (native layout)");
}

} // namespace

void runImport(const ImportCommandOptions& options, const JobContext& job) {
    const ImportReport report = importCatalog(options.import, job);
    std::cout << (options.json ? reportJson(report) + '\n' : reportText(report));
}

void addImportCommand(CLI::App& app, ImportCommandOptions& options, std::function<void(const JobContext&)>& work) {
    ImportOptions& import = options.import;
    CLI::App* command = app.add_subcommand("import", "a catalogue from files as the archives deliver them");
    addInputOptions(*command, import);
    addChoiceOptions(*command, import);
    command->add_option("--out", import.out, ".h5")->required();
    command
        ->add_option_function<std::string>(
            "--layout", [&import](const std::string& name) { import.layout = layoutFromName(name); },
            "native: opens at once at any size; released: astropy reads it")
        ->check(CLI::IsMember({"native", "released"}))
        ->default_str("native");
    command
        ->add_option_function<std::string>(
            "--on-error", [&import](const std::string& what) { import.skipProblems = what == "skip"; },
            "at a file or row that cannot be read: stop, or skip it and say so in the report")
        ->check(CLI::IsMember({"stop", "skip"}))
        ->default_str("stop");
    command->add_flag_callback(
        "--no-cache", [&import] { import.keepCache = false; },
        "remove OUT.import afterwards, with which the next run reads only what has changed");
    command->add_option("--threads", import.threads, "0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    command->add_flag("--json", options.json, "the report as JSON");
    command->callback([&] { work = [&](const JobContext& job) { runImport(options, job); }; });
}

} // namespace zscape::cli
