#pragma once

#include "core/catalog/catalog.h"
#include "core/explore/star_table.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace zscape::test {

/// A catalogue with any columns, one coefficient a star, and source_ids 1000, 1001, ...
inline std::shared_ptr<const Catalog> labelledCatalog(std::vector<Column> columns) {
    const std::size_t rows = columns.front().size();
    std::vector<std::int64_t> ids(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        ids[row] = 1000 + static_cast<std::int64_t>(row);
    }
    return std::make_shared<const Catalog>("labelled", 1, std::move(ids), std::vector<float>(rows, 1.0f),
                                           std::vector<float>(rows, 1.0f), std::move(columns));
}

/// Latents given row by row.
inline std::shared_ptr<const Latents> latentRows(std::size_t latentSize, std::vector<float> mu) {
    Latents latents{mu.size() / latentSize, latentSize, std::move(mu), {}};
    latents.logVar.assign(latents.mu.size(), 0.0f);
    return std::make_shared<const Latents>(std::move(latents));
}

} // namespace zscape::test
