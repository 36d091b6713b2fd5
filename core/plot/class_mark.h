#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace zscape {

/// The shapes that tell classes apart beside their colours, in the order in which they are given out.
enum class ClassMark : std::uint8_t { Circle, Square, Up, Diamond, Cross, Down, Plus };
inline constexpr std::size_t kClassMarks = 7;
/// Starts over after seven.
ClassMark classMark(std::size_t number);

struct MarkCorner {
    double x, y; ///< y downwards
};
/// The outline of a shape, closed from the last corner to the first, within -1 .. 1 of its middle.
const std::vector<MarkCorner>& markOutline(ClassMark mark);
/// Whether a place is inside that outline.
bool markCovers(ClassMark mark, double x, double y);
/// How far a place is from that outline, inside or outside of it.
double distanceToMark(ClassMark mark, double x, double y);

} // namespace zscape
