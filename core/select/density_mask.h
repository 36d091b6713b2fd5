#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/base/thread_pool.h"
#include "core/select/definition.h"

#include <span>

namespace zscape {

/// The stars of a DensityShape whose axes have these values. Throws Cancelled.
BitSet densityMask(ThreadPool& pool, const DensityShape& shape, std::span<const double> x, std::span<const double> y,
                   const JobContext& job);

} // namespace zscape
