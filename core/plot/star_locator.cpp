#include "core/plot/star_locator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

PixelLine pixelLine(const AxisRange& axis, double length, bool backwards) {
    double lower = axis.lower, upper = axis.upper;
    if (axis.logarithmic) {
        lower = std::log10(lower);
        upper = std::log10(upper);
    }
    PixelLine line;
    line.logarithmic = axis.logarithmic;
    line.reference = static_cast<float>(backwards ? upper : lower);
    line.scale = static_cast<float>((backwards ? -length : length) / (upper - lower));
    return line;
}

/// The inner loop of all drawing: comparisons with NaN and infinities are false, so such stars get a spare cell.
std::size_t locateBlock(const float* x, const float* y, std::size_t count, const PixelLine& lineX,
                        const PixelLine& lineY, const StarGrid& grid, std::int32_t* cells) {
    const float refX = lineX.reference, refY = lineY.reference, scaleX = lineX.scale, scaleY = lineY.scale;
    const float width = static_cast<float>(grid.width), height = static_cast<float>(grid.height);
    const float bias = static_cast<float>(grid.border) + grid.shift;
    const float right = static_cast<float>(grid.columns()), bottom = static_cast<float>(grid.rows());
    const std::int32_t columns = grid.columns();
    const auto spare = static_cast<std::int32_t>(grid.cells());
    std::int32_t inside = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const float px = (x[k] - refX) * scaleX;
        const float py = (y[k] - refY) * scaleY;
        const float cx = px + bias;
        const float cy = py + bias;
        inside += (px >= 0.0f) & (px < width) & (py >= 0.0f) & (py < height);
        const bool drawn = (cx >= 0.0f) & (cx < right) & (cy >= 0.0f) & (cy < bottom);
        const auto column = static_cast<std::int32_t>(drawn ? cx : 0.0f);
        const auto row = static_cast<std::int32_t>(drawn ? cy : 0.0f);
        const std::int32_t outside = spare + static_cast<std::int32_t>(k & (StarGrid::kSpare - 1));
        cells[k] = drawn ? row * columns + column : outside;
    }
    return static_cast<std::size_t>(inside);
}

} // namespace

PixelLine pixelLineX(const Viewport& view) {
    return pixelLine(view.x, view.width, view.x.flipped);
}
PixelLine pixelLineY(const Viewport& view) {
    return pixelLine(view.y, view.height, !view.y.flipped);
}

PointStencil::PointStencil(int pointSize) {
    // A point covers offsets low..high of its cell; a pixel therefore collects cells -high..-low.
    const int low = -(pointSize / 2);
    const int high = low + pointSize - 1;
    const double centre = 0.5 * (low + high);
    const double radius = 0.5 * pointSize;
    const double limit = pointSize <= 2 ? 2 * radius * radius : radius * radius - 0.3;
    first = -high;
    for (int dy = high; dy >= low; --dy) {
        const double below = limit - (dy - centre) * (dy - centre);
        int reach = low;
        while ((reach - centre) * (reach - centre) > below) {
            ++reach; // ends at the latest in the middle column, which every row of a disc has
        }
        begin.push_back(-(low + high - reach));
        end.push_back(-reach);
    }
}

StarGrid::StarGrid(const Viewport& view, int pointSize)
    : width(view.width),
      height(view.height),
      border(pointSize / 2),
      shift(pointSize % 2 == 0 ? 0.5f : 0.0f) {}

StarLocator::StarLocator(std::span<const float> x, std::span<const float> y, const BitSet* shown, const Viewport& view,
                         const StarGrid& grid)
    : m_x(x),
      m_y(y),
      m_shown(shown),
      m_grid(grid),
      m_lineX(pixelLineX(view)),
      m_lineY(pixelLineY(view)) {}

std::size_t StarLocator::locate(std::size_t begin, std::size_t count, std::int32_t* cells) const {
    std::array<float, kStarBlock> xs, ys;
    const float* x = m_x.data() + begin;
    const float* y = m_y.data() + begin;
    const bool masked = !allSet(m_shown, begin, count);
    if (masked || m_lineX.logarithmic) {
        preparedValues(x, begin, count, masked ? m_shown : nullptr, m_lineX.logarithmic, xs.data());
        x = xs.data();
    }
    if (m_lineY.logarithmic) {
        preparedValues(y, begin, count, nullptr, true, ys.data());
        y = ys.data();
    }
    return locateBlock(x, y, count, m_lineX, m_lineY, m_grid, cells);
}

bool allSet(const BitSet* shown, std::size_t begin, std::size_t count) {
    if (!shown) return true;
    const auto& words = shown->words();
    std::size_t word = begin / 64;
    for (; count >= 64; ++word, count -= 64) {
        if (~words[word]) return false;
    }
    if (count == 0) return true;
    const std::uint64_t mask = (std::uint64_t{1} << count) - 1;
    return (words[word] & mask) == mask;
}

void preparedValues(const float* values, std::size_t begin, std::size_t count, const BitSet* shown, bool logarithmic,
                    float* out) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    if (logarithmic) {
        for (std::size_t k = 0; k < count; ++k) {
            out[k] = values[k] > 0 ? std::log10(values[k]) : kNan;
        }
    } else {
        std::copy(values, values + count, out);
    }
    if (!shown) return;
    const std::uint64_t* words = shown->words().data() + begin / 64;
    for (std::size_t k = 0; k < count; ++k) {
        out[k] = (words[k / 64] >> (k % 64)) & 1 ? out[k] : kNan;
    }
}

LabelLevels::LabelLevels(const ColourScale& scale, int reach, int levels) : m_logarithmic(scale.logarithmic) {
    const double lower = m_logarithmic ? std::log10(scale.lower) : scale.lower;
    const double upper = m_logarithmic ? std::log10(scale.upper) : scale.upper;
    const double ranges = 1 + 2 * reach;
    const double width = ranges * (upper - lower);
    m_last = static_cast<float>(levels - 1);
    m_base = static_cast<float>(lower - reach * (upper - lower));
    m_perUnit = static_cast<float>(levels / width);
    m_offset = 0;
    m_entriesPerLevel = static_cast<float>(256 * ranges / levels);
    m_entryOffset = static_cast<float>(256 * reach);
    if (!(width > 0) || !std::isfinite(m_perUnit) || !std::isfinite(m_base)) {
        // As colourOf has it: without a range every label is in the middle.
        m_base = m_perUnit = 0;
        m_offset = (127.0f + m_entryOffset) / m_entriesPerLevel;
    }
}

std::size_t LabelLevels::quantise(const float* labels, std::size_t count, std::int32_t* levels) const {
    std::array<float, kStarBlock> logs;
    if (m_logarithmic) {
        preparedValues(labels, 0, count, nullptr, true, logs.data());
        labels = logs.data();
    }
    const float base = m_base, perUnit = m_perUnit, offset = m_offset, last = m_last;
    std::int32_t missing = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const float label = labels[k];
        const bool finite = std::abs(label) <= std::numeric_limits<float>::max();
        float level = (label - base) * perUnit + offset;
        level = level > 0.0f ? level : 0.0f; // also for NaN
        level = level < last ? level : last;
        levels[k] = finite ? static_cast<std::int32_t>(level) : kMissing;
        missing += !finite;
    }
    return static_cast<std::size_t>(missing);
}

} // namespace zscape
