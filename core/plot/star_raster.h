#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/colour_map.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace zscape {

/// What a pixel shows of the stars that fall on it.
enum class Reduction { Mean, Median, Minimum, Maximum, Count, Top };

struct RasterStyle {
    Reduction reduction = Reduction::Mean;
    int pointSize = 2;         ///< side in pixels, 1..9; 1 and 2 are squares, more are discs
    double opacityPerStar = 1; ///< < 1 lets single stars fade; full cover where many overlap
    bool countLogarithmic = true; ///< for Count: log10 of the number
    Rgb plain = 0xFF3B7DD8;    ///< colour without labels (for Reduction other than Count)
};

/// Draws millions of stars into an image of ARGB32 pixels (premultiplied), on all cores. Keeps its buffers between
/// frames. x, y, labels are float32 columns of one length; labels may be empty. Stars with NaN positions are not drawn.
/// `Top` draws one star per pixel, the last in a seeded random order, so that no class hides another.
/// Not thread-safe; owned by one view. The same input gives the same pixels on any number of threads.
class StarRaster {
public:
    explicit StarRaster(int threads = 0);

    struct Input {
        std::span<const float> x;
        std::span<const float> y;
        std::span<const float> labels;      ///< empty: plain colour
        const BitSet* shown = nullptr;      ///< nullptr: all
        ColourScale colour;
    };
    /// Draws into `pixels` (view.width x view.height, row-major, stride in pixels). Everything is overwritten;
    /// empty pixels become 0 (transparent). Returns how many stars fell inside.
    std::size_t draw(const Input& input, const Viewport& view, const RasterStyle& style, std::span<Rgb> pixels,
                     int stride);
    /// After a draw with Reduction::Count: the largest count in a pixel (for the colour bar); 0 otherwise.
    std::uint32_t largestCount() const { return m_largestCount; }

private:
    ThreadPool m_pool;
    std::vector<float> m_grid;
    std::vector<std::uint32_t> m_order;
    std::uint32_t m_largestCount = 0;
};

/// The star nearest to a pixel, by distance in pixels, on all cores; nothing within `radius` gives nothing.
/// Ties go to the lowest row.
std::optional<std::size_t> nearestStar(ThreadPool& pool, std::span<const float> x, std::span<const float> y,
                                       const BitSet* shown, const Viewport& view, double pixelX, double pixelY,
                                       double radius);

} // namespace zscape
