#pragma once

#include <vector>

namespace zscape {

/// Inside core/archive: the numbers of a list, many at a time. Appends those from `from` on that are plain (a minus at
/// most, up to 14 characters in all, digits with a point at most) and followed by a comma, as long as there are such,
/// and returns the place after the last one's comma and the blank behind it; `from` itself where the first is none.
/// What it stops at is for scanNumber, whose values it gives. Without SSE it always stops at once.
template <typename T>
const char* scanPlainNumbers(const char* from, const char* end, std::vector<T>& values);

} // namespace zscape
