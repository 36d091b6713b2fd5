#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/colour_map.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace zscape {

/// What a pixel shows of the stars that fall on it. Stars with a missing label (not finite, or not positive on a
/// logarithmic scale) take the colour of missing labels, under all others (`Top`: in their turn).
/// Mean: of the labels, on a logarithmic scale of their logarithms; a label counts as at most 8 colour ranges away from
/// the colour range. Median: of an even number the lower of the two in the middle. Count: of stars, from 1 to the
/// largest count in any pixel. Fraction: of stars that are highlighted, on the colour scale as it is. Top: one star,
/// the last in a seeded random order, so that no class hides another.
enum class Reduction { Mean, Median, Minimum, Maximum, Count, Top, Fraction };

/// Pixels: 1 mm at 1200 dpi.
inline constexpr int kLargestPoint = 48;

struct RasterStyle {
    Reduction reduction = Reduction::Mean;
    int pointSize = 2;            ///< side in pixels, 1..kLargestPoint; 1 and 2 are squares, more are discs
    double opacityPerStar = 1;    ///< < 1 lets single stars fade; full cover where many overlap
    bool countLogarithmic = true; ///< for Count: log10 of the number
    Rgb plain = 0xFF3B7DD8;       ///< colour without labels (for Reduction other than Count)
    double countPower = 1;        ///< for Count that is not logarithmic: the number to this power, 0 < power <= 1

    bool operator==(const RasterStyle&) const = default;
};

/// Draws millions of stars into an image of ARGB32 pixels (premultiplied), on all cores. Keeps its buffers between
/// frames. x, y, labels are float32 columns of one length; labels may be empty. Stars whose position is not finite, or
/// not positive on a logarithmic axis, are not drawn. Not thread-safe; owned by one view. The same input gives the same
/// pixels on any number of threads: all sums are of integers.
class StarRaster {
public:
    /// `threads` <= 0 takes every core, up to 8: each thread has a grid of its own, and more do not pay.
    explicit StarRaster(int threads = 0);
    ~StarRaster();
    StarRaster(StarRaster&&) noexcept;
    StarRaster& operator=(StarRaster&&) noexcept;

    struct Input {
        std::span<const float> x;
        std::span<const float> y;
        std::span<const float> labels; ///< empty: plain colour
        const BitSet* shown = nullptr; ///< nullptr: all
        ColourScale colour;
        /// Of each star: 0 or k, highlighted with classColours[k-1], k <= 15; empty: nothing is highlighted. With
        /// classes Mean, Median, Minimum, Maximum and Top colour highlighted stars by class, the last in a seeded
        /// random order on top, and Count counts them; pixels of others alone are `greyed`.
        std::span<const std::uint8_t> classes{};
        std::span<const Rgb> classColours{};
        Rgb greyed = 0xFFB4BCC4;
    };
    /// Draws into `pixels` (view.width x view.height, row-major, stride in pixels). Everything is overwritten;
    /// empty pixels become 0 (transparent). Returns how many shown stars lie inside the view.
    /// Throws Error when columns differ in length or `pixels` is too small.
    std::size_t draw(const Input& input, const Viewport& view, const RasterStyle& style, std::span<Rgb> pixels,
                     int stride);
    /// After a draw with Reduction::Count: the largest count in a pixel (for the colour bar); 0 otherwise.
    std::uint32_t largestCount() const;
    ThreadPool& pool();

    struct Buffers; ///< internal
private:
    std::unique_ptr<Buffers> m_buffers;
};

/// The star nearest to a pixel position, by distance in pixels, on all cores; nothing within `radius` gives nothing.
/// Ties go to the lowest row.
std::optional<std::size_t> nearestStar(ThreadPool& pool, std::span<const float> x, std::span<const float> y,
                                       const BitSet* shown, const Viewport& view, double pixelX, double pixelY,
                                       double radius);

} // namespace zscape
