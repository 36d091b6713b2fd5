#include "widgets/figure/paint_figure.h"

#include "widgets/figure/figure_text.h"
#include "widgets/figure/panel_painter.h"

namespace zscape {

void paintFigure(QPainter& painter, const Figure& figure, bool textAsOutlines) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::LosslessImageRendering);
    painter.fillRect(QRectF(QPointF(0, 0), figure.size_mm()), Qt::white);
    const FigureMetrics metrics(figure.style);
    if (!figure.heading.isEmpty()) {
        const FigureText heading(figure.heading, figure.style.family);
        const double em = fittingEm(heading.width(), figure.style.width_mm - 2 * metrics.edge, figure.style);
        const double x = 0.5 * (figure.style.width_mm - heading.width() * em);
        heading.draw(painter, {x, metrics.edge + heading.ascent() * metrics.em}, em, Qt::black, textAsOutlines);
    }
    for (const FigurePanel& panel : figure.panels) {
        PanelPainter one(painter, figure, panel, textAsOutlines);
        one.paintLayers();
        one.paintAxes();
        one.paintColourBar();
        one.paintLegend();
        one.paintTexts();
    }
    for (const FigureCaption& caption : figure.captions) {
        const FigureText text(caption.text, figure.style.family);
        text.draw(painter, caption.at + QPointF(0, text.ascent() * metrics.em), metrics.em, Qt::black, textAsOutlines);
    }
    if (figure.legend) {
        FigurePanel page;
        PanelPainter painterOfPage(painter, figure, page, textAsOutlines);
        painterOfPage.paintLegend(figure.legend->legend, figure.legend->at);
    }
    painter.restore();
}

} // namespace zscape
