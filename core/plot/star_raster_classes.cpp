// Highlighted stars in the colours of their selections, all others grey beneath: the largest key in a cell wins.
#include "core/plot/point_merge.h"
#include "core/plot/raster_frame.h"
#include "core/plot/star_order.h"

#include <algorithm>

namespace zscape {

namespace {

constexpr std::uint32_t kGreyKey = 1; ///< under every highlighted star; 0 is an empty cell

std::size_t binClasses(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch) {
    scratch.keys.assign(band.storage(), 0);
    std::uint32_t* largest = scratch.keys.data();
    return forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::uint32_t, OrderedStars::kBlock> keys;
        const std::uint8_t* classes = frame.stars.classes() + begin;
        const std::uint32_t* rows = frame.stars.rows() + begin;
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t order = orderOfRow(rows[k]) >> 1;
            keys[k] = classes[k] ? ClassKey::kHighlighted | (order & ~ClassKey::kClassBits) |
                                       (classes[k] & ClassKey::kClassBits)
                                 : kGreyKey;
        }
        raise(largest, cells, keys.data(), count);
    });
}

/// The largest keys of the pixels of a band, row after row.
void mergePoints(const RasterFrame& frame, const StarGrid& band, const std::uint32_t* cells,
                 std::vector<std::uint32_t>& pixels) {
    const auto width = static_cast<std::size_t>(band.width);
    pixels.resize(width * static_cast<std::size_t>(band.end - band.first));
    for (int y = band.first; y < band.end; ++y) {
        pointMaxima(band, frame.stencil, cells, y, pixels.data() + static_cast<std::size_t>(y - band.first) * width);
    }
}

/// As above, with a shape for each class; the others are discs beneath.
void mergeMarkedPoints(const RasterFrame& frame, const StarGrid& band, const MarkedPoints& points,
                       const std::vector<std::uint32_t>& cells, std::vector<std::uint32_t>& pixels) {
    std::vector<std::uint32_t> grey(cells.size());
    std::ranges::transform(cells, grey.begin(), [](std::uint32_t key) { return key == kGreyKey ? key : 0; });
    mergePoints(frame, band, grey.data(), pixels);
    points.raise(band, cells.data(), pixels);
}

} // namespace

std::size_t drawClasses(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    std::array<Rgb, ClassKey::kClassBits + 1> colours;
    colours.fill(frame.colours.greyed);
    std::copy(frame.colours.classes.begin(), frame.colours.classes.end(), colours.begin() + 1);
    const std::optional<MarkedPoints> points =
        frame.pointsAreMarks() ? std::optional<MarkedPoints>(std::in_place, frame) : std::nullopt;
    forgetMarks(buffers);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binClasses(frame, band, scratch);
        if (frame.marksBesidePoints()) keepMarks(frame, band, scratch);
        std::vector<std::uint32_t> pixels;
        if (points) {
            mergeMarkedPoints(frame, band, *points, scratch.keys, pixels);
        } else {
            mergePoints(frame, band, scratch.keys.data(), pixels);
        }
        const std::uint32_t* keys = pixels.data();
        for (int y = band.first; y < band.end; ++y, keys += band.width) {
            std::transform(keys, keys + band.width, frame.row(y), [&](std::uint32_t key) -> Rgb {
                if (key == 0) return 0;
                return colours[key == kGreyKey ? 0 : key & ClassKey::kClassBits];
            });
        }
        return inside;
    });
}

} // namespace zscape
