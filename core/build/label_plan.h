#pragma once

#include "core/build/import.h"

namespace zscape {

/// Which columns of a table an import takes: those named in the options, then what the aliases give. Columns that the
/// table does not have are left out: another label table may have them. Throws Error when there is no source_id.
LabelMapping planLabels(const std::filesystem::path& path, const TableSchema& schema, const ImportOptions& options);

} // namespace zscape
