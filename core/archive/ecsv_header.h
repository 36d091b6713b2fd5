#pragma once

#include "core/archive/table_source.h"

#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// What the YAML header of an ECSV file says.
struct EcsvHeader {
    char delimiter = ' '; ///< ECSV's own default
    std::vector<ColumnInfo> columns;
    std::map<std::string, std::string> meta;
};

/// Reads the header's lines without their "# ", joined by newlines: the part of YAML that ECSV writers use (astropy's
/// flow mappings, the Gaia archive's block mappings). Throws Error naming `file` where columns cannot be understood.
EcsvHeader parseEcsvHeader(std::string_view yaml, const std::string& file);

} // namespace zscape
