#pragma once

#include "widgets/figure/figure_page.h"

#include <QPainter>

namespace zscape {

/// Draws a figure with a painter whose unit is one millimetre, the page's top left at the origin: axes and text as
/// vectors, stars as bitmaps. Nothing is left to the painter's clip. Needs a QGuiApplication; any thread.
/// `textAsOutlines`: letters as shapes, so that no font is needed where the figure is shown.
void paintFigure(QPainter& painter, const Figure& figure, bool textAsOutlines);

} // namespace zscape
