// Figures of labels: the catalogues' cuts (Fig 1) and the Kiel diagram (Fig 2).
#include "app/figure/figure_builder.h"
#include "app/figure/paper_figures.h"

#include <algorithm>
#include <array>

namespace zscape {

namespace {

struct Cut {
    const char* column;
    const char* label;
    double lower, upper;
    bool flipped;
};
constexpr std::array cuts{
    Cut{"TEFF/TEFF_ERR", "<i>T</i><sub>eff</sub> / <i>σ</i>(<i>T</i><sub>eff</sub>)", 0, 300, true},
    Cut{"LOGG_ERR", "<i>σ</i>(log <i>g</i>) [dex]", 0, 0.6, false},
    Cut{"M_H_ERR", "<i>σ</i>([M/H]) [dex]", 0, 0.1, false},
};

struct Catalogue {
    const char* selection;
    QColor colour;
};

} // namespace

Figure labelCutsFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("label-cuts", "Uncertainties of the labels before and after the cuts", twoColumns_mm, input,
                          choice, job);
    builder.need({"TEFF", "TEFF_ERR", "LOGG_ERR", "M_H_ERR"}, {"good labels", "pristine labels"});
    constexpr int bins = 120;
    const std::array catalogues{Catalogue{"full", QColor(0x99, 0x99, 0x99)},
                                Catalogue{"good labels", QColor(0xE6, 0x9F, 0x00)},
                                Catalogue{"pristine labels", QColor(0x00, 0x72, 0xB2)}};
    double largest = 1;
    Figure& figure = builder.figure();
    for (const Cut& cut : cuts) {
        FigurePanel panel;
        panel.name = QString::fromUtf8(cut.column);
        panel.x = {cut.lower, cut.upper, false, cut.flipped};
        panel.xLabel = QString::fromUtf8(cut.label);
        panel.yLabel = QStringLiteral("stars per bin");
        for (const Catalogue& one : catalogues) {
            StepsLayer steps =
                histogramOf(builder.column(cut.column), builder.stars(one.selection).get(), cut.lower, cut.upper, bins);
            steps.name = QString::fromUtf8(one.selection);
            steps.colour = one.colour;
            steps.width_mm = 0.4;
            largest = std::max(largest, *std::ranges::max_element(steps.heights));
            panel.layers.emplace_back(std::move(steps));
        }
        figure.panels.push_back(std::move(panel));
    }
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.aspect = builder.wide() ? 1.0 : 0.6;
    grid.columns = builder.wide() ? 3 : 1;
    grid.cells =
        builder.wide() ? std::vector<std::vector<int>>{{0, 1, 2}} : std::vector<std::vector<int>>{{0}, {1}, {2}};
    for (std::size_t i = 0; i < figure.panels.size(); ++i) {
        figure.panels[i].y = {0.6, 3 * largest, true, false};
        if (builder.wide() && i > 0) {
            figure.panels[i].yTickLabels = false;
            figure.panels[i].yLabel.clear();
        }
    }
    PanelLegend legend;
    for (const Catalogue& one : catalogues) {
        legend.entries.push_back({QString::fromUtf8(one.selection), LegendEntry::Kind::Line, one.colour});
        builder.remarkCount(one.selection, *builder.stars(one.selection));
    }
    figure.panels[2].legend = legend;
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

FigurePanel kielPanel(FigureBuilder& builder) {
    FigurePanel panel =
        builder.panel(QStringLiteral("Kiel diagram"), "TEFF", "LOGG", {3600, 6500, false, true}, {0, 5, false, true});
    const auto good = builder.stars("good labels");
    const auto add = [&](const std::string& selection, const ColourRamp& ramp, Rgb single, MarkerShape mark) {
        DensityLayer layer;
        layer.name = QString::fromStdString(selection);
        layer.x = builder.column("TEFF");
        layer.y = builder.column("LOGG");
        layer.shown = builder.both(good, builder.stars(selection));
        layer.binsX = layer.binsY = 120;
        layer.singleBelow = 6;
        layer.pointSize_mm = 0.18;
        layer.ramp = ramp;
        layer.single = single;
        layer.mark = mark;
        panel.layers.emplace_back(layer);
        builder.remarkCount(selection + " with good labels", *layer.shown);
    };
    add("giants", giantRamp(), giantColour, giantMark);
    add("main sequence", dwarfRamp(), dwarfColour, dwarfMark);
    CurveLayer line{QStringLiteral("log g = 5.9 - 0.4 Teff/kK"), {}, QColor(0, 0x6B, 0x4F), 0.45, Qt::DashLine};
    for (const double teff : {3600.0, 6500.0}) {
        line.points.emplace_back(teff, giantLineLogg(teff));
    }
    panel.layers.emplace_back(std::move(line));
    return panel;
}

Figure kielFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("kiel", "Kiel diagram: main sequence and giants", oneColumn_mm, input, choice, job);
    builder.need({"TEFF", "LOGG"}, {"good labels"});
    Figure& figure = builder.figure();
    FigurePanel panel = kielPanel(builder);
    panel.legend = PanelLegend{{{QStringLiteral("giants"), LegendEntry::Kind::Patch, QColor(giantColour), Qt::SolidLine,
                                 giantMark, QColor(Qt::black), true},
                                {QStringLiteral("main sequence"), LegendEntry::Kind::Patch, QColor(dwarfColour),
                                 Qt::SolidLine, dwarfMark, QColor(Qt::black), true},
                                {QStringLiteral("log <i>g</i> = 5.9 − 0.4 <i>T</i><sub>eff</sub>/kK"),
                                 LegendEntry::Kind::Line, QColor(0, 0x6B, 0x4F), Qt::DashLine}},
                               PanelCorner::TopLeft,
                               1};
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.aspect = 1;
    figure.height_mm = arrangePanels(figure, grid);
    return std::move(figure);
}

} // namespace zscape
