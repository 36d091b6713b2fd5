#pragma once

#include "app/figure/figure_builder.h"
#include "app/figure/view_figure.h"

/// What views of stars have in common. Internal to app/figure.
namespace zscape {

/// The options of a view as words of a command.
std::string viewWords(const ViewOptions& view);

/// Points of single stars grow where there are few [mm].
double pointSizeFor(std::size_t stars);

/// The stars of two columns as the view wants them, highlights over them in the legend's colours; a colour bar and a
/// legend where they say something.
void addStars(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view, const FigureColumn& x,
              const FigureColumn& y);
/// The tracks in a panel of two columns.
void addTracks(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view, const std::string& x,
               const std::string& y);
/// The tracks in a histogram of a column: a row of ticks each. Returns how many rows there are.
int addTrackTicks(FigureBuilder& builder, FigurePanel& panel, PanelLegend& legend, const ViewOptions& view,
                  const std::string& x);
/// One of them; it has points.
MarkerLayer viewTrackLayer(const FigureBuilder& builder, const ViewOptions& view, std::size_t index,
                           const std::string& x, const std::string& y);
LegendEntry trackEntry(const ViewOptions& view, std::size_t index);
void remarkTracks(FigureBuilder& builder, const ViewOptions& view);
QColor trackColour(const ViewOptions& view, std::size_t index);
LegendEntry highlightEntry(const ViewOptions::Highlight& one, LegendEntry::Kind kind);

Figure histogramFigure(FigureBuilder& builder, const ViewOptions& view);
/// Columns against each other: densities, marginals with cumulative curves, highlights and tracks over them.
Figure cornerViewFigure(FigureBuilder& builder, const ViewOptions& view);

} // namespace zscape
