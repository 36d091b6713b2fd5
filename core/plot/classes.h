#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/colour_map.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace zscape {

/// Stars to highlight in every view, in one colour.
struct Highlight {
    std::shared_ptr<const BitSet> stars;
    Rgb colour = 0xFFE69F00;
    bool operator==(const Highlight&) const = default;
};

/// The most highlights that a view tells apart.
inline constexpr std::size_t kMostHighlights = 15;

/// Of each of `stars` stars, the number of the last highlight that it is in, counted from 1; 0 for none. Highlights
/// after the 15th share its class. Empty without highlights. Throws Error when a bit set has fewer stars.
std::vector<std::uint8_t> classesOf(ThreadPool& pool, std::size_t stars, std::span<const Highlight> highlights);
/// The colours of those classes, in order.
std::vector<Rgb> classColoursOf(std::span<const Highlight> highlights);

} // namespace zscape
