#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <cstdint>

namespace zscape {

struct MockOptions {
    std::size_t stars = 50000;
    std::int64_t seed = 1;
    int threads = 0;
};

/// A seeded, Milky-Way-like mock catalogue in the released layout, every column of method.md section 1, always labelled
/// as mock (attribute "mock" = "true", name "mock ..."). The same seed gives the same bytes on any number of threads.
Catalog generateMockCatalog(const MockOptions& options, const JobContext& job = {});

} // namespace zscape
