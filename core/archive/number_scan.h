#pragma once

namespace zscape {

/// Reads one decimal number at `from` (an optional sign, digits, point, exponent; no blanks before it) and returns the
/// place after it; `from` itself where no number stands there. The result is the nearest double (or float) to the
/// decimal text, ties to even, as std::from_chars gives it; too large is infinity, too small zero. Words such as "nan"
/// are no numbers here. For the arrays of text tables, where nearly all the time of reading goes (zscape bench).
const char* scanNumber(const char* from, const char* end, double& value);
const char* scanNumber(const char* from, const char* end, float& value);

} // namespace zscape
