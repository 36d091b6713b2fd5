// Highlighted stars in the colours of their selections, all others grey beneath: the largest key in a cell wins.
#include "core/plot/raster_frame.h"
#include "core/plot/row_merge.h"
#include "core/plot/star_order.h"

#include <algorithm>
#include <numeric>

namespace zscape {

namespace {

constexpr std::uint32_t kGreyKey = 1; ///< under every highlighted star; 0 is an empty cell
constexpr std::uint32_t kClassBits = 0xF;
constexpr std::uint32_t kHighlighted = 0x80000000u;

} // namespace

std::size_t drawClasses(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    buffers.keys.resize(static_cast<std::size_t>(buffers.pool.threadCount()));
    buffers.inside.assign(buffers.keys.size(), 0);
    const auto prepare = [&](int thread) {
        buffers.keys[static_cast<std::size_t>(thread)].assign(frame.grid.storage(), 0u);
    };
    forStars(buffers.pool, frame.stars(), prepare, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells;
        std::array<std::uint32_t, kStarBlock> keys;
        const std::size_t count = end - begin;
        buffers.inside[static_cast<std::size_t>(thread)] += frame.locator.locate(begin, count, cells.data());
        const std::uint8_t* classes = frame.input.classes.data() + begin;
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t order = orderOfRow(static_cast<std::uint32_t>(begin + k)) >> 1;
            keys[k] = classes[k] ? kHighlighted | (order & ~kClassBits) | (classes[k] & kClassBits) : kGreyKey;
        }
        std::uint32_t* largest = buffers.keys[static_cast<std::size_t>(thread)].data();
        for (std::size_t k = 0; k < count; ++k) {
            largest[cells[k]] = std::max(largest[cells[k]], keys[k]);
        }
    });
    std::array<Rgb, kClassBits + 1> colours;
    colours.fill(frame.input.greyed);
    std::copy(frame.input.classColours.begin(), frame.input.classColours.end(), colours.begin() + 1);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        RowMaxima maxima(buffers.keys, frame.grid, frame.stencil, first);
        std::vector<std::uint32_t> keys(static_cast<std::size_t>(frame.grid.width));
        for (int y = first; y < end; ++y) {
            maxima.row(y, keys.data());
            std::transform(keys.begin(), keys.end(), frame.row(y), [&](std::uint32_t key) -> Rgb {
                if (key == 0) return 0;
                return colours[key == kGreyKey ? 0 : key & kClassBits];
            });
        }
    });
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

} // namespace zscape
