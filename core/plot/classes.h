#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/class_mark.h"
#include "core/plot/colour_map.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace zscape {

/// Stars to highlight in every view, in one colour and shape.
struct Highlight {
    std::shared_ptr<const BitSet> stars;
    Rgb colour = 0xFFE69F00;
    ClassMark mark = ClassMark::Circle;
    bool operator==(const Highlight&) const = default;
};

/// The most highlights that a view tells apart.
inline constexpr std::size_t kMostHighlights = 15;

/// Of each of `stars` stars, the number of the last highlight that it is in, counted from 1; 0 for none. Highlights
/// after the 15th share its class. Empty without highlights. Throws Error when a bit set has fewer stars.
std::vector<std::uint8_t> classesOf(ThreadPool& pool, std::size_t stars, std::span<const Highlight> highlights);
/// The colours of those classes, in order, and their shapes.
std::vector<Rgb> classColoursOf(std::span<const Highlight> highlights);
std::vector<ClassMark> classMarksOf(std::span<const Highlight> highlights);

/// Highlights for many views: copies share the classes of the stars, which the first that asks makes. Lives on one
/// thread.
class HighlightSet {
public:
    HighlightSet() : HighlightSet(std::vector<Highlight>()) {}
    HighlightSet(std::vector<Highlight> list) : m_shared(std::make_shared<Shared>()) {
        m_shared->list = std::move(list);
    }
    HighlightSet(std::initializer_list<Highlight> list) : HighlightSet(std::vector<Highlight>(list)) {}

    const std::vector<Highlight>& list() const { return m_shared->list; }
    bool empty() const { return list().empty(); }
    /// The largest class there may be.
    int classCount() const { return static_cast<int>(std::min(list().size(), kMostHighlights)); }
    /// classesOf these highlights; nullptr without any. Throws Error as it does.
    std::shared_ptr<const std::vector<std::uint8_t>> classes(ThreadPool& pool, std::size_t stars) const;
    bool operator==(const HighlightSet& other) const { return list() == other.list(); }

private:
    struct Shared {
        std::vector<Highlight> list;
        std::shared_ptr<const std::vector<std::uint8_t>> classes;
    };
    std::shared_ptr<Shared> m_shared;
};

} // namespace zscape
