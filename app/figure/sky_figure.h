#pragma once

#include "app/figure/figure_builder.h"
#include "app/figure/view_figure.h"

namespace zscape {

/// The sky in Mollweide's projection, longitude growing to the left and 0 in the middle. x and y are longitude and
/// latitude [deg].
Figure skyFigure(FigureBuilder& builder, const ViewOptions& view);

} // namespace zscape
