#include "widgets/figure/figure_ticks.h"

#include "widgets/number_text.h"
#include "widgets/plot_style.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

FigureTicks linearTicks(const AxisRange& axis, int wanted) {
    NumberTicker ticker;
    ticker.setTickCount(wanted);
    QVector<double> major, minor;
    QVector<QString> labels;
    ticker.generate(QCPRange(axis.lower, axis.upper), QLocale::c(), u'g', 6, major, &minor, &labels);
    FigureTicks ticks;
    const double slack = 1e-9 * (axis.upper - axis.lower);
    const auto inside = [&](double value) { return value >= axis.lower - slack && value <= axis.upper + slack; };
    for (qsizetype i = 0; i < major.size(); ++i) {
        if (!inside(major[i])) continue;
        ticks.major.push_back(major[i]);
        ticks.labels.push_back(labels[i]);
    }
    for (const double value : minor) {
        if (inside(value)) ticks.minor.push_back(value);
    }
    return ticks;
}

QString powerText(int exponent) {
    if (exponent == 0) return QStringLiteral("1");
    if (exponent == 1) return QStringLiteral("10");
    const QString sign = exponent < 0 ? QString(QChar(minusSign)) : QString();
    return QStringLiteral("10<sup>") + sign + QString::number(std::abs(exponent)) + QStringLiteral("</sup>");
}

FigureTicks logTicks(const AxisRange& axis, int wanted) {
    FigureTicks ticks;
    const int first = static_cast<int>(std::floor(std::log10(axis.lower) - 1e-9));
    const int last = static_cast<int>(std::ceil(std::log10(axis.upper) + 1e-9));
    const int step = std::max(1, (last - first + wanted - 1) / std::max(1, wanted));
    const auto inside = [&](double value) {
        return value >= axis.lower * (1 - 1e-9) && value <= axis.upper * (1 + 1e-9);
    };
    for (int exponent = first; exponent <= last; ++exponent) {
        const double decade = std::pow(10.0, exponent);
        const bool labelled = exponent % step == 0;
        if (inside(decade)) {
            (labelled ? ticks.major : ticks.minor).push_back(decade);
            if (labelled) ticks.labels.push_back(powerText(exponent));
        }
        for (int digit = 2; digit <= 9 && step == 1; ++digit) {
            if (inside(digit * decade)) ticks.minor.push_back(digit * decade);
        }
    }
    return ticks;
}

} // namespace

FigureTicks figureTicks(const AxisRange& axis, int wanted) {
    if (!axis.logarithmic) return linearTicks(axis, wanted);
    FigureTicks ticks = logTicks(axis, wanted);
    // A part of a decade has no two powers of ten.
    return ticks.major.size() >= 2 ? ticks : linearTicks({axis.lower, axis.upper, false, axis.flipped}, wanted);
}

} // namespace zscape
