#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

/// Catalogues as files, whatever their layout: the published one (released_layout.h) and Zscape's own
/// (native_layout.h).
namespace zscape {

enum class CatalogLayout { Released, Native };
std::string_view layoutName(CatalogLayout layout); ///< "released", "native"
/// Throws Error for another name.
CatalogLayout layoutFromName(std::string_view name);

/// Native where the file says so of itself, else Released: whoever reads it next tells what is wrong.
CatalogLayout catalogLayoutOf(const std::filesystem::path& path);

/// Throw Error as readReleasedCatalog and openNativeCatalog; Cancelled.
Catalog readCatalog(const std::filesystem::path& path, const JobContext& job = {});
std::size_t countCatalogRows(const std::filesystem::path& path);
/// Some rows (ascending, at least one) with some columns alone, as readReleasedRows.
Catalog readCatalogRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows,
                        std::span<const std::string> columns, const JobContext& job = {});
/// Atomic. Throws Error, Cancelled.
void writeCatalog(const Catalog& catalog, const std::filesystem::path& path, CatalogLayout layout,
                  const JobContext& job = {});

} // namespace zscape
