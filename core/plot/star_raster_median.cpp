// Medians: the labels are sorted by cell (counting sort), then a histogram of colour table entries slides along each
// row of pixels (T. S. Huang et al. 1979, IEEE Trans. ASSP 27, 13), so a point's size costs its height, not its area.
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

constexpr std::uint16_t kNoLabel = 256;

/// Sorts the labels of the band's stars by cell: `scratch.levels`, those of cell c from `scratch.starts[c]` on.
std::size_t sortLabels(const RasterFrame& frame, const LabelLevels& quantiser, const StarGrid& band,
                       BandScratch& scratch) {
    std::vector<std::uint32_t>& places = scratch.keys;
    places.assign(band.storage(), 0);
    const std::size_t inside = forStars(frame, band, [&](std::size_t, std::size_t count, const std::int32_t* cells) {
        for (std::size_t k = 0; k < count; ++k) {
            ++places[static_cast<std::size_t>(cells[k])];
        }
    });
    scratch.starts.resize(band.cells() + 1);
    std::uint32_t place = 0;
    for (std::size_t cell = 0; cell < band.cells(); ++cell) {
        scratch.starts[cell] = place;
        place += std::exchange(places[cell], place);
    }
    scratch.starts[band.cells()] = place;
    scratch.levels.resize(place);
    const auto outside = static_cast<std::int32_t>(band.cells());
    forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::int32_t, OrderedStars::kBlock> levels;
        quantiser.quantise(frame.stars.labels() + begin, count, levels.data());
        for (std::size_t k = 0; k < count; ++k) {
            if (cells[k] >= outside) continue;
            const bool missing = levels[k] == LabelLevels::kMissing;
            const int entry = missing ? kNoLabel : quantiser.tableEntry(static_cast<float>(levels[k]));
            scratch.levels[places[static_cast<std::size_t>(cells[k])]++] = static_cast<std::uint16_t>(entry);
        }
    });
    return inside;
}

/// The labels on one pixel, by entry of the colour table. The median is followed from pixel to pixel.
class SlidingHistogram {
public:
    void add(std::uint16_t entry) {
        if (entry == kNoLabel) {
            ++m_unlabelled;
            return;
        }
        ++m_counts[entry];
        ++m_total;
        m_below += entry < m_median;
    }
    void remove(std::uint16_t entry) {
        if (entry == kNoLabel) {
            --m_unlabelled;
            return;
        }
        --m_counts[entry];
        --m_total;
        m_below -= entry < m_median;
    }
    bool labelled() const { return m_total > 0; }
    bool empty() const { return m_total == 0 && m_unlabelled == 0; }
    /// Only when labelled().
    std::size_t median() {
        const std::uint32_t rank = (m_total - 1) / 2;
        while (m_below > rank) {
            m_below -= m_counts[--m_median];
        }
        while (m_below + m_counts[m_median] <= rank) {
            m_below += m_counts[m_median++];
        }
        return m_median;
    }

private:
    std::array<std::uint32_t, 256> m_counts{};
    std::uint32_t m_total = 0, m_below = 0, m_unlabelled = 0;
    std::size_t m_median = 0;
};

void drawMedianRow(const BandScratch& scratch, const RasterFrame& frame, const StarGrid& band, int y) {
    SlidingHistogram histogram;
    const auto forCell = [&](int k, int column, auto&& action) {
        // Left of the first cell of a row lies its empty one.
        if (column < -band.border) return;
        const std::size_t first = band.cellOf(y, frame.stencil.first + k) - static_cast<std::size_t>(band.border);
        const std::size_t cell = first + static_cast<std::size_t>(column + band.border);
        for (std::uint32_t place = scratch.starts[cell]; place < scratch.starts[cell + 1]; ++place) {
            action(scratch.levels[place]);
        }
    };
    Rgb* out = frame.row(y);
    // Starts before the left edge: each step lets one cell of every row in and one out.
    for (int x = -frame.style.pointSize; x < band.width; ++x) {
        for (int k = 0; k < frame.stencil.rows(); ++k) {
            const auto row = static_cast<std::size_t>(k);
            forCell(k, x + frame.stencil.end[row], [&](std::uint16_t entry) { histogram.add(entry); });
            forCell(k, x + frame.stencil.begin[row] - 1, [&](std::uint16_t entry) { histogram.remove(entry); });
        }
        if (x < 0) continue;
        out[x] = histogram.labelled() ? frame.table[histogram.median()]
                 : histogram.empty()  ? 0
                                      : frame.colours.scale.missing;
    }
}

} // namespace

std::size_t drawMedian(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const LabelLevels quantiser(frame.colours.scale, 0, 1 << 20);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = sortLabels(frame, quantiser, band, scratch);
        for (int y = band.first; y < band.end; ++y) {
            drawMedianRow(scratch, frame, band, y);
        }
        return inside;
    });
}

} // namespace zscape
