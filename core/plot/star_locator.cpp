#include "core/plot/star_locator.h"

#include "core/plot/star_loops.h"

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
      shift(pointSize % 2 == 0 ? 0.5f : 0.0f),
      first(0),
      end(height),
      top(0),
      bottom(height + 2 * border) {}

StarGrid StarGrid::band(int firstRow, int endRow, const PointStencil& stencil) const {
    StarGrid band = *this;
    band.first = firstRow;
    band.end = endRow;
    band.top = firstRow + border + stencil.first;
    band.bottom = endRow - 1 + border + stencil.first + stencil.rows();
    return band;
}

std::size_t StarLocator::locate(const float* x, const float* y, std::size_t count, const StarGrid& grid,
                                std::int32_t* cells) const {
    return starLoops().locate(*this, x, y, count, grid, cells);
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
    return starLoops().quantise(labels, count, {m_base, m_perUnit, m_offset, m_last}, levels);
}

} // namespace zscape
