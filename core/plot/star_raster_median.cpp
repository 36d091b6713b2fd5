// Medians: the labels are sorted by cell (counting sort), then a histogram of colour table entries slides along each
// row of pixels (T. S. Huang et al. 1979, IEEE Trans. ASSP 27, 13), so a point's size costs its height, not its area.
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <numeric>

namespace zscape {

namespace {

constexpr std::uint16_t kNoLabel = 256;

/// The stars of one thread, the same in both passes of the sort.
void forThreadBlocks(const RasterFrame& frame, int thread, int threads,
                     const std::function<void(std::size_t, std::size_t)>& body) {
    const std::size_t blocks = (frame.stars() + kStarBlock - 1) / kStarBlock;
    const auto part = [&](int index) {
        return blocks * static_cast<std::size_t>(index) / static_cast<std::size_t>(threads) * kStarBlock;
    };
    const std::size_t end = std::min(frame.stars(), part(thread + 1));
    for (std::size_t begin = part(thread); begin < end; begin += kStarBlock) {
        body(begin, std::min(kStarBlock, end - begin));
    }
}

std::size_t countCells(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const int threads = buffers.pool.threadCount();
    buffers.keys.resize(static_cast<std::size_t>(threads));
    buffers.inside.assign(static_cast<std::size_t>(threads), 0);
    buffers.pool.run([&](int thread) {
        const auto index = static_cast<std::size_t>(thread);
        buffers.keys[index].assign(frame.grid.storage(), 0u);
        forThreadBlocks(frame, thread, threads, [&](std::size_t begin, std::size_t count) {
            std::array<std::int32_t, kStarBlock> cells;
            buffers.inside[index] += frame.locator.locate(begin, count, cells.data());
            for (std::size_t k = 0; k < count; ++k) {
                ++buffers.keys[index][static_cast<std::size_t>(cells[k])];
            }
        });
    });
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

/// Turns the counts into the places where each thread puts its next star of a cell.
void assignPlaces(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    buffers.starts.resize(frame.grid.cells() + 1);
    std::uint32_t place = 0;
    for (std::size_t cell = 0; cell < frame.grid.cells(); ++cell) {
        buffers.starts[cell] = place;
        for (std::vector<std::uint32_t>& counts : buffers.keys) {
            const std::uint32_t count = counts[cell];
            counts[cell] = place;
            place += count;
        }
    }
    buffers.starts[frame.grid.cells()] = place;
    buffers.levels.resize(place);
}

void sortLabels(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const int threads = buffers.pool.threadCount();
    const LabelLevels quantiser(frame.input.colour, 0, 1 << 20);
    const auto outside = static_cast<std::int32_t>(frame.grid.cells());
    buffers.pool.run([&](int thread) {
        std::vector<std::uint32_t>& places = buffers.keys[static_cast<std::size_t>(thread)];
        forThreadBlocks(frame, thread, threads, [&](std::size_t begin, std::size_t count) {
            std::array<std::int32_t, kStarBlock> cells, levels;
            frame.locator.locate(begin, count, cells.data());
            quantiser.quantise(frame.input.labels.data() + begin, count, levels.data());
            for (std::size_t k = 0; k < count; ++k) {
                if (cells[k] >= outside) continue;
                const bool missing = levels[k] == LabelLevels::kMissing;
                const int entry = missing ? kNoLabel : quantiser.tableEntry(static_cast<float>(levels[k]));
                buffers.levels[places[static_cast<std::size_t>(cells[k])]++] = static_cast<std::uint16_t>(entry);
            }
        });
    });
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

void drawMedianRow(const StarRaster::Buffers& buffers, const RasterFrame& frame, int y) {
    const StarGrid& grid = frame.grid;
    SlidingHistogram histogram;
    const auto forCell = [&](int row, int column, auto&& action) {
        const auto cell =
            static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns()) + static_cast<std::size_t>(column);
        for (std::uint32_t place = buffers.starts[cell]; place < buffers.starts[cell + 1]; ++place) {
            action(buffers.levels[place]);
        }
    };
    Rgb* out = frame.row(y);
    const int firstRow = y + grid.border + frame.stencil.first;
    // Starts before the left edge: each step lets one cell of every row in and one out.
    for (int x = -frame.style.pointSize; x < grid.width; ++x) {
        for (int k = 0; k < frame.stencil.rows(); ++k) {
            const int entering = x + grid.border + frame.stencil.end[static_cast<std::size_t>(k)];
            const int leaving = x + grid.border + frame.stencil.begin[static_cast<std::size_t>(k)] - 1;
            if (entering >= 0) forCell(firstRow + k, entering, [&](std::uint16_t entry) { histogram.add(entry); });
            if (leaving >= 0) forCell(firstRow + k, leaving, [&](std::uint16_t entry) { histogram.remove(entry); });
        }
        if (x < 0) continue;
        out[x] = histogram.labelled() ? frame.table[histogram.median()]
                 : histogram.empty()  ? 0
                                      : frame.input.colour.missing;
    }
}

} // namespace

std::size_t drawMedian(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const std::size_t inside = countCells(buffers, frame);
    assignPlaces(buffers, frame);
    sortLabels(buffers, frame);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        for (int y = first; y < end; ++y) {
            drawMedianRow(buffers, frame, y);
        }
    });
    return inside;
}

} // namespace zscape
