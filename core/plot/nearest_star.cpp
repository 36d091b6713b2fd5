#include "core/plot/star_locator.h"
#include "core/plot/star_raster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

struct Candidate {
    float distance2 = std::numeric_limits<float>::infinity();
    std::size_t row = 0;
    bool nearerThan(const Candidate& other) const {
        return distance2 < other.distance2 || (distance2 == other.distance2 && row < other.row);
    }
};

/// The square of the distance from a pixel to where the stars of a block may be.
float distanceTo(const OrderedStars::Box& box, const PixelLine& lineX, const PixelLine& lineY, float atX, float atY) {
    const auto away = [](float at, float end0, float end1) {
        const auto [least, most] = std::minmax({end0 - at, end1 - at});
        return least > 0 ? least : most < 0 ? most : 0.0f;
    };
    const float dx = away(atX, lineX(box.left), lineX(box.right));
    const float dy = away(atY, lineY(box.bottom), lineY(box.top));
    return dx * dx + dy * dy;
}

/// Squares of the distances to a pixel, and the smallest of them. A position that cannot be drawn is never nearest.
float distances(const float* x, const float* y, std::size_t count, const PixelLine& lineX, const PixelLine& lineY,
                float atX, float atY, float* out) {
    float smallest = std::numeric_limits<float>::infinity();
    for (std::size_t k = 0; k < count; ++k) {
        const float dx = (x[k] - lineX.reference) * lineX.scale - atX;
        const float dy = (y[k] - lineY.reference) * lineY.scale - atY;
        out[k] = dx * dx + dy * dy;
        smallest = out[k] < smallest ? out[k] : smallest;
    }
    return smallest;
}

} // namespace

std::optional<std::size_t> nearestStar(const OrderedStars& stars, const Viewport& view, double pixelX, double pixelY,
                                       double radius) {
    requireOrderOf(stars, view);
    const PixelLine lineX = pixelLineX(view), lineY = pixelLineY(view);
    const auto atX = static_cast<float>(pixelX), atY = static_cast<float>(pixelY);
    std::array<float, OrderedStars::kBlock> squares;
    Candidate nearest;
    nearest.distance2 = static_cast<float>(std::min(radius * radius * (1 + 1e-6), 1e38));
    nearest.row = std::numeric_limits<std::size_t>::max();
    for (std::size_t block = 0; block < stars.blocks(); ++block) {
        if (distanceTo(stars.box(block), lineX, lineY, atX, atY) > nearest.distance2) continue;
        const std::size_t begin = block * OrderedStars::kBlock;
        const std::size_t count = std::min(OrderedStars::kBlock, stars.size() - begin);
        const float smallest =
            distances(stars.x() + begin, stars.y() + begin, count, lineX, lineY, atX, atY, squares.data());
        if (!(smallest <= nearest.distance2)) continue;
        for (std::size_t k = 0; k < count; ++k) {
            const Candidate other{squares[k], stars.rows()[begin + k]};
            if (other.nearerThan(nearest)) nearest = other;
        }
    }
    if (nearest.row == std::numeric_limits<std::size_t>::max()) return std::nullopt;
    if (!(std::sqrt(static_cast<double>(nearest.distance2)) <= radius)) return std::nullopt;
    return nearest.row;
}

} // namespace zscape
