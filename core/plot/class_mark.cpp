#include "core/plot/class_mark.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace zscape {

namespace {

using Outline = std::vector<MarkCorner>;

Outline circle() {
    constexpr int corners = 32;
    Outline outline;
    for (int corner = 0; corner < corners; ++corner) {
        const double angle = 2 * std::numbers::pi * corner / corners;
        outline.push_back({std::cos(angle), std::sin(angle)});
    }
    return outline;
}

Outline square() {
    constexpr double half = 0.88; // about as much of the eye as the circle
    return {{-half, -half}, {half, -half}, {half, half}, {-half, half}};
}

Outline triangle(double down) {
    constexpr double base = 0.85;
    return {{0, -down}, {1, base * down}, {-1, base * down}};
}

Outline cross() {
    constexpr double arm = 0.35; // of an arm's width along an axis
    return {{0, -arm}, {1 - arm, -1}, {1, arm - 1},  {arm, 0},  {1, 1 - arm},  {1 - arm, 1},
            {0, arm},  {arm - 1, 1},  {-1, 1 - arm}, {-arm, 0}, {-1, arm - 1}, {arm - 1, -1}};
}

Outline plus() {
    constexpr double arm = 0.3;
    return {{-arm, -1}, {arm, -1}, {arm, -arm}, {1, -arm}, {1, arm},   {arm, arm},
            {arm, 1},   {-arm, 1}, {-arm, arm}, {-1, arm}, {-1, -arm}, {-arm, -arm}};
}

double distanceToSegment(double x, double y, const MarkCorner& from, const MarkCorner& to) {
    const double wayX = to.x - from.x, wayY = to.y - from.y;
    const double share = ((x - from.x) * wayX + (y - from.y) * wayY) / (wayX * wayX + wayY * wayY);
    const double at = std::clamp(share, 0.0, 1.0);
    return std::hypot(from.x + at * wayX - x, from.y + at * wayY - y);
}

} // namespace

ClassMark classMark(std::size_t number) {
    return static_cast<ClassMark>(number % kClassMarks);
}

const std::vector<MarkCorner>& markOutline(ClassMark mark) {
    static const std::array<Outline, kClassMarks> outlines{
        circle(), square(), triangle(1), {{0, -1}, {1, 0}, {0, 1}, {-1, 0}}, cross(), triangle(-1), plus()};
    return outlines[static_cast<std::size_t>(mark)];
}

bool markCovers(ClassMark mark, double x, double y) {
    const Outline& outline = markOutline(mark);
    bool inside = false;
    for (std::size_t k = 0, before = outline.size() - 1; k < outline.size(); before = k++) {
        const MarkCorner &a = outline[k], &b = outline[before];
        if ((a.y > y) != (b.y > y) && x < a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y)) inside = !inside;
    }
    return inside;
}

double distanceToMark(ClassMark mark, double x, double y) {
    const Outline& outline = markOutline(mark);
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0, before = outline.size() - 1; k < outline.size(); before = k++) {
        least = std::min(least, distanceToSegment(x, y, outline[before], outline[k]));
    }
    return least;
}

} // namespace zscape
