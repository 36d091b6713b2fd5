#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"
#include "core/tracks/track.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

enum class ViewMode { Scatter, Density, Contour, Histogram, Sky, Corner };
inline constexpr std::array viewModeNames{"scatter", "density", "contour", "histogram", "sky", "corner"};
/// As the command line has them; of Reduction, in its order, Count left out.
inline constexpr std::array reductionNames{"mean", "median", "minimum", "maximum", "", "top", "fraction"};
inline constexpr std::array colourMapNames{"viridis", "cividis", "magma", "bluered"};

/// A view of stars as a figure: what is on the axes and how it is drawn.
struct ViewOptions {
    std::string x, y;                 ///< ids or formulas; sky: longitude and latitude in degrees
    std::vector<std::string> columns; ///< of a corner plot; empty: all latents
    std::vector<AxisRange> ranges;    ///< of a corner plot's columns; empty: the data's
    std::string colour;
    ViewMode mode = ViewMode::Scatter;
    Reduction reduction = Reduction::Mean; ///< what a point of the paper shows of its stars; any but Count
    std::optional<AxisRange> xRange,
        yRange; ///< of the sky in the projection's plane; without: the data's, backwards where astronomers draw it so
    bool logX = false, logY = false;   ///< of ranges that are not given; logY also of a histogram's counts
    bool flipX = false, flipY = false; ///< turns the usual way around
    std::optional<ColourMapName> map;  ///< without: by what colours the stars, as ScaleChoice has it
    bool flipColour = false;
    bool logColour = false;
    double colourPower = 1;                               ///< of ColourScale
    std::optional<std::pair<double, double>> colourRange; ///< without: from the 2nd to the 98th percentile
    int bins = 100;
    double countPower = 0;               ///< of counts in a density; 0 takes their logarithm
    bool cumulative = true;              ///< the share of stars up to each value, in a histogram
    std::shared_ptr<const BitSet> shown; ///< null: all
    std::string shownName;               ///< of a built-in selection or formula, for the command
    /// Selections drawn over the others, which turn grey.
    struct Highlight {
        std::string name;
        Rgb colour;
        std::shared_ptr<const BitSet> stars;
        ClassMark mark = ClassMark::Circle;
    };
    std::vector<Highlight> highlights;
    bool highlightsByLabel = false; ///< in the colours of `colour`, in place of one colour each
    std::vector<Track> tracks;
    bool tracksAlong = true;                 ///< points coloured by their place along their track
    std::map<std::string, Rgb> trackColours; ///< of lines that do not have the usual one, by the track's name
    /// How the command finds highlights and tracks again: " --selections F.json --tracks ms". As it stands.
    std::string drawnWords;
};

/// Throws Error (missing columns, bad formulas, no star to show), Cancelled. Any thread.
Figure viewFigure(const ViewOptions& view, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job = {});

/// Whether astronomers draw the axis from high to low: temperatures, log g, magnitudes.
bool usuallyBackwards(const std::string& id);

/// The colours of a view, its range that of the shown stars' labels where none is given; `zeroMatters` of these.
ColourScale scaleOfView(const ViewOptions& view, const std::vector<float>& labels, bool zeroMatters);

} // namespace zscape
