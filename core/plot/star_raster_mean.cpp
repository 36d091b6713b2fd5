// Means, counts and cover: sums of integers, so any split of the stars over threads gives the same pixels.
#include "core/plot/point_merge.h"
#include "core/plot/raster_frame.h"

#include <algorithm>

namespace zscape {

namespace {

constexpr int kReach = 8; ///< how many colour ranges outside the colour range a label may pull a mean

/// Sums of levels and numbers of stars into `scratch.sums`; of stars without label into `scratch.keys`, which stays
/// empty without any.
std::size_t binLabels(const RasterFrame& frame, const LabelLevels& quantiser, const CellFormat& format,
                      const StarGrid& band, BandScratch& scratch) {
    scratch.sums.assign(band.storage(), 0);
    scratch.keys.clear();
    return forStars(frame, band, [&](std::size_t begin, std::size_t count, const std::int32_t* cells) {
        std::array<std::int32_t, OrderedStars::kBlock> levels;
        const std::size_t missing = quantiser.quantise(frame.stars.labels() + begin, count, levels.data());
        std::uint64_t* sums = scratch.sums.data();
        if (missing == 0) {
            for (std::size_t k = 0; k < count; ++k) {
                sums[cells[k]] += (static_cast<std::uint64_t>(levels[k]) << format.countBits) + 1;
            }
            return;
        }
        scratch.keys.resize(band.storage(), 0);
        for (std::size_t k = 0; k < count; ++k) {
            if (levels[k] == LabelLevels::kMissing) {
                ++scratch.keys[static_cast<std::size_t>(cells[k])];
            } else {
                sums[cells[k]] += (static_cast<std::uint64_t>(levels[k]) << format.countBits) + 1;
            }
        }
    });
}

class MeanColours {
public:
    MeanColours(const RasterFrame& frame, const LabelLevels& quantiser, const CellFormat& format)
        : m_frame(frame),
          m_quantiser(quantiser),
          m_format(format),
          m_cover(frame.style.opacityPerStar) {}

    void row(const std::uint64_t* cells, Rgb* out) const {
        const bool full = m_cover.full();
        for (int x = 0; x < m_frame.grid.width; ++x) {
            if (cells[x] == 0) {
                out[x] = 0;
            } else {
                out[x] = full ? mean(cells[x]) : premultiplied(mean(cells[x]), m_cover(m_format.count(cells[x])));
            }
        }
    }
    void row(const std::uint64_t* cells, const std::uint32_t* unlabelled, Rgb* out) const {
        for (int x = 0; x < m_frame.grid.width; ++x) {
            const Rgb colour = cells[x] ? mean(cells[x]) : m_frame.colours.scale.missing;
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

/// Stars of one colour.
std::size_t drawPlain(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CoverTable cover(frame.style.opacityPerStar);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binCounts(frame, band, scratch);
        for (int y = band.first; y < band.end; ++y) {
            pointSums(band, frame.stencil, scratch.sums.data(), y, scratch.row.data());
            std::transform(scratch.row.begin(), scratch.row.end(), frame.row(y), [&](std::uint64_t count) {
                return count ? premultiplied(frame.style.plain, cover(count)) : 0;
            });
        }
        return inside;
    });
}

} // namespace

std::size_t binCounts(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch) {
    scratch.sums.assign(band.storage(), 0);
    scratch.row.resize(static_cast<std::size_t>(band.width));
    const std::size_t inside = forStars(frame, band, [&](std::size_t, std::size_t count, const std::int32_t* cells) {
        for (std::size_t k = 0; k < count; ++k) {
            ++scratch.sums[static_cast<std::size_t>(cells[k])];
        }
    });
    makeRunningSums(band, scratch.sums.data());
    return inside;
}

std::size_t drawMean(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    if (!frame.stars.labels()) return drawPlain(buffers, frame);
    const CellFormat format(frame.stars.rowCount());
    const LabelLevels quantiser(frame.colours.scale, kReach, 1 << format.levelBits);
    const MeanColours colours(frame, quantiser, format);
    return forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binLabels(frame, quantiser, format, band, scratch);
        makeRunningSums(band, scratch.sums.data());
        const bool anyMissing = !scratch.keys.empty();
        if (anyMissing) makeRunningSums(band, scratch.keys.data());
        scratch.row.resize(static_cast<std::size_t>(band.width));
        std::vector<std::uint32_t> unlabelled(scratch.row.size());
        for (int y = band.first; y < band.end; ++y) {
            pointSums(band, frame.stencil, scratch.sums.data(), y, scratch.row.data());
            if (anyMissing) {
                pointSums(band, frame.stencil, scratch.keys.data(), y, unlabelled.data());
                colours.row(scratch.row.data(), unlabelled.data(), frame.row(y));
            } else {
                colours.row(scratch.row.data(), frame.row(y));
            }
        }
        return inside;
    });
}

void applyCover(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    const CoverTable cover(frame.style.opacityPerStar);
    forBands(buffers, frame, [&](const StarGrid& band, BandScratch& scratch) {
        const std::size_t inside = binCounts(frame, band, scratch);
        for (int y = band.first; y < band.end; ++y) {
            pointSums(band, frame.stencil, scratch.sums.data(), y, scratch.row.data());
            Rgb* out = frame.row(y);
            for (int x = 0; x < band.width; ++x) {
                if (out[x]) out[x] = premultiplied(out[x], cover(scratch.row[static_cast<std::size_t>(x)]));
            }
        }
        return inside;
    });
}

} // namespace zscape
