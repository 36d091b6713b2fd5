#pragma once

#include "widgets/chosen_ranges.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// How numbers of stars become colours.
enum class CountScale : std::uint8_t { Logarithmic, Root, Linear };

/// The map goes by the quantity: blue-red around zero where zero matters, else viridis.
inline constexpr int automaticMap = -1;

/// What a spectrum view is set to; the numbers are the widgets' enums.
struct SpectrumSettings {
    int mode = 0;     ///< SpectrumMode
    int residual = 2; ///< Residual
    bool lines = true;
    std::vector<int> hiddenLines; ///< LineGroup
    /// Where it was zoomed to when it was saved, not a step to undo: in flux, and in coefficients.
    ChosenRanges flux, coefficients;
    bool operator==(const SpectrumSettings&) const = default;
};

/// What a view shows, as a value: what is undone, and what a session file holds. Columns are ids or formulas.
struct ViewState {
    std::string kind; ///< "scatter", "histogram", "corner", "sky", "table", "spectrum"
    std::string id;   ///< of its own among the views; names its dock in saved layouts
    std::string title;
    std::vector<std::string> columns; ///< scatter: x, y; histogram: one; sky: longitude, latitude; others: any
    std::string colour;               ///< column that colours the stars, "" for none
    int mode = 0;                     ///< DrawMode
    int reduction = 0;                ///< Reduction
    bool logX = false, logY = false;
    /// Of a table flipX: only the current selection's stars; of a histogram flipY: no cumulative curve.
    bool flipX = false, flipY = false;
    bool logColour = false, flipColour = false;
    int colourMap = automaticMap;   ///< ColourMapName, or automaticMap
    double colourPower = 1;         ///< of ColourScale
    double colourClip = 1;          ///< percentage of the stars beyond each end of the colours
    std::vector<double> colourEnds; ///< two values in place of the percentiles, or none
    CountScale countScale = CountScale::Logarithmic;
    bool selectedByLabel = false; ///< selected stars keep the label's colours, in place of their selection's
    int pointSize = 0;            ///< in device-independent pixels; 0: by the number of stars
    int bins = 100;
    std::string sorted; ///< column that a table is sorted by, "" for the catalogue's order
    bool descending = false;
    /// Of a spectrum: the source_id of the star whose it is; without one that of the picked star, whichever it is.
    std::optional<std::int64_t> star;
    SpectrumSettings spectrum;
    /// Where the view was zoomed to when it was saved, not a step to undo: lower and upper end of x, then of y where
    /// there is one; empty for all stars.
    std::vector<double> ranges;
    std::string unknown; ///< what only a newer Zscape knows of it, a JSON object: written back as it was
    bool operator==(const ViewState&) const = default;
};

} // namespace zscape
