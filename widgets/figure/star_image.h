#pragma once

#include "widgets/figure/figure_page.h"

#include <QImage>

#include <vector>

namespace zscape {

/// The bitmaps of a figure, at its dpi; premultiplied ARGB, transparent where there is nothing.
QImage starImage(const StarsLayer& layer, const FigurePanel& panel, const FigureStyle& style);
QImage densityImage(const DensityLayer& layer, const FigurePanel& panel, const FigureStyle& style);

/// Counts of stars in equal bins between the axes' ends, row by row from the top; bins run as the axes do on paper.
struct StarBins {
    int columns = 0;
    int rows = 0;
    std::vector<std::uint32_t> counts;
    std::uint32_t largest = 0;
    AxisRange x, y;
    /// Middle of a bin in data units.
    QPointF centre(int column, int row) const;
    std::uint32_t at(int column, int row) const {
        return counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                      static_cast<std::size_t>(column)];
    }
};
StarBins binStars(const FigureColumn& x, const FigureColumn& y, const BitSet* shown, const AxisRange& xRange,
                  const AxisRange& yRange, int columns, int rows);

/// The lines of a ContourLayer, closed or ending at the frame, in data units; one list a level.
std::vector<std::vector<std::vector<QPointF>>> contourLines(const ContourLayer& layer, const FigurePanel& panel);

} // namespace zscape
