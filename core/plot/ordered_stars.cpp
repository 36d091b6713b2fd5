#include "core/plot/ordered_stars.h"

#include "core/base/error.h"
#include "core/plot/colour_map.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace zscape {

namespace {

constexpr int kBits = 11; ///< of each coordinate's place on the curve: 2048 x 2048 squares
constexpr std::uint32_t kSquares = 1u << kBits;
constexpr std::uint32_t kNowhere = 1u << 2 * kBits; ///< the key of stars that are not drawn: after all others

float prepared(float value, bool logarithmic) {
    if (!logarithmic) return value;
    return value > 0 ? std::log10(value) : std::numeric_limits<float>::quiet_NaN();
}

/// The squares of one coordinate, over the range where nearly all stars lie; what is outside falls into the outermost.
class Squares {
public:
    Squares(std::span<const float> values, bool logarithmic) : m_logarithmic(logarithmic) {
        constexpr std::size_t kSample = 8192;
        std::vector<float> some;
        const std::size_t step = std::max<std::size_t>(1, values.size() / kSample);
        for (std::size_t row = 0; row < values.size(); row += step) {
            some.push_back(prepared(values[row], logarithmic));
        }
        const ValueRange range = percentileRange(some, 0.5, 99.5);
        m_lower = static_cast<float>(range.lower);
        const auto scale = static_cast<float>(kSquares / (range.upper - range.lower));
        m_scale = std::isfinite(scale) ? scale : 0;
    }
    float value(float raw) const { return prepared(raw, m_logarithmic); }
    std::uint32_t square(float value) const {
        const float at = (value - m_lower) * m_scale;
        return at <= 0 ? 0 : at >= kSquares - 1 ? kSquares - 1 : static_cast<std::uint32_t>(at);
    }

private:
    bool m_logarithmic;
    float m_lower, m_scale;
};

/// The bits of a place, moved apart to make room for the other coordinate's (G. M. Morton 1966).
std::uint32_t spread(std::uint32_t bits) {
    bits = (bits | bits << 8) & 0x00FF00FFu;
    bits = (bits | bits << 4) & 0x0F0F0F0Fu;
    bits = (bits | bits << 2) & 0x33333333u;
    return (bits | bits << 1) & 0x55555555u;
}

using Item = std::uint64_t; ///< the key in the high half, the row in the low one

std::uint32_t keyOf(Item item) {
    return static_cast<std::uint32_t>(item >> 32);
}

/// One pass of a stable counting sort, by the bits of the key from `shift` on. Each thread moves one part of the items.
void sortBy(ThreadPool& pool, const Item* from, std::size_t count, int shift, std::uint32_t buckets, Item* to) {
    const auto threads = static_cast<std::size_t>(pool.threadCount());
    const auto part = [&](std::size_t thread) { return count * thread / threads; };
    const auto bucketOf = [&](Item item) { return (keyOf(item) >> shift) & (shift == 0 ? buckets - 1 : ~0u); };
    std::vector<std::vector<std::size_t>> places(threads);
    pool.run([&](int index) {
        const auto thread = static_cast<std::size_t>(index);
        places[thread].assign(buckets, 0);
        for (std::size_t k = part(thread); k < part(thread + 1); ++k) {
            ++places[thread][bucketOf(from[k])];
        }
    });
    std::size_t place = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        for (std::vector<std::size_t>& ofThread : places) {
            place += std::exchange(ofThread[bucket], place);
        }
    }
    pool.run([&](int index) {
        const auto thread = static_cast<std::size_t>(index);
        for (std::size_t k = part(thread); k < part(thread + 1); ++k) {
            to[places[thread][bucketOf(from[k])]++] = from[k];
        }
    });
}

/// Stars of a whole block are dealt out, so that neighbours in memory do not add to the same pixel one after the other:
/// each such addition would wait for the one before.
std::size_t dealt(std::size_t place) {
    constexpr std::size_t kHands = 16;
    return place % kHands * (OrderedStars::kBlock / kHands) + place / kHands;
}

template <typename Value>
std::unique_ptr<Value[]> taken(ThreadPool& pool, const std::uint32_t* rows, std::size_t count,
                               std::span<const Value> values) {
    auto result = std::make_unique_for_overwrite<Value[]>(count);
    constexpr std::size_t kGrain = 1 << 16;
    pool.forChunks(count, kGrain, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t k = begin; k < end; ++k) {
            result[k] = values[rows[k]];
        }
    });
    return result;
}

void checkLength(std::size_t given, std::size_t rows) {
    if (given != 0 && given != rows) {
        throw Error("what colours the stars has another length than their positions; give one number a star");
    }
}

} // namespace

OrderedStars::OrderedStars(ThreadPool& pool, const Columns& columns)
    : m_rowCount(columns.x.size()),
      m_logX(columns.logX),
      m_logY(columns.logY) {
    if (columns.x.size() != columns.y.size()) {
        throw Error("the columns to draw differ in length; give x, y and labels of the same stars");
    }
    if (columns.shown && columns.shown->size() < m_rowCount) {
        throw Error("the set of shown stars is shorter than the columns to draw; make it from the same catalogue");
    }
    if (m_rowCount >= std::numeric_limits<std::uint32_t>::max()) {
        throw Error("a plot draws at most 4,294,967,294 stars; select fewer");
    }
    const Squares xs(columns.x, m_logX), ys(columns.y, m_logY);
    constexpr std::size_t kGrain = 1 << 16;
    auto items = std::make_unique_for_overwrite<Item[]>(m_rowCount);
    auto sorted = std::make_unique_for_overwrite<Item[]>(m_rowCount);
    pool.forChunks(m_rowCount, kGrain, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t row = begin; row < end; ++row) {
            const float x = xs.value(columns.x[row]), y = ys.value(columns.y[row]);
            const bool drawn = std::isfinite(x) && std::isfinite(y) && (!columns.shown || columns.shown->test(row));
            const std::uint32_t key = drawn ? spread(xs.square(x)) | spread(ys.square(y)) << 1 : kNowhere;
            items[row] = Item{key} << 32 | row;
        }
    });
    sortBy(pool, items.get(), m_rowCount, 0, kSquares, sorted.get());
    sortBy(pool, sorted.get(), m_rowCount, kBits, kSquares + 1, items.get());
    m_size = static_cast<std::size_t>(std::lower_bound(items.get(), items.get() + m_rowCount, Item{kNowhere} << 32) -
                                      items.get());
    m_x = std::make_unique_for_overwrite<float[]>(m_size);
    m_y = std::make_unique_for_overwrite<float[]>(m_size);
    m_rows = std::make_unique_for_overwrite<std::uint32_t[]>(m_size);
    m_boxes = std::make_unique_for_overwrite<Box[]>(blocks());
    pool.forChunks(m_size, 64 * kBlock, [&](std::size_t chunk, std::size_t chunkEnd, int) {
        for (std::size_t begin = chunk; begin < chunkEnd; begin += kBlock) {
            const std::size_t count = std::min(kBlock, chunkEnd - begin);
            constexpr float kMost = std::numeric_limits<float>::infinity();
            Box box{kMost, -kMost, kMost, -kMost};
            for (std::size_t k = 0; k < count; ++k) {
                const auto row = static_cast<std::uint32_t>(items[begin + (count == kBlock ? dealt(k) : k)]);
                const float x = xs.value(columns.x[row]), y = ys.value(columns.y[row]);
                m_rows[begin + k] = row;
                m_x[begin + k] = x;
                m_y[begin + k] = y;
                box = {std::min(box.left, x), std::max(box.right, x), std::min(box.bottom, y), std::max(box.top, y)};
            }
            m_boxes[begin / kBlock] = box;
        }
    });
}

void OrderedStars::setLabels(ThreadPool& pool, std::span<const float> labels) {
    checkLength(labels.size(), m_rowCount);
    m_labels = labels.empty() ? nullptr : taken(pool, m_rows.get(), m_size, labels);
}

void OrderedStars::setClasses(ThreadPool& pool, std::span<const std::uint8_t> classes) {
    checkLength(classes.size(), m_rowCount);
    m_classes = classes.empty() ? nullptr : taken(pool, m_rows.get(), m_size, classes);
}

void requireOrderOf(const OrderedStars& stars, const Viewport& view) {
    if (stars.size() == 0 || (stars.logX() == view.x.logarithmic && stars.logY() == view.y.logarithmic)) return;
    throw Error(
        "the stars are ordered for other axes than the view's; order them again when an axis becomes logarithmic");
}

} // namespace zscape
