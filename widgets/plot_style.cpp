#include "widgets/plot_style.h"

#include "widgets/number_text.h"

#include <algorithm>
#include <typeinfo>
#include <vector>

namespace zscape {

namespace {

constexpr int majorTick = 6;
constexpr int minorTick = 3;

QCPAxis* oppositeAxis(const QCPAxis& axis) {
    return axis.axisRect() == nullptr ? nullptr : axis.axisRect()->axis(QCPAxis::opposite(axis.axisType()));
}

bool hasPlainTicker(const QCPAxis& axis) {
    const auto ticker = axis.ticker();
    if (ticker.isNull()) return true;
    const QCPAxisTicker& object = *ticker;
    return typeid(object) == typeid(QCPAxisTicker) || typeid(object) == typeid(QCPAxisTickerLog);
}

QSharedPointer<QCPAxisTicker> makeTicker(bool logarithmic) {
    if (!logarithmic) return QSharedPointer<NumberTicker>::create();
    auto ticker = QSharedPointer<PowerTicker>::create();
    ticker->setSubTickCount(8);
    return ticker;
}

/// Shows the opposite axis as the other side of the frame, bound to its main axis.
void mirrorAxis(QCPAxis& axis, const PlotStyle& style) {
    QCPAxis* mirror = oppositeAxis(axis);
    if (mirror == nullptr) return;
    applyAxisStyle(*mirror, style);
    mirror->setVisible(true);
    mirror->setTickLabels(false);
    mirror->setRangeReversed(axis.rangeReversed());
    mirror->setScaleType(axis.scaleType());
    mirror->setTicker(axis.ticker());
    mirror->setRange(axis.range());
    QObject::connect(&axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), mirror,
                     qOverload<const QCPRange&>(&QCPAxis::setRange), Qt::UniqueConnection);
}

} // namespace

PlotStyle plotStyle(Theme theme) {
    return {plotColours(theme), plotFont(), 0};
}

void applyAxisStyle(QCPAxis& axis, const PlotStyle& style) {
    const QPen pen(style.colours.foreground, style.frameWidth, Qt::SolidLine, Qt::FlatCap);
    axis.setBasePen(pen);
    axis.setTickPen(pen);
    axis.setSubTickPen(pen);
    axis.setTickLength(majorTick, 0);
    axis.setSubTickLength(minorTick, 0);
    axis.setSubTicks(true);
    axis.setTickLabelFont(style.font);
    axis.setTickLabelColor(style.colours.foreground);
    axis.setTickLabelPadding(4);
    axis.setLabelFont(style.font);
    axis.setLabelColor(style.colours.foreground);
    if (QCPGrid* grid = axis.grid()) grid->setVisible(false);
    if (hasPlainTicker(axis)) axis.setTicker(makeTicker(axis.scaleType() == QCPAxis::stLogarithmic));
}

void applyLegendStyle(QCPLegend& legend, const PlotStyle& style) {
    legend.setFont(style.font);
    legend.setTextColor(style.colours.foreground);
    QColor veil = style.colours.background;
    veil.setAlpha(200);
    legend.setBrush(veil);
    legend.setBorderPen(Qt::NoPen);
    legend.setIconSize(gridUnit * 3, gridUnit * 2);
    legend.setRowSpacing(0);
    legend.setColumnSpacing(gridUnit * 2);
    legend.setMargins(QMargins(gridUnit / 2, gridUnit / 4, gridUnit / 2, gridUnit / 4));
}

void arrangeLegend(QCPLegend& legend, QCPLayoutElement& top, QSize plot) {
    constexpr int lowest = 22 * gridUnit; // a lower plot wants all its room for the curves
    top.setVisible(plot.height() >= lowest);
    if (!top.visible()) {
        top.setMinimumSize(1, 1); // 0 would stand for what the legend wants
        top.setMaximumSize(QWIDGETSIZE_MAX, 1);
        return;
    }
    const int width = plot.width();
    const QMargins margins = legend.margins();
    std::vector<QSize> sizes;
    for (int i = 0; i < legend.itemCount(); ++i) {
        // The last row may have free places.
        if (const QCPAbstractLegendItem* item = legend.item(i)) sizes.push_back(item->minimumOuterSizeHint());
    }
    const int count = static_cast<int>(sizes.size());
    const auto widthOf = [&](int columns) {
        int total = margins.left() + margins.right();
        for (int column = 0; column < columns; ++column) {
            int widest = 0;
            for (int i = column; i < count; i += columns) {
                widest = std::max(widest, sizes[static_cast<std::size_t>(i)].width());
            }
            total += widest + (column > 0 ? legend.columnSpacing() : 0);
        }
        return total;
    };
    int columns = std::max(1, count);
    while (columns > 1 && widthOf(columns) > width) {
        --columns;
    }
    if (legend.wrap() != columns) {
        legend.setWrap(columns);
        legend.setFillOrder(QCPLegend::foColumnsFirst, true);
        legend.simplify();
    }
    int height = margins.top() + margins.bottom();
    for (int i = 0; i < count; i += columns) {
        height += sizes[static_cast<std::size_t>(i)].height();
    }
    height = std::max(height, legendHeight);
    if (top.minimumSize().height() == height) return;
    top.setMinimumSize(0, height);
    top.setMaximumSize(QWIDGETSIZE_MAX, height);
}

void applyPlotStyle(QCustomPlot& plot, const PlotStyle& style) {
    plot.setBackground(QBrush(style.colours.background));
    for (QCPAxisRect* rect : plot.axisRects()) {
        for (const QCPAxis::AxisType type : {QCPAxis::atBottom, QCPAxis::atLeft}) {
            QCPAxis* axis = rect->axis(type);
            if (axis == nullptr) continue;
            applyAxisStyle(*axis, style);
            mirrorAxis(*axis, style);
        }
    }
    if (plot.legend != nullptr) applyLegendStyle(*plot.legend, style);
}

void applyPlotStyle(QCustomPlot& plot, Theme theme) {
    applyPlotStyle(plot, plotStyle(theme));
}

void setAxisLogarithmic(QCPAxis& axis, bool logarithmic) {
    const auto ticker = makeTicker(logarithmic);
    const auto scale = logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    for (QCPAxis* each : {&axis, oppositeAxis(axis)}) {
        if (each == nullptr) continue;
        each->setScaleType(scale);
        each->setTicker(ticker);
    }
}

void keepTicksApart(QCustomPlot& plot) {
    QObject::connect(&plot, &QCustomPlot::afterLayout, &plot, [&plot] {
        constexpr int usual = 5, least = 3;
        bool changed = false;
        for (const QCPAxisRect* rect : plot.axisRects()) {
            for (const auto type : {QCPAxis::atBottom, QCPAxis::atLeft}) {
                const QSharedPointer<QCPAxisTicker> ticker = rect->axis(type)->ticker();
                if (!ticker.dynamicCast<NumberTicker>()) continue;
                // Of the plot's width, which does not change with the labels beside the axes.
                const int room = type == QCPAxis::atBottom ? (plot.width() - 8 * gridUnit) / (8 * gridUnit)
                                                           : rect->height() / (3 * gridUnit);
                const int count = std::clamp(room, least, usual);
                changed = changed || count != ticker->tickCount();
                ticker->setTickCount(count);
            }
        }
        if (changed) plot.replot(QCustomPlot::rpQueuedReplot); // the ticks of this time are made already
    });
}

QVector<QString> NumberTicker::createLabelVector(const QVector<double>& ticks, const QLocale&, QChar, int) {
    return linearTickTexts(ticks);
}

QVector<QString> PowerTicker::createLabelVector(const QVector<double>& ticks, const QLocale&, QChar, int) {
    return logTickTexts(ticks);
}

} // namespace zscape
