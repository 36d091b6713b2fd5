// How far reconstructions are from observed spectra: in coefficients (Figs 5, 6 and 9) and in flux (Figs 7 to 9).
#include "app/figure/paper_figures.h"
#include "core/analysis/reconstruction_errors.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

/// One of the two figures.
struct ErrorSpace {
    bool flux;
    double limit;                    ///< of the residuals shown
    std::size_t together;            ///< bins of residualBin that make one of the figure
    std::vector<std::size_t> picked; ///< the columns with a histogram: two rows of five
    QString symbol;                  ///< of what the RMSE is over
};

constexpr std::array<Rgb, 5> modelColours{0xFF009E73, 0xFFE69F00, 0xFFCC79A7, 0xFF56B4E9, 0xFFD55E00};
const QColor bpColour(0x1F, 0x4E, 0xB4), rpColour(0xC8, 0x1E, 0x1E);

QColor colourOfModel(std::size_t m) {
    return QColor(modelColours[m % modelColours.size()]);
}

ErrorSpace coefficientSpace(const ReconstructionErrors& errors) {
    ErrorSpace space{false, 5, 2, {}, QStringLiteral("<i>j</i>")};
    for (std::size_t j = 0; j < 10; ++j) {
        space.picked.push_back(j < 5 ? j : errors.bpCount + j - 5);
    }
    return space;
}

ErrorSpace fluxSpace() {
    ErrorSpace space{true, 10, 2, {}, QStringLiteral("<i>λ</i>")};
    for (std::size_t k = 0; k < 10; ++k) {
        space.picked.push_back(5 + 5 * k); // 442, 492, ... 892 nm
    }
    return space;
}

const ErrorCurve& curveOf(const ErrorSpace& space, const SpectrumErrors& model) {
    return space.flux ? model.wavelengths : model.coefficients;
}

/// Whether the model tells anything in this space.
bool tells(const ErrorSpace& space, const SpectrumErrors& model) {
    return std::ranges::any_of(curveOf(space, model).rmse, [](double value) { return std::isfinite(value); });
}

QString columnName(const ErrorSpace& space, const ReconstructionErrors& errors, std::size_t column) {
    if (space.flux) return QStringLiteral("%1 nm").arg(errors.wavelengths_nm[column]);
    const bool bp = column < errors.bpCount;
    return QStringLiteral("%1 %2")
        .arg(bp ? QStringLiteral("BP") : QStringLiteral("RP"))
        .arg(bp ? column : column - errors.bpCount);
}

QString modelName(const SpectrumErrors& model, std::size_t m) {
    return m == 0 ? QStringLiteral("this model") : QString::fromStdString(model.name);
}

QString signedNumber(double value) {
    // Figures below a hundredth of an error tell nothing.
    if (std::abs(value) < 0.005) value = 0;
    const bool small = std::abs(value) < 10;
    return QString::number(value, small ? 'f' : 'g', small ? 2 : 3).replace(u'-', u'−');
}

/// The distribution of the residuals of one column; its largest density goes to `top`.
FigurePanel histogramPanel(const ErrorSpace& space, const ReconstructionErrors& errors, std::size_t column,
                           double& top) {
    FigurePanel panel;
    panel.name = QStringLiteral("R(") + columnName(space, errors, column) + QStringLiteral(")");
    panel.x = {-space.limit, space.limit, false, false};
    panel.xLabel = QStringLiteral("<i>R</i>(%1)").arg(columnName(space, errors, column));
    for (std::size_t m = errors.models.size(); m-- > 0;) { // the model itself lies on top
        const ErrorCurve& curve = curveOf(space, errors.models[m]);
        if (!std::isfinite(curve.rmse[column])) continue;
        StepsLayer steps;
        steps.name = modelName(errors.models[m], m);
        steps.colour = colourOfModel(m);
        const double width = residualBin * static_cast<double>(space.together);
        const auto first = static_cast<std::size_t>(std::lround((residualLimit - space.limit) / residualBin));
        for (std::size_t bin = first; bin < residualBins - first; bin += space.together) {
            double count = 0;
            for (std::size_t k = 0; k < space.together; ++k) {
                count += curve.counts[column][bin + k];
            }
            steps.edges.push_back(-residualLimit + static_cast<double>(bin) * residualBin);
            steps.heights.push_back(count / static_cast<double>(curve.stars) / width);
        }
        steps.edges.push_back(space.limit);
        if (m == 0) {
            top = std::max(top, *std::ranges::max_element(steps.heights));
            panel.texts.push_back({QStringLiteral("bias ") + signedNumber(curve.bias[column]), PanelCorner::TopLeft});
        }
        panel.layers.emplace_back(std::move(steps));
    }
    panel.layers.insert(panel.layers.begin(),
                        VerticalsLayer{QStringLiteral("zero"), {0}, {QColor(0x80, 0x80, 0x80)}, 0.2, Qt::DashLine});
    return panel;
}

/// Adds one line a model (and band) of `value(curve, column)`.
void addCurves(FigurePanel& panel, const ErrorSpace& space, const ReconstructionErrors& errors, std::size_t firstModel,
               std::vector<double>& drawn, const auto& value) {
    const auto add = [&](std::size_t m, const QString& band, std::size_t from, std::size_t to, const QColor& fill) {
        MarkerLayer layer;
        layer.name = modelName(errors.models[m], m) + band;
        for (std::size_t c = from; c < to; ++c) {
            const double v = value(m, c);
            if (!std::isfinite(v)) continue;
            layer.points.emplace_back(space.flux ? errors.wavelengths_nm[c] : static_cast<double>(c - from), v);
            drawn.push_back(v);
        }
        if (layer.points.empty()) return;
        layer.fills = {fill};
        layer.joined = colourOfModel(m);
        layer.edge = Qt::white;
        layer.edgeWidth_mm = 0.1;
        layer.size_mm = 1.2;
        layer.joinWidth_mm = 0.3;
        panel.layers.emplace_back(std::move(layer));
    };
    for (std::size_t m = firstModel; m < errors.models.size(); ++m) {
        if (space.flux) {
            add(m, {}, 0, errors.wavelengths_nm.size(), colourOfModel(m));
        } else {
            add(m, QStringLiteral(", BP"), 0, errors.bpCount, bpColour);
            add(m, QStringLiteral(", RP"), errors.bpCount, errors.bpCount + errors.rpCount, rpColour);
        }
    }
}

/// A logarithmic range around what is drawn.
AxisRange logRange(const std::vector<double>& values) {
    double low = 1, high = 1;
    for (const double value : values) {
        if (value > 0) low = std::min(low, value);
        high = std::max(high, value);
    }
    return {low / 1.5, high * 1.5, true, false};
}

CurveLayer levelLine(double y, const AxisRange& x) {
    return {
        QStringLiteral("level %1").arg(y), {{x.lower, y}, {x.upper, y}}, QColor(0x60, 0x60, 0x60), 0.2, Qt::DashLine};
}

/// RMSE by column, and beside it the ratio to the model's of those compared, or without any the bias.
std::array<FigurePanel, 2> curvePanels(const ErrorSpace& space, const ReconstructionErrors& errors) {
    std::array<FigurePanel, 2> panels;
    const double last = static_cast<double>(std::max(errors.bpCount, errors.rpCount)) - 1;
    for (FigurePanel& panel : panels) {
        panel.x = space.flux ? AxisRange{errors.wavelengths_nm.front() - 10, errors.wavelengths_nm.back() + 10}
                             : AxisRange{-1, last + 1};
        panel.xLabel =
            space.flux ? QStringLiteral("<i>λ</i> [nm]") : QStringLiteral("coefficient <i>j</i> of its band");
    }
    std::vector<double> drawn;
    panels[0].name = QStringLiteral("RMSE");
    panels[0].yLabel = QStringLiteral("RMSE of <i>R</i>(%1)").arg(space.symbol);
    panels[0].layers.emplace_back(levelLine(1, panels[0].x));
    addCurves(panels[0], space, errors, 0, drawn,
              [&](std::size_t m, std::size_t c) { return curveOf(space, errors.models[m]).rmse[c]; });
    panels[0].y = logRange(drawn);
    drawn.clear();
    const bool compared = std::any_of(errors.models.begin() + 1, errors.models.end(),
                                      [&](const SpectrumErrors& model) { return tells(space, model); });
    if (compared) {
        panels[1].name = QStringLiteral("RMSE ratio");
        panels[1].yLabel = QStringLiteral("RMSE / this model's");
        panels[1].layers.emplace_back(levelLine(1, panels[1].x));
        addCurves(panels[1], space, errors, 1, drawn, [&](std::size_t m, std::size_t c) {
            return curveOf(space, errors.models[m]).rmse[c] / curveOf(space, errors.models[0]).rmse[c];
        });
        panels[1].y = logRange(drawn);
    } else {
        panels[1].name = QStringLiteral("bias");
        panels[1].yLabel = QStringLiteral("mean of <i>R</i>(%1)").arg(space.symbol);
        panels[1].layers.emplace_back(levelLine(0, panels[1].x));
        addCurves(panels[1], space, errors, 0, drawn,
                  [&](std::size_t m, std::size_t c) { return curveOf(space, errors.models[m]).bias[c]; });
        const auto [low, high] = std::ranges::minmax(drawn);
        const double margin = 0.1 * std::max(high - low, 0.1);
        panels[1].y = drawableRange({low - margin, high + margin, false, false});
    }
    return panels;
}

/// Medians of the stars in equal steps of a label, of steps with enough of them.
CurveLayer medianCurve(const std::vector<float>& label, const std::vector<float>& values, const AxisRange& range) {
    constexpr std::size_t steps = 40, least = 8;
    std::vector<std::vector<float>> bins(steps);
    for (std::size_t row = 0; row < label.size(); ++row) {
        const double at = (label[row] - range.lower) / (range.upper - range.lower) * steps;
        if (at >= 0 && at < steps && std::isfinite(values[row])) {
            bins[static_cast<std::size_t>(at)].push_back(values[row]);
        }
    }
    CurveLayer curve;
    for (std::size_t k = 0; k < steps; ++k) {
        double median = std::numeric_limits<double>::quiet_NaN();
        if (bins[k].size() >= least) {
            const auto middle = bins[k].begin() + static_cast<std::ptrdiff_t>(bins[k].size() / 2);
            std::ranges::nth_element(bins[k], middle);
            median = static_cast<double>(*middle);
        }
        curve.points.emplace_back(range.lower + (static_cast<double>(k) + 0.5) * (range.upper - range.lower) / steps,
                                  median);
    }
    return curve;
}

/// log RMSE of the stars against their labels; empty without labels.
std::vector<FigurePanel> labelPanels(FigureBuilder& builder, const ErrorSpace& space,
                                     const ReconstructionErrors& errors) {
    std::vector<FigurePanel> panels;
    if (!builder.has({"TEFF", "LOGG", "M_H"})) {
        builder.remark("without RMSE against labels: " + builder.figure().origin.catalogue + " has none");
        return panels;
    }
    std::vector<FigureColumn> logs;
    std::vector<float> shown;
    for (const SpectrumErrors& model : errors.models) {
        auto values = std::make_shared<std::vector<float>>(space.flux ? model.starWavelengths : model.starCoefficients);
        for (float& value : *values) {
            value = std::log10(value);
        }
        if (logs.empty()) shown = *values;
        logs.push_back(std::move(values));
    }
    const ValueRange range = percentileRange(shown, 0.5, 99.5);
    const auto usable = std::make_shared<const BitSet>(builder.table().catalog()->usable());
    for (const char* label : {"TEFF", "LOGG", "M_H"}) {
        builder.job().throwIfCancelled();
        FigurePanel panel =
            builder.panel(QStringLiteral("log RMSE by ") + QString::fromUtf8(label), label, "TEFF",
                          rangeOf(builder.column(label), usable.get(), 0.5, 99.5), {range.lower, range.upper});
        const double margin = 0.1 * (range.upper - range.lower);
        panel.y = drawableRange({range.lower - margin, range.upper + margin, false, false});
        panel.yLabel = QStringLiteral("log RMSE(%1)").arg(space.symbol);
        DensityLayer density;
        density.name = QStringLiteral("stars");
        density.x = builder.column(label);
        density.y = logs[0];
        density.shown = usable;
        density.binsX = density.binsY = 60;
        density.singleBelow = 2;
        density.single = 0xFF2F6B9A;
        density.ramp = rampBetween(0xFF2F6B9A, 0xFF8FB9DB, 0xFFEAF3FA);
        panel.layers.emplace_back(std::move(density));
        for (std::size_t m = errors.models.size(); m-- > 0;) {
            if (!tells(space, errors.models[m])) continue;
            CurveLayer median = medianCurve(*builder.column(label), *logs[m], panel.x);
            median.name = QStringLiteral("median, ") + modelName(errors.models[m], m);
            median.colour = colourOfModel(m);
            median.width_mm = 0.5;
            panel.layers.emplace_back(std::move(median));
        }
        if (!panels.empty()) {
            panel.yLabel.clear();
            panel.yTickLabels = false;
        }
        panels.push_back(std::move(panel));
    }
    return panels;
}

PanelLegend legendOf(const ErrorSpace& space, const ReconstructionErrors& errors) {
    PanelLegend legend;
    for (std::size_t m = 0; m < errors.models.size(); ++m) {
        if (!tells(space, errors.models[m])) continue;
        legend.entries.push_back(
            {modelName(errors.models[m], m).toHtmlEscaped(), LegendEntry::Kind::Line, colourOfModel(m)});
    }
    if (!space.flux) {
        legend.entries.push_back({QStringLiteral("BP"), LegendEntry::Kind::Marker, bpColour});
        legend.entries.push_back({QStringLiteral("RP"), LegendEntry::Kind::Marker, rpColour});
    }
    legend.columns = static_cast<int>(legend.entries.size());
    return legend;
}

/// Appends panels and sets them out in rows of `columns`; returns the lower edge.
double appendRows(FigureBuilder& builder, std::vector<FigurePanel> panels, std::size_t columns, double top_mm,
                  double aspect) {
    Figure& figure = builder.figure();
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = top_mm;
    grid.aspect = aspect;
    grid.columns = static_cast<int>(columns);
    for (std::size_t i = 0; i < panels.size(); ++i) {
        if (i % columns == 0) grid.cells.emplace_back(columns, -1);
        grid.cells.back()[i % columns] = static_cast<int>(figure.panels.size());
        figure.panels.push_back(std::move(panels[i]));
    }
    return arrangePanels(figure, grid);
}

Figure errorFigure(FigureBuilder& builder, const ReconstructionErrors& errors, const ErrorSpace& space) {
    Figure& figure = builder.figure();
    for (const std::string& remark : errorRemarks(errors)) {
        builder.remark(remark);
    }
    for (std::size_t m = 1; m < errors.models.size(); ++m) {
        if (tells(space, errors.models[m])) continue;
        builder.remark(errors.models[m].name + " gives no " + (space.flux ? "flux" : "coefficients") +
                       " and is left out");
    }
    const bool wide = builder.wide();
    double bottom = placeLegend(figure, legendOf(space, errors));
    std::vector<FigurePanel> histograms;
    for (std::size_t half = 0; half < 2; ++half) {
        double top = 0;
        for (std::size_t k = 0; k < 5; ++k) {
            histograms.push_back(histogramPanel(space, errors, space.picked[half * 5 + k], top));
        }
        for (std::size_t k = 0; k < 5; ++k) {
            FigurePanel& panel = histograms[half * 5 + k];
            // In flux the widths differ so much that each panel has an axis of its own; bands share one.
            if (space.flux) {
                double own = 0;
                histogramPanel(space, errors, space.picked[half * 5 + k], own);
                panel.y = {0, 1.7 * std::max(own, 1e-3), false, false};
            } else {
                panel.y = {0, 1.7 * std::max(top, 1e-3), false, false};
                panel.yTickLabels = k == 0 || !wide;
            }
            if (k == 0) panel.yLabel = QStringLiteral("density");
        }
    }
    if (!wide) { // BP beside RP
        std::vector<FigurePanel> pairs;
        for (std::size_t k = 0; k < 5; ++k) {
            pairs.push_back(std::move(histograms[k]));
            pairs.push_back(std::move(histograms[5 + k]));
        }
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            pairs[i].yLabel = i % 2 == 0 ? QStringLiteral("density") : QString();
        }
        histograms = std::move(pairs);
    }
    bottom = appendRows(builder, std::move(histograms), wide ? 5 : 2, bottom, 0.8);
    auto curves = curvePanels(space, errors);
    bottom = appendRows(builder, {std::move(curves[0]), std::move(curves[1])}, wide ? 2 : 1, bottom + 1, 0.55);
    std::vector<FigurePanel> labels = labelPanels(builder, space, errors);
    if (!labels.empty()) {
        if (!wide) {
            for (FigurePanel& panel : labels) {
                panel.yLabel = QStringLiteral("log RMSE(%1)").arg(space.symbol);
                panel.yTickLabels = true;
            }
        }
        bottom = appendRows(builder, std::move(labels), wide ? 3 : 1, bottom + 1, 0.65);
    }
    figure.height_mm = bottom;
    return std::move(figure);
}

} // namespace

std::shared_ptr<const ReconstructionErrors> SharedErrors::of(const FigureInput& input, const JobContext& job) {
    const std::lock_guard lock(m_mutex);
    if (!m_errors) {
        ReconstructionErrorsOptions options;
        options.latents = input.table->latents().get();
        options.correlations = input.correlations.get();
        options.compared = input.compared;
        m_errors = std::make_shared<const ReconstructionErrors>(
            reconstructionErrors(*input.table->catalog(), *input.model, XpInstrument::builtIn(), options, job));
    }
    return m_errors;
}

Figure coefficientErrorsFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("coefficient-errors", "Reconstruction errors of coefficients", twoColumns_mm, input, choice,
                          job);
    builder.needLatents();
    const auto errors = input.errors->of(input, job);
    return errorFigure(builder, *errors, coefficientSpace(*errors));
}

Figure wavelengthErrorsFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("wavelength-errors", "Reconstruction errors of calibrated flux", twoColumns_mm, input, choice,
                          job);
    builder.needLatents();
    const auto errors = input.errors->of(input, job);
    return errorFigure(builder, *errors, fluxSpace());
}

} // namespace zscape
