#include "widgets/figure/star_image.h"

#include "core/base/error.h"
#include "core/plot/star_raster.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr Rgb greyedStars = 0xFFC4C4C4;

QSize pixelsOf(const FigurePanel& panel, const FigureStyle& style) {
    return {std::max(1, static_cast<int>(std::lround(style.pixels(panel.frame.width())))),
            std::max(1, static_cast<int>(std::lround(style.pixels(panel.frame.height()))))};
}

std::span<const float> spanOf(const FigureColumn& column) {
    return column ? std::span<const float>(*column) : std::span<const float>();
}

void drawStars(QImage& image, const StarRaster::Input& input, const FigurePanel& panel, RasterStyle style) {
    StarRaster raster;
    const auto stride = static_cast<int>(image.bytesPerLine() / qsizetype{sizeof(Rgb)});
    const std::span pixels(reinterpret_cast<Rgb*>(image.bits()),
                           static_cast<std::size_t>(stride) * static_cast<std::size_t>(image.height()));
    raster.draw(input, {panel.x, panel.y, image.width(), image.height()}, style, pixels, stride);
}

int pointPixels(double size_mm, const FigureStyle& style) {
    return std::clamp(static_cast<int>(std::lround(style.pixels(size_mm))), 1, kLargestPoint);
}

int cellOf(double pixel, int count) {
    return std::isfinite(pixel) && pixel >= 0 && pixel < count ? static_cast<int>(pixel) : -1;
}

/// Colour of a count; the table's upper end is the largest.
Rgb colourOfCount(const DensityLayer& layer, std::uint32_t count, std::uint32_t largest) {
    const double share = layer.power > 0 ? std::pow(static_cast<double>(count) / largest, layer.power)
                                         : std::log(static_cast<double>(count)) / std::log(std::max(2U, largest));
    return layer.ramp[static_cast<std::size_t>(std::clamp(std::lround(share * 255), 0L, 255L))];
}

} // namespace

ColourRamp rampBetween(Rgb from, Rgb to) {
    ColourRamp ramp;
    for (std::size_t entry = 0; entry < ramp.size(); ++entry) {
        const double share = static_cast<double>(entry) / 255;
        const auto part = [&](int shift) {
            const double a = (from >> shift) & 255, b = (to >> shift) & 255;
            return static_cast<Rgb>(std::lround(a + share * (b - a))) << shift;
        };
        ramp[entry] = 0xFF000000u | part(16) | part(8) | part(0);
    }
    return ramp;
}

ColourRamp rampBetween(Rgb from, Rgb middle, Rgb to) {
    const ColourRamp lower = rampBetween(from, middle), upper = rampBetween(middle, to);
    ColourRamp ramp;
    for (std::size_t entry = 0; entry < ramp.size(); ++entry) {
        ramp[entry] = entry < 128 ? lower[2 * entry] : upper[2 * entry - 255];
    }
    return ramp;
}

namespace {

/// All stars as one class, so that they carry its shape.
struct OneClass {
    OneClass(std::size_t stars, Rgb ofColour, std::optional<MarkerShape> ofMark)
        : classes(stars, 1),
          colour(ofColour),
          mark(ofMark.value_or(MarkerShape::Circle)) {}
    void put(StarRaster::Input& input) const {
        input.classes = classes;
        input.classColours = {&colour, 1};
        input.classMarks = {&mark, 1};
    }
    std::vector<std::uint8_t> classes;
    Rgb colour;
    MarkerShape mark;
};

} // namespace

QImage starImage(const StarsLayer& layer, const FigurePanel& panel, const FigureStyle& style) {
    QImage image(pixelsOf(panel, style), QImage::Format_ARGB32_Premultiplied);
    StarRaster::Input input{spanOf(layer.x), spanOf(layer.y), spanOf(layer.labels), layer.shown.get(), layer.colour};
    if (layer.classes.of) {
        input.classes = *layer.classes.of;
        input.classColours = layer.classes.colours;
        input.greyed = greyedStars;
        input.classMarks = layer.classes.marks;
    }
    const OneClass one(layer.mark ? layer.x->size() : 0, layer.plain, layer.mark);
    if (!layer.classes.of && layer.mark) one.put(input);
    RasterStyle raster;
    raster.markSize = pointPixels(classMark_mm, style);
    raster.reduction = layer.labels || layer.reduction == Reduction::Fraction ? layer.reduction : Reduction::Top;
    raster.pointSize = pointPixels(layer.pointSize_mm, style);
    raster.plain = layer.plain;
    drawStars(image, input, panel, raster);
    return image;
}

StarBins binStars(const FigureColumn& x, const FigureColumn& y, const BitSet* shown, const AxisRange& xRange,
                  const AxisRange& yRange, int columns, int rows) {
    StarBins bins{
        columns, rows,   std::vector<std::uint32_t>(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)),
        0,       xRange, yRange};
    const Viewport view{xRange, yRange, columns, rows};
    for (std::size_t star = 0; star < x->size(); ++star) {
        if (shown && !shown->test(star)) continue;
        const int column = cellOf(view.pixelX((*x)[star]), columns);
        const int row = cellOf(view.pixelY((*y)[star]), rows);
        if (column < 0 || row < 0) continue;
        std::uint32_t& count = bins.counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                                           static_cast<std::size_t>(column)];
        bins.largest = std::max(bins.largest, ++count);
    }
    return bins;
}

QPointF StarBins::centre(int column, int row) const {
    const Viewport view{x, y, columns, rows};
    return {view.dataX(column + 0.5), view.dataY(row + 0.5)};
}

QImage densityImage(const DensityLayer& layer, const FigurePanel& panel, const FigureStyle& style) {
    const StarBins bins = binStars(layer.x, layer.y, layer.shown.get(), panel.x, panel.y, layer.binsX, layer.binsY);
    const auto sparse = static_cast<std::uint32_t>(std::max(1, layer.singleBelow));
    QImage image(pixelsOf(panel, style), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    if (sparse > 1) {
        // Stars of sparse bins, one by one.
        BitSet single(layer.x->size());
        const Viewport view{panel.x, panel.y, bins.columns, bins.rows};
        for (std::size_t star = 0; star < layer.x->size(); ++star) {
            if (layer.shown && !layer.shown->test(star)) continue;
            const int column = cellOf(view.pixelX((*layer.x)[star]), bins.columns);
            const int row = cellOf(view.pixelY((*layer.y)[star]), bins.rows);
            if (column >= 0 && row >= 0 && bins.at(column, row) < sparse) single.set(star);
        }
        RasterStyle raster;
        raster.reduction = Reduction::Top;
        raster.pointSize = pointPixels(layer.pointSize_mm, style);
        raster.plain = layer.single;
        drawStars(image, {spanOf(layer.x), spanOf(layer.y), {}, &single, {}}, panel, raster);
    }
    for (int py = 0; py < image.height(); ++py) {
        auto* line = reinterpret_cast<Rgb*>(image.scanLine(py));
        const int row = std::min(bins.rows - 1, py * bins.rows / image.height());
        for (int px = 0; px < image.width(); ++px) {
            const std::uint32_t count = bins.at(std::min(bins.columns - 1, px * bins.columns / image.width()), row);
            if (count >= sparse) line[px] = colourOfCount(layer, count, bins.largest);
        }
    }
    return image;
}

} // namespace zscape
