#pragma once

#include "core/plot/star_raster.h"

#include <qcustomplot.h>

#include <QImage>

#include <memory>
#include <vector>

namespace zscape {

/// The stars inside an axis rect, drawn by StarRaster at the resolution of the screen. Draws anew only when asked or
/// when the view's size changed; otherwise the image is kept. Owned by the plot.
class StarLayer : public QCPLayerable {
    Q_OBJECT
public:
    explicit StarLayer(QCPAxisRect& axisRect);

    /// Columns of one length. What differs from before is found by the pointers: columns do not change.
    struct Stars {
        std::shared_ptr<const std::vector<float>> x, y, labels;     ///< labels nullptr: one colour
        std::shared_ptr<const BitSet> shown;                        ///< nullptr: all
        std::shared_ptr<const std::vector<std::uint8_t>> classes{}; ///< nullptr: nothing is highlighted
        std::vector<Rgb> classColours{};
        std::vector<ClassMark> classMarks{}; ///< empty: no shapes
        ColourScale scale{};
        Rgb greyed = 0;
        Rgb markEdge = 0xFF000000;
    };
    void setStars(Stars stars);
    /// Point sizes are in device-independent pixels.
    void setStyle(const RasterStyle& style);
    void setAxes(const AxisRange& x, const AxisRange& y);
    void markChanged() { m_changed = true; }

    /// The stars as drawn on the present axes; puts them in order when they, or the scales of the axes, are others.
    const OrderedStars& ordered();
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
    Stars m_stars;
    OrderedStars m_ordered;
    bool m_positionsStale = true, m_labelsStale = true, m_classesStale = true; ///< those of m_ordered
    RasterStyle m_style;
    AxisRange m_x, m_y;
    QImage m_image;
    bool m_changed = true;
    std::size_t m_starsInView = 0;
};

} // namespace zscape
