#pragma once

#include "app/window/session_file.h"
#include "core/catalog/catalog.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape {

/// Columns that were reckoned in the window, such as RMSE(j), in an HDF5 file beside the session's: they are 4 bytes a
/// star, so no text of JSON. Any thread.

/// Writes these columns of the catalogue, atomically, and says how the session names them. Throws Error.
SessionContent::Columns writeColumns(const std::filesystem::path& file, const Catalog& catalog,
                                     const std::vector<std::string>& names);

/// Throws Error: the file is gone or another one than the session was saved with, or has other stars than the
/// catalogue.
std::vector<Column> readColumns(const SessionContent::Columns& columns, const Catalog& catalog);

} // namespace zscape
