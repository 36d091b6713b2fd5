#pragma once

#include "core/base/thread_pool.h"
#include "core/plot/ordered_stars.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <span>

namespace zscape {

/// Stars on the pixels of a shape that is being drawn: exact to the pixel, fast enough for every move of the mouse.
/// `mask` has view.width x view.height bytes, `stride` apart; not 0 where the shape is. Throws Error when the mask is
/// too small, or the stars are ordered for other axes.
std::size_t countOnMask(ThreadPool& pool, const OrderedStars& stars, const Viewport& view,
                        std::span<const std::uint8_t> mask, std::size_t stride);

} // namespace zscape
