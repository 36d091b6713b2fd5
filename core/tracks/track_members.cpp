#include "core/tracks/track_members.h"

#include "core/base/error.h"

#include <array>
#include <cmath>
#include <limits>

namespace zscape {

TrackMembers::TrackMembers(const StarTable& table, const TrackStars& among, const JobContext& job)
    : m_table(table),
      m_job(job) {
    if (among && among->size() != table.rows()) {
        throw Error("the stars to take tracks from are of a catalogue with " + std::to_string(among->size()) +
                    " rows and this one has " + std::to_string(table.rows()) + "; choose them anew");
    }
    const Latents* latents = table.latents().get();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (among && !among->test(row)) continue;
        if (latents && !std::isfinite(latents->mu[row * latents->latentSize])) continue;
        m_rows.push_back(static_cast<std::uint32_t>(row));
    }
    constexpr std::array labels{"teff", "logg", "m_h", "alpha_m", "fe_h", "mg_fe", "BP-RP"};
    for (const char* name : labels) {
        if (const StarTable::Entry* entry = table.find(name)) {
            job.throwIfCancelled();
            m_labelNames.push_back(entry->id);
            m_labels.push_back(table.exact(entry->id, job));
        }
    }
}

TrackMembers::Values TrackMembers::need(std::string_view name, std::string_view track) const {
    const std::vector<std::string> missing = m_table.missingNames(std::string(name));
    if (!missing.empty()) {
        throw Error("the " + std::string(track) + " track needs the column '" + missing.front() +
                    "', which this catalogue lacks; open one with stellar labels");
    }
    return m_table.exact(std::string(name), m_job);
}

std::string TrackMembers::idOf(std::string_view name) const {
    const StarTable::Entry* entry = m_table.find(name);
    return entry ? entry->id : std::string(name);
}

std::string TrackMembers::unitOf(std::string_view name) const {
    const StarTable::Entry* entry = m_table.find(name);
    return entry ? entry->unit : std::string();
}

TrackPoint TrackMembers::point(double along, std::vector<std::uint32_t> members) const {
    TrackPoint point;
    point.along = along;
    point.stars = members.size();
    for (const Values& values : m_labels) {
        double sum = 0;
        std::size_t count = 0;
        for (const std::uint32_t row : members) {
            const double value = (*values)[row];
            if (!std::isfinite(value)) continue;
            sum += value;
            ++count;
        }
        point.labels.push_back(count ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN());
    }
    if (const Latents* latents = m_table.latents().get()) {
        const std::size_t size = latents->latentSize;
        std::vector<double> sums(size);
        for (const std::uint32_t row : members) {
            for (std::size_t k = 0; k < size; ++k) {
                sums[k] += latents->mu[row * size + k];
            }
        }
        for (const double sum : sums) {
            point.latent.push_back(static_cast<float>(sum / static_cast<double>(members.size())));
        }
    }
    point.members = std::move(members);
    return point;
}

double binCentre(const TrackBins& bins, int index) {
    if (bins.points < 2) return bins.from;
    return bins.from + (bins.to - bins.from) * index / (bins.points - 1);
}

void fillTrack(Track& track, const TrackMembers& stars, const std::vector<std::uint32_t>& rows,
               const std::vector<double>& coordinate, const TrackBins& bins, std::size_t minimumStars) {
    stars.job().throwIfCancelled();
    track.labelNames = stars.labelNames();
    track.bins = static_cast<std::size_t>(bins.points);
    std::vector<std::vector<std::uint32_t>> members(track.bins);
    for (const std::uint32_t row : rows) {
        const double value = coordinate[row];
        for (int bin = 0; bin < bins.points; ++bin) {
            if (std::abs(value - binCentre(bins, bin)) < bins.halfWidth) {
                members[static_cast<std::size_t>(bin)].push_back(row);
            }
        }
    }
    for (int bin = 0; bin < bins.points; ++bin) {
        std::vector<std::uint32_t>& chosen = members[static_cast<std::size_t>(bin)];
        if (chosen.empty() || chosen.size() < minimumStars) continue;
        track.points.push_back(stars.point(binCentre(bins, bin), std::move(chosen)));
        track.points.back().bin = static_cast<std::size_t>(bin);
    }
}

} // namespace zscape
