#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/class_mark.h"
#include "core/plot/colour_map.h"
#include "core/plot/ordered_stars.h"
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
    /// Side in pixels of the shape that stars of a class carry; 0: none. Points of 5/7 of this size and larger have the
    /// shape of their class themselves. Beside smaller ones all highlighted stars of a class carry its shape where that
    /// covers up to 1/16 of the view, else every 2nd, 4th, ... in the seeded order, on at most 1/64 of the view:
    /// shapes tell the classes apart without colours, and do not hide where their stars are dense.
    int markSize = 0;

    bool operator==(const RasterStyle&) const = default;
};

/// Draws millions of stars into an image of ARGB32 pixels (premultiplied), on all cores. Keeps its buffers between
/// frames. Not thread-safe; owned by one view. The same input gives the same pixels on any number of threads: all sums
/// are of integers.
class StarRaster {
public:
    /// `threads` <= 0 takes every core, up to 8.
    explicit StarRaster(int threads = 0);
    ~StarRaster();
    StarRaster(StarRaster&&) noexcept;
    StarRaster& operator=(StarRaster&&) noexcept;

    struct Colours {
        ColourScale scale;
        /// Of each class that the stars have, from 1 on; at most 15. Class 0 is not highlighted. With classes Mean,
        /// Median, Minimum, Maximum and Top colour highlighted stars by class, the last in a seeded random order on
        /// top, and Count counts them; pixels of others alone are `greyed`.
        std::span<const Rgb> classes{};
        Rgb greyed = 0xFFB4BCC4;
        std::span<const ClassMark> marks{}; ///< of each class; empty: classes have no shapes
        Rgb markEdge = 0xFF000000;          ///< around shapes beside points
    };
    /// Draws into `pixels` (view.width x view.height, row-major, stride in pixels). Everything is overwritten;
    /// empty pixels become 0 (transparent). Stars without labels take the style's plain colour. Returns how many lie
    /// inside the view. Throws Error when `pixels` is too small, or the stars are ordered for other axes: logarithmic
    /// where the view's are not.
    std::size_t draw(const OrderedStars& stars, const Colours& colours, const Viewport& view, const RasterStyle& style,
                     std::span<Rgb> pixels, int stride);

    /// Columns of one length that are drawn once; labels and classes may be empty.
    struct Input {
        std::span<const float> x;
        std::span<const float> y;
        std::span<const float> labels;
        const BitSet* shown = nullptr; ///< nullptr: all
        ColourScale colour;
        std::span<const std::uint8_t> classes{};
        std::span<const Rgb> classColours{};
        Rgb greyed = 0xFFB4BCC4;
        std::span<const ClassMark> classMarks{};
        Rgb markEdge = 0xFF000000;
    };
    /// As above, with the stars put in order first.
    std::size_t draw(const Input& input, const Viewport& view, const RasterStyle& style, std::span<Rgb> pixels,
                     int stride);
    /// After a draw with Reduction::Count: the largest count in a pixel (for the colour bar); 0 otherwise.
    std::uint32_t largestCount() const;
    ThreadPool& pool();

    struct Buffers; ///< internal
private:
    std::unique_ptr<Buffers> m_buffers;
};

/// The row of the star nearest to a pixel position, by distance in pixels; nothing within `radius` gives nothing. Ties
/// go to the lowest row. Throws Error as draw does.
std::optional<std::size_t> nearestStar(const OrderedStars& stars, const Viewport& view, double pixelX, double pixelY,
                                       double radius);

} // namespace zscape
