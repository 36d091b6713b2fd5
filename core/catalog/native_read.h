#pragma once

#include "core/base/shared_array.h"
#include "core/catalog/column.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace zscape {

/// A native file's arrays, mapped: what a Catalog is made of, or a table without spectra (coefficientCount 0).
struct NativeContent {
    std::string name;
    std::string gFluxOrigin;
    std::size_t rows = 0;
    std::size_t coefficientCount = 0;
    SharedArray<std::int64_t> sourceIds;
    SharedArray<float> coefficients, errors;
    SharedArray<std::uint8_t> flags;
    SharedArray<float> bpCorrelations, rpCorrelations; ///< empty without; rows x (size / rows)
    std::vector<Column> columns;
    std::map<std::string, std::string> attributes;
    std::string contentHash;
};

/// Throws Error as openNativeCatalog.
NativeContent readNativeContent(const std::filesystem::path& path);

} // namespace zscape
