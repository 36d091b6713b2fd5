#pragma once

#include "widgets/theme.h"

#include <qcustomplot.h>

namespace zscape {

/// Width of a spectrum's line and height of the legend's row above a plot, in device-independent pixels.
inline constexpr double lineWidth = 1.5;
inline constexpr int legendHeight = 20;

/// How a plot looks: on screen from the theme, in a figure from its preset.
struct PlotStyle {
    PlotColours colours;
    QFont font;
    double frameWidth = 0; ///< 0 is one device pixel
};
PlotStyle plotStyle(Theme theme);

/// Background, and for every axis rect: a thin frame on four sides, ticks inward with minor ticks on all of them, no
/// grid, one font. The top and right axes follow the ranges, scale and ticks of the bottom and left ones.
/// May be called again to change the theme; tickers other than QCustomPlot's plain ones are kept.
void applyPlotStyle(QCustomPlot& plot, Theme theme);
void applyPlotStyle(QCustomPlot& plot, const PlotStyle& style);
/// The same for one axis, for instance that of a colour bar.
void applyAxisStyle(QCPAxis& axis, const PlotStyle& style);
void applyLegendStyle(QCPLegend& legend, const PlotStyle& style);
/// As many entries a row as the plot's width has room for, none of them cut, and `top`, the layout that the legend is
/// in, as high as its rows want; hidden in a plot that is too low for it.
void arrangeLegend(QCPLegend& legend, QCPLayoutElement& top, QSize plot);

/// Linear or logarithmic, with the ticker that belongs to it, for the axis and the one opposite.
void setAxisLogarithmic(QCPAxis& axis, bool logarithmic);

/// From now on the plot's axes have no more ticks than their labels have room for beside each other.
void keepTicksApart(QCustomPlot& plot);

/// Ticks at round numbers, all labels with the same decimals and a real minus sign.
class NumberTicker : public QCPAxisTicker {
protected:
    QVector<QString> createLabelVector(const QVector<double>& ticks, const QLocale& locale, QChar formatChar,
                                       int precision) override;
};

/// Ticks at powers of ten, typeset.
class PowerTicker : public QCPAxisTickerLog {
protected:
    QVector<QString> createLabelVector(const QVector<double>& ticks, const QLocale& locale, QChar formatChar,
                                       int precision) override;
};

} // namespace zscape
