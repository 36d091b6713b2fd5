#include "core/plot/star_raster.h"

#include "core/base/error.h"
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace zscape {

namespace {

constexpr int kMostThreads = 8;

constexpr int kBandRows = 48; ///< so many that blocks seldom lie in two bands, so few that the cells stay in the cache

void checkInput(const OrderedStars& stars, const StarRaster::Colours& colours, const Viewport& view,
                std::span<Rgb> pixels, int stride) {
    requireOrderOf(stars, view);
    if (colours.classes.size() > 15) throw Error("a plot tells at most 15 classes of stars apart; highlight fewer");
    if (!colours.marks.empty() && colours.marks.size() < colours.classes.size()) {
        throw Error("classes of stars lack a shape; give each colour one, or none at all");
    }
    const auto needed = static_cast<std::size_t>(stride) * static_cast<std::size_t>(std::max(view.height - 1, 0)) +
                        static_cast<std::size_t>(view.width);
    if (view.width <= 0 || view.height <= 0 || stride < view.width || pixels.size() < needed) {
        throw Error("the image to draw stars into is smaller than the view; make it view.width x view.height pixels");
    }
}

/// The rows of cells between two values; none of them where the view does not show what lies between.
RasterFrame::Reach reachOf(const OrderedStars::Box& box, const StarLocator& locator, const StarGrid& grid) {
    const auto [left, right] = std::minmax({locator.lineX(box.left), locator.lineX(box.right)});
    const auto [top, bottom] = std::minmax({locator.lineY(box.bottom), locator.lineY(box.top)});
    // Rounding keeps the order of values: what the inner loop finds for a star lies between what it finds for the ends.
    if (right + locator.bias < 0 || left + locator.bias >= static_cast<float>(grid.columns())) return {0, -1};
    const auto held = [&](float cell) {
        return static_cast<int>(std::clamp(cell, -1.0f, static_cast<float>(grid.bottom)));
    };
    return {held(top + locator.bias), held(bottom + locator.bias)};
}

} // namespace

StarRaster::StarRaster(int threads)
    : m_buffers(std::make_unique<Buffers>(threads > 0 ? threads : std::min(availableCores(), kMostThreads))) {}
StarRaster::~StarRaster() = default;
StarRaster::StarRaster(StarRaster&&) noexcept = default;
StarRaster& StarRaster::operator=(StarRaster&&) noexcept = default;

std::uint32_t StarRaster::largestCount() const {
    return m_buffers->largestCount;
}
ThreadPool& StarRaster::pool() {
    return m_buffers->pool;
}

std::size_t StarRaster::draw(const Input& input, const Viewport& view, const RasterStyle& style, std::span<Rgb> pixels,
                             int stride) {
    OrderedStars stars(pool(), {input.x, input.y, input.shown, view.x.logarithmic, view.y.logarithmic});
    stars.setLabels(pool(), input.labels);
    stars.setClasses(pool(), input.classes);
    return draw(stars, {input.colour, input.classColours, input.greyed, input.classMarks, input.markEdge}, view, style,
                pixels, stride);
}

std::size_t StarRaster::draw(const OrderedStars& stars, const Colours& colours, const Viewport& view,
                             const RasterStyle& style, std::span<Rgb> pixels, int stride) {
    checkInput(stars, colours, view, pixels, stride);
    RasterStyle valid = style;
    valid.pointSize = std::clamp(style.pointSize, 1, kLargestPoint);
    const RasterFrame frame(stars, colours, view, valid, pixels, stride);
    m_buffers->largestCount = 0;
    if (style.reduction == Reduction::Count) return drawCount(*m_buffers, frame);
    if (style.reduction == Reduction::Fraction) return drawFraction(*m_buffers, frame);
    if (stars.classes()) {
        const std::size_t drawn = drawClasses(*m_buffers, frame);
        if (!CoverTable(style.opacityPerStar).full()) applyCover(*m_buffers, frame);
        if (frame.marksBesidePoints()) drawMarks(*m_buffers, frame);
        return drawn;
    }
    if (!stars.labels() || style.reduction == Reduction::Mean) return drawMean(*m_buffers, frame);
    const std::size_t inside =
        style.reduction == Reduction::Median ? drawMedian(*m_buffers, frame) : drawExtreme(*m_buffers, frame);
    if (!CoverTable(style.opacityPerStar).full()) applyCover(*m_buffers, frame);
    return inside;
}

RasterFrame::RasterFrame(const OrderedStars& frameStars, const StarRaster::Colours& frameColours, const Viewport& view,
                         const RasterStyle& frameStyle, std::span<Rgb> framePixels, int frameStride)
    : stars(frameStars),
      colours(frameColours),
      style(frameStyle),
      grid(view, frameStyle.pointSize),
      stencil(frameStyle.pointSize),
      locator(view, grid),
      pixels(framePixels),
      stride(static_cast<std::size_t>(frameStride)),
      table(directedTable(frameColours.scale)) {
    reaches.reserve(stars.blocks());
    for (std::size_t block = 0; block < stars.blocks(); ++block) {
        reaches.push_back(reachOf(stars.box(block), locator, grid));
    }
}

std::size_t forBands(StarRaster::Buffers& buffers, const RasterFrame& frame,
                     const std::function<std::size_t(const StarGrid&, BandScratch&)>& body) {
    std::vector<std::size_t> results(buffers.scratch.size(), 0);
    buffers.pool.forChunks(
        static_cast<std::size_t>(frame.grid.height), kBandRows, [&](std::size_t first, std::size_t end, int thread) {
            const auto index = static_cast<std::size_t>(thread);
            const StarGrid band = frame.grid.band(static_cast<int>(first), static_cast<int>(end), frame.stencil);
            results[index] += body(band, buffers.scratch[index]);
        });
    return std::accumulate(results.begin(), results.end(), std::size_t{0});
}

CoverTable::CoverTable(double opacity) {
    constexpr std::size_t kMost = 4096;
    const double clear = 1 - std::clamp(opacity, 0.001, 1.0);
    double left = 1;
    m_cover.push_back(0);
    while (m_cover.size() < kMost && m_cover.back() < 255) {
        left *= clear;
        m_cover.push_back(std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::lround(255 * (1 - left)))));
    }
    m_last = m_cover.size() - 1;
}

} // namespace zscape
