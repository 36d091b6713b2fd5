#pragma once

#include <vector>

namespace zscape {

struct CurveRange {
    double lower = 0;
    double upper = 1;
};

/// The range in which curves that fall from a great height can be read: that of the lower four fifths of the finite
/// values with some room, or of all of them where that is not much more. The first epoch's loss may be a thousand times
/// the last; what is cut off stays in the data. 0..1 without finite values.
CurveRange robustCurveRange(std::vector<double> values);

} // namespace zscape
