// Minimum, maximum and the star on top: the largest key in a cell wins.
#include "core/plot/point_merge.h"
#include "core/plot/raster_frame.h"
#include "core/plot/star_order.h"

#include <algorithm>

namespace zscape {

namespace {

constexpr int kLevels = 1 << 20;
constexpr std::uint32_t kMissingKey = 1; ///< under every label; 0 is an empty cell

/// Into `scratch.sums`: the seeded order of the star on top, and below it where it is among the ordered stars.
std::size_t binTop(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch) {
    scratch.sums.assign(band.storage(), 0);
    return forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::uint64_t, OrderedStars::kBlock> keys;
        for (std::size_t k = 0; k < count; ++k) {
            keys[k] = std::uint64_t{orderOfRow(frame.stars.rows()[begin + k])} << 32 | (begin + k);
        }
        raise(scratch.sums.data(), cells, keys.data(), count);
    });
}

/// Into `scratch.keys`: levels from 2 on, turned round for the smallest.
std::size_t binLevels(const RasterFrame& frame, const LabelLevels& quantiser, const StarGrid& band,
                      BandScratch& scratch) {
    const bool smallest = frame.style.reduction == Reduction::Minimum;
    scratch.keys.assign(band.storage(), 0);
    return forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::int32_t, OrderedStars::kBlock> levels;
        std::array<std::uint32_t, OrderedStars::kBlock> keys;
        quantiser.quantise(frame.stars.labels() + begin, count, levels.data());
        for (std::size_t k = 0; k < count; ++k) {
            const auto rank = static_cast<std::uint32_t>(smallest ? kLevels - 1 - levels[k] : levels[k]);
            keys[k] = levels[k] == LabelLevels::kMissing ? kMissingKey : rank + 2;
        }
        raise(scratch.keys.data(), cells, keys.data(), count);
    });
}

Rgb colourOfLevel(const RasterFrame& frame, const LabelLevels& quantiser, std::uint32_t key) {
    if (key == 0) return 0;
    if (key == kMissingKey) return frame.colours.scale.missing;
    const auto rank = static_cast<std::int32_t>(key - 2);
    const std::int32_t level = frame.style.reduction == Reduction::Minimum ? kLevels - 1 - rank : rank;
    return frame.table[static_cast<std::size_t>(quantiser.tableEntry(static_cast<float>(level)))];
}

template <typename Key, typename ColourOf>
void colourRows(const RasterFrame& frame, const StarGrid& band, const std::vector<Key>& keys, ColourOf&& colour) {
    std::vector<Key> row(static_cast<std::size_t>(band.width));
    for (int y = band.first; y < band.end; ++y) {
        pointMaxima(band, frame.stencil, keys.data(), y, row.data());
        std::transform(row.begin(), row.end(), frame.row(y), colour);
    }
}

} // namespace

std::size_t drawExtreme(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const LabelLevels quantiser(frame.colours.scale, 0, kLevels);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        if (frame.style.reduction == Reduction::Top) {
            const std::size_t inside = binTop(frame, band, scratch);
            colourRows(frame, band, scratch.sums, [&](std::uint64_t key) -> Rgb {
                const auto star = static_cast<std::uint32_t>(key);
                return key ? colourOf(frame.colours.scale, static_cast<double>(frame.stars.labels()[star])) : 0;
            });
            return inside;
        }
        const std::size_t inside = binLevels(frame, quantiser, band, scratch);
        colourRows(frame, band, scratch.keys, [&](std::uint32_t key) { return colourOfLevel(frame, quantiser, key); });
        return inside;
    });
}

} // namespace zscape
