#pragma once

#include "core/tracks/make_tracks.h"

#include <string>
#include <vector>

namespace zscape {

/// The selection that the paper and its code take the stars of such tracks from: "pristine labels" for the alpha
/// tracks, "good labels" for the others (method.md sections 2 and 6), "all" for one drawn by hand.
std::string usualTrackStars(TrackKind kind);

/// The stars of "all" (a null set), of a built-in selection by its name, or those for which a formula holds.
/// Throws Error naming the columns that are missing; Cancelled.
TrackStars trackStarsNamed(const StarTable& table, const std::string& nameOrFormula, TrackFlavour flavour,
                           const JobContext& job = {});

/// Tracks of some kinds from the stars named by `among`; "" takes the usual ones of each kind.
std::vector<Track> makeTracksAmong(const StarTable& table, const std::vector<TrackKind>& kinds,
                                   const TrackOptions& options, const std::string& among, TrackFlavour flavour,
                                   const JobContext& job = {});

/// Kinds by names joined with commas; "metallicity" and "alpha" stand for all of theirs, "all" for all but Drawn.
/// Throws Error for another name.
std::vector<TrackKind> trackKindsNamed(const std::string& names);

} // namespace zscape
