#pragma once

#include "core/base/bit_set.h"
#include "core/tracks/track.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zscape {

/// `Paper` takes giant-branch members within 100 K of the relation; the released code compares kelvins with its width
/// in dex and so keeps those within 0.2 K, by a slip (method.md section 6).
enum class TrackFlavour { Paper, Released };

/// Bins at `points` places evenly from `from` to `to`, both ends included; a star is in a bin when it is nearer than
/// `halfWidth` to its centre. Bins may overlap.
struct TrackBins {
    int points = 0;
    double from = 0;
    double to = 0;
    double halfWidth = 0;
    bool operator==(const TrackBins&) const = default;
};

/// Eq 11: log g = 4.6 (Teff < 5 kK), 7.1 - Teff / 2 kK (to 6.3 kK), 3.95 beyond.
struct MainSequenceOptions {
    TrackBins teff_K{15, 5000, 6300, 10};
    double memberLogg_dex = 0.2; ///< members are nearer to the relation
    bool operator==(const MainSequenceOptions&) const = default;
};
/// Eq 12: Teff / kK = 3.59 + 0.44 log g (log g < 3.65), 0.09 + 1.4 log g beyond.
struct GiantBranchOptions {
    TrackBins logg_dex{20, 0, 3.65, 0.2};
    double memberTeff_K = 100;
    bool operator==(const GiantBranchOptions&) const = default;
};
/// Fig 12; dwarfs and giants parted by log g = 5.9 - 0.4 Teff / kK.
struct MetallicityOptions {
    TrackBins metallicity_dex{9, -2.17, 0.5, 0.2}; ///< one track a value
    TrackBins giantTeff_K{8, 3200, 5200, 100};
    TrackBins dwarfTeff_K{8, 4400, 6400, 100};
    bool operator==(const MetallicityOptions&) const = default;
};
/// Fig 13, on the stars above and below the line of Patil et al. (2023) in [Fe/H]-[Mg/Fe].
struct AlphaOptions {
    int points = 8;
    double halfWidth_dex = 0.1;
    /// [M/H] of the first and last bin; without, `margin_dex` inside the lowest and highest [M/H] of the members.
    std::optional<std::pair<double, double>> range_dex;
    double margin_dex = 0.2;
    double fixedMetallicity_dex = -0.4;
    double fixedHalfWidth_dex = 0.2;
    TrackBins fixedAlpha_dex{8, 0, 0.4, 0.05};
    bool operator==(const AlphaOptions&) const = default;
};

/// A line drawn by hand in any two columns or formulas. Distances are measured with each axis divided by its scale, as
/// on the screen; a star belongs to the place on the line that is nearest to it, and is a member within `width`.
struct DrawnOptions {
    std::string x, y;                                ///< ids or formulas
    std::vector<std::pair<double, double>> vertices; ///< at least 2, data space
    double xScale = 1, yScale = 1;                   ///< above 0; e.g. the lengths of the axes
    double width = 0.02;                             ///< in scaled units
    int points = 15;                                 ///< bins of equal length along the line
    std::string name = "drawn";
    bool operator==(const DrawnOptions&) const = default;
};

struct TrackOptions {
    MainSequenceOptions mainSequence;
    GiantBranchOptions giantBranch;
    MetallicityOptions metallicity;
    AlphaOptions alpha;
    std::vector<DrawnOptions> drawn;
    std::size_t minimumStars = 1; ///< a bin with fewer does not appear
    bool operator==(const TrackOptions&) const = default;

    static TrackOptions of(TrackFlavour flavour);
};

/// Throws Error naming the option that is no use (a count below 1, a width that is not above 0, ...).
void checkTrackOptions(const TrackOptions& options);

/// Versioned JSON; reading takes what is missing from the defaults. Throws Error naming the key.
std::string toJson(const TrackOptions& options);
TrackOptions trackOptionsFromJson(std::string_view text);
/// Tracks without their members' rows.
std::string toJson(const std::vector<Track>& tracks);
std::vector<Track> tracksFromJson(std::string_view text);

} // namespace zscape
