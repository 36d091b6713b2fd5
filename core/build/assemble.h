#pragma once

#include "core/build/import_cache.h"
#include "core/build/part_table.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace zscape {

/// Inputs as they were read, and which of their rows make a star of the catalogue.
struct JoinedRows {
    std::unique_ptr<PartTable> spectra;
    std::vector<std::unique_ptr<PartTable>> labels;
    /// A row of every label table, then of the spectra, for each star; IdIndex::none where it does not stand there.
    std::vector<std::vector<std::uint32_t>> rows;

    std::size_t stars() const { return rows.back().size(); }
};

/// Cross-matches by source_id and tells the steps. Throws Error when no star is left, Cancelled.
JoinedRows joinInputs(const std::vector<CachedInput>& spectra, const std::vector<CachedInput>& labels,
                      const ImportOptions& options, ImportReport& report, const JobContext& job);

/// Writes the joined stars as a native catalogue, its G flux filled. Throws Error, Cancelled.
void assemble(const JoinedRows& joined, const std::filesystem::path& path, const ImportOptions& options,
              ImportReport& report, const JobContext& job);

/// Applies the cuts one after another. Throws Error: a formula that cannot be understood, no star left.
BitSet applyCuts(const std::shared_ptr<const Catalog>& catalog, const ImportOptions& options, ImportReport& report,
                 const JobContext& job);

} // namespace zscape
