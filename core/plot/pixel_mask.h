#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <span>

namespace zscape {

/// Stars on the pixels of a shape that is being drawn: exact to the pixel, fast enough for every move of the mouse.
/// `mask` has view.width x view.height bytes, `stride` apart; not 0 where the shape is. Throws Error when columns
/// differ in length or the mask is too small.
std::size_t countOnMask(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                        const Viewport& view, std::span<const std::uint8_t> mask, std::size_t stride);

} // namespace zscape
