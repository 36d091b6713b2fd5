#include "app/figure/view_figure.h"

#include "app/figure/figure_builder.h"
#include "app/figure/figure_list.h"
#include "app/figure/sky_figure.h"
#include "core/base/error.h"
#include "core/explore/column_aliases.h"
#include "core/plot/fit_axes.h"
#include "widgets/figure/star_image.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

constexpr Rgb greyedOut = 0xFFC4C4C4;
constexpr std::array modeNames{"scatter", "density", "contour", "histogram", "sky"};

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

std::string quoted(const std::string& word) {
    return word.find_first_of(" \t\n'\"\\$&|;<>()*?[]#~`!{}^") == std::string::npos ? word : "'" + word + "'";
}

std::string commandWords(const ViewOptions& view) {
    // The catalogue comes right after the figure's name; options of the view follow it.
    std::string words = " --x " + quoted(view.x);
    if (!view.y.empty()) words += " --y " + quoted(view.y);
    if (!view.colour.empty()) words += " --colour " + quoted(view.colour);
    words += std::string(" --mode ") + modeNames[static_cast<std::size_t>(view.mode)];
    if (!view.shownName.empty()) words += " --select " + quoted(view.shownName);
    const auto axis = [&](const char* name, const std::optional<AxisRange>& range, const std::string& id, bool log,
                          bool flip) {
        const std::string option = std::string(" --") + name;
        if (range) words += option + "range " + number(range->lower) + " " + number(range->upper);
        if (range ? range->logarithmic : log) words += option + "log";
        if (range ? range->flipped != usuallyBackwards(id) : flip) words += option + "flip";
    };
    axis("x", view.xRange, view.x, view.logX, view.flipX);
    axis("y", view.yRange, view.y, view.logY, view.flipY);
    if (view.colourRange) {
        words += " --crange " + number(view.colourRange->first) + " " + number(view.colourRange->second);
    }
    if (view.logColour) words += " --clog";
    if (view.bins != 100) words += " --bins " + std::to_string(view.bins);
    std::vector<std::string> kinds;
    for (const Track& track : view.tracks) {
        const std::string kind(trackKindName(track.kind));
        if (track.kind != TrackKind::Drawn && std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
    }
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        words += (i ? "," : " --tracks ") + kinds[i];
    }
    return words;
}

AxisRange axisOf(const std::optional<AxisRange>& given, const FigureColumn& values, const BitSet* shown,
                 const std::string& id, bool logarithmic, bool flip) {
    if (given) return drawableRange(*given);
    AxisRange axis{0, 1, logarithmic, usuallyBackwards(id) != flip};
    const FittedAxes fitted = fitAxes(axis, {}, *values, *values, shown, {0.1, 99.9, 0.04});
    return drawableRange(fitted.x);
}

ColourScale scaleOf(const ViewOptions& view, const FigureColumn& labels, const BitSet* shown) {
    if (view.scale) return *view.scale;
    ColourScale scale;
    scale.logarithmic = view.logColour;
    scale.missing = 0xFFB0B0B0;
    std::vector<float> chosen;
    for (std::size_t star = 0; star < labels->size(); ++star) {
        if (shown && !shown->test(star)) continue;
        if (!view.logColour || (*labels)[star] > 0) chosen.push_back((*labels)[star]);
    }
    const ValueRange range = percentileRange(chosen, 2, 98);
    scale.lower = view.colourRange ? view.colourRange->first : range.lower;
    scale.upper = view.colourRange ? view.colourRange->second : range.upper;
    return scale;
}

/// Points of single stars grow where there are few.
double pointSizeFor(std::size_t stars) {
    return stars > 50000 ? 0.12 : stars > 5000 ? 0.2 : stars > 500 ? 0.35 : 0.38;
}

std::size_t countOf(const BitSet* shown, std::size_t all) {
    return shown ? shown->count() : all;
}

void addStars(FigureBuilder& builder, FigurePanel& panel, const ViewOptions& view) {
    const FigureColumn x = builder.column(view.x), y = builder.column(view.y);
    const bool greyed = !view.highlights.empty();
    const double size = pointSizeFor(countOf(view.shown.get(), x->size()));
    if (view.mode == ViewMode::Density) {
        DensityLayer layer;
        layer.name = QStringLiteral("stars");
        layer.x = x;
        layer.y = y;
        layer.shown = view.shown;
        layer.binsX = layer.binsY = view.bins;
        layer.power = 0;
        ColourScale scale;
        scale.flipped = true;
        layer.ramp = greyed ? rampBetween(0xFFE2E2E2, 0xFF8C8C8C) : directedTable(scale);
        panel.layers.emplace_back(layer);
        if (!greyed) {
            PanelColourBar bar;
            const StarBins bins = binStars(x, y, view.shown.get(), panel.x, panel.y, view.bins, view.bins);
            bar.scale.lower = 1;
            bar.scale.upper = std::max<double>(2, bins.largest);
            bar.scale.logarithmic = true;
            bar.ramp = layer.ramp;
            bar.label = QStringLiteral("stars per bin");
            panel.colourBar = bar;
        }
    } else {
        StarsLayer layer;
        layer.name = QStringLiteral("stars");
        layer.x = x;
        layer.y = y;
        layer.shown = view.shown;
        layer.pointSize_mm = size;
        layer.sourceIds = builder.sourceIds();
        if (greyed || view.mode == ViewMode::Contour) {
            layer.plain = greyed ? greyedOut : 0xFFB8C4D0;
        } else if (!view.colour.empty()) {
            layer.labels = builder.column(view.colour);
            layer.meanPerPixel = true;
            layer.colour = scaleOf(view, layer.labels, view.shown.get());
            PanelColourBar bar;
            bar.scale = layer.colour;
            bar.label = FigureBuilder::label(view.colour);
            panel.colourBar = bar;
        }
        panel.layers.emplace_back(std::move(layer));
    }
    if (view.mode == ViewMode::Contour) {
        ContourLayer layer;
        layer.name = QStringLiteral("contour");
        layer.x = x;
        layer.y = y;
        layer.shown = view.shown;
        layer.bins = std::min(view.bins, 80);
        layer.ramp = rampBetween(0xFFB2182B, 0xFF08306B);
        panel.layers.emplace_back(std::move(layer));
    }
    PanelLegend legend;
    for (const ViewOptions::Highlight& one : view.highlights) {
        StarsLayer layer;
        layer.name = QString::fromStdString(one.name);
        layer.x = x;
        layer.y = y;
        layer.shown = one.stars;
        layer.plain = one.colour;
        layer.pointSize_mm = std::max(size, pointSizeFor(one.stars->count()));
        layer.sourceIds = builder.sourceIds();
        panel.layers.emplace_back(std::move(layer));
        legend.entries.push_back({QString::fromStdString(one.name).toHtmlEscaped(), LegendEntry::Kind::Marker,
                                  QColor(one.colour), Qt::SolidLine, MarkerShape::Circle, QColor()});
        builder.remarkCount(one.name, *one.stars);
    }
    if (!legend.entries.empty()) panel.legend = legend;
}

Figure histogramFigure(FigureBuilder& builder, const ViewOptions& view) {
    const FigureColumn x = builder.column(view.x);
    const AxisRange axis = axisOf(view.xRange, x, view.shown.get(), view.x, false, view.flipX);
    FigurePanel panel;
    panel.name = QStringLiteral("histogram");
    panel.x = axis;
    panel.xLabel = FigureBuilder::label(view.x);
    panel.yLabel = QStringLiteral("stars per bin");
    const bool greyed = !view.highlights.empty();
    StepsLayer all = histogramOf(x, view.shown.get(), axis.lower, axis.upper, view.bins);
    all.name = QStringLiteral("stars");
    all.colour = QColor(greyed ? Rgb{0xFFD0D0D0} : giantColour);
    all.filled = greyed;
    const double largest = std::max(1.0, *std::ranges::max_element(all.heights));
    panel.layers.emplace_back(std::move(all));
    PanelLegend legend;
    for (const ViewOptions::Highlight& one : view.highlights) {
        StepsLayer steps = histogramOf(x, one.stars.get(), axis.lower, axis.upper, view.bins);
        steps.name = QString::fromStdString(one.name);
        steps.colour = QColor(one.colour);
        panel.layers.emplace_back(std::move(steps));
        legend.entries.push_back(
            {QString::fromStdString(one.name).toHtmlEscaped(), LegendEntry::Kind::Line, QColor(one.colour)});
    }
    if (!legend.entries.empty()) panel.legend = legend;
    panel.y = view.logY ? AxisRange{0.6, 3 * largest, true, false} : AxisRange{0, 1.08 * largest, false, false};
    builder.figure().panels.push_back(std::move(panel));
    return std::move(builder.figure());
}

} // namespace

bool usuallyBackwards(const std::string& id) {
    static constexpr std::array names{
        "TEFF", "LOGG", "GAIAEDR3_PHOT_G_MEAN_MAG", "GAIAEDR3_PHOT_BP_MEAN_MAG", "GAIAEDR3_PHOT_RP_MEAN_MAG", "J",
        "H",    "K"};
    const auto spellings = columnAliases(id);
    return std::ranges::any_of(names, [&](std::string_view name) {
        return name == id || std::ranges::find(spellings, name) != spellings.end();
    });
}

Figure viewFigure(const ViewOptions& view, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job) {
    if (view.x.empty()) throw Error("the figure 'view' wants a column to draw; give --x, and --y for a plot of two");
    const bool histogram = view.mode == ViewMode::Histogram || view.y.empty();
    std::string title = view.x;
    if (!histogram) title += " - " + view.y;
    if (!view.colour.empty() && !histogram) title += ", coloured by " + view.colour;
    FigureBuilder builder("view", title, oneColumn_mm, input, choice, job);
    Figure& figure = builder.figure();
    ViewOptions shown = view;
    if (histogram) shown.mode = ViewMode::Histogram;
    figure.origin.command = figureCommand("figure view", input, choice, figure.style, "view", commandWords(shown));
    for (const std::string& one : {view.x, view.y, view.colour}) {
        if (one.empty()) continue;
        const std::vector<std::string> missing = input.table->missingNames(one);
        if (!missing.empty()) {
            throw Error(figure.origin.catalogue + " has no column " + missing.front() +
                        (input.table->latents() ? "" : "; latents z1, z2, ... want a model"));
        }
    }
    if (view.shown) builder.remarkCount(view.shownName.empty() ? "shown" : view.shownName, *view.shown);
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.aspect = histogram ? 0.7 : builder.wide() ? 0.75 : 1;
    if (histogram) {
        Figure result = histogramFigure(builder, shown);
        result.height_mm = arrangePanels(result, grid);
        return result;
    }
    if (view.mode == ViewMode::Sky) return skyFigure(builder, shown);
    const FigureColumn x = builder.column(view.x), y = builder.column(view.y);
    FigurePanel panel = builder.panel(QStringLiteral("view"), view.x, view.y,
                                      axisOf(view.xRange, x, view.shown.get(), view.x, view.logX, view.flipX),
                                      axisOf(view.yRange, y, view.shown.get(), view.y, view.logY, view.flipY));
    addStars(builder, panel, shown);
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        panel.layers.emplace_back(
            trackLayer(view.tracks[i], *input.table, view.x, view.y, {}, QColor(selectionColour(i))));
    }
    figure.panels.push_back(std::move(panel));
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

} // namespace zscape
