// Stars, highlights and tracks in the panels of a view.
#include "app/figure/view_layers.h"

#include "core/base/error.h"
#include "core/explore/zero_matters.h"
#include "core/plot/classes.h"
#include "widgets/figure/star_image.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

/// Of each point by its place along the track; none where the track's own colour is wanted.
std::vector<QColor> pointColours(const ViewOptions& view, const Track& track) {
    std::vector<QColor> colours;
    if (!view.tracksAlong) return colours;
    const double first = track.points.front().along, length = track.points.back().along - first;
    for (const TrackPoint& point : track.points) {
        const double share = length != 0 ? (point.along - first) / length : 0.5;
        colours.emplace_back(colourTable(ColourMapName::Viridis)[static_cast<std::size_t>(std::lround(255 * share))]);
    }
    return colours;
}

std::size_t countOf(const BitSet* shown, std::size_t all) {
    return shown ? shown->count() : all;
}

/// Highlights as classes, so that none of them hides another.
StarClasses classesIn(const ViewOptions& view, std::size_t rows) {
    StarClasses classes;
    std::vector<zscape::Highlight> all;
    for (const ViewOptions::Highlight& one : view.highlights) {
        all.push_back({one.stars, one.colour, one.mark});
    }
    ThreadPool pool(1);
    classes.of = std::make_shared<const std::vector<std::uint8_t>>(classesOf(pool, rows, all));
    classes.colours = classColoursOf(all);
    classes.marks = classMarksOf(all);
    for (std::size_t i = 0; i < classes.colours.size(); ++i) {
        classes.names.push_back(QString::fromStdString(view.highlights[i].name));
    }
    return classes;
}

constexpr Rgb greyedStars = 0xFFC4C4C4; ///< as where selections have a colour each

bool labelsOfHighlights(const ViewOptions& view) {
    return view.highlightsByLabel && !view.highlights.empty() && !view.colour.empty() &&
           (view.mode == ViewMode::Scatter || view.mode == ViewMode::Sky) && view.reduction != Reduction::Fraction;
}

/// Missing outside the highlights.
FigureColumn labelsWithin(const ViewOptions& view, const std::vector<float>& labels) {
    auto within = std::make_shared<std::vector<float>>(labels.size(), std::numeric_limits<float>::quiet_NaN());
    for (const ViewOptions::Highlight& one : view.highlights) {
        for (std::size_t star = 0; star < labels.size(); ++star) {
            if (one.stars->test(star)) (*within)[star] = labels[star];
        }
    }
    return within;
}

/// The bar of counts from 1, or of their power from 0.
PanelColourBar countBar(const DensityLayer& layer, const FigurePanel& panel, bool highlighted) {
    PanelColourBar bar;
    const StarBins bins = binStars(layer.x, layer.y, layer.shown.get(), panel.x, panel.y, layer.binsX, layer.binsY);
    bar.scale.logarithmic = layer.power == 0;
    bar.scale.lower = layer.power == 0 ? 1 : 0;
    bar.scale.upper = std::max<double>(2, bins.largest);
    bar.ramp = layer.ramp;
    for (std::size_t entry = 0; layer.power > 0 && entry < layer.ramp.size(); ++entry) {
        const double share = std::pow((static_cast<double>(entry) + 0.5) / 256, layer.power);
        (*bar.ramp)[entry] = layer.ramp[static_cast<std::size_t>(std::clamp(std::lround(255 * share), 0L, 255L))];
    }
    bar.label = highlighted ? QStringLiteral("highlighted stars per bin") : QStringLiteral("stars per bin");
    return bar;
}

/// As in the window: the number of stars in a bin, of the highlighted ones where there are some; bins of others alone
/// are grey. Colours run as they do there, too.
void addDensity(FigurePanel& panel, const ViewOptions& view, const FigureColumn& x, const FigureColumn& y) {
    DensityLayer layer;
    layer.name = QStringLiteral("stars");
    layer.x = x;
    layer.y = y;
    layer.shown = view.shown;
    layer.binsX = layer.binsY = view.bins;
    layer.power = view.countPower;
    if (!view.highlights.empty()) {
        layer.ramp = rampBetween(greyedStars, greyedStars);
        panel.layers.emplace_back(layer);
        BitSet any(x->size());
        for (const ViewOptions::Highlight& one : view.highlights) {
            any |= *one.stars;
        }
        if (view.shown) any &= *view.shown;
        layer.name = QStringLiteral("highlighted stars");
        layer.shown = std::make_shared<const BitSet>(std::move(any));
    }
    ColourScale scale;
    scale.map = view.map.value_or(ColourMapName::Viridis);
    scale.flipped = view.flipColour;
    layer.ramp = directedTable(scale);
    panel.colourBar = countBar(layer, panel, !view.highlights.empty());
    panel.layers.emplace_back(std::move(layer));
}

void addContours(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view, const FigureColumn& x,
                 const FigureColumn& y) {
    ContourLayer layer;
    layer.x = x;
    layer.y = y;
    layer.bins = std::min(view.bins, 80);
    layer.enclosed = {0.5, 0.68, 0.95};
    builder.remark("contours enclose 50, 68 and 95 % of the stars");
    if (view.highlights.empty()) {
        layer.name = QStringLiteral("contour");
        layer.shown = view.shown;
        layer.ramp = rampBetween(0xFFB2182B, 0xFF08306B);
        panel.layers.emplace_back(std::move(layer));
        return;
    }
    for (const ViewOptions::Highlight& one : view.highlights) {
        layer.name = QStringLiteral("contour ") + QString::fromStdString(one.name);
        layer.shown = one.stars;
        layer.ramp = rampBetween(one.colour, one.colour);
        layer.mark = one.mark;
        panel.layers.emplace_back(layer);
    }
}

} // namespace

double pointSizeFor(std::size_t stars) {
    return stars > 50000 ? 0.12 : stars > 5000 ? 0.2 : stars > 500 ? 0.35 : 0.5;
}

QColor trackColour(const ViewOptions& view, std::size_t index) {
    const auto own = view.trackColours.find(view.tracks[index].name);
    if (own != view.trackColours.end()) return QColor(own->second);
    // Beside highlights, which take these colours in their order, others.
    return QColor(selectionColour(view.highlights.size() + index));
}

LegendEntry highlightEntry(const ViewOptions::Highlight& one, LegendEntry::Kind kind) {
    return {QString::fromStdString(one.name).toHtmlEscaped(),
            kind,
            QColor(one.colour),
            Qt::SolidLine,
            one.mark,
            QColor(Qt::black),
            true};
}

void addStars(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view, const FigureColumn& x,
              const FigureColumn& y) {
    const bool contours = view.mode == ViewMode::Contour;
    if (view.mode == ViewMode::Density) addDensity(panel, view, x, y);
    StarsLayer layer;
    layer.name = QStringLiteral("stars");
    layer.x = x;
    layer.y = y;
    layer.shown = view.shown;
    layer.pointSize_mm = pointSizeFor(countOf(view.shown.get(), x->size()));
    layer.sourceIds = builder.sourceIds();
    if (view.mode != ViewMode::Density && contours) {
        layer.plain = 0xFFC8CED6;
        panel.layers.emplace_back(std::move(layer));
        addContours(builder, panel, view, x, y);
    } else if (view.mode != ViewMode::Density) {
        layer.reduction = view.reduction;
        if (labelsOfHighlights(view)) {
            const FigureColumn labels = builder.column(view.colour);
            layer.labels = labelsWithin(view, *labels);
            layer.colour = scaleOfView(view, *labels, zeroMatters(builder.table(), view.colour));
            layer.colour.missing = greyedStars;
            panel.colourBar = PanelColourBar{FigureBuilder::label(view.colour), layer.colour, {}, {}};
            builder.remark("stars in no selection that is shown are grey");
        } else if (!view.highlights.empty()) {
            layer.classes = classesIn(view, x->size());
            if (view.reduction == Reduction::Fraction) {
                layer.colour = scaleOfView(view, {0, 1}, false);
                panel.colourBar = PanelColourBar{QStringLiteral("fraction highlighted"), layer.colour, {}, {}};
            }
        } else if (!view.colour.empty()) {
            layer.labels = builder.column(view.colour);
            layer.colour = scaleOfView(view, *layer.labels, zeroMatters(builder.table(), view.colour));
            if (view.reduction == Reduction::Fraction) layer.reduction = Reduction::Mean; // of no highlight
            panel.colourBar = PanelColourBar{FigureBuilder::label(view.colour), layer.colour, {}, {}};
        }
        panel.layers.emplace_back(std::move(layer));
    }
    PanelLegend legend = panel.legend.value_or(PanelLegend{});
    for (const ViewOptions::Highlight& one : view.highlights) {
        // The colours of a label, or of counts, do not tell which selection a star is in.
        const auto kind = contours ? LegendEntry::Kind::Line : LegendEntry::Kind::Marker;
        if (!labelsOfHighlights(view) && view.mode != ViewMode::Density)
            legend.entries.push_back(highlightEntry(one, kind));
        builder.remarkCount(one.name, *one.stars);
    }
    if (!legend.entries.empty()) panel.legend = legend;
}

MarkerLayer viewTrackLayer(const FigureBuilder& builder, const ViewOptions& view, std::size_t index,
                           const std::string& x, const std::string& y) {
    const Track& track = view.tracks[index];
    const QColor line = trackColour(view, index);
    MarkerLayer layer = trackLayer(track, builder.table(), x, y, pointColours(view, track), line);
    // As in the window: the line tells the track, the points where along it they are.
    if (view.tracksAlong) layer.edge = line;
    layer.shape = classMark(index);
    return layer;
}

int addTrackTicks(FigureBuilder& builder, FigurePanel& panel, PanelLegend& legend, const ViewOptions& view,
                  const std::string& x) {
    int rows = 0;
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        const Track& track = view.tracks[i];
        if (track.points.empty()) continue;
        try {
            TicksLayer layer;
            layer.name = QStringLiteral("track ") + QString::fromStdString(track.name);
            layer.row = rows;
            layer.x = trackValues(track, builder.table(), x);
            layer.colours = pointColours(view, track);
            if (layer.colours.empty()) layer.colours.push_back(trackColour(view, i));
            layer.joined = trackColour(view, i);
            layer.mark = classMark(i);
            for (const TrackPoint& point : track.points) {
                layer.values.push_back(point.along);
                layer.counts.push_back(point.stars);
            }
            panel.layers.emplace_back(std::move(layer));
            ++rows;
            LegendEntry entry = trackEntry(view, i);
            entry.kind = LegendEntry::Kind::Line;
            legend.entries.push_back(std::move(entry));
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            builder.remark("track " + track.name + " left out: " + error.what());
        }
    }
    if (rows > 0) {
        builder.remark("ticks below the upper axis are the points of tracks");
        remarkTracks(builder, view);
    }
    return rows;
}

LegendEntry trackEntry(const ViewOptions& view, std::size_t index) {
    return {QString::fromStdString(view.tracks[index].name).toHtmlEscaped(),
            view.tracksAlong ? LegendEntry::Kind::Line : LegendEntry::Kind::Marker,
            trackColour(view, index),
            Qt::SolidLine,
            classMark(index),
            QColor(Qt::black),
            true};
}

void remarkTracks(FigureBuilder& builder, const ViewOptions& view) {
    const bool any = std::ranges::any_of(view.tracks, [](const Track& track) { return !track.points.empty(); });
    if (any && view.tracksAlong) {
        builder.remark("points of a track run from dark (its first bin) to light (its last)");
    }
}

void addTracks(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view, const std::string& x,
               const std::string& y) {
    PanelLegend legend = panel.legend.value_or(PanelLegend{});
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        if (view.tracks[i].points.empty()) continue;
        try {
            panel.layers.emplace_back(viewTrackLayer(builder, view, i, x, y));
            legend.entries.push_back(trackEntry(view, i));
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            // As in the window: a plane that a track has no place in is drawn without it.
            builder.remark("track " + view.tracks[i].name + " left out: " + error.what());
        }
    }
    remarkTracks(builder, view);
    if (!legend.entries.empty()) panel.legend = legend;
}

} // namespace zscape
