#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/explore/star_table.h"
#include "core/xp/xp_instrument.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What goes to other programs and comes from them, as files and numbers. No Qt, any thread.
namespace zscape::samp {

/// A table that this and other programs know by an id: row r is the star ids[r].
struct KnownTable {
    std::string id;
    std::string url;
    std::vector<std::int64_t> ids; ///< source_id a row; 0 where a row has none
};

/// The rows of a known table whose stars are in `stars` of the catalogue, from 0.
std::vector<std::int64_t> rowsOf(const KnownTable& table, const StarTable& stars, const BitSet& selected);
/// The source_ids of rows of a known table. Throws Error for a row that it does not have.
std::vector<std::int64_t> idsOf(const KnownTable& table, const std::vector<std::int64_t>& rows);
/// The catalogue's row of a source_id.
std::optional<std::size_t> catalogRow(const StarTable& stars, std::int64_t id);

/// Whether a table holds XP spectra that can be read. False for what cannot be opened at all.
bool hasSpectra(const std::filesystem::path& path);

/// Writes stars with every column, UCDs where they are known; the source_ids row by row. By the path's ending. Throws
/// Error, Cancelled.
std::vector<std::int64_t> writeStars(const std::filesystem::path& path, const StarTable& stars, const BitSet& selected,
                                     const JobContext& job);
/// The source_id of every row of a table that another program sent (FITS, VOTable, CSV; gzip), 0 where it is missing.
/// Throws Error (no column with Gaia source_ids; a table that cannot be read), Cancelled.
std::vector<std::int64_t> readStars(const std::filesystem::path& path, const JobContext& job);

/// Writes a star's calibrated flux [W m^-2 nm^-1] by wavelength [nm]. Throws Error, also when the instrument's tables
/// are not for its coefficients.
void writeSpectrum(const std::filesystem::path& path, const Catalog& catalog, std::size_t row,
                   const XpInstrument& instrument);

/// ICRS degrees. Nothing where the catalogue has neither RA and DEC nor l and b, or the star misses them.
struct SkyPosition {
    double ra = 0;
    double dec = 0;
};
std::optional<SkyPosition> positionOf(const StarTable& stars, std::size_t row);
/// The star nearest to a position, at most `arcseconds` away. Throws Error when the catalogue has no positions.
std::optional<std::size_t> starAt(const StarTable& stars, const SkyPosition& position, double arcseconds);

} // namespace zscape::samp
