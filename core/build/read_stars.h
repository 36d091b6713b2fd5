#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"

#include <cstddef>
#include <filesystem>

namespace zscape {

/// The stars of one file as a catalogue in memory: of a catalogue itself, or of XP spectra in any format that
/// `zscape import` reads, with the labels that stand beside them and their G flux filled. For files of few stars, such
/// as are shown beside an open catalogue. Throws Error: no spectra, a row that cannot be read, more than `most` stars
/// (told before they are all read); Cancelled.
Catalog readStars(const std::filesystem::path& path, std::size_t most, const JobContext& job = {});

/// Whether the file is a catalogue, which opens at once, rather than spectra as an archive delivers them. False for
/// what cannot be opened at all.
bool isCatalogFile(const std::filesystem::path& path);

} // namespace zscape
