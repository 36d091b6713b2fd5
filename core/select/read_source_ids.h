#pragma once

#include "core/base/job_context.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace zscape {

/// source_ids from a file: a CSV or ECSV table with a column source_id (or ids), plain text with one a line (or parted
/// by spaces or commas; lines that begin with # are skipped), HDF5 with a dataset source_id or ids (also as
/// FILE.h5:/dataset) or an astropy table with such a column. In file order, as they are.
/// Throws Error naming the file and the line or dataset; Cancelled.
std::vector<std::int64_t> readSourceIds(const std::filesystem::path& path, const JobContext& job = {});

} // namespace zscape
