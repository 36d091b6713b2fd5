// Labels beside latents: the Kiel diagram (Fig 10) and the alpha sequences (Fig 13).
#include "app/figure/paper_figures.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

/// The value of a latent that parts two classes best, and the share of stars on their side of it.
struct Split {
    double value = 0;
    double right = 0;
};

Split bestSplit(const FigureColumn& values, const BitSet& high, const BitSet& low) {
    std::vector<std::pair<float, bool>> stars;
    std::size_t highs = 0;
    for (std::size_t row = 0; row < values->size(); ++row) {
        if (std::isnan((*values)[row])) continue;
        if (high.test(row) || low.test(row)) stars.emplace_back((*values)[row], high.test(row));
        highs += high.test(row);
    }
    std::ranges::sort(stars);
    // Each class counts as much as the other, whatever their numbers.
    const double all = static_cast<double>(highs), others = static_cast<double>(stars.size()) - all;
    Split best;
    if (all == 0 || others == 0) return best;
    std::size_t highsBelow = 0, lowsBelow = 0;
    for (std::size_t i = 0; i + 1 < stars.size(); ++i) {
        (stars[i].second ? highsBelow : lowsBelow) += 1;
        const double above =
            0.5 * ((all - static_cast<double>(highsBelow)) / all + static_cast<double>(lowsBelow) / others);
        const double right = std::max(above, 1 - above);
        if (right > best.right) best = {0.5 * (stars[i].first + stars[i + 1].first), right};
    }
    return best;
}

/// The paper's z4 and z5, which parts giants from the main sequence there; in a model whose z5 tells nothing the latent
/// that parts them best takes its place.
std::vector<std::string> partingLatents(FigureBuilder& builder, const BitSet& dwarfs, const BitSet& giants) {
    std::vector<std::string> latents = builder.latents({4, 5});
    if (!builder.choice().latents.empty() || latents[1] == "z5") return latents;
    double best = 0;
    for (std::size_t k = 1; k <= builder.table().latents()->latentSize; ++k) {
        const std::string id = "z" + std::to_string(k);
        const double right = bestSplit(builder.column(id), dwarfs, giants).right;
        if (right <= best) continue;
        best = right;
        latents[1] = id;
    }
    if (latents[0] == latents[1]) latents[0] = builder.latents({4, 5})[0];
    if (latents[0] == latents[1]) latents[0] = builder.latents({4, 5})[1];
    return latents;
}

PanelGrid rowOfPanels(const FigureBuilder& builder, Figure& figure, int columns, double aspect) {
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.columns = builder.wide() ? columns : 1;
    grid.aspect = builder.wide() ? aspect : 0.9;
    if (builder.wide()) grid.cells.emplace_back();
    for (int i = 0; i < columns; ++i) {
        if (builder.wide()) {
            grid.cells[0].push_back(i);
        } else {
            grid.cells.push_back({i});
        }
    }
    return grid;
}

DensityLayer densityOf(FigureBuilder& builder, const std::string& x, const std::string& y,
                       std::shared_ptr<const BitSet> stars, const QString& name, const ColourRamp& ramp, Rgb single,
                       MarkerShape mark) {
    DensityLayer layer;
    layer.name = name;
    layer.x = builder.column(x);
    layer.y = builder.column(y);
    layer.shown = std::move(stars);
    layer.singleBelow = 4;
    layer.pointSize_mm = 0.18;
    layer.ramp = ramp;
    layer.single = single;
    layer.mark = mark;
    return layer;
}

} // namespace

Figure kielLatentFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("kiel-latent", "The Kiel diagram and the latent space", twoColumns_mm, input, choice, job);
    builder.need({"TEFF", "LOGG"}, {"good labels"});
    const auto good = builder.stars("good labels");
    const auto giants = builder.both(good, builder.stars("giants"));
    const auto dwarfs = builder.both(good, builder.stars("main sequence"));
    const std::vector<std::string> latents = partingLatents(builder, *dwarfs, *giants);
    Figure& figure = builder.figure();
    figure.panels.push_back(kielPanel(builder));
    FigurePanel& kiel = figure.panels.front();
    kiel.texts.push_back({QStringLiteral("Kiel space"), PanelCorner::TopLeft});

    const FigureColumn x = builder.column(latents[0]), y = builder.column(latents[1]);
    // The paper's limits, unless this model's latents reach further.
    const auto limits = [&](const FigureColumn& values) {
        const AxisRange all = rangeOf(values, good.get(), 0.5, 99.5);
        return all.lower > -2.2 && all.upper < 2.2 ? AxisRange{-2, 2, false, false} : all;
    };
    FigurePanel latent = builder.panel(QStringLiteral("latent space"), latents[0], latents[1], limits(x), limits(y));
    latent.layers.emplace_back(densityOf(builder, latents[0], latents[1], giants, QStringLiteral("giants"), giantRamp(),
                                         giantColour, giantMark));
    latent.layers.emplace_back(densityOf(builder, latents[0], latents[1], dwarfs, QStringLiteral("main sequence"),
                                         dwarfRamp(), dwarfColour, dwarfMark));
    const Split split = bestSplit(y, *dwarfs, *giants);
    char text[120];
    std::snprintf(text, sizeof text, "%s = %.2f parts giants and main sequence best: %.1f %% of each are on their side",
                  latents[1].c_str(), split.value, 100 * split.right);
    builder.remark(text);
    // Where no value parts the classes a line would say that one does.
    if (split.right > 0.8) {
        latent.layers.emplace_back(CurveLayer{QStringLiteral("best split"),
                                              {{latent.x.lower, split.value}, {latent.x.upper, split.value}},
                                              QColor(0, 0x6B, 0x4F),
                                              0.45,
                                              Qt::DashLine});
    }
    latent.texts.push_back({QStringLiteral("latent space"), PanelCorner::BottomLeft});
    const TrackOptions options = builder.trackOptions();
    const std::array tracks{giantBranchTrack(*input.table, options, good, job),
                            mainSequenceTrack(*input.table, options, good, job)};
    figure.panels.push_back(std::move(latent));
    for (const Track& track : tracks) {
        const bool giant = &track == &tracks[0];
        const auto fills = alongColours(giant ? giantTrackRamp() : dwarfTrackRamp(), track.points.size());
        const QColor line(giant ? giantTrackColour : dwarfTrackColour);
        for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
            MarkerLayer layer = trackLayer(track, *input.table, i == 0 ? "TEFF" : latents[0],
                                           i == 0 ? "LOGG" : latents[1], fills, line);
            layer.size_mm = 2.1;
            layer.edgeWidth_mm = 0.28;
            layer.joinWidth_mm = 0.5;
            layer.shape = giant ? giantMark : dwarfMark;
            figure.panels[i].layers.emplace_back(std::move(layer));
        }
        builder.remark(track.name + " track: " + std::to_string(track.points.size()) + " of " +
                       std::to_string(track.bins) + " bins have stars");
    }
    PanelLegend legend;
    const auto entry = [&](const QString& name, LegendEntry::Kind kind, Rgb colour, MarkerShape mark) {
        legend.entries.push_back({name, kind, QColor(colour), Qt::SolidLine, mark, QColor(Qt::black), true});
    };
    entry(QStringLiteral("giants"), LegendEntry::Kind::Patch, giantColour, giantMark);
    entry(QStringLiteral("main sequence"), LegendEntry::Kind::Patch, dwarfColour, dwarfMark);
    entry(QStringLiteral("GB track"), LegendEntry::Kind::Marker, giantTrackColour, giantMark);
    entry(QStringLiteral("MS track"), LegendEntry::Kind::Marker, dwarfTrackColour, dwarfMark);
    legend.columns = builder.wide() ? 4 : 2;
    PanelGrid grid = rowOfPanels(builder, figure, 2, 1.05);
    grid.top_mm = placeLegend(figure, legend);
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

namespace {

/// As in the paper the panel with the tracks is of where they run.
void zoomToTracks(FigurePanel& panel) {
    constexpr double margin = 0.25; // of their extent
    std::vector<float> xs, ys;
    for (const FigureLayer& layer : panel.layers) {
        const auto* track = std::get_if<MarkerLayer>(&layer);
        for (const QPointF& point : track ? track->points : std::vector<QPointF>()) {
            xs.push_back(static_cast<float>(point.x()));
            ys.push_back(static_cast<float>(point.y()));
        }
    }
    for (const auto& [values, axis] : {std::pair(&xs, &panel.x), {&ys, &panel.y}}) {
        std::erase_if(*values, [](float value) { return !std::isfinite(value); });
        if (values->size() < 2) continue;
        const auto [lower, upper] = std::ranges::minmax(*values);
        const double room = margin * static_cast<double>(upper - lower);
        *axis = drawableRange({lower - room, upper + room, false, false});
    }
}

} // namespace

Figure alphaFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("alpha", "High- and low-alpha sequences", twoColumns_mm, input, choice, job);
    builder.need({"M_H", "ALPHA_M", "FE_H", "MG_FE"}, {"pristine labels", "high alpha", "low alpha"});
    const std::vector<std::string> latents = builder.latents({1, 3});
    Figure& figure = builder.figure();
    const auto pristine = builder.stars("pristine labels");
    struct Sequence {
        const char* selection;
        TrackKind kind;
        MarkerShape shape;
        ColourRamp ramp;
        Rgb colour;
        QColor line;
    };
    const std::array sequences{
        Sequence{"low alpha", TrackKind::LowAlpha, MarkerShape::Down, rampBetween(0xFF8A4B00, 0xFFF5A742, 0xFFFFF6E8),
                 0xFFE69F00, QColor(0x00, 0x45, 0xB5)},
        Sequence{"high alpha", TrackKind::HighAlpha, MarkerShape::Up, rampBetween(0xFF54278F, 0xFF9E9AC8, 0xFFF8F6FC),
                 0xFF6A3D9A, QColor(0x00, 0x7A, 0x4D)},
    };
    const QColor fixedColour(0xD5, 0x1A, 0x1A), debrisColour(0x19, 0xA7, 0xE0);

    const FigureColumn x = builder.column(latents[0]), y = builder.column(latents[1]);
    FigurePanel labels = builder.panel(QStringLiteral("alpha diagram"), "M_H", "ALPHA_M", {-1.5, 0.6, false, false},
                                       {-0.08, 0.45, false, false});
    FigurePanel near = builder.panel(QStringLiteral("latent space"), latents[0], latents[1],
                                     rangeOf(x, pristine.get(), 2, 98), rangeOf(y, pristine.get(), 2, 98));
    FigurePanel far = builder.panel(QStringLiteral("latent space with Gaia-Enceladus"), latents[0], latents[1],
                                    rangeOf(x, nullptr, 0.2, 99.8), rangeOf(y, nullptr, 0.2, 99.8));
    PanelLegend legend;
    for (const Sequence& one : sequences) {
        const auto stars = builder.stars(one.selection);
        builder.remarkCount(std::string(one.selection) + " (Patil et al. 2023), pristine labels", *stars);
        const QString name = QString::fromUtf8(one.selection);
        for (FigurePanel* panel : {&labels, &near, &far}) {
            const bool first = panel == &labels;
            DensityLayer layer = densityOf(builder, first ? "M_H" : latents[0], first ? "ALPHA_M" : latents[1], stars,
                                           name, one.ramp, one.colour, one.shape);
            layer.binsX = layer.binsY = panel == &near ? 50 : 80;
            panel->layers.emplace_back(std::move(layer));
        }
        legend.entries.push_back({QString(name).replace(QStringLiteral("alpha"), QStringLiteral("α")),
                                  LegendEntry::Kind::Patch, QColor(one.colour), Qt::SolidLine, one.shape,
                                  QColor(Qt::black), true});
    }
    // Gaia-Enceladus is of the full catalogue, and wants orbits that few catalogues have.
    if (builder.has({}, {"Gaia-Enceladus"})) {
        const auto debris = builder.stars("Gaia-Enceladus");
        builder.remarkCount("Gaia-Enceladus (Lane et al. 2022), full catalogue", *debris);
        for (FigurePanel* panel : {&labels, &far}) {
            const bool first = panel == &labels;
            StarsLayer layer;
            layer.name = QStringLiteral("Gaia-Enceladus");
            layer.x = builder.column(first ? "M_H" : latents[0]);
            layer.y = builder.column(first ? "ALPHA_M" : latents[1]);
            layer.shown = debris;
            layer.plain = debrisColour.rgb();
            layer.mark = MarkerShape::Square;
            layer.pointSize_mm = debris->count() > 5000 ? 0.4 : 0.8; // large enough for shapes
            layer.sourceIds = builder.sourceIds();
            panel->layers.emplace_back(std::move(layer));
        }
        legend.entries.push_back({QStringLiteral("Gaia-Enceladus"), LegendEntry::Kind::Marker, debrisColour,
                                  Qt::SolidLine, MarkerShape::Square, QColor(Qt::black)});
    } else {
        builder.remark("Gaia-Enceladus is left out: " + figure.origin.catalogue + " has no actions or parallaxes");
    }

    const TrackOptions options = builder.trackOptions();
    const auto addTrack = [&](TrackKind kind, MarkerShape shape, const QColor& colour, double size) {
        const Track track = alphaTrack(*input.table, kind, options, pristine, job);
        for (FigurePanel* panel : {&labels, &near}) {
            const bool first = panel == &labels;
            MarkerLayer layer =
                trackLayer(track, *input.table, first ? "M_H" : latents[0], first ? "ALPHA_M" : latents[1], {}, colour);
            layer.shape = shape;
            layer.edge = Qt::white;
            layer.size_mm = size;
            layer.joinWidth_mm = 0.5;
            panel->layers.emplace_back(std::move(layer));
        }
        legend.entries.push_back({kind == TrackKind::FixedMetallicity ? QStringLiteral("[M/H] = −0.4")
                                  : kind == TrackKind::HighAlpha      ? QStringLiteral("high-α track")
                                                                      : QStringLiteral("low-α track"),
                                  LegendEntry::Kind::Marker, colour, Qt::SolidLine, shape, QColor(Qt::white)});
    };
    for (const Sequence& one : sequences) {
        addTrack(one.kind, one.shape, one.line, 2.1);
    }
    addTrack(TrackKind::FixedMetallicity, MarkerShape::Diamond, fixedColour, 2.1);
    zoomToTracks(near);
    labels.texts.push_back({QStringLiteral("α-M space"), PanelCorner::BottomLeft});
    near.texts.push_back({QStringLiteral("latent space"), PanelCorner::TopLeft});
    far.texts.push_back({QStringLiteral("latent space"), PanelCorner::TopLeft});
    figure.panels = {std::move(labels), std::move(near), std::move(far)};
    PanelGrid grid = rowOfPanels(builder, figure, 3, 1.15);
    // Above the panels: inside, it would hide stars.
    legend.columns = builder.wide() ? static_cast<int>(legend.entries.size()) : 2;
    grid.top_mm = placeLegend(figure, legend);
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

} // namespace zscape
