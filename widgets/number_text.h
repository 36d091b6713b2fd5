#pragma once

#include <QString>
#include <QVector>

namespace zscape {

/// Numbers as they stand on screen: a real minus sign (U+2212), commas between thousands, powers of ten as
/// superscripts. Pure functions, any thread.

QString withThousands(qint64 value); ///< 502311 -> "502,311"
/// Fixed decimals, commas in the integer part; an em dash for NaN.
QString fixedText(double value, int decimals);
/// `digits` significant digits, trailing zeros kept; powers of ten outside 1e-3..1e6; an em dash for NaN.
QString significantText(double value, int digits);
/// 10 with its exponent in superscript characters: -18 -> "10⁻¹⁸".
QString powerOfTenText(int exponent);
/// A span of time in the two units that tell most: "12 ms", "0.42 s", "3 min 20 s", "1 h 5 min", "2 d 3 h"; an em dash
/// for NaN and negative ones.
QString durationText(double seconds);
/// Labels of evenly spaced ticks, all with the decimals that their step needs.
QVector<QString> linearTickTexts(const QVector<double>& ticks);
/// Labels of ticks on a logarithmic axis: 0.01, 1, 100 plainly, others as powers of ten.
QVector<QString> logTickTexts(const QVector<double>& ticks);

inline constexpr char16_t minusSign = u'\u2212';
inline constexpr char16_t emDash = u'\u2014';

} // namespace zscape
