// The shapes of classes. Points that are large enough are shapes themselves; beside smaller ones a part of the stars of
// each class carries its shape: all where they are few, else those that come last in the seeded order, which lie on
// top.
#include "core/plot/raster_frame.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace zscape {

namespace {

constexpr std::size_t kAllCover = 16;  ///< all stars of a class carry shapes that cover up to 1/16 of the view,
constexpr std::size_t kSomeCover = 64; ///< of more stars a part, on at most 1/64 of it: density stays to be seen

/// 1 in 2^level stars has at least this level.
int levelOf(std::uint32_t key) {
    return std::countl_one(key << 1); // without the bit that says highlighted
}

void keepFrom(int level, std::vector<MarkPlace>& places) {
    std::erase_if(places, [level](const MarkPlace& place) { return levelOf(place.key) < level; });
}

std::size_t mostMarks(const RasterFrame& frame, std::size_t part) {
    const auto side = static_cast<std::size_t>(frame.markSide());
    const auto area = static_cast<std::size_t>(frame.grid.width) * static_cast<std::size_t>(frame.grid.height);
    return std::max<std::size_t>(4, area / (part * side * side));
}

/// The stars of a class that carry its shape, out of what the threads have kept.
std::vector<MarkPlace> chosen(const RasterFrame& frame, std::vector<BandScratch>& scratch, std::size_t number) {
    int level = 0;
    for (const BandScratch& one : scratch) {
        level = std::max(level, one.marks.levels[number]);
    }
    std::vector<MarkPlace> places;
    for (BandScratch& one : scratch) {
        places.insert(places.end(), one.marks.places[number].begin(), one.marks.places[number].end());
    }
    keepFrom(level, places);
    if (level == 0 && places.size() <= mostMarks(frame, kAllCover)) return places;
    const std::size_t most = mostMarks(frame, kSomeCover);
    while (places.size() > most) {
        keepFrom(++level, places);
    }
    return places;
}

Rgb blended(Rgb under, Rgb over, std::uint32_t cover) {
    const auto part = [&](int shift) {
        const std::uint32_t a = (under >> shift) & 255, b = (over >> shift) & 255;
        return (a * (255 - cover) + b * cover + 127) / 255 << shift;
    };
    return part(24) | part(16) | part(8) | part(0);
}

void stamp(const RasterFrame& frame, const MarkStamp& shape, const MarkPlace& place, Rgb colour) {
    for (int row = 0; row < shape.side; ++row) {
        const int y = place.y + shape.low + row;
        if (y < 0 || y >= frame.grid.height) continue;
        for (int column = 0; column < shape.side; ++column) {
            const int x = place.x + shape.low + column;
            if (x < 0 || x >= frame.grid.width) continue;
            const auto at =
                static_cast<std::size_t>(row) * static_cast<std::size_t>(shape.side) + static_cast<std::size_t>(column);
            Rgb& pixel = frame.row(y)[x];
            pixel = blended(blended(pixel, frame.colours.markEdge, shape.outer[at]), colour, shape.inner[at]);
        }
    }
}

} // namespace

MarkStamp::MarkStamp(ClassMark ofMark, int ofSize) : mark(ofMark), size(ofSize) {
    constexpr int parts = 4; // of a pixel, each way
    const int edge = std::max(1, static_cast<int>(std::lround(size / 8.0)));
    side = size + 2 * edge;
    low = -(size / 2) - edge;
    const double half = 0.5 * size, width = edge / half;
    for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
            int inside = 0, within = 0;
            for (int part = 0; part < parts * parts; ++part) {
                const int down = part / parts, right = part % parts;
                const double x = (column - edge + (right + 0.5) / parts) / half - 1;
                const double y = (row - edge + (down + 0.5) / parts) / half - 1;
                const bool covered = markCovers(mark, x, y);
                inside += covered;
                within += covered || distanceToMark(mark, x, y) <= width;
            }
            inner.push_back(static_cast<std::uint8_t>(255 * inside / (parts * parts)));
            outer.push_back(static_cast<std::uint8_t>(255 * within / (parts * parts)));
        }
    }
}

int RasterFrame::markSide() const {
    // As even or odd as a point, so that both have one middle.
    return style.markSize + ((style.markSize ^ style.pointSize) & 1);
}

void forgetMarks(StarRaster::Buffers& buffers) {
    for (BandScratch& scratch : buffers.scratch) {
        for (std::vector<MarkPlace>& places : scratch.marks.places) {
            places.clear();
        }
        scratch.marks.levels.fill(0);
    }
}

void keepMarks(const RasterFrame& frame, const StarGrid& band, BandScratch& scratch) {
    const std::size_t most = mostMarks(frame, kAllCover);
    for (int y = band.first; y < band.end; ++y) {
        const std::uint32_t* cells = scratch.keys.data() + band.cellOf(y, 0);
        for (int x = 0; x < band.width; ++x) {
            const std::uint32_t key = cells[x];
            if (key < ClassKey::kHighlighted) continue;
            const std::size_t number = key & ClassKey::kClassBits;
            int& level = scratch.marks.levels[number];
            if (levelOf(key) < level) continue;
            std::vector<MarkPlace>& places = scratch.marks.places[number];
            places.push_back({key, x, y});
            // More here than all may have: what all threads find together has a higher level than that.
            while (places.size() > most) {
                keepFrom(++level, places);
            }
        }
    }
}

void drawMarks(StarRaster::Buffers& buffers, const RasterFrame& frame) {
    std::vector<MarkPlace> all;
    for (std::size_t number = 1; number <= frame.colours.classes.size(); ++number) {
        const std::vector<MarkPlace> places = chosen(frame, buffers.scratch, number);
        all.insert(all.end(), places.begin(), places.end());
    }
    std::ranges::sort(all, {}, [](const MarkPlace& place) { return std::tuple(place.key, place.y, place.x); });
    for (const MarkPlace& place : all) {
        const std::size_t number = (place.key & ClassKey::kClassBits) - 1;
        const ClassMark mark = frame.colours.marks[number];
        auto known = std::ranges::find_if(
            buffers.stamps, [&](const MarkStamp& one) { return one.mark == mark && one.size == frame.markSide(); });
        if (known == buffers.stamps.end()) {
            known = buffers.stamps.insert(known, MarkStamp(mark, frame.markSide()));
        }
        stamp(frame, *known, place, frame.colours.classes[number]);
    }
}

MarkedPoints::MarkedPoints(const RasterFrame& frame) {
    const int low = -(frame.style.pointSize / 2);
    const int high = low + frame.style.pointSize - 1;
    const double half = 0.5 * frame.style.pointSize, middle = 0.5 * (low + high);
    for (std::size_t number = 1; number <= frame.colours.classes.size(); ++number) {
        for (int y = low; y <= high; ++y) {
            for (int x = low; x <= high; ++x) {
                if (markCovers(frame.colours.marks[number - 1], (x - middle) / half, (y - middle) / half)) {
                    m_pixels[number].push_back({x, y});
                }
            }
        }
    }
}

void MarkedPoints::raise(const StarGrid& band, const std::uint32_t* cells, std::vector<std::uint32_t>& pixels) const {
    for (int cellRow = band.top; cellRow < band.bottom; ++cellRow) {
        const int row = cellRow - band.border;
        const std::uint32_t* line = cells + band.cellOf(row, 0);
        for (int column = -band.border; column < band.width + band.border; ++column) {
            const std::uint32_t key = line[column];
            if (key < ClassKey::kHighlighted) continue;
            for (const Offset& offset : m_pixels[key & ClassKey::kClassBits]) {
                const int x = column + offset.x, y = row + offset.y;
                if (x < 0 || x >= band.width || y < band.first || y >= band.end) continue;
                std::uint32_t& pixel =
                    pixels[static_cast<std::size_t>(y - band.first) * static_cast<std::size_t>(band.width) +
                           static_cast<std::size_t>(x)];
                pixel = std::max(pixel, key);
            }
        }
    }
}

} // namespace zscape
