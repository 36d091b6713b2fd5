#pragma once

#include "core/build/import_cache.h"

#include <filesystem>
#include <vector>

namespace zscape {

/// The files with spectra among what the user named; a folder stands for those in it. Throws Error.
std::vector<std::filesystem::path> spectraFiles(const std::vector<std::filesystem::path>& named,
                                                std::vector<ImportInput>& leftOut);

/// Reads one file of spectra into the cache, or finds it there. With options.skipProblems what cannot be read is told
/// in the input's problems. Throws Error, Cancelled.
CachedInput readSpectra(const std::filesystem::path& path, const ImportOptions& options, const ImportCache& cache,
                        int threads, const JobContext& job);

/// The same for a table of labels.
CachedInput readLabels(const std::filesystem::path& path, const ImportOptions& options, const ImportCache& cache,
                       const JobContext& job);

} // namespace zscape
