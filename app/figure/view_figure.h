#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"
#include "core/tracks/track.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

enum class ViewMode { Scatter, Density, Contour, Histogram, Sky };

/// Any view as a figure: what is on the axes and how it is drawn.
struct ViewOptions {
    std::string x, y; ///< ids or formulas; sky: longitude and latitude in degrees
    std::string colour;
    ViewMode mode = ViewMode::Scatter;
    std::optional<AxisRange> xRange, yRange; ///< without: the data's, backwards where astronomers draw it so
    bool logX = false, logY = false;         ///< of ranges that are not given
    bool flipX = false, flipY = false;       ///< turns the usual way around
    std::optional<ColourScale> scale;        ///< without: viridis from the 2nd to the 98th percentile
    bool logColour = false;
    std::optional<std::pair<double, double>> colourRange;
    int bins = 100;
    std::shared_ptr<const BitSet> shown; ///< null: all
    std::string shownName;               ///< of a built-in selection or formula, for the command
    /// Selections drawn over the others, which turn grey.
    struct Highlight {
        std::string name;
        Rgb colour;
        std::shared_ptr<const BitSet> stars;
    };
    std::vector<Highlight> highlights;
    std::vector<Track> tracks;
};

/// Throws Error (missing columns, bad formulas, no star to show), Cancelled. Any thread.
Figure viewFigure(const ViewOptions& view, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job = {});

/// Whether astronomers draw the axis from high to low: temperatures, log g, magnitudes.
bool usuallyBackwards(const std::string& id);

} // namespace zscape
