#include "widgets/figure/figure_ticks.h"

#include "widgets/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

/// A round step, and how many parts its minor ticks make of it.
struct Step {
    double value;
    int parts;
};

/// The smallest round step with at most `wanted` ticks, but at least two where there can be.
Step roundStep(const AxisRange& axis, int wanted) {
    static constexpr std::array<Step, 3> mantissas{{{1, 5}, {2, 4}, {5, 5}}};
    const auto ticksOf = [&](double step) {
        return std::floor(axis.upper / step + 1e-9) - std::ceil(axis.lower / step - 1e-9) + 1;
    };
    int exponent = static_cast<int>(std::floor(std::log10((axis.upper - axis.lower) / 20)));
    Step best{std::pow(10.0, exponent), 5};
    for (; exponent < 300; ++exponent) {
        for (const Step& mantissa : mantissas) {
            const Step step{mantissa.value * std::pow(10.0, exponent), mantissa.parts};
            if (ticksOf(step.value) < 2) return best;
            best = step;
            if (ticksOf(step.value) <= wanted) return best;
        }
    }
    return best;
}

int decimalsOf(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-6)), 0, 9);
}

/// Four digits stand without a comma, as journals have them.
QString numberText(double value, int decimals) {
    QString text = fixedText(value, decimals);
    if (std::abs(value) < 10000) text.remove(u',');
    return text;
}

QString powerText(int exponent) {
    const QString sign = exponent < 0 ? QString(QChar(minusSign)) : QString();
    return QStringLiteral("10<sup>") + sign + QString::number(std::abs(exponent)) + QStringLiteral("</sup>");
}

FigureTicks linearTicks(const AxisRange& axis, int wanted) {
    const Step step = roundStep(axis, wanted);
    FigureTicks ticks;
    const double minor = step.value / step.parts;
    const double largest = std::max(std::abs(axis.lower), std::abs(axis.upper));
    // Numbers of many digits share a power of ten.
    const int power = static_cast<int>(std::floor(std::log10(largest)));
    const bool scientific = largest >= 1e6 || largest < 1e-3;
    const double first = std::ceil(axis.lower / minor - 1e-9), last = std::floor(axis.upper / minor + 1e-9);
    for (double k = first; k <= last; ++k) {
        if (std::fmod(std::abs(k), step.parts) != 0) {
            ticks.minor.push_back(k * minor);
            continue;
        }
        const double value = k * minor;
        ticks.major.push_back(value);
        if (!scientific || value == 0) {
            ticks.labels.push_back(value == 0 && scientific ? QStringLiteral("0")
                                                            : numberText(value, decimalsOf(step.value)));
        } else {
            ticks.labels.push_back(
                numberText(value / std::pow(10.0, power), decimalsOf(step.value / std::pow(10.0, power))) +
                QStringLiteral("×") + powerText(power));
        }
    }
    return ticks;
}

FigureTicks logTicks(const AxisRange& axis, int wanted) {
    FigureTicks ticks;
    const int first = static_cast<int>(std::floor(std::log10(axis.lower) - 1e-9));
    const int last = static_cast<int>(std::ceil(std::log10(axis.upper) + 1e-9));
    const int decades = static_cast<int>(std::floor(std::log10(axis.upper) + 1e-9)) -
                        static_cast<int>(std::ceil(std::log10(axis.lower) - 1e-9)) + 1;
    const int step = std::max(1, (decades + wanted - 1) / std::max(1, wanted));
    const auto inside = [&](double value) {
        return value >= axis.lower * (1 - 1e-9) && value <= axis.upper * (1 + 1e-9);
    };
    // One notation along an axis: 0.1, 1, 10, 100 or powers.
    const bool plain = axis.lower >= 0.009 && axis.upper <= 2000;
    for (int exponent = first; exponent <= last; ++exponent) {
        const double decade = std::pow(10.0, exponent);
        const bool labelled = exponent % step == 0;
        if (inside(decade)) {
            (labelled ? ticks.major : ticks.minor).push_back(decade);
            if (labelled) {
                ticks.labels.push_back(plain ? numberText(decade, std::max(0, -exponent)) : powerText(exponent));
            }
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
