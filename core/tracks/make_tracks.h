#pragma once

#include "core/base/job_context.h"
#include "core/explore/star_table.h"
#include "core/io/table_file.h"
#include "core/tracks/track.h"
#include "core/tracks/track_options.h"

#include <vector>

namespace zscape {

/// Which stars a track may take: a null set means all. A star needs the labels the track asks for, and latents where
/// the table has any. The same stars give the same track to the last bit.
using TrackStars = std::shared_ptr<const BitSet>;

/// Each throws Error naming the columns that are missing, or for options that are no use; Cancelled.
Track mainSequenceTrack(const StarTable& table, const TrackOptions& options, const TrackStars& among = {},
                        const JobContext& job = {});
Track giantBranchTrack(const StarTable& table, const TrackOptions& options, const TrackStars& among = {},
                       const JobContext& job = {});
/// One a metallicity, in rising order; `kind` is MetallicityDwarfs or MetallicityGiants. Tracks without any point are
/// left out.
std::vector<Track> metallicityTracks(const StarTable& table, TrackKind kind, const TrackOptions& options,
                                     const TrackStars& among = {}, const JobContext& job = {});
/// `kind` is HighAlpha, LowAlpha or FixedMetallicity.
Track alphaTrack(const StarTable& table, TrackKind kind, const TrackOptions& options, const TrackStars& among = {},
                 const JobContext& job = {});
Track drawnTrack(const StarTable& table, const DrawnOptions& drawn, std::size_t minimumStars = 1,
                 const TrackStars& among = {}, const JobContext& job = {});
/// All tracks of some kinds, those drawn by hand for Drawn.
std::vector<Track> makeTracks(const StarTable& table, const std::vector<TrackKind>& kinds, const TrackOptions& options,
                              const TrackStars& among = {}, const JobContext& job = {});

/// The mean of any column or formula over the members of each point: where to draw a track in any view. A latent's is
/// the point's image in latent space; NaN where no member has a value. Throws ExpressionError, and Error for a track
/// without members (from a file) and another column than its labels and latents.
std::vector<double> trackValues(const Track& track, const StarTable& table, const std::string& idOrFormula);

/// Tracks as one table, a row a point: `track` (counted from 1, named in the attributes track_1, ...), `along`,
/// `stars`, one column a label, and `mu`.
NumericTable trackTable(const std::vector<Track>& tracks);

/// method.md section 6, Teff in K.
double mainSequenceLogg(double teff_K);
double giantBranchTeff(double logg);
double giantLineLogg(double teff_K); ///< stars below in log g are giants
double alphaLine(double fe_h);       ///< high-alpha above in [Mg/Fe]

} // namespace zscape
