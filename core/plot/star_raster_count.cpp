// Numbers of stars a pixel, and the fraction of them that is highlighted: both counts are sums in one cell.
#include "core/plot/raster_frame.h"
#include "core/plot/row_merge.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace zscape {

namespace {

constexpr std::uint32_t kOthersOnly = std::numeric_limits<std::uint32_t>::max(); ///< stars, none of them highlighted

/// As binCounts, with the number of highlighted stars in the high bits.
std::size_t binShares(StarRaster::Buffers& buffers, const RasterFrame& frame, const CellFormat& format) {
    const auto threads = static_cast<std::size_t>(buffers.pool.threadCount());
    buffers.sums.resize(threads);
    buffers.inside.assign(threads, 0);
    const auto prepare = [&](int thread) {
        buffers.sums[static_cast<std::size_t>(thread)].assign(frame.grid.storage(), 0);
    };
    forStars(buffers.pool, frame.stars(), prepare, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells;
        buffers.inside[static_cast<std::size_t>(thread)] += frame.locator.locate(begin, end - begin, cells.data());
        std::uint64_t* sums = buffers.sums[static_cast<std::size_t>(thread)].data();
        const std::uint8_t* classes = frame.input.classes.data() + begin;
        for (std::size_t k = 0; k < end - begin; ++k) {
            sums[cells[k]] += (std::uint64_t{classes[k] != 0} << format.countBits) + 1;
        }
    });
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

/// Colours of counts, kept as a table where counts are small.
class CountColours {
public:
    CountColours(const RasterFrame& frame, std::uint32_t largest)
        : m_frame(frame),
          m_power(frame.style.countLogarithmic ? 1 : std::clamp(frame.style.countPower, 0.01, 1.0)),
          m_quantiser(scaleOf(frame, largest), 0, 1 << 16),
          m_cover(frame.style.opacityPerStar),
          m_known(std::min<std::size_t>(std::size_t{largest} + 1, 4096)) {
        for (std::size_t count = 1; count < m_known.size(); ++count) {
            m_known[count] = made(static_cast<std::uint32_t>(count));
        }
    }
    Rgb operator()(std::uint32_t count) const {
        if (count == kOthersOnly) return premultiplied(m_frame.input.greyed, 255);
        return count < m_known.size() ? m_known[count] : made(count);
    }

private:
    ColourScale scaleOf(const RasterFrame& frame, std::uint32_t largest) const {
        ColourScale scale = frame.input.colour;
        scale.lower = 1;
        scale.upper = std::pow(std::max<double>(2, largest), m_power);
        scale.logarithmic = frame.style.countLogarithmic;
        return scale;
    }
    Rgb made(std::uint32_t count) const {
        const auto value = static_cast<float>(std::pow(static_cast<double>(count), m_power));
        std::int32_t level = 0;
        m_quantiser.quantise(&value, 1, &level);
        const auto entry = static_cast<std::size_t>(m_quantiser.tableEntry(static_cast<float>(level)));
        return premultiplied(m_frame.table[entry], m_cover(count));
    }
    const RasterFrame& m_frame;
    double m_power;
    LabelLevels m_quantiser;
    CoverTable m_cover;
    std::vector<Rgb> m_known;
};

std::uint32_t largestOf(const std::uint32_t* counts, std::size_t width) {
    std::uint32_t largest = 0;
    for (std::size_t x = 0; x < width; ++x) {
        largest = counts[x] == kOthersOnly ? largest : std::max(largest, counts[x]);
    }
    return largest;
}

} // namespace

std::size_t drawCount(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CellFormat format(frame.stars());
    const bool shares = !frame.input.classes.empty();
    const std::size_t inside = shares ? binShares(buffers, frame, format) : binCounts(buffers, frame);
    const auto width = static_cast<std::size_t>(frame.grid.width);
    const auto height = static_cast<std::size_t>(frame.grid.height);
    buffers.counts.resize(width * height);
    std::vector<std::uint32_t> largestOfRow(height);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        RowSums<std::uint64_t> sums(buffers.sums, frame.grid, frame.stencil, first);
        std::vector<std::uint64_t> cells(width);
        for (int y = first; y < end; ++y) {
            sums.row(y, cells.data());
            std::uint32_t* counts = buffers.counts.data() + static_cast<std::size_t>(y) * width;
            std::transform(cells.begin(), cells.end(), counts, [&](std::uint64_t cell) {
                if (!shares || cell == 0) return static_cast<std::uint32_t>(cell);
                return format.sum(cell) ? static_cast<std::uint32_t>(format.sum(cell)) : kOthersOnly;
            });
            largestOfRow[static_cast<std::size_t>(y)] = largestOf(counts, width);
        }
    });
    buffers.largestCount = *std::max_element(largestOfRow.begin(), largestOfRow.end());
    const CountColours colours(frame, buffers.largestCount);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        for (int y = first; y < end; ++y) {
            const std::uint32_t* counts = buffers.counts.data() + static_cast<std::size_t>(y) * width;
            std::transform(counts, counts + width, frame.row(y),
                           [&](std::uint32_t count) { return count ? colours(count) : 0; });
        }
    });
    return inside;
}

std::size_t drawFraction(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CellFormat format(frame.stars());
    const std::size_t inside =
        frame.input.classes.empty() ? binCounts(buffers, frame) : binShares(buffers, frame, format);
    const LabelLevels quantiser(frame.input.colour, 0, 1 << 16);
    const CoverTable cover(frame.style.opacityPerStar);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        const auto width = static_cast<std::size_t>(frame.grid.width);
        RowSums<std::uint64_t> sums(buffers.sums, frame.grid, frame.stencil, first);
        std::vector<std::uint64_t> cells(width);
        for (int y = first; y < end; ++y) {
            sums.row(y, cells.data());
            std::transform(cells.begin(), cells.end(), frame.row(y), [&](std::uint64_t cell) -> Rgb {
                if (cell == 0) return 0;
                const auto fraction =
                    static_cast<float>(static_cast<double>(format.sum(cell)) / static_cast<double>(format.count(cell)));
                std::int32_t level = 0;
                quantiser.quantise(&fraction, 1, &level);
                const auto entry = static_cast<std::size_t>(quantiser.tableEntry(static_cast<float>(level)));
                return premultiplied(level < 0 ? frame.input.colour.missing : frame.table[entry],
                                     cover(format.count(cell)));
            });
        }
    });
    return inside;
}

} // namespace zscape
