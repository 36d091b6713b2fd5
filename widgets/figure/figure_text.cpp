#include "widgets/figure/figure_text.h"

#include <QFont>
#include <QFontMetricsF>
#include <QPainterPath>
#include <QRegularExpression>

#include <algorithm>

namespace zscape {

namespace {

/// Fonts are measured and drawn at this size and scaled, so that no rounding to pixels depends on the figure's.
constexpr int designPixels = 200;
constexpr double scriptScale = 0.7;
constexpr double superscriptRise = 0.38;
constexpr double subscriptDrop = -0.18;

QFont designFont(const QString& family, bool italic, bool bold) {
    QFont font(family);
    font.setPixelSize(designPixels);
    font.setItalic(italic);
    font.setBold(bold);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setStyleHint(QFont::SansSerif);
    font.setKerning(true);
    return font;
}

QString plainOf(QString text) {
    text.replace(QStringLiteral("&nbsp;"), QStringLiteral("\u00a0"));
    text.replace(QStringLiteral("&lt;"), QStringLiteral("<"));
    text.replace(QStringLiteral("&gt;"), QStringLiteral(">"));
    text.replace(QStringLiteral("&quot;"), QStringLiteral("\""));
    text.replace(QStringLiteral("&amp;"), QStringLiteral("&"));
    return text;
}

} // namespace

FigureText::FigureText(const QString& html, const QString& family) : m_family(family) {
    static const QRegularExpression tag(QStringLiteral("<(/?)(i|b|sub|sup)>"));
    int italic = 0, bold = 0, sub = 0, sup = 0;
    qsizetype at = 0;
    auto tags = tag.globalMatch(html);
    while (tags.hasNext()) {
        const auto match = tags.next();
        add(plainOf(html.mid(at, match.capturedStart() - at)), italic > 0, bold > 0, sub, sup);
        at = match.capturedEnd();
        const int step = match.captured(1).isEmpty() ? 1 : -1;
        const QString name = match.captured(2);
        (name == u"i" ? italic : name == u"b" ? bold : name == u"sub" ? sub : sup) += step;
    }
    add(plainOf(html.mid(at)), italic > 0, bold > 0, sub, sup);
}

void FigureText::add(const QString& text, bool italic, bool bold, int sub, int sup) {
    if (text.isEmpty()) return;
    Run run{text, italic, bold, sub + sup > 0 ? scriptScale : 1.0, 0, m_width};
    run.rise = sup > 0 ? superscriptRise : sub > 0 ? subscriptDrop : 0;
    const bool script = sub + sup > 0;
    const bool overLast = script && m_scriptStart >= 0 && !m_runs.empty() && m_runs.back().rise != run.rise;
    if (overLast) run.x = m_scriptStart;
    if (!script) {
        m_scriptStart = -1;
    } else if (m_scriptStart < 0) {
        m_scriptStart = run.x;
    }
    const QFontMetricsF metrics(designFont(m_family, italic, bold));
    m_width = std::max(m_width, run.x + run.scale * metrics.horizontalAdvance(text) / designPixels);
    // Round letters and brackets reach a little beyond these; the page leaves room.
    m_ascent = std::max(m_ascent, run.rise + run.scale * metrics.capHeight() / designPixels * 1.06);
    m_descent = std::max(m_descent, -run.rise + run.scale * metrics.descent() / designPixels * 0.9);
    m_runs.push_back(run);
}

void FigureText::draw(QPainter& painter, const QPointF& origin, double em, const QColor& colour, bool outlines) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Run& run : m_runs) {
        const double scale = em * run.scale / designPixels;
        const QFont font = designFont(m_family, run.italic, run.bold);
        painter.save();
        painter.translate(origin.x() + run.x * em, origin.y() - run.rise * em);
        painter.scale(scale, scale);
        if (outlines) {
            QPainterPath path;
            path.setFillRule(Qt::WindingFill);
            path.addText(0, 0, font, run.text);
            painter.fillPath(path, colour);
        } else {
            painter.setPen(colour);
            painter.setFont(font);
            painter.drawText(QPointF(0, 0), run.text);
        }
        painter.restore();
    }
    painter.restore();
}

} // namespace zscape
