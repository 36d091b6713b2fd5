#pragma once

#include "app/cli/figure.h"
#include "app/figure/figure_input.h"
#include "app/figure/spectrum_figure.h"
#include "app/figure/view_figure.h"

/// What the command line asks for as the engine takes it.
namespace zscape {

/// Reads the catalogue and the model and encodes. Throws Error, Cancelled.
FigureInput readInput(const cli::FigureRequest& request, const JobContext& job);
FigureChoice choiceOf(const cli::FigureRequest& request);

/// Whether a mode of `figure view` is of spectra.
bool isSpectrumMode(const std::string& mode);
/// Throw Error for selections, tracks and columns that are not there; Cancelled.
ViewOptions viewOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                   const JobContext& job);
SpectrumOptions spectrumOf(const cli::FigureRequest& request, const FigureInput& input, const FigureChoice& choice,
                           const JobContext& job);

} // namespace zscape
