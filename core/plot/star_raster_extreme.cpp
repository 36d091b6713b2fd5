// Minimum, maximum and the star on top: the largest 32-bit key in a cell wins, whichever thread brings it.
#include "core/plot/raster_frame.h"
#include "core/plot/row_merge.h"
#include "core/plot/star_order.h"

#include <algorithm>
#include <numeric>

namespace zscape {

namespace {

constexpr int kLevels = 1 << 20;
constexpr std::uint32_t kMissingKey = 1; ///< under every label; 0 is an empty cell

void keysOfLabels(const std::int32_t* levels, std::size_t count, bool smallest, std::uint32_t* keys) {
    for (std::size_t k = 0; k < count; ++k) {
        const auto rank = static_cast<std::uint32_t>(smallest ? kLevels - 1 - levels[k] : levels[k]);
        keys[k] = levels[k] == LabelLevels::kMissing ? kMissingKey : rank + 2;
    }
}

std::size_t binKeys(StarRaster::Buffers& buffers, const RasterFrame& frame, const LabelLevels& quantiser) {
    const auto threads = static_cast<std::size_t>(buffers.pool.threadCount());
    const Reduction reduction = frame.style.reduction;
    buffers.keys.resize(threads);
    buffers.inside.assign(threads, 0);
    const auto prepare = [&](int thread) {
        buffers.keys[static_cast<std::size_t>(thread)].assign(frame.grid.storage(), 0u);
    };
    forStars(buffers.pool, frame.stars(), prepare, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells, levels;
        std::array<std::uint32_t, kStarBlock> keys;
        const std::size_t count = end - begin;
        buffers.inside[static_cast<std::size_t>(thread)] += frame.locator.locate(begin, count, cells.data());
        if (reduction == Reduction::Top) {
            for (std::size_t k = 0; k < count; ++k) {
                keys[k] = orderOfRow(static_cast<std::uint32_t>(begin + k));
            }
        } else {
            quantiser.quantise(frame.input.labels.data() + begin, count, levels.data());
            keysOfLabels(levels.data(), count, reduction == Reduction::Minimum, keys.data());
        }
        std::uint32_t* largest = buffers.keys[static_cast<std::size_t>(thread)].data();
        for (std::size_t k = 0; k < count; ++k) {
            largest[cells[k]] = std::max(largest[cells[k]], keys[k]);
        }
    });
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

Rgb colourOfKey(const RasterFrame& frame, const LabelLevels& quantiser, std::uint32_t key) {
    if (key == 0) return 0;
    if (frame.style.reduction == Reduction::Top) {
        return colourOf(frame.input.colour, static_cast<double>(frame.input.labels[rowOfOrder(key)]));
    }
    if (key == kMissingKey) return frame.input.colour.missing;
    const auto rank = static_cast<std::int32_t>(key - 2);
    const std::int32_t level = frame.style.reduction == Reduction::Minimum ? kLevels - 1 - rank : rank;
    return frame.table[static_cast<std::size_t>(quantiser.tableEntry(static_cast<float>(level)))];
}

} // namespace

std::size_t drawExtreme(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const LabelLevels quantiser(frame.input.colour, 0, kLevels);
    const std::size_t inside = binKeys(buffers, frame, quantiser);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        RowMaxima maxima(buffers.keys, frame.grid, frame.stencil, first);
        std::vector<std::uint32_t> keys(static_cast<std::size_t>(frame.grid.width));
        for (int y = first; y < end; ++y) {
            maxima.row(y, keys.data());
            std::transform(keys.begin(), keys.end(), frame.row(y),
                           [&](std::uint32_t key) { return colourOfKey(frame, quantiser, key); });
        }
    });
    return inside;
}

} // namespace zscape
