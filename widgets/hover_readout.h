#pragma once

#include "widgets/plot_style.h"

namespace zscape {

/// A hairline under the cursor with a few lines of rich text beside it, on the plot's overlay layer, so that moving it
/// redraws nothing else. Owned by the plot.
class HoverReadout : public QCPLayerable {
public:
    explicit HoverReadout(QCustomPlot& plot);

    void setStyle(const PlotStyle& style) { m_style = style; }
    /// `x` in pixels; `html` is what to say there.
    void show(QCPAxisRect& rect, double x, const QString& html);
    void hide();
    bool isShown() const { return !m_rect.isNull(); }
    const QString& html() const { return m_html; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

private:
    PlotStyle m_style;
    QPointer<QCPAxisRect> m_rect;
    double m_x = 0;
    QString m_html;
};

} // namespace zscape
