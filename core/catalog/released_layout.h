#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace zscape {

/// Where astropy keeps a table and the lines that describe its columns.
namespace released {
inline constexpr const char* tableName = "__astropy_table__";
inline constexpr const char* metaName = "__astropy_table__.__table_column_meta__";
} // namespace released

/// Reads the released layout: HDF5 dataset `__astropy_table__`, one compound row a star (method.md section 1), any
/// extra columns kept (vector columns other than the coefficients are kept as one column an element, `name[k]`).
/// Reads blocks of the file's own row type and converts them to columns. Column names are matched without regard to
/// case. Throws Error: not HDF5, truncated, no such dataset, missing columns (all named, with those there are), arrays
/// of unequal length, no rows; Cancelled.
Catalog readReleasedCatalog(const std::filesystem::path& path, const JobContext& job = {});

/// How many rows it has. Throws Error as readReleasedCatalog.
std::size_t countReleasedRows(const std::filesystem::path& path);

/// Some of its rows (ascending, at least one) with some of its columns alone (those there are): for processes that
/// share a catalogue. Row r of the result is rows[r] of the file, and notices and usability are about the result: a
/// repeated source_id outside it is not seen. Throws Error as readReleasedCatalog.
Catalog readReleasedRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows,
                         std::span<const std::string> columns, const JobContext& job = {});

/// Writes the same layout (float32 coefficients and errors, every column with its type and unit), readable by astropy.
/// Atomic. Throws Error.
void writeReleasedCatalog(const Catalog& catalog, const std::filesystem::path& path, const JobContext& job = {});

} // namespace zscape
