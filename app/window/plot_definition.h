#pragma once

#include "core/plot/viewport.h"
#include "core/select/definition.h"
#include "core/tracks/track_options.h"
#include "widgets/plot_shape.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace zscape {

/// What was drawn in a view as a selection of the columns on its axes; a histogram's range needs only axes.x.
Definition definitionOf(const PlotShape& shape, const PlaneAxes& axes);

/// The vertices of a definition that can be dragged in a plot with these axes: of a lasso, a rectangle, or a line drawn
/// in it; of a combination those of every such part, in order. Nothing for other definitions, and in other planes.
std::vector<EditablePath> editablePathsOf(const Definition& definition, const PlaneAxes& axes);
/// The definition with those vertices in place of its own, or of that part of it. A rectangle that is none any more
/// becomes a lasso.
Definition withPath(Definition definition, const PlaneAxes& axes, std::size_t part, const EditablePath& path);

/// A line drawn over stars as a track: over a logarithmic axis one in the logarithm of its column, so that it is
/// straight where it was drawn so. Nothing for another shape.
std::optional<DrawnOptions> drawnTrackOf(const PlotShape& shape, const PlaneAxes& axes, const AxisRange& x,
                                         const AxisRange& y);

} // namespace zscape
