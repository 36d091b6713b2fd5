// Highlighted stars in the colours of their selections, all others grey beneath: the largest key in a cell wins.
#include "core/plot/point_merge.h"
#include "core/plot/raster_frame.h"
#include "core/plot/star_order.h"

#include <algorithm>

namespace zscape {

namespace {

constexpr std::uint32_t kGreyKey = 1; ///< under every highlighted star; 0 is an empty cell
constexpr std::uint32_t kClassBits = 0xF;
constexpr std::uint32_t kHighlighted = 0x80000000u;

std::size_t binClasses(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch) {
    scratch.keys.assign(band.storage(), 0);
    std::uint32_t* largest = scratch.keys.data();
    return forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::uint32_t, OrderedStars::kBlock> keys;
        const std::uint8_t* classes = frame.stars.classes() + begin;
        const std::uint32_t* rows = frame.stars.rows() + begin;
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t order = orderOfRow(rows[k]) >> 1;
            keys[k] = classes[k] ? kHighlighted | (order & ~kClassBits) | (classes[k] & kClassBits) : kGreyKey;
        }
        raise(largest, cells, keys.data(), count);
    });
}

} // namespace

std::size_t drawClasses(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    std::array<Rgb, kClassBits + 1> colours;
    colours.fill(frame.colours.greyed);
    std::copy(frame.colours.classes.begin(), frame.colours.classes.end(), colours.begin() + 1);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binClasses(frame, band, scratch);
        std::vector<std::uint32_t> keys(static_cast<std::size_t>(band.width));
        for (int y = band.first; y < band.end; ++y) {
            pointMaxima(band, frame.stencil, scratch.keys.data(), y, keys.data());
            std::transform(keys.begin(), keys.end(), frame.row(y), [&](std::uint32_t key) -> Rgb {
                if (key == 0) return 0;
                return colours[key == kGreyKey ? 0 : key & kClassBits];
            });
        }
        return inside;
    });
}

} // namespace zscape
