#pragma once

#include "core/base/job_context.h"
#include "core/base/thread_pool.h"
#include "core/catalog/row_convert.h"

#include <functional>

namespace zscape {

/// Rows first .. last - 1 of a table of `total` rows.
struct RowRange {
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t total = 0;
};

/// Reads rows of a one-dimensional compound dataset, block by block, and hands each to `use`, which is called from the
/// pool's threads. Every block begins a multiple of 64 after the first row. A contiguous, unconverted dataset is read
/// past HDF5 by all threads; anything else goes through H5Dread in whole chunks. Throws Error (`where` in the message),
/// Cancelled.
void readRowBlocks(hid_t dataset, const RowLayout& layout, const RowRange& range, const std::string& where,
                   ThreadPool& pool, const JobContext& job, const std::function<void(const RowBlock&)>& use);

} // namespace zscape
