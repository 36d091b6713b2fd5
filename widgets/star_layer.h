#pragma once

#include "core/plot/star_raster.h"

#include <qcustomplot.h>

#include <QImage>

namespace zscape {

/// The stars inside an axis rect, drawn by StarRaster at the resolution of the screen. Draws anew only when asked or
/// when the view's size changed; otherwise the image is kept. Owned by the plot.
class StarLayer : public QCPLayerable {
    Q_OBJECT
public:
    explicit StarLayer(QCPAxisRect& axisRect);

    /// The spans must stay valid until they are replaced. Point sizes are in device-independent pixels.
    void setInput(const StarRaster::Input& input);
    void setStyle(const RasterStyle& style);
    void setAxes(const AxisRange& x, const AxisRange& y);
    void markChanged() { m_changed = true; }

    std::size_t starsInView() const { return m_starsInView; }
    std::uint32_t largestCount() const { return m_raster.largestCount(); }
    /// The stars as they were drawn last, transparent where there are none.
    const QImage& image() const { return m_image; }
    ThreadPool& pool() { return m_raster.pool(); }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

private:
    void render(double pixelRatio);

    QCPAxisRect& m_axisRect;
    StarRaster m_raster;
    StarRaster::Input m_input;
    RasterStyle m_style;
    AxisRange m_x, m_y;
    QImage m_image;
    bool m_changed = true;
    std::size_t m_starsInView = 0;
};

} // namespace zscape
