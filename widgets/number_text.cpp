#include "widgets/number_text.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

/// The interface is in English, whatever the system's locale.
QLocale locale() {
    return QLocale(QLocale::English, QLocale::UnitedStates);
}

QString superscript(int number) {
    static constexpr std::u16string_view digits = u"⁰¹²³⁴⁵⁶⁷⁸⁹";
    QString text = number < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar digit : QString::number(std::abs(number)))
        text += QChar(digits[static_cast<std::size_t>(digit.digitValue())]);
    return text;
}

QString scientificText(double value, int decimals) {
    if (value == 0) return QStringLiteral("0");
    int exponent = static_cast<int>(std::floor(std::log10(std::abs(value))));
    double mantissa = value / std::pow(10.0, exponent);
    // Rounding may carry 9.99 to 10.0.
    if (std::abs(mantissa) + 0.5 * std::pow(10.0, -decimals) >= 10) {
        mantissa /= 10;
        ++exponent;
    }
    return fixedText(mantissa, decimals) + QStringLiteral("×") + powerOfTenText(exponent);
}

double tickStep(const QVector<double>& ticks) {
    double step = std::numeric_limits<double>::infinity();
    for (qsizetype i = 1; i < ticks.size(); ++i)
        step = std::min(step, std::abs(ticks[i] - ticks[i - 1]));
    return step;
}

/// Decimals that write `step` without loss, at most 9.
int decimalsOf(double step) {
    if (step == 0) return 0; // a single tick, at zero
    for (int decimals = 0; decimals < 9; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-3 * scaled) return decimals;
    }
    return 9;
}

} // namespace

QString withThousands(qint64 value) {
    return locale().toString(value).replace(u'-', minusSign);
}

QString fixedText(double value, int decimals) {
    if (std::isnan(value)) return QString(QChar(emDash));
    if (std::isinf(value)) return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    // No "-0.00".
    if (std::abs(value) < 0.5 * std::pow(10.0, -decimals)) value = 0;
    return locale().toString(value, 'f', decimals).replace(u'-', minusSign);
}

QString significantText(double value, int digits) {
    if (!std::isfinite(value)) return fixedText(value, 0);
    if (value == 0) return QStringLiteral("0");
    const double size = std::abs(value);
    if (size < 1e-3 || size >= 1e6) return scientificText(value, digits - 1);
    const int exponent = static_cast<int>(std::floor(std::log10(size)));
    return fixedText(value, std::max(0, digits - 1 - exponent));
}

QString powerOfTenText(int exponent) {
    return QStringLiteral("10") + superscript(exponent);
}

QString durationText(double seconds) {
    if (!(seconds >= 0) || std::isinf(seconds)) return QString(QChar(emDash));
    if (seconds < 0.0995) return significantText(1000 * seconds, 2) + QStringLiteral(" ms");
    if (seconds < 1) return significantText(seconds, 2) + QStringLiteral(" s");
    if (seconds < 9.95) return fixedText(seconds, 1) + QStringLiteral(" s");
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole < 60) return QStringLiteral("%1 s").arg(whole);
    static constexpr struct {
        qint64 seconds;
        const char* name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    for (std::size_t i = 0; i + 1 < std::size(units); ++i) {
        const qint64 step = units[i + 1].seconds;
        // Rounded to the smaller unit first: 3599.9 s are an hour, not 59 min 60 s.
        const qint64 rounded = (whole + step / 2) / step * step;
        if (rounded < units[i].seconds) continue;
        QString large = withThousands(rounded / units[i].seconds) + QStringLiteral(" ") + QLatin1String(units[i].name);
        const qint64 rest = rounded % units[i].seconds / step;
        if (rest == 0) return large;
        return large + QStringLiteral(" %1 ").arg(rest) + QLatin1String(units[i + 1].name);
    }
    Q_UNREACHABLE(); // `whole` is a minute at least
}

QVector<QString> linearTickTexts(const QVector<double>& ticks) {
    QVector<QString> texts;
    texts.reserve(ticks.size());
    double largest = 0;
    for (const double tick : ticks)
        largest = std::max(largest, std::abs(tick));
    const double step = ticks.size() > 1 ? tickStep(ticks) : largest;
    const bool scientific = largest >= 1e6 || (largest > 0 && largest < 1e-3);
    const int decimals =
        scientific ? decimalsOf(step / std::pow(10.0, std::floor(std::log10(largest)))) : decimalsOf(step);
    for (const double tick : ticks) {
        // A tick next to nothing is zero with rounding noise.
        const double value = std::abs(tick) < 1e-6 * step ? 0 : tick;
        texts.push_back(scientific ? scientificText(value, decimals) : fixedText(value, decimals));
    }
    return texts;
}

QVector<QString> logTickTexts(const QVector<double>& ticks) {
    QVector<QString> texts;
    texts.reserve(ticks.size());
    for (const double tick : ticks) {
        const double exponent = std::log10(std::abs(tick));
        const bool isPower = std::abs(exponent - std::round(exponent)) < 1e-6;
        const int power = static_cast<int>(std::round(exponent));
        if (isPower && power >= -3 && power <= 4) {
            texts.push_back(fixedText(tick, std::max(0, -power)));
        } else if (isPower) {
            texts.push_back((tick < 0 ? QString(QChar(minusSign)) : QString()) + powerOfTenText(power));
        } else {
            const bool plain = std::abs(tick) >= 1e-3 && std::abs(tick) < 1e6;
            texts.push_back(plain ? fixedText(tick, decimalsOf(std::abs(tick))) : significantText(tick, 3));
        }
    }
    return texts;
}

} // namespace zscape
