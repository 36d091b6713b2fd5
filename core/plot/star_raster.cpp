#include "core/plot/star_raster.h"

#include "core/base/error.h"
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {

namespace {

constexpr int kMostThreads = 8;

void checkInput(const StarRaster::Input& input, const Viewport& view, std::span<Rgb> pixels, int stride) {
    if (input.x.size() != input.y.size() || (!input.labels.empty() && input.labels.size() != input.x.size())) {
        throw Error("the columns to draw differ in length; give x, y and labels of the same stars");
    }
    if (!input.classes.empty() && (input.classes.size() != input.x.size() || input.classColours.size() > 15)) {
        throw Error("the classes to draw do not fit the columns; give one a star, and at most 15 colours");
    }
    if (input.shown && input.shown->size() < input.x.size()) {
        throw Error("the set of shown stars is shorter than the columns to draw; make it from the same catalogue");
    }
    if (input.x.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw Error("a plot draws at most 4,294,967,294 stars; select fewer");
    }
    const auto needed = static_cast<std::size_t>(stride) * static_cast<std::size_t>(std::max(view.height - 1, 0)) +
                        static_cast<std::size_t>(view.width);
    if (view.width <= 0 || view.height <= 0 || stride < view.width || pixels.size() < needed) {
        throw Error("the image to draw stars into is smaller than the view; make it view.width x view.height pixels");
    }
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
    checkInput(input, view, pixels, stride);
    RasterStyle valid = style;
    valid.pointSize = std::clamp(style.pointSize, 1, kLargestPoint);
    const RasterFrame frame(input, view, valid, pixels, stride);
    m_buffers->largestCount = 0;
    if (style.reduction == Reduction::Count) return drawCount(*m_buffers, frame);
    if (style.reduction == Reduction::Fraction) return drawFraction(*m_buffers, frame);
    if (!input.classes.empty()) {
        const std::size_t drawn = drawClasses(*m_buffers, frame);
        if (!CoverTable(style.opacityPerStar).full()) applyCover(*m_buffers, frame);
        return drawn;
    }
    if (input.labels.empty() || style.reduction == Reduction::Mean) return drawMean(*m_buffers, frame);
    const std::size_t inside =
        style.reduction == Reduction::Median ? drawMedian(*m_buffers, frame) : drawExtreme(*m_buffers, frame);
    if (!CoverTable(style.opacityPerStar).full()) applyCover(*m_buffers, frame);
    return inside;
}

RasterFrame::RasterFrame(const StarRaster::Input& frameInput, const Viewport& frameView, const RasterStyle& frameStyle,
                         std::span<Rgb> framePixels, int frameStride)
    : input(frameInput),
      style(frameStyle),
      grid(frameView, frameStyle.pointSize),
      stencil(frameStyle.pointSize),
      locator(frameInput.x, frameInput.y, frameInput.shown, frameView, grid),
      pixels(framePixels),
      stride(static_cast<std::size_t>(frameStride)),
      table(directedTable(frameInput.colour)) {}

void forStars(ThreadPool& pool, std::size_t stars, const std::function<void(int)>& prepare,
              const std::function<void(std::size_t, std::size_t, int)>& body) {
    constexpr std::size_t kPiece = 16 * kStarBlock;
    std::atomic<std::size_t> next{0};
    pool.run([&](int thread) {
        prepare(thread);
        for (;;) {
            const std::size_t begin = next.fetch_add(kPiece, std::memory_order_relaxed);
            if (begin >= stars) return;
            const std::size_t end = std::min(stars, begin + kPiece);
            for (std::size_t block = begin; block < end; block += kStarBlock) {
                body(block, std::min(end, block + kStarBlock), thread);
            }
        }
    });
}

void forBands(ThreadPool& pool, int height, const std::function<void(int, int)>& body) {
    constexpr std::size_t kBand = 64;
    pool.forChunks(static_cast<std::size_t>(height), kBand, [&](std::size_t begin, std::size_t end, int) {
        body(static_cast<int>(begin), static_cast<int>(end));
    });
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

Rgb premultiplied(Rgb colour, std::uint32_t cover) {
    const std::uint32_t alpha = (cover * (colour >> 24) + 127) / 255;
    if (alpha == 255) return colour;
    const auto part = [&](int shift) { return (((colour >> shift) & 255) * alpha + 127) / 255 << shift; };
    return alpha << 24 | part(16) | part(8) | part(0);
}

} // namespace zscape
