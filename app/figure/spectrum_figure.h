#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"
#include "core/generate/latent_path.h"
#include "widgets/chosen_ranges.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// What the spectrum panels of the window show.
enum class SpectrumKind { Flux, Coefficients, Response, Comparison, Mean, Difference, Ratio, Traverse };
inline constexpr std::array spectrumKindNames{"spectrum", "coefficients", "response", "comparison",
                                              "mean",     "difference",   "ratio",    "traverse"};

enum class ResidualKind { Off, Fraction, Sigma };
inline constexpr std::array residualKindNames{"off", "fraction", "sigma"};

struct SpectrumOptions {
    SpectrumKind kind = SpectrumKind::Flux;
    std::optional<std::int64_t> star; ///< source_id: observed, and what G the generated one has
    std::vector<float> latent;        ///< of the generated spectrum; empty: the star's
    ResidualKind residual = ResidualKind::Sigma;
    bool lines = true;
    int near = 0;        ///< observed spectra of so many stars nearest to the latent point
    ChosenRanges ranges; ///< where the axes end; those without are the data's
    /// Selections by name, with their stars.
    struct Chosen {
        std::string name;
        std::shared_ptr<const BitSet> stars;
    };
    Chosen first, second;
    std::string selectionWords;     ///< how the command finds them again: " --selections F.json"
    std::optional<LatentPath> path; ///< of a traverse
    int steps = 12;                 ///< its spectra
    std::string pathWords;          ///< how the command finds the path again: " --tracks ms --along MS"
};

/// The generated spectrum with its scatter, the star's observed one and residuals; or the other kinds, by themselves.
/// Throws Error (no model, no such star, a star that cannot be encoded, no latent point), Cancelled. Any thread.
Figure spectrumFigure(const SpectrumOptions& options, const FigureInput& input, const FigureChoice& choice,
                      const JobContext& job = {});

} // namespace zscape
