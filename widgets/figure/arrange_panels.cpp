#include "widgets/figure/arrange_panels.h"

#include "widgets/figure/figure_metrics.h"
#include "widgets/figure/figure_text.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double guessedFrame_mm = 45; ///< before the frames are known, for the number of ticks

double labelWidth(const FigureTicks& ticks, const FigureStyle& style) {
    double width = 0;
    for (const QString& label : ticks.labels) {
        width = std::max(width, FigureText(label, style.family).width());
    }
    return width * style.em_mm();
}

double heightOf(const QString& text, const FigureStyle& style) {
    return text.isEmpty() ? 0 : FigureText(text, style.family).height() * style.em_mm();
}

double roomOfColourBar(const PanelColourBar& bar, const FigureStyle& style) {
    const FigureMetrics metrics(style);
    double labels = 0;
    if (bar.classes.empty()) {
        const AxisRange range{bar.scale.lower, bar.scale.upper, bar.scale.logarithmic, false};
        labels = labelWidth(figureTicks(range, 5), style);
    } else {
        for (const auto& [value, colour] : bar.classes) {
            labels = std::max(labels, FigureText(classText(value), style.family).width() * style.em_mm());
        }
    }
    const double label = bar.label.isEmpty() ? 0 : metrics.labelGap + heightOf(bar.label, style);
    return metrics.barGap + metrics.barWidth + metrics.tickGap + labels + label + metrics.edge;
}

double snapped(double mm, const FigureStyle& style) {
    return std::round(style.pixels(mm)) * 25.4 / style.dpi;
}

struct GridRoom {
    std::vector<double> left, right, top, bottom; ///< by column, by row
};

GridRoom roomOf(Figure& figure, const PanelGrid& grid) {
    const std::size_t rows = grid.cells.size();
    const auto columns = static_cast<std::size_t>(grid.columns);
    GridRoom room{std::vector<double>(columns), std::vector<double>(columns), std::vector<double>(rows),
                  std::vector<double>(rows)};
    std::vector<double> leftTicks(columns), bottomTicks(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            if (grid.cells[r][c] < 0) continue;
            const FigurePanel& panel = figure.panels[static_cast<std::size_t>(grid.cells[r][c])];
            const PanelRoom own = roomAround(panel, figure.style);
            room.left[c] = std::max(room.left[c], own.left);
            room.right[c] = std::max(room.right[c], own.right);
            room.top[r] = std::max(room.top[r], own.top);
            room.bottom[r] = std::max(room.bottom[r], own.bottom);
            leftTicks[c] = std::max(leftTicks[c], own.tickLabelsLeft);
            bottomTicks[r] = std::max(bottomTicks[r], own.tickLabelsBottom);
        }
    }
    // Labels of a column of panels stand under each other, those of a row beside each other.
    const FigureMetrics metrics(figure.style);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            if (grid.cells[r][c] < 0) continue;
            FigurePanel& panel = figure.panels[static_cast<std::size_t>(grid.cells[r][c])];
            panel.trimTop = grid.closeRows && r > 0;
            panel.trimBottom = grid.closeRows && r + 1 < rows;
            panel.trimLeft = grid.closeColumns && c > 0;
            panel.trimRight = grid.closeColumns && c + 1 < columns;
            panel.yLabelOffset_mm = leftTicks[c] + metrics.labelGap;
            panel.xLabelOffset_mm = bottomTicks[r] + metrics.labelGap;
            if (!panel.yLabel.isEmpty()) {
                room.left[c] =
                    std::max(room.left[c], panel.yLabelOffset_mm + heightOf(panel.yLabel, figure.style) + metrics.edge);
            }
        }
    }
    return room;
}

double weight(const std::vector<double>& weights, std::size_t index) {
    return weights.empty() ? 1 : weights[index];
}

} // namespace

PanelRoom roomAround(const FigurePanel& panel, const FigureStyle& style) {
    const FigureMetrics metrics(style);
    const bool placed = panel.frame.width() > 0;
    const double width = placed ? panel.frame.width() : guessedFrame_mm;
    const double height = placed ? panel.frame.height() : guessedFrame_mm;
    PanelRoom room{metrics.edge, metrics.edge, metrics.edge, metrics.edge, 0, 0};
    if (panel.yTickLabels) {
        room.tickLabelsLeft = labelWidth(metrics.ticksY(panel, height), style) + metrics.tickGap;
        room.top = std::max(room.top, 0.5 * metrics.tickHeight);
    }
    if (panel.xTickLabels) {
        const FigureTicks ticks = metrics.ticksX(panel, width);
        room.tickLabelsBottom = metrics.tickGapBelow + metrics.tickHeight;
        // A label at the very end reaches half its width beyond the frame; a class has room of its own within.
        const double beyond = panel.xClasses.empty() ? 0.5 * labelWidth(ticks, style) : 0;
        room.right = std::max(room.right, beyond);
        room.left = std::max(room.left, beyond);
    }
    room.left = std::max(room.left, room.tickLabelsLeft);
    room.bottom = std::max(room.bottom, room.tickLabelsBottom);
    if (!panel.yLabel.isEmpty()) {
        room.left = room.tickLabelsLeft + metrics.labelGap + heightOf(panel.yLabel, style) + metrics.edge;
    }
    if (!panel.xLabel.isEmpty()) {
        room.bottom = room.tickLabelsBottom + metrics.labelGap + heightOf(panel.xLabel, style);
    }
    if (!panel.title.isEmpty()) room.top += heightOf(panel.title, style) + metrics.labelGap;
    if (panel.rightAxis) {
        const double labels = metrics.tickGap + labelWidth(metrics.ticksY(panel.rightAxis->range, height), style);
        const QString& label = panel.rightAxis->label;
        const double title = label.isEmpty() ? 0 : metrics.labelGap + heightOf(label, style);
        room.right = std::max(room.right, labels + title + metrics.edge);
    }
    if (panel.colourBar) room.right = std::max(room.right, roomOfColourBar(*panel.colourBar, style));
    return room;
}

double arrangePanels(Figure& figure, const PanelGrid& grid) {
    const FigureMetrics metrics(figure.style);
    const std::size_t rows = grid.cells.size();
    const auto columns = static_cast<std::size_t>(grid.columns);
    double bottom = grid.top_mm;
    // The number of ticks depends on the frames and their size on the labels of the ticks: twice is enough.
    for (int pass = 0; pass < 2; ++pass) {
        const GridRoom room = roomOf(figure, grid);
        double taken = metrics.edge + room.left[0] + room.right[columns - 1];
        double weights = 0;
        std::vector<double> gapX(columns, 0.0), gapY(rows, 0.0);
        for (std::size_t c = 0; c < columns; ++c) {
            weights += weight(grid.widths, c);
            if (c + 1 == columns) continue;
            gapX[c] = grid.closeColumns ? 0 : room.right[c] + room.left[c + 1] + metrics.blockGap;
            taken += gapX[c];
        }
        for (std::size_t r = 0; r + 1 < rows; ++r) {
            gapY[r] = grid.closeRows ? 0 : room.bottom[r] + room.top[r + 1] + metrics.blockGap;
        }
        const double unit = std::max(5.0, (grid.right_mm - grid.left_mm - taken) / weights);
        double y = grid.top_mm + room.top[0];
        for (std::size_t r = 0; r < rows; ++r) {
            const double height = unit * grid.aspect * weight(grid.heights, r);
            double x = grid.left_mm + room.left[0];
            for (std::size_t c = 0; c < columns; ++c) {
                const double width = unit * weight(grid.widths, c);
                if (grid.cells[r][c] >= 0) {
                    const QPointF from(snapped(x, figure.style), snapped(y, figure.style));
                    const QPointF to(snapped(x + width, figure.style), snapped(y + height, figure.style));
                    figure.panels[static_cast<std::size_t>(grid.cells[r][c])].frame = QRectF(from, to);
                }
                x += width + gapX[c];
            }
            y += height + gapY[r];
        }
        bottom = y + room.bottom[rows - 1] + metrics.edge;
    }
    return bottom;
}

double contentTop(const Figure& figure) {
    const FigureMetrics metrics(figure.style);
    return metrics.edge + (figure.heading.isEmpty() ? 0 : heightOf(figure.heading, figure.style) + metrics.labelGap);
}

double placeLegend(Figure& figure, PanelLegend legend) {
    const FigureMetrics metrics(figure.style);
    while (legend.columns > 1 && legendSize(legend, figure.style).width() > figure.style.width_mm - 2 * metrics.edge) {
        --legend.columns;
    }
    const QSizeF size = legendSize(legend, figure.style);
    const double top = contentTop(figure);
    figure.legend = FigureLegend{std::move(legend), {0.5 * (figure.style.width_mm + size.width()), top}};
    return top + size.height() + metrics.labelGap;
}

} // namespace zscape
