// Numbers of stars a pixel, and the fraction of them that is highlighted: both counts are sums in one cell.
#include "core/plot/point_merge.h"
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr std::uint32_t kOthersOnly = std::numeric_limits<std::uint32_t>::max(); ///< stars, none of them highlighted

/// As binCounts, with the number of highlighted stars in the high bits where stars have classes.
std::size_t binShares(const RasterFrame& frame, const CellFormat& format, const StarGrid& band, BandScratch& scratch) {
    const std::uint8_t* classes = frame.stars.classes();
    if (!classes) return binCounts(frame, band, scratch);
    scratch.sums.assign(band.storage(), 0);
    scratch.row.resize(static_cast<std::size_t>(band.width));
    const std::size_t inside =
        forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
            for (std::size_t k = 0; k < count; ++k) {
                scratch.sums[static_cast<std::size_t>(cells[k])] +=
                    (std::uint64_t{classes[begin + k] != 0} << format.countBits) + 1;
            }
        });
    makeRunningSums(band, scratch.sums.data());
    return inside;
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
        if (count == kOthersOnly) return premultiplied(m_frame.colours.greyed, 255);
        return count < m_known.size() ? m_known[count] : made(count);
    }

private:
    ColourScale scaleOf(const RasterFrame& frame, std::uint32_t largest) const {
        ColourScale scale = frame.colours.scale;
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

} // namespace

std::size_t drawCount(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CellFormat format(frame.stars.rowCount());
    const bool shares = frame.stars.classes() != nullptr;
    const auto width = static_cast<std::size_t>(frame.grid.width);
    buffers.counts.resize(width * static_cast<std::size_t>(frame.grid.height));
    std::vector<std::uint32_t> largestOfRow(static_cast<std::size_t>(frame.grid.height));
    const std::size_t inside = forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t insideBand = binShares(frame, format, band, scratch);
        for (int y = band.first; y < band.end; ++y) {
            pointSums(band, frame.stencil, scratch.sums.data(), y, scratch.row.data());
            std::uint32_t* counts = buffers.counts.data() + static_cast<std::size_t>(y) * width;
            std::uint32_t largest = 0;
            for (std::size_t x = 0; x < width; ++x) {
                const std::uint64_t cell = scratch.row[x];
                const auto count = static_cast<std::uint32_t>(shares ? format.sum(cell) : cell);
                counts[x] = cell && count == 0 ? kOthersOnly : count;
                largest = std::max(largest, count);
            }
            largestOfRow[static_cast<std::size_t>(y)] = largest;
        }
        return insideBand;
    });
    buffers.largestCount = *std::max_element(largestOfRow.begin(), largestOfRow.end());
    const CountColours colours(frame, buffers.largestCount);
    forBands(buffers, frame, [&](const StarGrid& band, BandScratch&) {
        for (int y = band.first; y < band.end; ++y) {
            const std::uint32_t* counts = buffers.counts.data() + static_cast<std::size_t>(y) * width;
            std::transform(counts, counts + width, frame.row(y),
                           [&](std::uint32_t count) { return count ? colours(count) : 0; });
        }
        return std::size_t{0};
    });
    return inside;
}

std::size_t drawFraction(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CellFormat format(frame.stars.rowCount());
    const LabelLevels quantiser(frame.colours.scale, 0, 1 << 16);
    const CoverTable cover(frame.style.opacityPerStar);
    const auto colourOfCell = [&](std::uint64_t cell) -> Rgb {
        if (cell == 0) return 0;
        const auto fraction =
            static_cast<float>(static_cast<double>(format.sum(cell)) / static_cast<double>(format.count(cell)));
        std::int32_t level = 0;
        quantiser.quantise(&fraction, 1, &level);
        const auto entry = static_cast<std::size_t>(quantiser.tableEntry(static_cast<float>(level)));
        return premultiplied(level < 0 ? frame.colours.scale.missing : frame.table[entry], cover(format.count(cell)));
    };
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binShares(frame, format, band, scratch);
        for (int y = band.first; y < band.end; ++y) {
            pointSums(band, frame.stencil, scratch.sums.data(), y, scratch.row.data());
            std::transform(scratch.row.begin(), scratch.row.end(), frame.row(y), colourOfCell);
        }
        return inside;
    });
}

} // namespace zscape
