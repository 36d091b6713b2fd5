#pragma once

namespace zscape {

/// Wall milliseconds since the kernel started this process (Linux: to 10 ms); NaN where that cannot be told.
double millisecondsSinceProcessStart();

} // namespace zscape
