#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace zscape {

/// Zscape's own layout of a catalogue: an HDF5 file whose columns are contiguous datasets, mapped into memory instead
/// of read. Everything but the values has HDF5's checksums.
///
///     attributes     format "zscape catalogue", format_version 1, name, rows, coefficient_count
///     source_id      int64, one a star
///     coefficients, coefficient_errors   float32, stars x coefficient_count [electron/s]
///     flags          uint8: why a star cannot be used (row_flags.h)
///     columns/NAME   float32, float64, int32, int64 or text of fixed width; attributes name, unit, origin, order
///     missing/NAME   uint64 words, bit r of which says that row r of an integer column has no value
///     meta           attributes: free text by key
///     g_flux_origin  where phot_g_mean_flux came from, text padded with NUL
///     content_hash   what Catalog::contentHash said when the file was written
///     correlations/bp, correlations/rp   float32, stars x n(n-1)/2, optional: strict lower triangles, row-major
///
/// In the name of a dataset `/` and `%` of a column's name are written %2F and %25.
namespace native {
inline constexpr const char* formatName = "zscape catalogue";
inline constexpr std::int64_t formatVersion = 1;
} // namespace native

/// Whether the file says of itself that it is one. False for everything else, a missing file too.
bool isNativeCatalog(const std::filesystem::path& path);

/// Opens one; values stay in the file until they are looked at, so that it takes milliseconds at any size and the
/// catalogue may be larger than memory. Throws Error: missing, not native, of a newer version, truncated, damaged.
Catalog openNativeCatalog(const std::filesystem::path& path, const JobContext& job = {});

/// Writes one, atomically; `rows` (may be null) says which rows. Throws Error (disk full: before the first value is
/// written, where the file system can tell), Cancelled.
void writeNativeCatalog(const Catalog& catalog, const std::filesystem::path& path, const JobContext& job = {},
                        const BitSet* rows = nullptr);

/// Coefficient correlations of a native catalogue, row r for star r; a band without them has no columns. Mapped: a star
/// is read when its row is looked at.
struct Correlations {
    MatrixView<const float> bp, rp;        ///< stars x n(n-1)/2; NaN where the archive gave none
    SharedArray<float> bpValues, rpValues; ///< what the views look at
};
/// Throws Error when there are none in the file, or as openNativeCatalog.
Correlations openCorrelations(const std::filesystem::path& path);
bool hasCorrelations(const std::filesystem::path& path);

/// The content hash that was written with a native catalogue, to be compared with Catalog::contentHash.
std::string writtenContentHash(const std::filesystem::path& path);

} // namespace zscape
