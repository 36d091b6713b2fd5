#include "app/cli/calibrate.h"

#include "app/cli/format.h"
#include "core/analysis/calibrate_files.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>

namespace zscape::cli {

void addCalibrateCommand(CLI::App& app, CalibrateOptions& options, Work& work) {
    CLI::App* calibrate = app.add_subcommand("calibrate", "Gaia XP_CONTINUOUS files to spectra with exact errors");
    calibrate->add_option("FILES", options.files, "CSV, ECSV, gzip of both, FITS, VOTable, zip")->required();
    calibrate->add_option("--out", options.out, "to write: .csv, .ecsv, .fits, .vot, .xml or .h5")->required();
    CLI::Option* grid =
        calibrate->add_option("--grid", options.grid, "first:last:step in nm (with --convert in pseudo-wavelength)");
    calibrate->add_flag("--truncate", options.truncate, "keep n_relevant_bases coefficients of a star");
    CLI::Option* convert = calibrate->add_flag("--convert", options.convert, "internally calibrated spectra, e-/s");
    calibrate
        ->add_option("--photometry", options.photometry,
                     "synthetic photometry instead: 'gaia' (G, BP, RP) or a filter table of GaiaXPy")
        ->excludes(grid)
        ->excludes(convert);
    calibrate->add_option("--threads", options.threads, "threads, all cores by default")->check(CLI::Range(0, 1024));
    calibrate->add_flag("--strict", options.strict, "end with the first star or file that cannot be used");
    calibrate->add_flag("--json", options.json, "the report as JSON");
    calibrate->callback([&] { work = [&](const JobContext& job) { runCalibrate(options, job); }; });
}

void runCalibrate(const CalibrateOptions& options, const JobContext& job) {
    CalibrateFilesOptions run;
    run.files = options.files;
    run.out = options.out;
    run.truncate = options.truncate;
    run.threads = options.threads;
    if (options.convert) run.product = XpProduct::Internal;
    if (!options.photometry.empty()) {
        run.product = XpProduct::Photometry;
        if (options.photometry != "gaia") run.filterTable = options.photometry;
    }
    if (!options.grid.empty()) run.grid = parseGrid(options.grid);
    constexpr std::size_t mostSentences = 20;
    std::size_t told = 0;
    if (!options.strict) {
        run.skip = [&told](const std::string& sentence) {
            if (++told <= mostSentences) std::cerr << "left out: " << sentence << '\n';
        };
    }
    const auto start = std::chrono::steady_clock::now();
    const CalibrateFilesReport report = calibrateFiles(run, job);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (told > mostSentences) std::cerr << "left out: and " << told - mostSentences << " more\n";
    for (const std::string& filter : report.withoutColourEquation) {
        std::cerr << "warning: " << filter
                  << " lacks the colour equation by which GaiaXPy corrects it, so it is not on the standard scale\n";
    }
    if (options.json) {
        std::cout << nlohmann::json{{"stars", report.stars},
                                    {"left_out", report.left},
                                    {"failed_files", report.failedFiles},
                                    {"one_band", report.oneBand},
                                    {"independent_errors", report.independent},
                                    {"without_errors", report.withoutErrors},
                                    {"without_colour_equation", report.withoutColourEquation},
                                    {"seconds", seconds},
                                    {"stars_per_second", static_cast<double>(report.stars) / seconds}}
                         .dump(2)
                  << '\n';
        return;
    }
    std::cout << "calibrated " << report.stars << (report.stars == 1 ? " star" : " stars") << " to "
              << options.out.string() << '\n';
    const auto tell = [](std::size_t count, const char* what) {
        if (count > 0) std::cout << "  " << count << ' ' << what << '\n';
    };
    tell(report.oneBand, "with one band alone");
    tell(report.independent, "without correlations: errors as if coefficients were independent");
    tell(report.withoutErrors, "without errors, as theirs or their correlations are no numbers");
    tell(report.left, "left out");
    tell(report.failedFiles, "files failed");
}

} // namespace zscape::cli
