#include "widgets/star_layer.h"

#include "widgets/class_marks.h"

#include <cmath>

namespace zscape {

StarLayer::StarLayer(QCPAxisRect& axisRect)
    : QCPLayerable(axisRect.parentPlot(), QStringLiteral("main"), &axisRect),
      m_axisRect(axisRect) {
    setParent(&axisRect);
}

void StarLayer::setStars(Stars stars) {
    m_positionsStale = m_positionsStale || stars.x != m_stars.x || stars.y != m_stars.y || stars.shown != m_stars.shown;
    m_labelsStale = m_labelsStale || stars.labels != m_stars.labels;
    m_classesStale = m_classesStale || stars.classes != m_stars.classes;
    m_stars = std::move(stars);
    m_changed = true;
}

const OrderedStars& StarLayer::ordered() {
    const auto spanOf = [](const auto& column) {
        using Value = typename std::decay_t<decltype(*column)>::value_type;
        return column ? std::span<const Value>(*column) : std::span<const Value>();
    };
    ThreadPool& pool = m_raster.pool();
    if (m_positionsStale || m_ordered.logX() != m_x.logarithmic || m_ordered.logY() != m_y.logarithmic) {
        m_ordered = OrderedStars(
            pool, {spanOf(m_stars.x), spanOf(m_stars.y), m_stars.shown.get(), m_x.logarithmic, m_y.logarithmic});
        m_positionsStale = false;
        m_labelsStale = m_classesStale = true;
    }
    if (m_labelsStale) m_ordered.setLabels(pool, spanOf(m_stars.labels));
    if (m_classesStale) m_ordered.setClasses(pool, spanOf(m_stars.classes));
    m_labelsStale = m_classesStale = false;
    return m_ordered;
}

void StarLayer::setStyle(const RasterStyle& style) {
    m_changed = m_changed || !(style == m_style);
    m_style = style;
}

void StarLayer::setAxes(const AxisRange& x, const AxisRange& y) {
    m_changed = m_changed || !(x == m_x && y == m_y);
    m_x = x;
    m_y = y;
}

void StarLayer::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(false);
}

QRect StarLayer::clipRect() const {
    return m_axisRect.rect();
}

void StarLayer::draw(QCPPainter* painter) {
    const QRect area = m_axisRect.rect();
    if (area.isEmpty()) return;
    render(parentPlot()->bufferDevicePixelRatio());
    // Drawn into the area's own rectangle, so that a figure of another resolution keeps the positions.
    painter->drawImage(QRectF(area), m_image);
}

void StarLayer::render(double pixelRatio) {
    const QSizeF area = QSizeF(m_axisRect.rect().size()) * pixelRatio;
    const QSize size(static_cast<int>(std::lround(area.width())), static_cast<int>(std::lround(area.height())));
    if (!m_changed && m_image.size() == size) return;
    if (m_image.size() != size) m_image = QImage(size, QImage::Format_ARGB32_Premultiplied);
    m_image.setDevicePixelRatio(pixelRatio);
    RasterStyle style = m_style;
    style.pointSize = static_cast<int>(std::lround(m_style.pointSize * pixelRatio));
    style.markSize = static_cast<int>(std::lround(classMarkSize * pixelRatio));
    const auto stride = static_cast<int>(m_image.bytesPerLine() / qsizetype{sizeof(Rgb)});
    const std::span pixels(reinterpret_cast<Rgb*>(m_image.bits()),
                           static_cast<std::size_t>(stride) * static_cast<std::size_t>(size.height()));
    m_starsInView = m_raster.draw(
        ordered(), {m_stars.scale, m_stars.classColours, m_stars.greyed, m_stars.classMarks, m_stars.markEdge},
        {m_x, m_y, size.width(), size.height()}, style, pixels, stride);
    m_changed = false;
}

} // namespace zscape
