#pragma once

#include "core/tracks/make_tracks.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// The stars a track is made of and what is averaged over them; shared by all kinds of tracks. Internal to tracks.
class TrackMembers {
public:
    /// Throws Error when `among` is not of the table's size.
    TrackMembers(const StarTable& table, const TrackStars& among, const JobContext& job);

    using Values = std::shared_ptr<const std::vector<double>>;
    /// A column the track cannot do without; `track` names it in the Error that is thrown where it is missing.
    Values need(std::string_view name, std::string_view track) const;
    std::string idOf(std::string_view name) const; ///< as the table spells it; `name` itself for a formula
    std::string unitOf(std::string_view name) const;

    /// Rows allowed by `among` that have a latent point, ascending.
    const std::vector<std::uint32_t>& rows() const { return m_rows; }
    /// A point of these rows; sums in their order, in float64.
    TrackPoint point(double along, std::vector<std::uint32_t> members) const;
    /// The labels that points average over: those of method.md that the table has.
    const std::vector<std::string>& labelNames() const { return m_labelNames; }
    const JobContext& job() const { return m_job; }

private:
    const StarTable& m_table;
    const JobContext& m_job;
    std::vector<std::uint32_t> m_rows;
    std::vector<std::string> m_labelNames;
    std::vector<Values> m_labels;
};

/// Centre of bin `index` of `bins`; a single bin stands at `from`.
double binCentre(const TrackBins& bins, int index);

/// Puts the rows that are members into bins by their coordinate and keeps those with enough stars. `coordinate` is one
/// a row of the table; NaN is in no bin.
void fillTrack(Track& track, const TrackMembers& stars, const std::vector<std::uint32_t>& rows,
               const std::vector<double>& coordinate, const TrackBins& bins, std::size_t minimumStars);

} // namespace zscape
