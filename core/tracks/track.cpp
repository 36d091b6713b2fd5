#include "core/tracks/track.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace zscape {

namespace {

constexpr std::array<std::pair<TrackKind, std::string_view>, 8> kindNames{
    {{TrackKind::MainSequence, "ms"},
     {TrackKind::GiantBranch, "gb"},
     {TrackKind::MetallicityDwarfs, "metallicity-ms"},
     {TrackKind::MetallicityGiants, "metallicity-gb"},
     {TrackKind::HighAlpha, "high-alpha"},
     {TrackKind::LowAlpha, "low-alpha"},
     {TrackKind::FixedMetallicity, "fixed-metallicity"},
     {TrackKind::Drawn, "drawn"}}};

} // namespace

std::string_view trackKindName(TrackKind kind) {
    const auto* const found = std::ranges::find(kindNames, kind, &std::pair<TrackKind, std::string_view>::first);
    return found == kindNames.end() ? std::string_view() : found->second;
}

TrackKind trackKindFromName(std::string_view name) {
    const auto* const found = std::ranges::find(kindNames, name, &std::pair<TrackKind, std::string_view>::second);
    if (found != kindNames.end()) return found->first;
    std::string known;
    for (const auto& [kind, text] : kindNames) {
        known += (known.empty() ? "" : ", ") + std::string(text);
    }
    throw Error("there is no track '" + std::string(name) + "'; choose of " + known);
}

std::size_t Track::stars() const {
    std::size_t total = 0;
    for (const TrackPoint& point : points) {
        total += point.stars;
    }
    return total;
}

std::optional<double> Track::label(std::size_t point, std::string_view id) const {
    const auto found = std::ranges::find(labelNames, id);
    if (found == labelNames.end()) return std::nullopt;
    return points.at(point).labels.at(static_cast<std::size_t>(found - labelNames.begin()));
}

} // namespace zscape
