#pragma once

#include "core/tracks/track.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace zscape {

class StarTable;

/// How tracks look, by their names.
struct TrackLook {
    bool colourAlong = true;           ///< points coloured by their place along their track
    std::set<std::string> hidden;      ///< not drawn
    std::map<std::string, Rgb> colour; ///< of lines that do not have the usual one
    bool operator==(const TrackLook&) const = default;
};

/// The tracks that every view shows, and the stars they are made of.
struct ShownTracks {
    std::shared_ptr<const StarTable> table;
    std::vector<Track> tracks;
    TrackLook look;
};

/// The colour of the line of the track with this place among all.
Rgb trackColour(const ShownTracks& shown, std::size_t track, Theme theme);
/// From 0 at a track's first point to 1 at its last.
ColourScale alongScale();

/// Where tracks run in a plane of any two columns or formulas: the means of its bins' stars. Points without a value,
/// and tracks for a formula that cannot be, are left out: the view itself tells what is wrong with its axes.
std::vector<PlotTrack> tracksInPlane(const ShownTracks& shown, const std::string& x, const std::string& y, Theme theme);
/// The same for a corner plot of these columns.
std::vector<CornerView::Track> tracksInCorner(const ShownTracks& shown, const std::vector<std::string>& columns,
                                              Theme theme);
/// The same for a histogram of this column.
std::vector<HistogramView::Track> tracksInHistogram(const ShownTracks& shown, const std::string& column, Theme theme);

} // namespace zscape
