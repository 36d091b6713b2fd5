#pragma once

#include "widgets/figure/figure_page.h"

#include <vector>

namespace zscape {

/// How wide and high the room around a panel's frame must be for its ticks, labels and colour bar [mm].
struct PanelRoom {
    double left = 0, right = 0, top = 0, bottom = 0;
    double tickLabelsLeft = 0;   ///< part of `left`
    double tickLabelsBottom = 0; ///< part of `bottom`
};
PanelRoom roomAround(const FigurePanel& panel, const FigureStyle& style);

/// A block of panels in rows and columns.
struct PanelGrid {
    int columns = 1;
    std::vector<std::vector<int>> cells; ///< by row: index into Figure::panels, -1 for an empty cell
    double left_mm = 0;
    double right_mm = 0; ///< exclusive: the block takes left_mm .. right_mm
    double top_mm = 0;
    double aspect = 1;           ///< height / width of a frame of a row of height 1
    std::vector<double> heights; ///< of each row relative to `aspect`; empty: 1 each
    std::vector<double> widths;  ///< of each column, relative; empty: 1 each
    bool closeRows = false;      ///< frames of neighbouring rows touch: they share an axis
    bool closeColumns = false;
};
/// Sets the frames of a grid's panels, as large as the labels leave room for, on the pixels of the figure's dpi.
/// Returns the lower edge of the block [mm].
double arrangePanels(Figure& figure, const PanelGrid& grid);

/// The top of the first block: below the heading where there is one.
double contentTop(const Figure& figure);
/// Puts a legend above all panels, where it hides nothing; returns the top of the first block below it. A legend that
/// is too wide gets fewer columns.
double placeLegend(Figure& figure, PanelLegend legend);

} // namespace zscape
