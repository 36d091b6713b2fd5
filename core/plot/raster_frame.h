#pragma once

// One frame of StarRaster and the buffers kept between frames. Internal to core/plot.
//
// The rows of the view are drawn in bands, each by one thread from its first star to its last pixel: the cells of a
// band stay in the thread's cache, and no two threads write to the same place.

#include "core/plot/class_mark.h"
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

/// What a cell keeps of its highlighted star: that it is one, its place in the seeded order, its class.
struct ClassKey {
    static constexpr std::uint32_t kHighlighted = 0x80000000u;
    static constexpr std::uint32_t kClassBits = 0xF;
};

/// A star that may carry the shape of its class.
struct MarkPlace {
    std::uint32_t key; ///< as the cell has it
    int x, y;          ///< pixel; of points of even size the one to the lower right of the middle
};

/// By class: of more stars than may carry its shape those from a level of the seeded order on.
struct KeptMarks {
    std::array<std::vector<MarkPlace>, ClassKey::kClassBits + 1> places;
    std::array<int, ClassKey::kClassBits + 1> levels{};
};

/// A shape with an edge around it, as the cover of pixels, 0..255.
struct MarkStamp {
    MarkStamp(ClassMark ofMark, int ofSize);
    ClassMark mark;
    int size;     ///< without the edge
    int side = 0; ///< with it
    int low = 0;  ///< offset of the first row and column from the star's pixel
    std::vector<std::uint8_t> outer, inner;
};

/// What a thread needs for the band it is at.
struct BandScratch {
    std::vector<std::uint64_t> sums;
    std::vector<std::uint32_t> keys;   ///< extremes, the stars without label of a mean, the counts of a median
    std::vector<std::uint32_t> starts; ///< median: of each cell in `levels`
    std::vector<std::uint16_t> levels; ///< median: labels, cell after cell
    std::vector<std::uint64_t> row;    ///< of pixels
    KeptMarks marks;                   ///< of all bands of this thread
};

struct StarRaster::Buffers {
    explicit Buffers(int threads) : pool(threads), scratch(static_cast<std::size_t>(pool.threadCount())) {}
    ThreadPool pool;
    std::vector<BandScratch> scratch;  ///< by thread
    std::vector<std::uint32_t> counts; ///< by pixel, Reduction::Count
    std::uint32_t largestCount = 0;
    std::vector<MarkStamp> stamps; ///< those that were ever drawn
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
    bool pointsAreMarks() const {
        return !colours.marks.empty() && style.markSize > 0 && 7 * style.pointSize >= 5 * style.markSize;
    }
    bool marksBesidePoints() const { return !colours.marks.empty() && style.markSize > 0 && !pointsAreMarks(); }
    int markSide() const; ///< of marks beside points
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
/// Beside small points: which stars of a band may carry their class's shape, and, once all bands are drawn, the shapes.
void forgetMarks(StarRaster::Buffers& buffers);
void keepMarks(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch);
void drawMarks(StarRaster::Buffers& buffers, const RasterFrame& frame);

/// Points in the shapes of classes.
class MarkedPoints {
public:
    explicit MarkedPoints(const RasterFrame& frame);
    /// Raises the pixels of a band, row after row, to the keys of the highlighted stars whose points cover them.
    void raise(const StarGrid& band, const std::uint32_t* cells, std::vector<std::uint32_t>& pixels) const;

private:
    struct Offset {
        int x, y;
    };
    std::array<std::vector<Offset>, ClassKey::kClassBits + 1> m_pixels; ///< that a point of each class covers
};
std::size_t drawExtreme(StarRaster::Buffers& buffers, const RasterFrame& frame); ///< minimum, maximum, top
std::size_t drawMedian(StarRaster::Buffers& buffers, const RasterFrame& frame);
/// Fades opaque pixels by the number of stars on them.
void applyCover(StarRaster::Buffers& buffers, const RasterFrame& frame);

} // namespace zscape
