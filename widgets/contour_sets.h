#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/base/thread_pool.h"
#include "core/plot/classes.h"
#include "core/plot/viewport.h"
#include "widgets/line_layer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace zscape {

/// The contours of stars at enclosed fractions, from a smoothed histogram over the bulk of all stars' range, so that
/// they do not change with the zoom. Smaller fractions have wider lines; the largest is dashed where there are several.
ContourSet contourSet(ThreadPool& pool, std::span<const float> xs, std::span<const float> ys, const BitSet* shown,
                      const AxisRange& x, const AxisRange& y, std::vector<double> fractions, const QColor& colour);

/// The contours of a view, as a value that can be computed on any thread.
struct ContourRequest {
    std::uint64_t number = 0; ///< counts the view's requests
    std::shared_ptr<const std::vector<float>> x, y;
    std::shared_ptr<const BitSet> shown; ///< nullptr: all stars
    std::vector<Highlight> highlights; ///< one set for each in its colour and shape; without any one of the shown stars
    AxisRange xAxis, yAxis;            ///< of which only the scale matters
    std::vector<double> fractions;
    QColor colour; ///< of the shown stars' set
};
/// Throws Cancelled.
std::vector<ContourSet> contourSets(ThreadPool& pool, const ContourRequest& request, const JobContext& job = {});

/// The range that holds the bulk of the stars, with room around it; scale and direction are those of `axis`. Estimated
/// from up to 100,000 evenly spaced stars: it bounds a grid, it leaves no star out of a view.
AxisRange bulkRange(const AxisRange& axis, std::span<const float> values, const BitSet* shown);

} // namespace zscape
