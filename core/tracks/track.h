#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// tracks: paths of binned stars through label space with their image in latent space (method.md section 6).
/// No drawing here, and no model: a track is made of stars that are encoded already.
namespace zscape {

enum class TrackKind {
    MainSequence,
    GiantBranch,
    MetallicityDwarfs,
    MetallicityGiants,
    HighAlpha,
    LowAlpha,
    FixedMetallicity,
    Drawn
};
std::string_view trackKindName(TrackKind kind);     ///< "ms", "gb", "metallicity-ms", ..., as the command line has them
TrackKind trackKindFromName(std::string_view name); ///< throws Error

/// One bin that has stars: the mean of its members' labels and, as its image, the mean of their latents.
struct TrackPoint {
    double along = 0;                   ///< where the bin stands on its track: its centre in Track::alongName
    std::vector<double> labels;         ///< one of Track::labelNames; NaN where no member has it
    std::vector<float> latent;          ///< latentSize; empty without latents
    std::size_t stars = 0;              ///< never 0
    std::vector<std::uint32_t> members; ///< rows of the catalogue, ascending; empty for a track read from a file
    std::size_t bin = 0;                ///< which of Track::bins
};

/// Bins without enough stars are not in the list, so a line through `points` never visits an empty bin.
struct Track {
    std::string name; ///< "MS", "GB", "[M/H] = -0.17 giants"
    TrackKind kind = TrackKind::MainSequence;
    std::string alongName; ///< the column's id, "TEFF"; "path" for a drawn track
    std::string alongUnit;
    double parameter = 0;                ///< [M/H] of a metallicity or fixed-metallicity track, else 0
    std::vector<std::string> labelNames; ///< columns' ids as StarTable has them
    std::vector<TrackPoint> points;
    std::size_t bins = 0; ///< how many there were, the empty ones included

    std::size_t stars() const; ///< sum over points; a star in two bins counts twice
    /// The mean of a label at a point; nothing when the track has no such label.
    std::optional<double> label(std::size_t point, std::string_view id) const;
};

} // namespace zscape
