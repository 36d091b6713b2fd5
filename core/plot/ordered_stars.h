#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"

#include <cstdint>
#include <memory>
#include <span>

namespace zscape {

/// The stars of two columns that can be drawn at all, along a space-filling curve: what lies close together on a plot,
/// at any zoom, lies close together in memory, so that a part of the plot reads its own stars and few others. Copies
/// what it is given. Read from several threads, changed from one; owned by a view.
class OrderedStars {
public:
    /// Stars in a block: they share a box. A multiple of 64.
    static constexpr std::size_t kBlock = 256;
    /// Where the stars of a block lie, both ends included.
    struct Box {
        float left, right, bottom, top;
    };
    struct Columns {
        std::span<const float> x, y;
        const BitSet* shown = nullptr; ///< nullptr: all
        bool logX = false, logY = false;
    };

    OrderedStars() = default;
    /// Leaves out stars whose position is not finite, or not positive on a logarithmic axis, and those not shown. The
    /// same on any number of threads. Throws Error when the columns differ in length or `shown` is too short.
    OrderedStars(ThreadPool& pool, const Columns& columns);
    /// Numbers of all the rows that the columns had, those left out too; empty takes them away. Throws Error when their
    /// number differs.
    void setLabels(ThreadPool& pool, std::span<const float> labels);
    void setClasses(ThreadPool& pool, std::span<const std::uint8_t> classes);

    std::size_t size() const { return m_size; }
    std::size_t rowCount() const { return m_rowCount; } ///< of the columns
    bool logX() const { return m_logX; }
    bool logY() const { return m_logY; }
    /// Of the stars in this order; on a logarithmic axis log10 of the values.
    const float* x() const { return m_x.get(); }
    const float* y() const { return m_y.get(); }
    const std::uint32_t* rows() const { return m_rows.get(); }            ///< where each is in the columns
    const float* labels() const { return m_labels.get(); }                ///< nullptr without
    const std::uint8_t* classes() const { return m_classes.get(); }       ///< nullptr without
    std::size_t blocks() const { return (m_size + kBlock - 1) / kBlock; } ///< the last one may hold fewer stars
    const Box& box(std::size_t block) const { return m_boxes[block]; }

private:
    std::size_t m_size = 0, m_rowCount = 0;
    bool m_logX = false, m_logY = false;
    std::unique_ptr<float[]> m_x, m_y, m_labels;
    std::unique_ptr<std::uint32_t[]> m_rows;
    std::unique_ptr<std::uint8_t[]> m_classes;
    std::unique_ptr<Box[]> m_boxes;
};

/// Throws Error when an axis of the view is logarithmic and the stars are not ordered for that, or the other way round.
void requireOrderOf(const OrderedStars& stars, const Viewport& view);

} // namespace zscape
