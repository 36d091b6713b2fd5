// Curves over wavelength or coefficient: the response to each latent, a star's residuals, spectra of selections.
#include "app/figure/spectrum_panels.h"

#include "app/open.h"
#include "core/base/error.h"
#include "core/generate/compare_star.h"
#include "core/generate/exact_spectrum.h"
#include "core/generate/selection_spectra.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

void place(FigureBuilder& builder, FigurePanel panel, PanelLegend legend) {
    Figure& figure = builder.figure();
    figure.panels.push_back(std::move(panel));
    PanelGrid grid;
    grid.cells = {{0}};
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = legend.entries.empty() ? contentTop(figure) : placeLegend(figure, std::move(legend));
    grid.aspect = builder.wide() ? 0.5 : 0.75;
    figure.height_mm = arrangePanels(figure, grid);
}

CurveLayer reference(const AxisRange& x, double value) {
    return {QStringLiteral("reference"), {{x.lower, value}, {x.upper, value}}, QColor(0x80, 0x80, 0x80), 0.15};
}

std::vector<float> floatsOf(std::span<const double> values, double factor) {
    std::vector<float> result;
    for (const double value : values) {
        result.push_back(static_cast<float>(value * factor));
    }
    return result;
}

} // namespace

void addResponsePanel(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point) {
    const ExactSpectrum exact(builder.input().model->model(), builder.instrument());
    ExactSpectrum::Response answer;
    exact.respond(std::vector<double>(point.latent.begin(), point.latent.end()), point.gFlux, answer);
    const std::span<const double> wavelengths = exact.instrument().wavelengths_nm();
    const ScaledAxis axis =
        scaledAxis(answer.fluxJacobian, QStringLiteral("∂<i>f</i><sub>λ</sub>/∂<i>z</i>"), fluxUnitText);
    FigurePanel panel;
    panel.name = QStringLiteral("response");
    panel.xLabel = wavelengthText;
    panel.yLabel = axis.label;
    panel.x = {wavelengths.front() - 8, wavelengths.back() + 8, false, false};
    panel.y = rangeOfValues(floatsOf(answer.fluxJacobian, axis.factor));
    applyRange(panel.x, options.ranges.x);
    applyRange(panel.y, options.ranges.y, axis.factor);
    panel.layers.emplace_back(reference(panel.x, 0));
    PanelLegend legend;
    for (std::size_t k = 0; k < point.latent.size(); ++k) {
        const std::vector<int>& chosen = builder.choice().latents;
        if (!chosen.empty() && std::ranges::find(chosen, static_cast<int>(k) + 1) == chosen.end()) continue;
        const std::string id = "z" + std::to_string(k + 1);
        // Okabe-Ito's seven colours, then the same dashed.
        CurveLayer curve{
            QString::fromStdString(id), {}, QColor(selectionColour(k)), 0.35, k < 7 ? Qt::SolidLine : Qt::DashLine};
        for (std::size_t l = 0; l < wavelengths.size(); ++l) {
            curve.points.emplace_back(wavelengths[l], axis.factor * answer.fluxJacobian[k * wavelengths.size() + l]);
        }
        legend.entries.push_back({FigureBuilder::label(id), LegendEntry::Kind::Line, curve.colour, curve.style});
        panel.layers.emplace_back(std::move(curve));
    }
    legend.columns = std::min<int>(static_cast<int>(legend.entries.size()), builder.wide() ? 8 : 6);
    builder.remark("exact derivatives of the decoder, at phot_g_mean_flux = " + std::to_string(point.gFlux) + " e-/s");
    place(builder, std::move(panel), std::move(legend));
}

void addComparisonPanel(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point) {
    if (!point.row) throw Error("the comparison is of a star and its reconstruction; give --star");
    const Model& model = builder.input().model->model();
    const auto count = static_cast<std::size_t>(model.architecture.inputSize);
    // Of the star's own place, wherever the latent point is.
    const auto mu = builder.table().latents()->muView().row(*point.row);
    std::vector<float> values(count), scatter(count);
    builder.input().model->decodeOne(mu, values, scatter);
    const StarComparison result =
        compareStar(*builder.table().catalog(), *point.row, model, values, scatter, builder.input().correlations.get());
    const bool correlated = !result.whitened.empty();
    FigurePanel panel;
    panel.name = QStringLiteral("residuals");
    panel.xLabel = QStringLiteral("coefficient, BP then RP");
    panel.yLabel = QStringLiteral("(observed − reconstructed) / <i>σ</i>");
    panel.x = {-1, static_cast<double>(count) + 2, false, false}; // whole dots at both ends
    const double reach = 1.1 * std::max({3.0, result.worst, correlated ? *std::ranges::max_element(result.residual) : 0,
                                         correlated ? -*std::ranges::min_element(result.residual) : 0});
    panel.y = {-reach, reach, false, false};
    applyRange(panel.x, options.ranges.x);
    applyRange(panel.y, options.ranges.y);
    panel.layers.emplace_back(reference(panel.x, 0));
    // As in the window: with correlations the dots are made independent of each other.
    CurveLayer own{QStringLiteral("by their errors"), {}, QColor(0xE6, 0x9F, 0x00), 0.25};
    MarkerLayer marks;
    marks.name = QString::fromStdString(point.name) + (correlated ? QStringLiteral(", independent") : QString());
    marks.fills = {QColor(0x00, 0x72, 0xB2)};
    marks.edgeWidth_mm = 0;
    marks.size_mm = 0.9;
    for (std::size_t j = 0; j < count; ++j) {
        const auto number = static_cast<double>(j + 1);
        own.points.emplace_back(number, result.residual[j]);
        marks.points.emplace_back(number, correlated ? result.whitened[j] : result.residual[j]);
    }
    // Above the panel: inside, the star's name would cover residuals.
    PanelLegend legend;
    const QString chi = QStringLiteral("%1: <i>χ</i><sup>2</sup> = %2 / %3")
                            .arg(QString::fromStdString(point.name).toHtmlEscaped(), fixedText(result.chiSquared, 1))
                            .arg(count);
    legend.entries = {{chi + (correlated ? QStringLiteral(", independent") : QString()), LegendEntry::Kind::Marker,
                       marks.fills.front(), Qt::SolidLine, MarkerShape::Circle, QColor()}};
    if (correlated) {
        legend.entries.push_back({own.name, LegendEntry::Kind::Line, own.colour});
        legend.columns = 2;
        panel.layers.emplace_back(std::move(own));
    }
    panel.layers.emplace_back(std::move(marks));
    builder.remark("chi-squared " + fixedText(result.chiSquared, 1).toStdString() + " over " + std::to_string(count) +
                   " coefficients, " +
                   (correlated ? "with their full covariance: dots are residuals made independent of each other"
                               : "with the errors alone: the catalogue has no correlations of this star") +
                   "; " + fixedText(result.chiSquaredScatter, 1).toStdString() + " with the model's scatter");
    place(builder, std::move(panel), std::move(legend));
}

void addSelectionPanel(FigureBuilder& builder, const SpectrumOptions& options) {
    const bool mean = options.kind == SpectrumKind::Mean, ratio = options.kind == SpectrumKind::Ratio;
    if (!options.first.stars || (!mean && !options.second.stars)) {
        throw Error(mean ? "a mean spectrum is of a selection; name it with --first"
                         : "two selections are compared; name them with --first and --second");
    }
    const ExactSpectrum exact(builder.input().model->model(), builder.instrument());
    const Latents& latents = *builder.table().latents();
    const double gFlux = medianUsableGFlux(*builder.table().catalog());
    const BootstrapOptions usual;
    const BandedSpectrum spectrum =
        mean ? meanSpectrum(latents, *options.first.stars, options.first.name, exact, gFlux, usual, builder.job())
             : contrastSpectra(latents, *options.first.stars, options.first.name, *options.second.stars,
                               options.second.name, ratio ? Contrast::Ratio : Contrast::Difference, exact, gFlux, usual,
                               builder.job());
    const std::span<const double> wavelengths = exact.instrument().wavelengths_nm();
    const QString symbol = mean    ? QStringLiteral("<i>f</i><sub>λ</sub>")
                           : ratio ? QStringLiteral("ratio of <i>f</i><sub>λ</sub>")
                                   : QStringLiteral("Δ<i>f</i><sub>λ</sub>");
    const ScaledAxis axis = scaledAxis(spectrum.value, symbol, ratio ? QString() : fluxUnitText);
    FigurePanel panel;
    panel.name = QString::fromStdString(builder.figure().origin.title);
    panel.xLabel = wavelengthText;
    panel.yLabel = axis.label;
    panel.x = {wavelengths.front() - 8, wavelengths.back() + 8, false, false};
    std::vector<float> all = floatsOf(spectrum.lower, axis.factor);
    std::ranges::copy(floatsOf(spectrum.upper, axis.factor), std::back_inserter(all));
    panel.y = rangeOfValues(std::move(all));
    applyRange(panel.x, options.ranges.x);
    applyRange(panel.y, options.ranges.y, axis.factor);
    if (!mean) panel.layers.emplace_back(reference(panel.x, ratio ? 1 : 0));
    const QColor bandColour(0xBF, 0xDC, 0xEE), curveColour(0x00, 0x72, 0xB2);
    BandLayer band{QStringLiteral("bootstrap band"), {}, {}, {}, bandColour};
    CurveLayer curve{QStringLiteral("value"), {}, curveColour, 0.35};
    for (std::size_t i = 0; i < wavelengths.size(); ++i) {
        band.x.push_back(wavelengths[i]);
        band.lower.push_back(spectrum.lower[i] * axis.factor);
        band.upper.push_back(spectrum.upper[i] * axis.factor);
        curve.points.emplace_back(wavelengths[i], spectrum.value[i] * axis.factor);
    }
    panel.layers.emplace_back(std::move(band));
    panel.layers.emplace_back(std::move(curve));
    const QString first = QString::fromStdString(options.first.name).toHtmlEscaped();
    const QString second = QString::fromStdString(options.second.name).toHtmlEscaped();
    PanelLegend legend;
    legend.entries = {{mean    ? QStringLiteral("mean of ") + first
                       : ratio ? first + QStringLiteral(" / ") + second
                               : first + QStringLiteral(" − ") + second,
                       LegendEntry::Kind::Line, curveColour},
                      {QStringLiteral("%1 % bootstrap band").arg(100 * usual.level, 0, 'f', 0),
                       LegendEntry::Kind::Patch, bandColour}};
    legend.columns = 2;
    builder.remark(countText(spectrum.starsA) + " stars: " + options.first.name);
    if (!mean) builder.remark(countText(spectrum.starsB) + " stars: " + options.second.name);
    builder.remark("decoded from the mean latents at the same G; band: the inner " +
                   std::to_string(std::lround(100 * usual.level)) + " % of " + std::to_string(usual.replicates) +
                   " bootstrap samples of the stars");
    place(builder, std::move(panel), std::move(legend));
}

} // namespace zscape
