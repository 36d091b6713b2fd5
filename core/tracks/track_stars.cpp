#include "core/tracks/track_stars.h"

#include "core/base/error.h"
#include "core/select/built_in.h"
#include "core/select/evaluate.h"

#include <algorithm>
#include <map>

namespace zscape {

std::string usualTrackStars(TrackKind kind) {
    switch (kind) {
    case TrackKind::HighAlpha:
    case TrackKind::LowAlpha:
    case TrackKind::FixedMetallicity:
        return "pristine labels";
    case TrackKind::Drawn:
        return "all";
    default:
        return "good labels";
    }
}

TrackStars trackStarsNamed(const StarTable& table, const std::string& nameOrFormula, TrackFlavour flavour,
                           const JobContext& job) {
    if (nameOrFormula == "all") return nullptr;
    const std::vector<Selection> known =
        builtInSelections(flavour == TrackFlavour::Paper ? SelectionPreset::Paper : SelectionPreset::Released);
    const auto named = std::ranges::find(known, nameOrFormula, &Selection::name);
    const Definition definition = named != known.end() ? named->definition : ExpressionShape{nameOrFormula};
    const std::vector<std::string> missing = missingColumns(definition, table, known);
    if (!missing.empty()) {
        std::string list;
        for (const std::string& name : missing) {
            list += (list.empty() ? "" : ", ") + name;
        }
        throw Error("the stars '" + nameOrFormula + "' need columns that this catalogue lacks (" + list +
                    "); take tracks from all stars (--among all) or from those of a formula");
    }
    return std::make_shared<const BitSet>(evaluate(definition, table, known, job));
}

std::vector<Track> makeTracksAmong(const StarTable& table, const std::vector<TrackKind>& kinds,
                                   const TrackOptions& options, const std::string& among, TrackFlavour flavour,
                                   const JobContext& job) {
    std::map<std::string, TrackStars> stars;
    std::vector<Track> tracks;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        job.report(static_cast<double>(i) / static_cast<double>(kinds.size()), "binning stars along tracks");
        const std::string name = among.empty() ? usualTrackStars(kinds[i]) : among;
        if (!stars.contains(name)) stars[name] = trackStarsNamed(table, name, flavour, job);
        for (Track& track : makeTracks(table, {kinds[i]}, options, stars[name], JobContext({}, job.cancelFlag()))) {
            tracks.push_back(std::move(track));
        }
    }
    return tracks;
}

std::vector<TrackKind> trackKindsNamed(const std::string& names) {
    static const std::map<std::string, std::vector<TrackKind>> groups{
        {"metallicity", {TrackKind::MetallicityDwarfs, TrackKind::MetallicityGiants}},
        {"alpha", {TrackKind::HighAlpha, TrackKind::LowAlpha, TrackKind::FixedMetallicity}},
        {"all",
         {TrackKind::MainSequence, TrackKind::GiantBranch, TrackKind::MetallicityDwarfs, TrackKind::MetallicityGiants,
          TrackKind::HighAlpha, TrackKind::LowAlpha, TrackKind::FixedMetallicity}}};
    std::vector<TrackKind> kinds;
    std::size_t begin = 0;
    while (begin <= names.size()) {
        const std::size_t end = std::min(names.find(',', begin), names.size());
        const std::string name = names.substr(begin, end - begin);
        const auto group = groups.find(name);
        const std::vector<TrackKind> meant =
            group != groups.end() ? group->second : std::vector<TrackKind>{trackKindFromName(name)};
        for (const TrackKind kind : meant) {
            if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
        }
        begin = end + 1;
    }
    return kinds;
}

} // namespace zscape
