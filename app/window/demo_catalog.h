#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <filesystem>

namespace zscape {

/// In the user's cache folder.
std::filesystem::path demoCatalogPath();

/// The mock catalogue of the demo: read from the user's cache folder, generated there on first use. A damaged cached
/// file is made anew. Throws Error, Cancelled.
Catalog openDemoCatalog(const JobContext& job);

} // namespace zscape
