#pragma once

// One frame of StarRaster and the buffers kept between frames. Internal to core/plot.

#include "core/plot/star_locator.h"
#include "core/plot/star_raster.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <vector>

namespace zscape {

struct StarRaster::Buffers {
    explicit Buffers(int threads) : pool(threads) {}
    ThreadPool pool;
    // One grid a thread, of the thread's own stars; the grids are merged row by row while pixels are coloured.
    std::vector<std::vector<std::uint64_t>> sums;
    std::vector<std::vector<std::uint32_t>> keys; ///< extremes, or the stars without label of a mean
    std::vector<std::uint8_t> keysUsed;           ///< by thread: whether `keys` of it was cleared in this frame
    std::vector<std::uint32_t> counts;            ///< by pixel, Reduction::Count
    std::vector<std::uint32_t> starts;            ///< median: of each cell in `levels`
    std::vector<std::uint16_t> levels;            ///< median: labels of all stars, cell after cell
    std::vector<std::size_t> inside;              ///< by thread: stars in the view
    std::uint32_t largestCount = 0;
};

struct RasterFrame {
    RasterFrame(const StarRaster::Input& frameInput, const Viewport& frameView, const RasterStyle& frameStyle,
                std::span<Rgb> framePixels, int frameStride);
    const StarRaster::Input& input;
    const RasterStyle& style;
    StarGrid grid;
    PointStencil stencil;
    StarLocator locator;
    std::span<Rgb> pixels;
    std::size_t stride;
    std::array<Rgb, 256> table;
    std::size_t stars() const { return input.x.size(); }
    Rgb* row(int y) const { return pixels.data() + static_cast<std::size_t>(y) * stride; }
};

/// Shares the stars out among the threads: `prepare(thread)` once on each, then `body(begin, end, thread)` for pieces.
void forStars(ThreadPool& pool, std::size_t stars, const std::function<void(int)>& prepare,
              const std::function<void(std::size_t, std::size_t, int)>& body);
/// Shares the rows of the view out in bands: body(first, end).
void forBands(ThreadPool& pool, int height, const std::function<void(int, int)>& body);

/// Cover of a pixel by k stars, 0..255: 1 - (1 - opacity)^k.
class CoverTable {
public:
    explicit CoverTable(double opacity);
    std::uint32_t operator()(std::uint64_t stars) const { return m_cover[stars < m_last ? stars : m_last]; }
    bool full() const { return m_cover[1] == 255; }

private:
    std::vector<std::uint32_t> m_cover;
    std::uint64_t m_last;
};
Rgb premultiplied(Rgb colour, std::uint32_t cover);

/// A cell holds the number of stars in its low bits and the sum of their levels above: one addition a star.
struct CellFormat {
    explicit CellFormat(std::size_t stars)
        : countBits(static_cast<int>(std::bit_width(stars))),
          levelBits(std::min(24, 64 - 2 * countBits)) {}
    int countBits;
    int levelBits; ///< what is left when all stars fall into one cell
    std::uint64_t count(std::uint64_t cell) const { return cell & ((std::uint64_t{1} << countBits) - 1); }
    std::uint64_t sum(std::uint64_t cell) const { return cell >> countBits; }
};

/// The number of stars in each cell, by thread, into `buffers.sums`; returns how many are in the view.
std::size_t binCounts(StarRaster::Buffers& buffers, const RasterFrame& frame);

/// The ways of drawing. Each returns the number of stars in the view and writes every pixel.
std::size_t drawMean(StarRaster::Buffers& buffers, const RasterFrame& frame);
std::size_t drawCount(StarRaster::Buffers& buffers, const RasterFrame& frame);
std::size_t drawFraction(StarRaster::Buffers& buffers, const RasterFrame& frame);
std::size_t drawClasses(StarRaster::Buffers& buffers, const RasterFrame& frame);
std::size_t drawExtreme(StarRaster::Buffers& buffers, const RasterFrame& frame); ///< minimum, maximum, top
std::size_t drawMedian(StarRaster::Buffers& buffers, const RasterFrame& frame);
/// Fades opaque pixels by the number of stars on them.
void applyCover(StarRaster::Buffers& buffers, const RasterFrame& frame);

} // namespace zscape
