#pragma once

#include "core/base/job_context.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The command line of zscape: everything the window does, without a display. Knows core, not Qt.
namespace zscape::cli {

struct FigureRequest;
struct FilmRequest;

/// What a person asked the window to show; also the demo and the screenshot of a script.
struct WindowRequest {
    std::filesystem::path catalog;
    std::filesystem::path model;
    std::filesystem::path normalization;
    bool demo = false;
    std::filesystem::path exportFolder; ///< demo --export
    std::filesystem::path screenshot;   ///< show, wait until idle, write this picture, exit
    int width = 0;                      ///< 0: the last one, in pictures 1400 x 880
    int height = 0;
    std::string theme;                      ///< "light" or "dark"; "" as the last time, light in pictures
    std::vector<std::string> panels, views; ///< to show, by their ids and kinds
    std::vector<std::string> selections;    ///< built-in ones to begin with, by their names
    std::vector<std::string> tracks;        ///< kinds to draw
    std::string dialog;                     ///< to open: "train", "import", "manual:PAGE", "figure:NAME"
    std::vector<std::filesystem::path> importSpectra, importLabels; ///< files in the import dialog
    std::string x, y, colour; ///< columns on the map, e.g. "z1", "TEFF"; "" leaves the choice to the window
    std::int64_t star = 0;    ///< source_id of the star to pick; 0 for none
    bool timeToPaint = false; ///< print the milliseconds from process start to first paint, exit
};

/// The parts of the program that need Qt, handed in by main; empty in a build without the window.
struct WindowParts {
    std::function<int(const WindowRequest&, int argc, char** argv)> open;
    /// Appends the drawing budgets to the bench: a JSON array as text.
    std::function<std::string(int argc, char** argv)> benchmark{};
    /// The budgets of linked views alone, in the same form.
    std::function<std::string(int argc, char** argv)> benchmarkViews{};
    /// `figure` and `figures`.
    std::function<void(const FigureRequest&, int argc, char** argv, const JobContext&)> figures;
    /// `traverse --film` and `--frames`.
    std::function<void(const FilmRequest&, int argc, char** argv, const JobContext&)> film{};
};

/// Parses the arguments and runs what they ask for. Returns the exit code: 0, 1 for an error (one line on stderr), 2
/// for a usage error. Handles SIGINT and SIGTERM as cancel while a command runs.
int run(int argc, char** argv, const WindowParts& window);

} // namespace zscape::cli
