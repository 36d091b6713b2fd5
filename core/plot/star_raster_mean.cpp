// Means, counts and cover: sums of integers, so any split of the stars over threads gives the same pixels.
#include "core/plot/raster_frame.h"
#include "core/plot/row_merge.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace zscape {

namespace {

constexpr int kReach = 8; ///< how many colour ranges outside the colour range a label may pull a mean

template <typename Cell>
void clearGrid(std::vector<Cell>& cells, const StarGrid& grid) {
    cells.assign(grid.storage(), Cell{0});
}

void addLabelled(StarRaster::Buffers& buffers, const RasterFrame& frame, std::size_t thread, const std::int32_t* cells,
                 const std::int32_t* levels, std::size_t count, std::size_t missing, int countBits) {
    std::uint64_t* sums = buffers.sums[thread].data();
    if (missing == 0) {
        for (std::size_t k = 0; k < count; ++k) {
            sums[cells[k]] += (static_cast<std::uint64_t>(levels[k]) << countBits) + 1;
        }
        return;
    }
    if (!buffers.keysUsed[thread]) {
        clearGrid(buffers.keys[thread], frame.grid);
        buffers.keysUsed[thread] = 1;
    }
    std::uint32_t* unlabelled = buffers.keys[thread].data();
    for (std::size_t k = 0; k < count; ++k) {
        if (levels[k] == LabelLevels::kMissing) {
            ++unlabelled[cells[k]];
        } else {
            sums[cells[k]] += (static_cast<std::uint64_t>(levels[k]) << countBits) + 1;
        }
    }
}

std::size_t binLabels(StarRaster::Buffers& buffers, const RasterFrame& frame, const LabelLevels& quantiser,
                      const CellFormat& format) {
    const auto threads = static_cast<std::size_t>(buffers.pool.threadCount());
    buffers.sums.resize(threads);
    buffers.keys.resize(threads);
    buffers.keysUsed.assign(threads, 0);
    buffers.inside.assign(threads, 0);
    const auto prepare = [&](int thread) { clearGrid(buffers.sums[static_cast<std::size_t>(thread)], frame.grid); };
    forStars(buffers.pool, frame.stars(), prepare, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells, levels;
        const std::size_t count = end - begin;
        const auto index = static_cast<std::size_t>(thread);
        buffers.inside[index] += frame.locator.locate(begin, count, cells.data());
        const std::size_t missing = quantiser.quantise(frame.input.labels.data() + begin, count, levels.data());
        addLabelled(buffers, frame, index, cells.data(), levels.data(), count, missing, format.countBits);
    });
    // A mean of all-labelled stars merges no second grid; otherwise every thread needs one that can be merged.
    if (std::find(buffers.keysUsed.begin(), buffers.keysUsed.end(), 1) != buffers.keysUsed.end()) {
        for (std::size_t thread = 0; thread < threads; ++thread) {
            if (!buffers.keysUsed[thread]) clearGrid(buffers.keys[thread], frame.grid);
        }
    } else {
        buffers.keys.clear();
    }
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

void colourPlainRow(const std::uint64_t* counts, int width, const CoverTable& cover, Rgb colour, Rgb* out) {
    for (int x = 0; x < width; ++x) {
        out[x] = counts[x] ? premultiplied(colour, cover(counts[x])) : 0;
    }
}

class MeanColours {
public:
    MeanColours(const RasterFrame& frame, const LabelLevels& quantiser, const CellFormat& format)
        : m_frame(frame),
          m_quantiser(quantiser),
          m_format(format),
          m_cover(frame.style.opacityPerStar) {}

    void row(const std::uint64_t* cells, Rgb* out) const {
        for (int x = 0; x < m_frame.grid.width; ++x) {
            out[x] = cells[x] ? premultiplied(mean(cells[x]), m_cover(m_format.count(cells[x]))) : 0;
        }
    }
    void row(const std::uint64_t* cells, const std::uint32_t* unlabelled, Rgb* out) const {
        for (int x = 0; x < m_frame.grid.width; ++x) {
            const Rgb colour = cells[x] ? mean(cells[x]) : m_frame.input.colour.missing;
            out[x] = premultiplied(colour, m_cover(m_format.count(cells[x]) + unlabelled[x]));
        }
    }

private:
    Rgb mean(std::uint64_t cell) const {
        const float level = static_cast<float>(static_cast<std::int64_t>(m_format.sum(cell))) /
                            static_cast<float>(static_cast<std::int64_t>(m_format.count(cell)));
        return m_frame.table[static_cast<std::size_t>(m_quantiser.tableEntry(level))];
    }
    const RasterFrame& m_frame;
    const LabelLevels& m_quantiser;
    const CellFormat& m_format;
    CoverTable m_cover;
};

} // namespace

std::size_t binCounts(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const auto threads = static_cast<std::size_t>(buffers.pool.threadCount());
    buffers.sums.resize(threads);
    buffers.inside.assign(threads, 0);
    const auto prepare = [&](int thread) { clearGrid(buffers.sums[static_cast<std::size_t>(thread)], frame.grid); };
    forStars(buffers.pool, frame.stars(), prepare, [&](std::size_t begin, std::size_t end, int thread) {
        std::array<std::int32_t, kStarBlock> cells;
        buffers.inside[static_cast<std::size_t>(thread)] += frame.locator.locate(begin, end - begin, cells.data());
        std::uint64_t* sums = buffers.sums[static_cast<std::size_t>(thread)].data();
        for (std::size_t k = 0; k < end - begin; ++k) {
            ++sums[cells[k]];
        }
    });
    return std::accumulate(buffers.inside.begin(), buffers.inside.end(), std::size_t{0});
}

std::size_t drawMean(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const auto width = static_cast<std::size_t>(frame.grid.width);
    if (frame.input.labels.empty()) {
        const std::size_t inside = binCounts(buffers, frame);
        const CoverTable cover(frame.style.opacityPerStar);
        forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
            RowSums<std::uint64_t> sums(buffers.sums, frame.grid, frame.stencil, first);
            std::vector<std::uint64_t> counts(width);
            for (int y = first; y < end; ++y) {
                sums.row(y, counts.data());
                colourPlainRow(counts.data(), frame.grid.width, cover, frame.style.plain, frame.row(y));
            }
        });
        return inside;
    }
    const CellFormat format(frame.stars());
    const LabelLevels quantiser(frame.input.colour, kReach, 1 << format.levelBits);
    const std::size_t inside = binLabels(buffers, frame, quantiser, format);
    const MeanColours colours(frame, quantiser, format);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        RowSums<std::uint64_t> sums(buffers.sums, frame.grid, frame.stencil, first);
        RowSums<std::uint32_t> missing(buffers.keys, frame.grid, frame.stencil, first);
        std::vector<std::uint64_t> cells(width);
        std::vector<std::uint32_t> unlabelled(width);
        for (int y = first; y < end; ++y) {
            sums.row(y, cells.data());
            if (buffers.keys.empty()) {
                colours.row(cells.data(), frame.row(y));
            } else {
                missing.row(y, unlabelled.data());
                colours.row(cells.data(), unlabelled.data(), frame.row(y));
            }
        }
    });
    return inside;
}

void applyCover(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    binCounts(buffers, frame);
    const CoverTable cover(frame.style.opacityPerStar);
    forBands(buffers.pool, frame.grid.height, [&](int first, int end) {
        RowSums<std::uint64_t> sums(buffers.sums, frame.grid, frame.stencil, first);
        std::vector<std::uint64_t> counts(static_cast<std::size_t>(frame.grid.width));
        for (int y = first; y < end; ++y) {
            sums.row(y, counts.data());
            Rgb* out = frame.row(y);
            for (int x = 0; x < frame.grid.width; ++x) {
                if (out[x]) out[x] = premultiplied(out[x], cover(counts[static_cast<std::size_t>(x)]));
            }
        }
    });
}

} // namespace zscape
