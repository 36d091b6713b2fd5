#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace zscape::cli {

/// What `zscape figure` and `zscape figures` ask for. Drawing needs Qt (no display), so it is handed in by main.
struct FigureRequest {
    std::string name;              ///< of the list, "view", "training", or "" for all into `folder`
    std::filesystem::path catalog; ///< training: the history
    ModelChoice model;             ///< may be without a model
    std::filesystem::path out;
    std::filesystem::path folder; ///< figures: where all go
    std::string format = "pdf";   ///< figures: pdf, svg or png
    double width_mm = 0;          ///< 0: the figure's own
    double fontSize_pt = 8;
    int dpi = 600;
    std::string font;                ///< "" for the usual one
    std::string preset = "released"; ///< or "paper"
    std::vector<int> latents;        ///< counted from 1; empty for the paper's
    std::uint64_t seed = 0;          ///< of the random forests and the stars they learn from
    bool csv = true;
    std::vector<std::string> compared;  ///< NAME=FILE[:ARRAY]: other models' spectra, for the figures of errors
    std::filesystem::path correlations; ///< .npz; "" takes the catalogue's own

    // view
    std::string x, y, colour;         ///< columns or formulas; without y a histogram of x
    std::vector<std::string> columns; ///< of a corner plot; empty: all latents
    std::string mode = "scatter";     ///< of stars (density, ..., corner) or of spectra (spectrum, ..., ratio)
    std::string select;               ///< only stars of a selection or formula
    std::string reduction = "mean";   ///< what a point shows of its stars
    int bins = 100;
    std::string counts = "log"; ///< of a density: or "root", "linear"
    bool logX = false, logY = false, logColour = false;
    bool flipX = false, flipY = false, flipColour = false;
    std::vector<double> rangeX, rangeY, rangeColour, rangeResidual; ///< two numbers or none
    std::string colourMap = "automatic";
    double powerColour = 1;
    std::filesystem::path selections;    ///< JSON, as `zscape select` takes it; its visible ones are drawn over
    std::string selected = "selection";  ///< what colours the stars of those: or "label"
    std::vector<std::string> highlights; ///< in their place: of the file, built-in, or formulas
    std::vector<std::string> tracks;     ///< kinds drawn over it
    std::filesystem::path trackOptions;  ///< JSON
    std::string trackStars, trackFlavour;
    std::string trackPoints = "along";                   ///< or "plain"
    std::vector<std::string> hiddenTracks, trackColours; ///< names; NAME=#rrggbb
    std::vector<double> ranges;                          ///< of a corner plot, two numbers a column
    bool cumulative = true;                              ///< of a histogram
    std::int64_t star = 0;                               ///< source_id; 0 for none
    std::vector<float> latent;
    std::string residual = "sigma";
    bool lines = true;
    int near = 0;                ///< observed spectra of so many near stars
    std::string first, second;   ///< selections whose spectra are compared, or between which a traverse runs
    std::string along;           ///< traverse: the name of a track of `tracks`
    std::vector<float> toLatent; ///< traverse: where a line from `latent` ends
    int steps = 12;

    std::filesystem::path otherRun; ///< training: another run's history
};
/// Draws and writes; prints what it wrote. Throws Error.
using FigureDrawing = std::function<void(const FigureRequest&, int argc, char** argv, const JobContext&)>;

/// Adds `figure` and `figures`.
void addFigureCommands(CLI::App& app, FigureRequest& request, Work& work, const FigureDrawing& drawing, int argc,
                       char** argv);

} // namespace zscape::cli
