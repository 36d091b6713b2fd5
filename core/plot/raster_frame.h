#pragma once

// One frame of StarRaster and the buffers kept between frames. Internal to core/plot.
//
// The rows of the view are drawn in bands, each by one thread from its first star to its last pixel: the cells of a
// band stay in the thread's cache, and no two threads write to the same place.

#include "core/plot/ordered_stars.h"
#include "core/plot/star_locator.h"
#include "core/plot/star_raster.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <vector>

namespace zscape {

/// What a thread needs for the band it is at.
struct BandScratch {
    std::vector<std::uint64_t> sums;
    std::vector<std::uint32_t> keys;   ///< extremes, the stars without label of a mean, the counts of a median
    std::vector<std::uint32_t> starts; ///< median: of each cell in `levels`
    std::vector<std::uint16_t> levels; ///< median: labels, cell after cell
    std::vector<std::uint64_t> row;    ///< of pixels
};

struct StarRaster::Buffers {
    explicit Buffers(int threads) : pool(threads), scratch(static_cast<std::size_t>(pool.threadCount())) {}
    ThreadPool pool;
    std::vector<BandScratch> scratch;  ///< by thread
    std::vector<std::uint32_t> counts; ///< by pixel, Reduction::Count
    std::uint32_t largestCount = 0;
};

struct RasterFrame {
    RasterFrame(const OrderedStars& frameStars, const StarRaster::Colours& frameColours, const Viewport& view,
                const RasterStyle& frameStyle, std::span<Rgb> framePixels, int frameStride);
    const OrderedStars& stars;
    const StarRaster::Colours& colours;
    const RasterStyle& style;
    StarGrid grid; ///< of the whole view
    PointStencil stencil;
    StarLocator locator;
    std::span<Rgb> pixels;
    std::size_t stride;
    std::array<Rgb, 256> table;
    struct Reach {
        int first, last; ///< rows of cells that a block's stars fall into; last < first where the view shows none
    };
    std::vector<Reach> reaches; ///< by block
    Rgb* row(int y) const { return pixels.data() + static_cast<std::size_t>(y) * stride; }
};

/// Shares the bands out among the threads; returns the sum of what `body` returns for each.
std::size_t forBands(StarRaster::Buffers& buffers, const RasterFrame& frame,
                     const std::function<std::size_t(const StarGrid& band, BandScratch& scratch)>& body);

/// Calls body(begin, count, cells) for each block of stars that reaches into a band; the cells of stars outside are
/// spare ones. Returns how many stars lie inside the band's pixels.
template <typename Body>
std::size_t forStars(const RasterFrame& frame, const StarGrid& band, Body&& body) {
    std::array<std::int32_t, OrderedStars::kBlock> cells;
    std::size_t inside = 0;
    for (std::size_t block = 0; block < frame.stars.blocks(); ++block) {
        const RasterFrame::Reach reach = frame.reaches[block];
        if (reach.first >= band.bottom || reach.last < band.top) continue;
        const std::size_t begin = block * OrderedStars::kBlock;
        const std::size_t count = std::min(OrderedStars::kBlock, frame.stars.size() - begin);
        inside += frame.locator.locate(frame.stars.x() + begin, frame.stars.y() + begin, count, band, cells.data());
        body(begin, count, cells.data());
    }
    return inside;
}

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

inline Rgb premultiplied(Rgb colour, std::uint32_t cover) {
    const std::uint32_t alpha = (cover * (colour >> 24) + 127) / 255;
    if (alpha == 255) return colour;
    const auto part = [&](int shift) { return (((colour >> shift) & 255) * alpha + 127) / 255 << shift; };
    return alpha << 24 | part(16) | part(8) | part(0);
}

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

/// The number of stars in each cell of a band, into `scratch.sums`; returns how many are inside.
std::size_t binCounts(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch);

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
