#include "core/base/error.h"
#include "core/tracks/make_tracks.h"

#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

double meanOf(const std::vector<double>& values, const std::vector<std::uint32_t>& rows) {
    double sum = 0;
    std::size_t count = 0;
    for (const std::uint32_t row : rows) {
        if (!std::isfinite(values[row])) continue;
        sum += values[row];
        ++count;
    }
    return count ? sum / static_cast<double>(count) : missing;
}

} // namespace

std::vector<double> trackValues(const Track& track, const StarTable& table, const std::string& idOrFormula) {
    std::vector<double> means;
    const StarTable::Entry* entry = table.find(idOrFormula);
    const int latent = entry ? entry->latent : -1;
    std::shared_ptr<const std::vector<double>> values;
    for (std::size_t i = 0; i < track.points.size(); ++i) {
        const TrackPoint& point = track.points[i];
        if (latent >= 0 && static_cast<std::size_t>(latent) < point.latent.size()) {
            means.push_back(point.latent[static_cast<std::size_t>(latent)]);
            continue;
        }
        if (const std::optional<double> label = track.label(i, entry ? entry->id : idOrFormula)) {
            means.push_back(*label);
            continue;
        }
        if (point.members.empty()) {
            throw Error("the track '" + track.name + "' was read from a file and does not know its stars, so " +
                        idOrFormula + " along it is unknown; make the track anew");
        }
        if (!values) values = table.exact(idOrFormula);
        means.push_back(meanOf(*values, point.members));
    }
    return means;
}

NumericTable trackTable(const std::vector<Track>& tracks) {
    NumericTable table;
    std::vector<double> number;
    std::vector<double> along;
    std::vector<double> stars;
    std::vector<float> mu;
    std::vector<std::string> labelNames;
    std::size_t latentSize = 0;
    for (const Track& track : tracks) {
        if (!track.labelNames.empty()) labelNames = track.labelNames;
        if (!track.points.empty()) latentSize = track.points.front().latent.size();
    }
    std::vector<std::vector<double>> labels(labelNames.size());
    for (std::size_t t = 0; t < tracks.size(); ++t) {
        const Track& track = tracks[t];
        const std::string suffix = "track_" + std::to_string(t + 1);
        table.attributes[suffix] = track.name;
        table.attributes[suffix + "_along"] = track.alongName + (track.alongUnit.empty() ? "" : " " + track.alongUnit);
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            const TrackPoint& point = track.points[i];
            number.push_back(static_cast<double>(t + 1));
            along.push_back(point.along);
            stars.push_back(static_cast<double>(point.stars));
            for (std::size_t k = 0; k < labels.size(); ++k) {
                labels[k].push_back(track.label(i, labelNames[k]).value_or(missing));
            }
            mu.insert(mu.end(), point.latent.begin(), point.latent.end());
        }
    }
    const auto add = [&](const std::string& name, std::vector<double> values) {
        table.blocks.push_back({name, "", std::move(values), 1, false, "", {}});
    };
    add("track", std::move(number));
    add("along", std::move(along));
    add("stars", std::move(stars));
    for (std::size_t k = 0; k < labels.size(); ++k) {
        add(labelNames[k], std::move(labels[k]));
    }
    if (latentSize > 0) table.blocks.push_back({"mu", "", std::move(mu), latentSize, true, "", {}});
    return table;
}

} // namespace zscape
