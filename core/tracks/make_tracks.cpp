#include "core/tracks/make_tracks.h"

#include "core/base/error.h"
#include "core/tracks/track_members.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace zscape {

namespace {

using Rows = std::vector<std::uint32_t>;

Track trackNamed(std::string name, TrackKind kind, const TrackMembers& stars, std::string_view along) {
    Track track;
    track.name = std::move(name);
    track.kind = kind;
    track.alongName = stars.idOf(along);
    track.alongUnit = stars.unitOf(along);
    return track;
}

template <typename Keep>
Rows rowsWhere(const TrackMembers& stars, const Keep& keep) {
    Rows rows;
    for (const std::uint32_t row : stars.rows()) {
        if (keep(row)) rows.push_back(row);
    }
    return rows;
}

Track mainSequence(const TrackMembers& stars, const TrackOptions& options) {
    const auto teff = stars.need("teff", "MS");
    const auto logg = stars.need("logg", "MS");
    const double width = options.mainSequence.memberLogg_dex;
    const Rows rows = rowsWhere(
        stars, [&](std::uint32_t row) { return std::abs((*logg)[row] - mainSequenceLogg((*teff)[row])) < width; });
    Track track = trackNamed("MS", TrackKind::MainSequence, stars, "teff");
    fillTrack(track, stars, rows, *teff, options.mainSequence.teff_K, options.minimumStars);
    return track;
}

Track giantBranch(const TrackMembers& stars, const TrackOptions& options) {
    const auto teff = stars.need("teff", "GB");
    const auto logg = stars.need("logg", "GB");
    const double width = options.giantBranch.memberTeff_K;
    const Rows rows = rowsWhere(
        stars, [&](std::uint32_t row) { return std::abs((*teff)[row] - giantBranchTeff((*logg)[row])) < width; });
    Track track = trackNamed("GB", TrackKind::GiantBranch, stars, "logg");
    fillTrack(track, stars, rows, *logg, options.giantBranch.logg_dex, options.minimumStars);
    return track;
}

std::vector<Track> metallicity(const TrackMembers& stars, TrackKind kind, const TrackOptions& options) {
    const bool giants = kind == TrackKind::MetallicityGiants;
    const auto teff = stars.need("teff", "metallicity");
    const auto logg = stars.need("logg", "metallicity");
    const auto m_h = stars.need("m_h", "metallicity");
    const Rows side = rowsWhere(stars, [&](std::uint32_t row) {
        const double line = giantLineLogg((*teff)[row]);
        return giants ? (*logg)[row] < line : (*logg)[row] >= line;
    });
    const TrackBins& values = options.metallicity.metallicity_dex;
    std::vector<Track> tracks;
    for (int i = 0; i < values.points; ++i) {
        const double value = binCentre(values, i);
        Rows rows;
        std::ranges::copy_if(side, std::back_inserter(rows),
                             [&](std::uint32_t row) { return std::abs((*m_h)[row] - value) < values.halfWidth; });
        char name[64];
        std::snprintf(name, sizeof name, "[M/H] = %.2f %s", value, giants ? "giants" : "dwarfs");
        Track track = trackNamed(name, kind, stars, "teff");
        track.parameter = value;
        fillTrack(track, stars, rows, *teff, giants ? options.metallicity.giantTeff_K : options.metallicity.dwarfTeff_K,
                  options.minimumStars);
        if (!track.points.empty()) tracks.push_back(std::move(track));
    }
    return tracks;
}

Track alphaSequence(const TrackMembers& stars, TrackKind kind, const AlphaOptions& options, std::size_t minimumStars) {
    const bool high = kind == TrackKind::HighAlpha;
    const std::string name = high ? "high alpha" : "low alpha";
    const auto m_h = stars.need("m_h", name);
    const auto fe_h = stars.need("fe_h", name);
    const auto mg_fe = stars.need("mg_fe", name);
    const Rows rows = rowsWhere(stars, [&](std::uint32_t row) {
        const double above = (*mg_fe)[row] - alphaLine((*fe_h)[row]);
        return std::isfinite((*m_h)[row]) && (high ? above > 0 : above <= 0);
    });
    Track track = trackNamed(name, kind, stars, "m_h");
    TrackBins bins{options.points, 0, 0, options.halfWidth_dex};
    if (options.range_dex) {
        std::tie(bins.from, bins.to) = *options.range_dex;
    } else if (!rows.empty()) {
        const auto [low, top] = std::ranges::minmax_element(rows, {}, [&](std::uint32_t row) { return (*m_h)[row]; });
        bins.from = (*m_h)[*low] + options.margin_dex;
        bins.to = (*m_h)[*top] - options.margin_dex;
        if (bins.from > bins.to) bins.from = bins.to = 0.5 * (bins.from + bins.to);
    }
    fillTrack(track, stars, rows, *m_h, bins, minimumStars);
    return track;
}

Track fixedMetallicity(const TrackMembers& stars, const AlphaOptions& options, std::size_t minimumStars) {
    const auto m_h = stars.need("m_h", "fixed-metallicity");
    const auto alpha = stars.need("alpha_m", "fixed-metallicity");
    const Rows rows = rowsWhere(stars, [&](std::uint32_t row) {
        return std::abs((*m_h)[row] - options.fixedMetallicity_dex) < options.fixedHalfWidth_dex;
    });
    char name[64];
    std::snprintf(name, sizeof name, "fixed [M/H] = %.2f", options.fixedMetallicity_dex);
    Track track = trackNamed(name, TrackKind::FixedMetallicity, stars, "alpha_m");
    track.parameter = options.fixedMetallicity_dex;
    fillTrack(track, stars, rows, *alpha, options.fixedAlpha_dex, minimumStars);
    return track;
}

Track alpha(const TrackMembers& stars, TrackKind kind, const TrackOptions& options) {
    return kind == TrackKind::FixedMetallicity ? fixedMetallicity(stars, options.alpha, options.minimumStars)
                                               : alphaSequence(stars, kind, options.alpha, options.minimumStars);
}

} // namespace

double mainSequenceLogg(double teff_K) {
    if (teff_K < 5000) return 4.6;
    if (teff_K < 6300) return 7.1 - teff_K / 2000;
    return teff_K >= 6300 ? 3.95 : teff_K; // a NaN stays one
}

double giantBranchTeff(double logg) {
    return 1000 * (logg < 3.65 ? 3.59 + 0.44 * logg : 0.09 + 1.4 * logg);
}

double giantLineLogg(double teff_K) {
    return 5.9 - 0.4 * teff_K / 1000;
}

double alphaLine(double fe_h) {
    return ((0.1754 * fe_h + 0.1119) * fe_h - 0.1253) * fe_h + 0.1353;
}

Track mainSequenceTrack(const StarTable& table, const TrackOptions& options, const TrackStars& among,
                        const JobContext& job) {
    checkTrackOptions(options);
    return mainSequence(TrackMembers(table, among, job), options);
}

Track giantBranchTrack(const StarTable& table, const TrackOptions& options, const TrackStars& among,
                       const JobContext& job) {
    checkTrackOptions(options);
    return giantBranch(TrackMembers(table, among, job), options);
}

std::vector<Track> metallicityTracks(const StarTable& table, TrackKind kind, const TrackOptions& options,
                                     const TrackStars& among, const JobContext& job) {
    checkTrackOptions(options);
    return metallicity(TrackMembers(table, among, job), kind, options);
}

Track alphaTrack(const StarTable& table, TrackKind kind, const TrackOptions& options, const TrackStars& among,
                 const JobContext& job) {
    checkTrackOptions(options);
    return alpha(TrackMembers(table, among, job), kind, options);
}

std::vector<Track> makeTracks(const StarTable& table, const std::vector<TrackKind>& kinds, const TrackOptions& options,
                              const TrackStars& among, const JobContext& job) {
    checkTrackOptions(options);
    const TrackMembers stars(table, among, job);
    std::vector<Track> tracks;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        job.report(static_cast<double>(i) / static_cast<double>(kinds.size()), "binning stars along tracks");
        switch (kinds[i]) {
        case TrackKind::MainSequence:
            tracks.push_back(mainSequence(stars, options));
            break;
        case TrackKind::GiantBranch:
            tracks.push_back(giantBranch(stars, options));
            break;
        case TrackKind::MetallicityDwarfs:
        case TrackKind::MetallicityGiants:
            for (Track& track : metallicity(stars, kinds[i], options)) {
                tracks.push_back(std::move(track));
            }
            break;
        case TrackKind::HighAlpha:
        case TrackKind::LowAlpha:
        case TrackKind::FixedMetallicity:
            tracks.push_back(alpha(stars, kinds[i], options));
            break;
        case TrackKind::Drawn:
            for (const DrawnOptions& drawn : options.drawn) {
                tracks.push_back(drawnTrack(table, drawn, options.minimumStars, among, job));
            }
            break;
        }
    }
    return tracks;
}

} // namespace zscape
