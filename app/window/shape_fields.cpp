#include "app/window/shape_fields.h"

#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QRegularExpression>

#include <cmath>
#include <optional>

namespace zscape::shape_fields {

namespace {

void name(QWidget& field, const QString& label, const QString& tip) {
    field.setAccessibleName(QString(label).remove(u'&'));
    field.setToolTip(tip);
}

std::optional<double> parsed(const QString& text) {
    bool ok = false;
    const double value = QString(text).trimmed().replace(QChar(minusSign), u'-').replace(u',', u'.').toDouble(&ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

QComboBox* addColumn(QFormLayout& rows, const QString& label, const QString& tip, const StarTable& table) {
    auto* column = new QComboBox;
    column->setEditable(true);
    column->setInsertPolicy(QComboBox::NoInsert);
    for (const StarTable::Entry& entry : table.entries()) {
        column->addItem(QString::fromStdString(entry.id));
    }
    column->setCurrentIndex(-1);
    column->setMinimumContentsLength(12);
    name(*column, label, tip);
    rows.addRow(label, column);
    return column;
}

QLineEdit* addLine(QFormLayout& rows, const QString& label, const QString& tip) {
    auto* line = new QLineEdit;
    name(*line, label, tip);
    rows.addRow(label, line);
    return line;
}

std::pair<QLineEdit*, QLineEdit*> addPair(QFormLayout& rows, const QString& label, const QString& between,
                                          const QString& tip) {
    auto* low = new QLineEdit;
    auto* high = new QLineEdit;
    name(*low, label + QObject::tr(", first"), tip);
    name(*high, label + QObject::tr(", second"), tip);
    auto* both = new QHBoxLayout;
    both->setSpacing(gridUnit);
    both->addWidget(low);
    both->addWidget(new QLabel(between));
    both->addWidget(high);
    rows.addRow(label, both);
    if (auto* text = qobject_cast<QLabel*>(rows.labelForField(both))) text->setBuddy(low);
    return {low, high};
}

QString textOf(double number) {
    return QString::number(number, 'g', QLocale::FloatingPointShortest);
}

double numberOf(const QString& text, const QString& what) {
    if (const auto value = parsed(text)) return *value;
    throw Error((text.trimmed().isEmpty() ? QObject::tr("Type a number for %1.").arg(what)
                                          : QObject::tr("“%1” is no number for %2.").arg(text.trimmed(), what))
                    .toStdString());
}

std::size_t wholeNumberOf(const QString& text, const QString& what, std::size_t most) {
    const double value = numberOf(text, what);
    if (value < 1 || value > static_cast<double>(most) || value != std::floor(value)) {
        throw Error(QObject::tr("%1 is no whole number from 1 to %2, as %3 wants.")
                        .arg(text.trimmed(), withThousands(static_cast<qint64>(most)), what)
                        .toStdString());
    }
    return static_cast<std::size_t>(value);
}

std::vector<DataPoint> pointsOf(const QString& text) {
    static const QRegularExpression betweenPoints(QStringLiteral("[;\n]"));
    static const QRegularExpression betweenNumbers(QStringLiteral("[,\\s]+"));
    std::vector<DataPoint> points;
    for (const QString& line : text.split(betweenPoints, Qt::SkipEmptyParts)) {
        if (line.trimmed().isEmpty()) continue;
        const QStringList numbers = line.split(betweenNumbers, Qt::SkipEmptyParts);
        const auto x = parsed(numbers.value(0)), y = parsed(numbers.value(1));
        if (numbers.size() != 2 || !x || !y) {
            throw Error(
                QObject::tr("“%1” is no point: write x and y, such as 5000, 3.5.").arg(line.trimmed()).toStdString());
        }
        points.push_back({*x, *y});
    }
    return points;
}

QString textOf(const std::vector<DataPoint>& points) {
    QStringList lines;
    for (const DataPoint& point : points) {
        lines += textOf(point.x) + QStringLiteral(", ") + textOf(point.y);
    }
    return lines.join(u'\n');
}

} // namespace zscape::shape_fields
