#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/base/thread_pool.h"
#include "core/model/spectral_model.h"
#include "core/select/definition.h"

namespace zscape {

/// The stars of a NearestShape. Throws Error when the point has another number of latents; Cancelled.
BitSet nearestMask(ThreadPool& pool, const NearestShape& shape, const Latents& latents, const JobContext& job);

} // namespace zscape
