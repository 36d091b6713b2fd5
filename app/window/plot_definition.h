#pragma once

#include "core/plot/viewport.h"
#include "core/select/definition.h"
#include "core/tracks/track_options.h"
#include "widgets/plot_shape.h"

#include <optional>

namespace zscape {

/// What was drawn in a view as a selection of the columns on its axes; a histogram's range needs only axes.x.
Definition definitionOf(const PlotShape& shape, const PlaneAxes& axes);

/// The vertices of a definition that can be dragged in a plot with these axes: of a lasso, a rectangle, or a line drawn
/// in it; of a combination those of its last such part. Nothing for other definitions, and in other planes.
std::optional<EditablePath> editablePathOf(const Definition& definition, const PlaneAxes& axes);
/// The definition with those vertices in place of its own. A rectangle that is none any more becomes a lasso.
Definition withPath(Definition definition, const PlaneAxes& axes, const EditablePath& path);

/// A line drawn over stars as a track: over a logarithmic axis one in the logarithm of its column, so that it is
/// straight where it was drawn so. Nothing for another shape.
std::optional<DrawnOptions> drawnTrackOf(const PlotShape& shape, const PlaneAxes& axes, const AxisRange& x,
                                         const AxisRange& y);

} // namespace zscape
