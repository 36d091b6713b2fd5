#pragma once

#include "widgets/figure/figure_page.h"

#include <filesystem>
#include <string>

namespace zscape {

/// The numbers behind a figure as CSV: first lines that begin with # and tell where it is from, then the columns
/// panel, layer, x, y, value, stars, source_id; a star, a bin with stars, a track's point, a curve's vertex or a
/// histogram's bin a row (x is the bin's middle, y its height). Numbers read back exactly; only what lies within the
/// panel's axes is there.
std::string figureCsv(const Figure& figure);

/// "kiel.pdf" -> "kiel.csv".
std::filesystem::path csvBeside(const std::filesystem::path& figure);

} // namespace zscape
