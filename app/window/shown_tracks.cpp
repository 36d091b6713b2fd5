#include "app/window/shown_tracks.h"

#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/tracks/make_tracks.h"
#include "widgets/column_label.h"
#include "widgets/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <optional>

namespace zscape {

namespace {

/// Of each column one number a point; nothing for a formula that cannot be.
std::optional<std::vector<std::vector<double>>> valuesOf(const Track& track, const StarTable& table,
                                                         const std::vector<std::string>& columns) {
    std::vector<std::vector<double>> values;
    try {
        for (const std::string& column : columns) {
            values.push_back(trackValues(track, table, column));
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return values;
}

double shareAlong(const Track& track, const TrackPoint& point) {
    const double first = track.points.front().along;
    const double last = track.points.back().along;
    return last != first ? (point.along - first) / (last - first) : 0.5;
}

/// "MS: Teff = 5200, 312 stars"
QString textOf(const Track& track, const TrackPoint& point) {
    return QCoreApplication::translate("ShownTracks", "<b>%1</b><br>bin %2 of %3: %4 = %5<br>%6 stars")
        .arg(QString::fromStdString(track.name).toHtmlEscaped(), QString::number(point.bin + 1),
             QString::number(track.bins),
             track.alongName == "path" ? QCoreApplication::translate("ShownTracks", "along")
                                       : columnSymbol(QString::fromStdString(track.alongName)),
             significantText(point.along, 4), withThousands(static_cast<qint64>(point.stars)));
}

/// Calls add(track, points' values, indices of the points to draw) for each track to draw.
template <typename Add>
void eachShown(const ShownTracks& shown, const std::vector<std::string>& columns, const Add& add) {
    if (!shown.table || std::ranges::any_of(columns, &std::string::empty)) return;
    for (std::size_t t = 0; t < shown.tracks.size(); ++t) {
        const Track& track = shown.tracks[t];
        if (track.points.empty() || shown.look.hidden.contains(track.name)) continue;
        if (const auto values = valuesOf(track, *shown.table, columns)) add(t, *values);
    }
}

} // namespace

Rgb trackColour(const ShownTracks& shown, std::size_t track, Theme theme) {
    const auto own = shown.look.colour.find(shown.tracks.at(track).name);
    if (own != shown.look.colour.end()) return own->second;
    const auto colours = classColours(theme);
    return colours[(track + 1) % colours.size()].rgba();
}

ColourScale alongScale() {
    ColourScale scale;
    scale.lower = 0;
    scale.upper = 1;
    return scale;
}

std::vector<PlotTrack> tracksInPlane(const ShownTracks& shown, const std::string& x, const std::string& y,
                                     Theme theme) {
    std::vector<PlotTrack> lines;
    eachShown(shown, {x, y}, [&](std::size_t t, const std::vector<std::vector<double>>& values) {
        const Track& track = shown.tracks[t];
        PlotTrack line;
        line.name = QString::fromStdString(track.name);
        line.colour = trackColour(shown, t, theme);
        line.mark = classMark(t);
        std::optional<std::size_t> before;
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            if (!std::isfinite(values[0][i]) || !std::isfinite(values[1][i])) continue; // no member has that label
            line.points.emplace_back(values[0][i], values[1][i]);
            line.joined.push_back(before && *before + 1 == track.points[i].bin);
            before = track.points[i].bin;
            if (shown.look.colourAlong) line.along.push_back(shareAlong(track, track.points[i]));
            line.texts.push_back(textOf(track, track.points[i]));
        }
        if (!line.points.empty()) lines.push_back(std::move(line));
    });
    return lines;
}

std::vector<CornerView::Track> tracksInCorner(const ShownTracks& shown, const std::vector<std::string>& columns,
                                              Theme theme) {
    std::vector<CornerView::Track> lines;
    eachShown(shown, columns, [&](std::size_t t, const std::vector<std::vector<double>>& values) {
        const Track& track = shown.tracks[t];
        CornerView::Track line;
        line.colour = trackColour(shown, t, theme);
        line.mark = classMark(t);
        for (std::size_t i = 0; i < track.points.size(); ++i) {
            std::vector<double> point;
            for (const std::vector<double>& column : values) {
                point.push_back(column[i]);
            }
            line.points.push_back(std::move(point));
            line.joined.push_back(i > 0 && track.points[i - 1].bin + 1 == track.points[i].bin);
            if (shown.look.colourAlong) line.along.push_back(shareAlong(track, track.points[i]));
            line.texts.push_back(textOf(track, track.points[i]));
        }
        lines.push_back(std::move(line));
    });
    return lines;
}

std::vector<HistogramView::Track> tracksInHistogram(const ShownTracks& shown, const std::string& column, Theme theme) {
    std::vector<HistogramView::Track> rows;
    eachShown(shown, {column}, [&](std::size_t t, const std::vector<std::vector<double>>& values) {
        const Track& track = shown.tracks[t];
        HistogramView::Track row;
        row.name = QString::fromStdString(track.name);
        row.colour = trackColour(shown, t, theme);
        row.mark = classMark(t);
        row.values = values[0];
        for (const TrackPoint& point : track.points) {
            if (shown.look.colourAlong) row.along.push_back(shareAlong(track, point));
            row.texts.push_back(textOf(track, point));
        }
        rows.push_back(std::move(row));
    });
    return rows;
}

} // namespace zscape
