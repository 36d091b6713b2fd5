// Any view of stars as a figure.
#include "app/figure/view_figure.h"

#include "app/figure/figure_list.h"
#include "app/figure/sky_figure.h"
#include "app/figure/view_layers.h"
#include "core/base/error.h"
#include "core/explore/column_aliases.h"
#include "core/plot/fit_axes.h"
#include "core/plot/label_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

constexpr double usualAspect = 0.7;

AxisRange axisOf(const std::optional<AxisRange>& given, const FigureColumn& values, const BitSet* shown,
                 const std::string& id, bool logarithmic, bool flip) {
    if (given) return drawableRange(*given);
    AxisRange axis{0, 1, logarithmic, usuallyBackwards(id) != flip};
    const FittedAxes fitted = fitAxes(axis, {}, *values, *values, shown, {0.1, 99.9, 0.04});
    return drawableRange(fitted.x);
}

std::string titleOf(const ViewOptions& view) {
    if (view.mode == ViewMode::Corner) {
        std::string title = "corner plot of ";
        for (std::size_t i = 0; i < view.columns.size(); ++i) {
            title += (i ? ", " : "") + view.columns[i];
        }
        return view.columns.empty() ? title + "the latents" : title;
    }
    if (view.mode == ViewMode::Histogram) return "histogram of " + view.x;
    std::string title = view.x + " - " + view.y;
    return view.colour.empty() ? title : title + ", coloured by " + view.colour;
}

void requireColumns(const ViewOptions& view, const FigureInput& input, const std::string& catalogue) {
    std::vector<std::string> wanted = view.mode == ViewMode::Corner ? view.columns : std::vector{view.x, view.y};
    wanted.push_back(view.colour);
    for (const std::string& one : wanted) {
        if (one.empty()) continue;
        const std::vector<std::string> missing = input.table->missingNames(one);
        if (missing.empty()) continue;
        throw Error(catalogue + " has no column " + missing.front() +
                    (input.table->latents() ? "" : "; latents z1, z2, ... want a model"));
    }
}

} // namespace

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
    const auto addCumulative = [&](const QString& name, const BitSet* stars, const QColor& colour) {
        if (!view.cumulative) return;
        StepsLayer steps = cumulativeOf(x, stars, axis.lower, axis.upper, view.bins);
        steps.name = name + QStringLiteral(", cumulative share");
        steps.colour = colour;
        steps.width_mm = 0.2;
        steps.style = Qt::DashLine;
        steps.rightAxis = true;
        panel.layers.emplace_back(std::move(steps));
    };
    panel.layers.emplace_back(std::move(all));
    addCumulative(QStringLiteral("stars"), view.shown.get(), QColor(greyed ? Rgb{0xFF808080} : giantColour));
    PanelLegend legend;
    for (const ViewOptions::Highlight& one : view.highlights) {
        StepsLayer steps = histogramOf(x, one.stars.get(), axis.lower, axis.upper, view.bins);
        steps.name = QString::fromStdString(one.name);
        steps.colour = QColor(one.colour);
        steps.mark = one.mark;
        panel.layers.emplace_back(std::move(steps));
        addCumulative(QString::fromStdString(one.name), one.stars.get(), QColor(one.colour));
        legend.entries.push_back(highlightEntry(one, LegendEntry::Kind::Line));
        builder.remarkCount(one.name, *one.stars);
    }
    const int tickRows = addTrackTicks(builder, panel, legend, view, view.x);
    if (!legend.entries.empty()) panel.legend = legend;
    // Ticks have room above the bins.
    const double panelHeight_mm = usualAspect * 0.8 * builder.figure().style.width_mm;
    const double ticksShare = std::min(0.4, tickRows * TicksLayer::rowHeight_mm / panelHeight_mm);
    const double top = 1.08 / (1 - ticksShare);
    panel.y = view.logY ? AxisRange{0.6, 3 * largest * std::pow(5 * largest, ticksShare), true, false}
                        : AxisRange{0, top * largest, false, false};
    if (view.cumulative) {
        // As high as the counts, so that the axis at the right ends above 1, too.
        panel.rightAxis = PanelRightAxis{{0, top, false, false}, QStringLiteral("cumulative share (dashed)")};
    }
    Figure& figure = builder.figure();
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    // Above the panel: inside, a legend would hide bins and the cumulative curves.
    if (auto& above = figure.panels.front().legend) {
        above->columns = std::min<int>(static_cast<int>(above->entries.size()), builder.wide() ? 6 : 3);
        grid.top_mm = placeLegend(figure, *above);
        above.reset();
    }
    grid.aspect = usualAspect;
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

bool usuallyBackwards(const std::string& id) {
    static constexpr std::array names{
        "TEFF", "LOGG", "GAIAEDR3_PHOT_G_MEAN_MAG", "GAIAEDR3_PHOT_BP_MEAN_MAG", "GAIAEDR3_PHOT_RP_MEAN_MAG", "J",
        "H",    "K"};
    const auto spellings = columnAliases(id);
    return std::ranges::any_of(names, [&](std::string_view name) {
        return name == id || std::ranges::find(spellings, name) != spellings.end();
    });
}

ColourScale scaleOfView(const ViewOptions& view, const std::vector<float>& labels, bool zeroMatters) {
    ScaleChoice choice;
    choice.map = view.map;
    choice.zeroMatters = zeroMatters;
    choice.flipped = view.flipColour;
    choice.logarithmic = view.logColour;
    choice.power = view.colourPower;
    choice.clip = 2;
    if (view.colourRange) choice.ends = ValueRange{view.colourRange->first, view.colourRange->second};
    std::vector<float> chosen;
    for (std::size_t star = 0; star < labels.size(); ++star) {
        if (!view.shown || view.shown->size() != labels.size() || view.shown->test(star))
            chosen.push_back(labels[star]);
    }
    ColourScale scale = colourScaleOf(chosen, choice);
    scale.missing = 0xFFB0B0B0;
    return scale;
}

Figure viewFigure(const ViewOptions& given, const FigureInput& input, const FigureChoice& choice,
                  const JobContext& job) {
    ViewOptions view = given;
    const bool corner = view.mode == ViewMode::Corner;
    if (view.x.empty() && !corner) {
        throw Error("the figure 'view' wants a column to draw; give --x, and --y for a plot of two");
    }
    if (view.y.empty() && !corner) view.mode = ViewMode::Histogram;
    FigureBuilder builder("view", titleOf(view), corner ? twoColumns_mm : oneColumn_mm, input, choice, job);
    Figure& figure = builder.figure();
    figure.origin.command = figureCommand("figure view", input, choice, figure.style, "view", viewWords(view));
    requireColumns(view, input, figure.origin.catalogue);
    if (view.shown) builder.remarkCount(view.shownName.empty() ? "shown" : view.shownName, *view.shown);
    if (corner) return cornerViewFigure(builder, view);
    if (view.mode == ViewMode::Histogram) return histogramFigure(builder, view);
    if (view.mode == ViewMode::Sky) return skyFigure(builder, view);
    const FigureColumn x = builder.column(view.x), y = builder.column(view.y);
    FigurePanel panel = builder.panel(QStringLiteral("view"), view.x, view.y,
                                      axisOf(view.xRange, x, view.shown.get(), view.x, view.logX, view.flipX),
                                      axisOf(view.yRange, y, view.shown.get(), view.y, view.logY, view.flipY));
    addStars(builder, panel, view, x, y);
    addTracks(builder, panel, view, view.x, view.y);
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    // Above the panel: inside, a legend would hide stars.
    if (auto& legend = figure.panels.front().legend) {
        legend->columns = std::min<int>(static_cast<int>(legend->entries.size()), builder.wide() ? 6 : 3);
        grid.top_mm = placeLegend(figure, *legend);
        legend.reset();
    }
    grid.aspect = builder.wide() ? 0.75 : 1;
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

} // namespace zscape
