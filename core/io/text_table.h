#pragma once

#include "core/io/table_file.h"

namespace zscape {

/// Reads a comma-separated text table; rules and errors as readInputTable says. Streams: the text is never held whole.
InputTable readTextTable(const std::filesystem::path& path, const JobContext& job);

} // namespace zscape
