#include "widgets/line_markers.h"

#include <cmath>

namespace zscape {

namespace {

constexpr int labelRows = 3;
constexpr double labelGap = 3;

std::size_t indexOf(LineGroup group) {
    return static_cast<std::size_t>(group);
}

QString utf8(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

QString lineGroupName(LineGroup group) {
    switch (group) {
    case LineGroup::Balmer:
        return QStringLiteral("Balmer");
    case LineGroup::Paschen:
        return QStringLiteral("Paschen");
    case LineGroup::Mg:
        return QStringLiteral("Mg");
    case LineGroup::Ca:
        return QStringLiteral("Ca");
    case LineGroup::Fe:
        break;
    }
    return QStringLiteral("Fe");
}

LineMarkers::LineMarkers(QCPAxisRect& rect, const QString& layer)
    : QCPLayerable(rect.parentPlot(), layer),
      m_rect(&rect) {
    m_visible.set();
}

void LineMarkers::setGroupVisible(LineGroup group, bool visible) {
    m_visible.set(indexOf(group), visible);
}
bool LineMarkers::isGroupVisible(LineGroup group) const {
    return m_visible.test(indexOf(group));
}

void LineMarkers::setColours(const QColor& line, const QColor& text) {
    m_line = line;
    m_text = text;
}

QStringList LineMarkers::linesNear(double wavelength_nm, double tolerance_nm) const {
    QStringList names;
    if (!visible()) return names;
    for (const SpectralLine& line : spectralLines)
        if (isGroupVisible(line.group) && std::abs(line.wavelength_nm - wavelength_nm) <= tolerance_nm)
            names += utf8(line.description);
    return names;
}

void LineMarkers::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(false);
}

QRect LineMarkers::clipRect() const {
    return m_rect.isNull() ? QRect() : m_rect->rect();
}

void LineMarkers::draw(QCPPainter* painter) {
    if (m_rect.isNull()) return;
    const QRectF rect = m_rect->rect();
    const QCPAxis* axis = m_rect->axis(QCPAxis::atBottom);
    const QFontMetricsF metrics(m_font);
    QVarLengthArray<QRectF, spectralLines.size()> taken;
    painter->setFont(m_font);
    // Balmer lines stand first in the table, so they keep their names when room is short.
    for (const SpectralLine& line : spectralLines) {
        const double x = axis->coordToPixel(line.wavelength_nm);
        if (!isGroupVisible(line.group) || x <= rect.left() || x >= rect.right()) continue;
        const QString label = utf8(line.label);
        QRectF box(0, 0, metrics.horizontalAdvance(label) + labelGap, metrics.height());
        box.moveCenter({x, 0});
        box.moveRight(std::min(box.right(), rect.right() - labelGap));
        int row = 0;
        for (; row < labelRows; ++row) {
            box.moveTop(rect.top() + labelGap * 2 + row * metrics.height());
            if (std::none_of(taken.begin(), taken.end(), [&](const QRectF& t) { return t.intersects(box); })) break;
        }
        const double top = rect.top() + labelGap * 3 + labelRows * metrics.height();
        painter->setPen(QPen(m_line, 0));
        painter->drawLine(QLineF(std::round(x), top, std::round(x), rect.bottom()));
        if (row == labelRows) continue;
        taken.push_back(box);
        painter->setPen(m_text);
        painter->drawText(box, Qt::AlignCenter, label);
    }
}

} // namespace zscape
