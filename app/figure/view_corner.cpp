// A corner plot of any columns.
#include "app/figure/view_layers.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t mostColumns = 12;
constexpr int marginalBins = 80;

/// Counts and, over the same height, the share of stars up to each bin.
FigurePanel marginalPanel(FigureBuilder& builder, const ViewOptions& view, const std::string& column,
                          const AxisRange& range) {
    FigurePanel panel;
    panel.xLabel = FigureBuilder::label(column);
    panel.x = range;
    panel.y = {0, 1.05, false, false};
    const FigureColumn values = builder.column(column);
    const bool greyed = !view.highlights.empty();
    const auto add = [&](const QString& name, const BitSet* stars, const QColor& colour, bool filled,
                         std::optional<MarkerShape> mark) {
        StepsLayer steps = histogramOf(values, stars, range.lower, range.upper, marginalBins);
        const double largest = std::max(1.0, *std::ranges::max_element(steps.heights));
        for (double& height : steps.heights) {
            height *= 0.75 / largest;
        }
        steps.name = name + QStringLiteral(", scaled");
        steps.colour = colour;
        steps.filled = filled;
        steps.mark = mark;
        panel.layers.emplace_back(std::move(steps));
        StepsLayer cumulative = cumulativeOf(values, stars, range.lower, range.upper, marginalBins);
        cumulative.name = name + QStringLiteral(", cumulative");
        cumulative.colour = filled ? QColor(0x70, 0x70, 0x70) : colour;
        cumulative.width_mm = 0.2;
        panel.layers.emplace_back(std::move(cumulative));
    };
    add(QStringLiteral("stars"), view.shown.get(),
        QColor(greyed ? 0xE0 : 0xC8, greyed ? 0xE0 : 0xC8, greyed ? 0xE0 : 0xC8), true, {});
    for (const ViewOptions::Highlight& one : view.highlights) {
        add(QString::fromStdString(one.name), one.stars.get(), QColor(one.colour), false, one.mark);
    }
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        VerticalsLayer lines{QStringLiteral("track ") + QString::fromStdString(view.tracks[i].name),
                             trackValues(view.tracks[i], builder.table(), column),
                             {trackColour(view, i)},
                             0.2};
        panel.layers.emplace_back(std::move(lines));
    }
    return panel;
}

FigurePanel pairPanel(FigureBuilder& builder, const ViewOptions& view, const std::string& x, const std::string& y,
                      const AxisRange& xRange, const AxisRange& yRange) {
    FigurePanel panel = builder.panel({}, x, y, xRange, yRange);
    DensityLayer density;
    density.name = QStringLiteral("stars");
    density.x = builder.column(x);
    density.y = builder.column(y);
    density.shown = view.shown;
    density.binsX = density.binsY = view.bins;
    density.ramp = view.highlights.empty() ? greyRamp() : rampBetween(0xFFA8A8A8, 0xFFF0F0F0);
    for (const ViewOptions::Highlight& one : view.highlights) {
        StarsLayer stars;
        stars.name = QString::fromStdString(one.name);
        stars.x = density.x;
        stars.y = density.y;
        stars.shown = one.stars;
        stars.plain = one.colour;
        stars.mark = one.mark;
        stars.pointSize_mm = 0.6 * pointSizeFor(one.stars->count());
        stars.sourceIds = builder.sourceIds();
        panel.layers.emplace_back(std::move(stars));
    }
    panel.layers.insert(panel.layers.begin(), std::move(density));
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        if (view.tracks[i].points.empty()) continue;
        MarkerLayer layer = viewTrackLayer(builder, view, i, x, y);
        layer.size_mm = 1.2;
        if (!view.tracksAlong) layer.edge = Qt::white;
        layer.edgeWidth_mm = 0.12;
        panel.layers.emplace_back(std::move(layer));
    }
    return panel;
}

} // namespace

Figure cornerViewFigure(FigureBuilder& builder, const ViewOptions& given) {
    ViewOptions view = given;
    if (view.columns.empty()) {
        if (!builder.table().latents())
            throw Error("a corner plot of latents wants a model; give --model or --columns");
        view.columns = builder.latents({});
    }
    const std::size_t count = view.columns.size();
    if (count < 2 || count > mostColumns) {
        throw Error("a corner plot shows 2 to " + std::to_string(mostColumns) + " columns and " +
                    std::to_string(count) + " were asked for");
    }
    std::vector<AxisRange> ranges = view.ranges;
    if (!ranges.empty() && ranges.size() != count) {
        throw Error("a corner plot of " + std::to_string(count) + " columns wants as many ranges, two numbers each");
    }
    for (std::size_t i = ranges.size(); i < count; ++i) {
        ranges.push_back(rangeOf(builder.column(view.columns[i]), view.shown.get(), 0.5, 99.5));
    }
    Figure& figure = builder.figure();
    PanelGrid grid;
    grid.columns = static_cast<int>(count);
    grid.cells.assign(count, std::vector<int>(count, -1));
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.closeRows = grid.closeColumns = true;
    for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t c = 0; c <= r; ++c) {
            builder.job().throwIfCancelled();
            FigurePanel panel = r == c
                                    ? marginalPanel(builder, view, view.columns[r], ranges[r])
                                    : pairPanel(builder, view, view.columns[c], view.columns[r], ranges[c], ranges[r]);
            panel.name = QString::fromStdString(r == c ? view.columns[r] : view.columns[c] + " - " + view.columns[r]);
            panel.xTickLabels = r + 1 == count;
            if (!panel.xTickLabels) panel.xLabel.clear();
            panel.yTickLabels = c == 0;
            if (c > 0) panel.yLabel.clear();
            if (r == c) panel.yTicks = c == 0;
            if (r == 0) panel.yLabel = QStringLiteral("cumulative");
            grid.cells[r][c] = static_cast<int>(figure.panels.size());
            figure.panels.push_back(std::move(panel));
        }
    }
    figure.height_mm = arrangePanels(figure, grid);
    PanelLegend legend;
    for (const ViewOptions::Highlight& one : view.highlights) {
        legend.entries.push_back(highlightEntry(one, LegendEntry::Kind::Marker));
        builder.remarkCount(one.name, *one.stars);
    }
    for (std::size_t i = 0; i < view.tracks.size(); ++i) {
        if (!view.tracks[i].points.empty()) legend.entries.push_back(trackEntry(view, i));
    }
    remarkTracks(builder, view);
    if (!legend.entries.empty()) {
        // The free upper right corner has room for it.
        figure.legend = FigureLegend{legend,
                                     {figure.panels[static_cast<std::size_t>(grid.cells.back().back())].frame.right(),
                                      figure.panels.front().frame.top()}};
    }
    return std::move(figure);
}

} // namespace zscape
