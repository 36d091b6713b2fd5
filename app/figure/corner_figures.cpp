// Triangles of latents: the corner plot (Fig 15) and the metallicity tracks (Fig 12).
#include "app/figure/paper_figures.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace zscape {

namespace {

constexpr Rgb histogramGrey = 0xFFD0D0D0;
constexpr std::size_t leastStarsOfABin = 3;

StepsLayer marginal(FigureBuilder& builder, const CornerBlock& block, const std::string& latent) {
    StepsLayer steps = histogramOf(builder.column(latent), block.stars.get(), -block.limit, block.limit, block.bins);
    steps.name = QStringLiteral("stars");
    steps.colour = QColor(histogramGrey);
    steps.filled = true;
    return steps;
}

FigurePanel diagonalPanel(FigureBuilder& builder, const CornerBlock& block, const std::string& latent) {
    FigurePanel panel;
    panel.xLabel = FigureBuilder::label(latent);
    panel.x = {-block.limit, block.limit, false, false};
    StepsLayer steps = marginal(builder, block, latent);
    const double largest = std::max(1.0, *std::ranges::max_element(steps.heights));
    if (block.counts) {
        panel.y = {0, 1.05 * largest, false, false};
    } else {
        // Beside cumulative curves the histogram only shows where stars are.
        for (double& height : steps.heights) {
            height *= 0.45 / largest;
        }
        steps.name = QStringLiteral("stars, scaled");
        panel.y = {0, 1.05, false, false};
    }
    panel.layers.emplace_back(std::move(steps));
    return panel;
}

FigurePanel pairPanel(FigureBuilder& builder, const CornerBlock& block, const std::string& x, const std::string& y) {
    const AxisRange range{-block.limit, block.limit, false, false};
    FigurePanel panel = builder.panel({}, x, y, range, range);
    DensityLayer density;
    density.name = QStringLiteral("stars");
    density.x = builder.column(x);
    density.y = builder.column(y);
    density.shown = block.stars;
    density.binsX = density.binsY = block.bins;
    density.ramp = greyRamp();
    panel.layers.emplace_back(std::move(density));
    return panel;
}

/// Colours of the nine metallicities; the yellow end of viridis is too bright for lines on white.
std::vector<QColor> metallicityColours(std::size_t count) {
    ColourScale scale;
    scale.map = ColourMapName::Viridis;
    std::vector<QColor> colours;
    for (std::size_t i = 0; i < count; ++i) {
        colours.emplace_back(colourOf(scale, 0.93 * static_cast<double>(i) / static_cast<double>(count - 1)));
    }
    return colours;
}

} // namespace

std::vector<std::vector<int>> appendCorner(FigureBuilder& builder, const CornerBlock& block) {
    Figure& figure = builder.figure();
    const std::size_t count = block.latents.size();
    std::vector<std::vector<int>> cells(count, std::vector<int>(count, -1));
    for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t c = 0; c <= r; ++c) {
            builder.job().throwIfCancelled();
            FigurePanel panel = r == c ? diagonalPanel(builder, block, block.latents[r])
                                       : pairPanel(builder, block, block.latents[c], block.latents[r]);
            panel.name = block.name +
                         QString::fromStdString(r == c ? block.latents[r] : block.latents[c] + "-" + block.latents[r]);
            panel.xTickLabels = r + 1 == count;
            if (!panel.xTickLabels) panel.xLabel.clear();
            panel.yTickLabels = c == 0;
            if (c > 0) panel.yLabel.clear();
            if (r == c) panel.yTicks = c == 0;
            if (r == 0) panel.yLabel = block.counts ? QStringLiteral("stars") : QStringLiteral("cumulative");
            cells[r][c] = static_cast<int>(figure.panels.size());
            figure.panels.push_back(std::move(panel));
        }
    }
    return cells;
}

double arrangeCorner(Figure& figure, const CornerBlock& block, const std::vector<std::vector<int>>& cells) {
    PanelGrid grid;
    grid.columns = static_cast<int>(cells.size());
    grid.cells = cells;
    grid.left_mm = block.left_mm;
    grid.right_mm = block.right_mm;
    grid.top_mm = block.top_mm;
    grid.closeRows = grid.closeColumns = true;
    return arrangePanels(figure, grid);
}

Figure cornerFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("corner", "Latent space", twoColumns_mm, input, choice, job);
    Figure& figure = builder.figure();
    CornerBlock block;
    block.latents = builder.latents({});
    if (block.latents.size() > 12) {
        throw Error("a corner plot of " + std::to_string(block.latents.size()) +
                    " latents cannot be read; choose some, for instance --latents 1,2,3");
    }
    block.counts = true;
    block.right_mm = figure.style.width_mm;
    block.top_mm = contentTop(figure);
    const bool labelled = builder.has({"TEFF", "LOGG"}, {"good labels"});
    if (labelled) {
        block.stars = builder.stars("good labels");
        builder.remarkCount("good labels", *block.stars);
    } else {
        builder.remark("all usable stars, without tracks: " + figure.origin.catalogue + " has not the labels for them");
    }
    const auto cells = appendCorner(builder, block);
    if (labelled) {
        const TrackOptions options = builder.trackOptions();
        const Track dwarfs = mainSequenceTrack(*input.table, options, block.stars, job);
        const Track giants = giantBranchTrack(*input.table, options, block.stars, job);
        for (std::size_t r = 0; r < cells.size(); ++r) {
            for (std::size_t c = 0; c <= r; ++c) {
                FigurePanel& panel = figure.panels[static_cast<std::size_t>(cells[r][c])];
                for (const Track* track : {&giants, &dwarfs}) {
                    const bool giant = track == &giants;
                    const std::vector<QColor> fills =
                        alongColours(giant ? giantTrackRamp() : dwarfTrackRamp(), track->points.size());
                    if (r == c) {
                        VerticalsLayer lines{QStringLiteral("track ") + QString::fromStdString(track->name),
                                             trackValues(*track, *input.table, block.latents[r]), fills, 0.3};
                        panel.layers.emplace_back(std::move(lines));
                        continue;
                    }
                    MarkerLayer layer = trackLayer(*track, *input.table, block.latents[c], block.latents[r], fills,
                                                   QColor(giant ? giantTrackColour : dwarfTrackColour));
                    layer.edge = Qt::white;
                    layer.edgeWidth_mm = 0.15;
                    layer.size_mm = builder.wide() ? 1.8 : 1.2;
                    layer.joinWidth_mm = 0.4;
                    panel.layers.emplace_back(std::move(layer));
                }
            }
        }
    }
    figure.height_mm = arrangeCorner(figure, block, cells);
    if (labelled && cells.size() >= 3) {
        // The free upper right corner has room for the legend.
        const ColourRamp giants = giantTrackRamp(), dwarfs = dwarfTrackRamp();
        PanelLegend legend;
        legend.entries = {
            {QStringLiteral("giant branch, low log <i>g</i>"), LegendEntry::Kind::Marker, QColor(giants[0])},
            {QStringLiteral("giant branch, high log <i>g</i>"), LegendEntry::Kind::Marker, QColor(giants[255])},
            {QStringLiteral("main sequence, cool"), LegendEntry::Kind::Marker, QColor(dwarfs[0])},
            {QStringLiteral("main sequence, hot"), LegendEntry::Kind::Marker, QColor(dwarfs[255])},
        };
        figure.legend = FigureLegend{legend,
                                     {figure.panels[static_cast<std::size_t>(cells.back().back())].frame.right(),
                                      figure.panels.front().frame.top()}};
    }
    return std::move(figure);
}

Figure metallicityFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("metallicity", "Tracks of constant metallicity", twoColumns_mm, input, choice, job);
    builder.need({"TEFF", "LOGG", "M_H"}, {"good labels"});
    const std::vector<std::string> latents = builder.latents({1, 4, 5});
    Figure& figure = builder.figure();
    TrackOptions options = builder.trackOptions();
    // The mean of one or two stars says little of a metallicity, and its line would cross the figure.
    options.minimumStars = std::max(options.minimumStars, leastStarsOfABin);
    builder.remark("bins with fewer than " + std::to_string(options.minimumStars) + " stars are left out");
    const auto good = builder.stars("good labels");
    const TrackBins& metallicities = options.metallicity.metallicity_dex;
    const std::vector<QColor> colours = metallicityColours(static_cast<std::size_t>(metallicities.points));
    const auto valueOf = [&](int index) {
        return metallicities.from + (metallicities.to - metallicities.from) * index / (metallicities.points - 1);
    };
    const auto colourFor = [&](double metallicity) {
        const double place = (metallicity - metallicities.from) / (metallicities.to - metallicities.from);
        return colours[static_cast<std::size_t>(std::lround(place * (metallicities.points - 1)))];
    };

    FigurePanel kiel = builder.panel(QStringLiteral("Kiel diagram"), "TEFF", "LOGG", {3000, 6600, false, true},
                                     {-0.5, 5, false, true});
    DensityLayer density;
    density.name = QStringLiteral("good labels");
    density.x = builder.column("TEFF");
    density.y = builder.column("LOGG");
    density.shown = good;
    density.binsX = density.binsY = 120;
    density.singleBelow = 6;
    density.pointSize_mm = 0.18;
    density.ramp = rampBetween(0xFF606060, 0xFFF4F4F4);
    density.single = 0xFF606060;
    kiel.layers.emplace_back(std::move(density));
    PanelColourBar bar;
    bar.label = FigureBuilder::label("M_H");
    for (int i = 0; i < metallicities.points; ++i) {
        bar.classes.emplace_back(valueOf(i), colours[static_cast<std::size_t>(i)]);
    }
    kiel.colourBar = bar;
    builder.remarkCount("good labels", *good);

    struct Branch {
        TrackKind kind;
        const char* selection;
        QString title;
        std::vector<Track> tracks;
        CornerBlock block;
        std::vector<std::vector<int>> cells;
    };
    std::array branches{
        Branch{TrackKind::MetallicityGiants, "giants", QStringLiteral("giant branch"), {}, {}, {}},
        Branch{TrackKind::MetallicityDwarfs, "main sequence", QStringLiteral("main sequence"), {}, {}, {}},
    };
    const auto metallicity = builder.column("M_H");
    for (Branch& branch : branches) {
        branch.tracks = metallicityTracks(*input.table, branch.kind, options, good, job);
        for (const Track& track : branch.tracks) {
            MarkerLayer layer = trackLayer(track, *input.table, "TEFF", "LOGG", {}, colourFor(track.parameter));
            layer.edgeWidth_mm = 0.12;
            layer.size_mm = builder.wide() ? 1.5 : 1.2;
            kiel.layers.emplace_back(std::move(layer));
        }
    }
    figure.panels.push_back(std::move(kiel));
    for (Branch& branch : branches) {
        const auto stars = builder.both(good, builder.stars(branch.selection));
        branch.block.latents = latents;
        branch.block.stars = stars;
        branch.block.name = branch.title + QStringLiteral(" ");
        branch.cells = appendCorner(builder, branch.block);
        for (const Track& track : branch.tracks) {
            const QColor colour = colourFor(track.parameter);
            BitSet members(stars->size());
            for (std::size_t row = 0; row < members.size(); ++row) {
                members.set(row, stars->test(row) &&
                                     std::abs((*metallicity)[row] - track.parameter) < metallicities.halfWidth);
            }
            for (std::size_t r = 0; r < latents.size(); ++r) {
                for (std::size_t c = 0; c <= r; ++c) {
                    FigurePanel& panel = figure.panels[static_cast<std::size_t>(branch.cells[r][c])];
                    if (r == c) {
                        StepsLayer steps = cumulativeOf(builder.column(latents[r]), &members, -branch.block.limit,
                                                        branch.block.limit, branch.block.bins);
                        steps.name = QString::fromStdString(track.name) + QStringLiteral(", cumulative");
                        steps.colour = colour;
                        panel.layers.emplace_back(std::move(steps));
                        continue;
                    }
                    MarkerLayer layer = trackLayer(track, *input.table, latents[c], latents[r], {}, colour);
                    layer.edgeWidth_mm = 0.12;
                    layer.size_mm = 1.3;
                    panel.layers.emplace_back(std::move(layer));
                }
            }
        }
    }

    const double width = figure.style.width_mm;
    PanelGrid grid;
    grid.cells = {{0}};
    grid.top_mm = contentTop(figure);
    grid.aspect = builder.wide() ? 0.5 : 1.0;
    grid.right_mm = width;
    double bottom = arrangePanels(figure, grid);
    // The triangles beside each other on two columns, under each other on one.
    const double second_mm = bottom;
    for (Branch& branch : branches) {
        const bool second = &branch == &branches[1];
        branch.block.left_mm = builder.wide() && second ? 0.5 * width : 0;
        branch.block.right_mm = builder.wide() && !second ? 0.5 * width : width;
        branch.block.top_mm = builder.wide() ? second_mm : bottom;
        const double own = arrangeCorner(figure, branch.block, branch.cells);
        bottom = builder.wide() ? std::max(bottom, own) : own;
    }
    for (Branch& branch : branches) {
        // The title has the empty corner of the triangle.
        FigurePanel& top = figure.panels[static_cast<std::size_t>(branch.cells[0][0])];
        figure.captions.push_back({branch.title, QPointF(top.frame.right() + 0.5 * figure.style.em_mm(),
                                                         top.frame.top() + figure.style.em_mm())});
    }
    figure.height_mm = bottom;
    return std::move(figure);
}

} // namespace zscape
