// The options of figure and figures; no drawing here.
#include "app/cli/figure.h"

#include "app/cli/train_options.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>

namespace zscape::cli {

namespace {

CLI::Validator ending() {
    return {[](const std::string& name) {
                const std::string end = std::filesystem::path(name).extension().string();
                return end == ".pdf" || end == ".svg" || end == ".png" ? std::string()
                                                                       : "end its name in .pdf, .svg or .png";
            },
            "F.pdf|svg|png"};
}

void addStyleOptions(CLI::App& command, FigureRequest& request) {
    command
        .add_option("--width", request.width_mm, "millimetres: 88 for one column, 180 for two; else as usual for it")
        ->check(CLI::Range(40.0, 600.0));
    command.add_option("--font-size", request.fontSize_pt, "points")
        ->check(CLI::Range(4.0, 24.0))
        ->capture_default_str();
    command.add_option("--font", request.font, "font family, for instance \"DejaVu Serif\"");
    command.add_option("--dpi", request.dpi, "of the stars' bitmaps, and of PNG")
        ->check(CLI::Range(300, 2400))
        ->capture_default_str();
    command.add_option("--preset", request.preset, "cuts and tracks of the released code or of the paper's text")
        ->check(CLI::IsMember({"released", "paper"}))
        ->capture_default_str();
    command.add_option("--latents", request.latents, "the latents to show, for instance 1,4,5; else the paper's")
        ->delimiter(',')
        ->check(CLI::Range(1, 256));
    command
        .add_option("--seed", request.seed,
                    "alpha-forest: decides which stars its forests learn from and how they grow")
        ->capture_default_str();
    command.add_flag("!--no-csv", request.csv, "leave the figure's numbers (F.csv) out");
}

void addModelOptions(CLI::App& command, ModelChoice& choice) {
    CLI::Option* model = command.add_option("--model", choice.model,
                                            "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one");
    command.add_option("--norm", choice.normalization, "normalisation (.npz with mu, sig), for a model without one")
        ->needs(model);
    command.add_option("--engine", choice.engine, "fused or libtorch")
        ->check(CLI::IsMember({"fused", "libtorch"}))
        ->capture_default_str();
}

void addErrorOptions(CLI::App& command, FigureRequest& request) {
    const std::string group = "coefficient-errors, wavelength-errors";
    command
        .add_option("--compare", request.compared,
                    "NAME=FILE[:ARRAY]: another model's spectra, .npy, .npz or .h5, one row a star of the catalogue or "
                    "with source_id beside")
        ->take_all()
        ->group(group);
    command
        .add_option("--correlations", request.correlations, ".npz with bp_corrs and rp_corrs; else the catalogue's own")
        ->group(group);
}

const std::string viewGroup = "view: any plot of columns, latents or formulas";

void addStarOptions(CLI::App& command, FigureRequest& request) {
    const std::string& group = viewGroup;
    command.add_option("--x", request.x, "column or formula: z1, TEFF, J-H, sqrt(z1^2+z2^2)")->group(group);
    command.add_option("--y", request.y, "on the vertical axis; without it a histogram of x")->group(group);
    command.add_option("--columns", request.columns, "of a corner plot; without it all latents")->group(group);
    command.add_option("--colour,--color", request.colour, "colours the stars")->group(group);
    command
        .add_option("--mode", request.mode,
                    "of stars: scatter, density, contour, histogram, sky, corner; of spectra: spectrum, coefficients, "
                    "response, comparison, mean, difference, ratio, traverse")
        ->check(CLI::IsMember({"scatter", "density", "contour", "histogram", "sky", "corner", "spectrum",
                               "coefficients", "response", "comparison", "mean", "difference", "ratio", "traverse"}))
        ->group(group)
        ->capture_default_str();
    command.add_option("--reduce", request.reduction, "what a point of the paper shows of the stars on it")
        ->check(CLI::IsMember({"mean", "median", "minimum", "maximum", "top", "fraction"}))
        ->group(group)
        ->capture_default_str();
    command.add_option("--select", request.select, "only stars of a selection or formula")->group(group);
    command.add_option("--bins", request.bins, "along each axis")
        ->check(CLI::Range(2, 2000))
        ->group(group)
        ->capture_default_str();
    command.add_option("--counts", request.counts, "colours of a density: log, root or linear")
        ->check(CLI::IsMember({"log", "root", "linear"}))
        ->group(group)
        ->capture_default_str();
    command.add_option("--xrange", request.rangeX, "two numbers: where the axis ends")->expected(2)->group(group);
    command.add_option("--yrange", request.rangeY, "two numbers")->expected(2)->group(group);
    command.add_option("--ranges", request.ranges, "of a corner plot: where each column's axis ends, two numbers each")
        ->group(group);
    command.add_flag("!--no-cumulative", request.cumulative, "a histogram without the share of stars up to each value")
        ->group(group);
    command.add_option("--crange", request.rangeColour, "two numbers: of the colours")->expected(2)->group(group);
    command
        .add_option("--cmap", request.colourMap,
                    "viridis, cividis, magma, bluered, or automatic: bluered around zero for velocities, residuals "
                    "and other quantities where zero matters, else viridis")
        ->check(CLI::IsMember({"automatic", "viridis", "cividis", "magma", "bluered"}))
        ->group(group)
        ->capture_default_str();
    command.add_flag("--xlog", request.logX)->group(group);
    command.add_flag("--ylog", request.logY)->group(group);
    command.add_flag("--clog", request.logColour)->group(group);
    command.add_option("--cpower", request.powerColour, "of the colours: 0.5 for the square root of the range's share")
        ->check(CLI::Range(0.05, 10.0))
        ->group(group)
        ->capture_default_str();
    command.add_flag("--xflip", request.flipX, "the axis runs backwards, as is usual for TEFF, LOGG, magnitudes")
        ->group(group);
    command.add_flag("--yflip", request.flipY)->group(group);
    command.add_flag("--cflip", request.flipColour)->group(group);
}

/// An option that is given once for each value.
void addRepeated(CLI::App& command, const std::string& group, const char* name, std::vector<std::string>& values,
                 const char* help) {
    command.add_option(name, values, help)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group(group);
}

void addDrawnOptions(CLI::App& command, FigureRequest& request) {
    const std::string& group = viewGroup;
    command
        .add_option("--selections", request.selections,
                    "a file of selections: the visible ones are drawn over the others, which turn grey")
        ->group(group);
    command
        .add_option("--selected", request.selected,
                    "what colours the stars of those: selection, a colour each; or label, as --colour says")
        ->check(CLI::IsMember({"selection", "label"}))
        ->group(group)
        ->capture_default_str();
    command.add_option("--highlight", request.highlights, "a selection of that file, a built-in one or a formula")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group(group);
    command
        .add_option("--tracks", request.tracks,
                    "tracks over it: ms, gb, metallicity-ms, metallicity-gb, alpha-high, ...")
        ->delimiter(',')
        ->group(group);
    command.add_option("--track-options", request.trackOptions, "a file with the tracks' bins and widths")
        ->group(group);
    command.add_option("--track-stars", request.trackStars, "the selection they are made of")->group(group);
    command.add_option("--track-flavour", request.trackFlavour, "as --preset, of the tracks alone")
        ->check(CLI::IsMember({"released", "paper"}))
        ->group(group);
    command.add_option("--track-points", request.trackPoints, "coloured along their track, or plain")
        ->check(CLI::IsMember({"along", "plain"}))
        ->group(group)
        ->capture_default_str();
    addRepeated(command, group, "--hide-track", request.hiddenTracks,
                "a track that is made and not drawn, by its name");
    addRepeated(command, group, "--track-colour", request.trackColours, "NAME=#rrggbb: the colour of a track's line");
}

void addSpectrumOptions(CLI::App& command, FigureRequest& request) {
    const std::string group = "view: spectra";
    command.add_option("--star", request.star, "source_id: its observed spectrum, and its G for the generated one")
        ->group(group);
    command.add_option("--latent", request.latent, "the point that is decoded, for instance 0.4,-1,0; else the star's")
        ->delimiter(',')
        ->group(group);
    command.add_option("--residual", request.residual, "below a spectrum: off, fraction or sigma")
        ->check(CLI::IsMember({"off", "fraction", "sigma"}))
        ->group(group)
        ->capture_default_str();
    command
        .add_option("--rrange", request.rangeResidual,
                    "two numbers: where the vertical axis of the lower panel ends: of residuals, of RP")
        ->expected(2)
        ->group(group);
    command.add_flag("!--no-lines", request.lines, "without the spectral lines")->group(group);
    command
        .add_option("--near", request.near,
                    "under a spectrum: those observed of so many stars nearest to its latent point")
        ->check(CLI::Range(0, 20))
        ->group(group);
    command.add_option("--first", request.first, "the selection of mean, difference and ratio")->group(group);
    command.add_option("--second", request.second, "the one it is compared with")->group(group);
    command
        .add_option("--along", request.along,
                    "traverse: the track of --tracks that is followed, by its name; else the first")
        ->group(group);
    command.add_option("--to-latent", request.toLatent, "traverse: where a line from --latent ends")
        ->delimiter(',')
        ->group(group);
    command.add_option("--steps", request.steps, "traverse: how many spectra")
        ->check(CLI::Range(2, 200))
        ->group(group)
        ->capture_default_str();
    command.add_option("--other-run", request.otherRun, "training: another history, in grey")->group("training");
}

void addViewOptions(CLI::App& command, FigureRequest& request) {
    addStarOptions(command, request);
    addDrawnOptions(command, request);
    addSpectrumOptions(command, request);
}

} // namespace

void addFigureCommands(CLI::App& app, FigureRequest& request, Work& work, const FigureDrawing& drawing, int argc,
                       char** argv) {
    const auto draw = [&request, &work, drawing, argc, argv] {
        work = [&request, drawing, argc, argv](const JobContext& job) {
            if (!drawing) throw Error("this zscape was built without its window, which figures are drawn with");
            drawing(request, argc, argv, job);
        };
    };
    CLI::App* figure = app.add_subcommand("figure", "a figure of the paper, or any view, ready for a journal");
    figure
        ->add_option("NAME", request.name,
                     "label-cuts, kiel, coefficient-errors, wavelength-errors, kiel-latent, track-spectra, "
                     "metallicity, alpha, alpha-forest, corner; view: any view; training: the curves of a run")
        ->required();
    figure->add_option("CATALOGUE", request.catalog, "for training: a history (.csv), model or checkpoint")->required();
    addModelOptions(*figure, request.model);
    figure->add_option("--out", request.out, "the figure; its numbers go beside it as F.csv")
        ->required()
        ->check(ending());
    addStyleOptions(*figure, request);
    addErrorOptions(*figure, request);
    addViewOptions(*figure, request);
    figure->callback(draw);

    CLI::App* figures =
        app.add_subcommand("figures", "every figure of the paper: reproduce it on a catalogue and model");
    figures->add_option("CATALOGUE", request.catalog)->required();
    addModelOptions(*figures, request.model);
    figures->add_option("--out", request.folder, "folder; made where it is missing")->required();
    figures->add_option("--format", request.format, "pdf, svg or png")
        ->check(CLI::IsMember({"pdf", "svg", "png"}))
        ->capture_default_str();
    addStyleOptions(*figures, request);
    addErrorOptions(*figures, request);
    figures->callback([&request, draw] {
        request.name.clear();
        draw();
    });
}

} // namespace zscape::cli
