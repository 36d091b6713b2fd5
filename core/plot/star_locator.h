#pragma once

// From float columns to grid cells and label levels, a block of stars at a time: the inner loops that every way of
// drawing shares. Internal to core/plot.

#include "core/base/bit_set.h"
#include "core/plot/colour_map.h"
#include "core/plot/viewport.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zscape {

/// Stars handled at once: their intermediate arrays stay in the first-level cache. A multiple of 64 (words of BitSet).
inline constexpr std::size_t kStarBlock = 1024;

/// pixel = (value - reference) * scale, of log10(value) on a logarithmic axis.
struct PixelLine {
    float reference = 0;
    float scale = 1;
    bool logarithmic = false;
};
PixelLine pixelLineX(const Viewport& view);
PixelLine pixelLineY(const Viewport& view);

/// The pixels that a point of a given size covers, as the cells that a pixel collects: row `first + k` of them spans
/// columns begin[k] .. end[k], relative to the pixel.
struct PointStencil {
    explicit PointStencil(int pointSize);
    int first = 0;
    std::vector<int> begin;
    std::vector<int> end;
    int rows() const { return static_cast<int>(begin.size()); }
};

/// A grid of one cell a pixel with a border as wide as a point reaches, so that a point half outside is drawn half.
struct StarGrid {
    StarGrid(const Viewport& view, int pointSize);
    int width, height; ///< of the view
    int border;
    float shift; ///< points of even size are centred on corners of pixels
    int columns() const { return width + 2 * border; }
    int rows() const { return height + 2 * border; }
    std::size_t cells() const { return static_cast<std::size_t>(columns()) * static_cast<std::size_t>(rows()); }
    /// Stars outside go to 64 spare cells in turn: writes to one cell would wait for each other.
    static constexpr std::size_t kSpare = 64;
    std::size_t storage() const { return cells() + kSpare; }
};

/// Finds the cells of stars.
class StarLocator {
public:
    StarLocator(std::span<const float> x, std::span<const float> y, const BitSet* shown, const Viewport& view,
                const StarGrid& grid);
    /// cells[k] of star begin + k, k < count <= kStarBlock; begin must be a multiple of 64. Stars that are not drawn
    /// get a cell >= grid.cells(). Returns how many lie inside the view.
    std::size_t locate(std::size_t begin, std::size_t count, std::int32_t* cells) const;

private:
    std::span<const float> m_x, m_y;
    const BitSet* m_shown;
    StarGrid m_grid;
    PixelLine m_lineX, m_lineY;
};

/// Copies `count` values, replaced by NaN where `shown` says so and by their log10 where asked.
void preparedValues(const float* values, std::size_t begin, std::size_t count, const BitSet* shown, bool logarithmic,
                    float* out);
/// Whether all of begin .. begin + count (begin a multiple of 64) is set.
bool allSet(const BitSet* shown, std::size_t begin, std::size_t count);

/// Labels as integers, so that sums do not depend on their order. Level 0 .. levels-1 covers the colour range and
/// `reach` colour ranges on both sides.
class LabelLevels {
public:
    static constexpr std::int32_t kMissing = -1;
    LabelLevels(const ColourScale& scale, int reach, int levels);
    /// Returns how many of the `count` <= kStarBlock labels are missing.
    std::size_t quantise(const float* labels, std::size_t count, std::int32_t* levels) const;
    /// Entry of the colour table for a level, which may be a mean of levels.
    int tableEntry(float level) const {
        const float entry = (level + 0.5f) * m_entriesPerLevel - m_entryOffset;
        return entry <= 0 ? 0 : entry >= 255 ? 255 : static_cast<int>(entry);
    }

private:
    bool m_logarithmic;
    float m_base, m_perUnit, m_offset, m_last;
    float m_entriesPerLevel, m_entryOffset;
};

} // namespace zscape
