#pragma once

#include "core/base/bit_set.h"
#include "core/base/thread_pool.h"
#include "core/plot/viewport.h"
#include "widgets/line_layer.h"

#include <span>
#include <vector>

namespace zscape {

/// The contours of stars at enclosed fractions, from a smoothed histogram over the bulk of all stars' range, so that
/// they do not change with the zoom. Smaller fractions have wider lines; the largest is dashed where there are several.
ContourSet contourSet(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                      const AxisRange& x, const AxisRange& y, std::vector<double> fractions, const QColor& colour);

/// The range that holds the bulk of the stars, with room around it; scale and direction are those of `axis`. Estimated
/// from up to 100,000 evenly spaced stars: it bounds a grid, it leaves no star out of a view.
AxisRange bulkRange(const AxisRange& axis, std::span<const float> values, const BitSet* shown);

} // namespace zscape
