#pragma once

#include "core/select/definition.h"

#include <QComboBox>
#include <QLineEdit>
#include <QString>

#include <vector>

class QFormLayout;

namespace zscape {

class StarTable;

/// Parts of the forms in which a shape is typed. Each has its name and its tool tip from the call that makes it.
namespace shape_fields {

/// A list of the table's columns in which a formula may be typed.
QComboBox* addColumn(QFormLayout& rows, const QString& label, const QString& tip, const StarTable& table);
QLineEdit* addLine(QFormLayout& rows, const QString& label, const QString& tip);
/// Two fields in one row, with a word between.
std::pair<QLineEdit*, QLineEdit*> addPair(QFormLayout& rows, const QString& label, const QString& between,
                                          const QString& tip);

/// All digits, as read back.
QString textOf(double number);
/// Throws Error that says what is no number. A decimal comma and a real minus sign are understood.
double numberOf(const QString& text, const QString& what);
/// The same for 1, 2, ... up to `most`.
std::size_t wholeNumberOf(const QString& text, const QString& what, std::size_t most);
/// "x, y" a line, also "x y" and with semicolons between points. Throws Error that names the line.
std::vector<DataPoint> pointsOf(const QString& text);
QString textOf(const std::vector<DataPoint>& points);

} // namespace shape_fields

} // namespace zscape
