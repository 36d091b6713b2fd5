#pragma once

// From positions to grid cells and from labels to levels, a block of stars at a time: the inner loops that every way of
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
    float operator()(float value) const { return (value - reference) * scale; }
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

/// One cell a pixel and a border as wide as a point reaches, so that a point half outside is drawn half; of the whole
/// view, or of those cells alone that a band of its rows collects. Each row of cells begins with one that stays empty:
/// running sums start there.
struct StarGrid {
    StarGrid(const Viewport& view, int pointSize);
    /// Of the pixels in rows first .. end.
    StarGrid band(int first, int end, const PointStencil& stencil) const;

    int width, height; ///< of the view
    int border;
    float shift;     ///< points of even size are centred on corners of pixels
    int first, end;  ///< rows of pixels
    int top, bottom; ///< rows of cells, counted in the grid of the whole view
    int columns() const { return width + 2 * border; }
    std::size_t stride() const { return static_cast<std::size_t>(columns()) + 1; }
    std::size_t cells() const { return stride() * static_cast<std::size_t>(bottom - top); }
    /// Where the cell that lies over column 0 of a pixel row begins, `down` rows of cells below.
    std::size_t cellOf(int pixelRow, int down) const {
        return stride() * static_cast<std::size_t>(pixelRow + border + down - top) + 1 +
               static_cast<std::size_t>(border);
    }
    /// Stars outside go to 64 spare cells in turn: writes to one cell would wait for each other.
    static constexpr std::size_t kSpare = 64;
    std::size_t storage() const { return cells() + kSpare; }
};

/// Positions to cells. Values of a logarithmic axis must be log10 already.
struct StarLocator {
    StarLocator(const Viewport& view, const StarGrid& wholeGrid)
        : lineX(pixelLineX(view)),
          lineY(pixelLineY(view)),
          bias(static_cast<float>(wholeGrid.border) + wholeGrid.shift) {}
    PixelLine lineX, lineY;
    float bias; ///< from pixels to cells of the whole grid
    /// cells[k] of star k; stars that are not in the grid get a cell >= grid.cells(). Returns how many lie inside its
    /// rows of pixels.
    std::size_t locate(const float* x, const float* y, std::size_t count, const StarGrid& grid,
                       std::int32_t* cells) const;
};

/// Copies `count` values, replaced by NaN where `shown` says so and by their log10 where asked; `begin`, the row of the
/// first, must be a multiple of 64.
void preparedValues(const float* values, std::size_t begin, std::size_t count, const BitSet* shown, bool logarithmic,
                    float* out);

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
