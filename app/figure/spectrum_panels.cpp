// A spectrum as calibrated flux and as coefficients.
#include "app/figure/spectrum_panels.h"

#include "core/analysis/observed_flux.h"
#include "core/generate/compare_star.h"
#include "core/generate/nearest_stars.h"
#include "core/xp/spectral_lines.h"
#include "widgets/line_markers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

const QColor generatedColour(0x00, 0x72, 0xB2), observedColour(0x30, 0x30, 0x30);
const QColor bandColour(0xBF, 0xDC, 0xEE), errorColour(0xD4, 0xD4, 0xD4);
const QColor nearColour(0x9A, 0xA2, 0xAC);
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

std::vector<QPointF> pointsOf(std::span<const double> x, std::span<const double> y, double factor = 1) {
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < x.size(); ++i) {
        points.emplace_back(x[i], y[i] * factor);
    }
    return points;
}

BandLayer bandAround(const QString& name, std::span<const double> x, std::span<const double> middle,
                     std::span<const double> half, double factor, const QColor& colour = bandColour) {
    BandLayer band{name, {x.begin(), x.end()}, {}, {}, colour};
    for (std::size_t i = 0; i < x.size(); ++i) {
        band.lower.push_back((middle[i] - half[i]) * factor);
        band.upper.push_back((middle[i] + half[i]) * factor);
    }
    return band;
}

/// In units of scatter and error together, as in the window.
FigurePanel residualPanel(const SpectrumOptions& options, std::span<const double> wavelengths,
                          const ObservedFlux& observed, const GeneratedSpectrum& generated) {
    const bool sigma = options.residual == ResidualKind::Sigma;
    FigurePanel panel;
    panel.name =
        sigma ? QStringLiteral("residual in units of error and scatter") : QStringLiteral("fractional residual");
    panel.xLabel = wavelengthText;
    panel.yLabel = sigma ? QStringLiteral("Δ<i>f</i> / <i>σ</i>") : QStringLiteral("Δ<i>f</i> / <i>f</i>");
    std::vector<double> ratio(wavelengths.size()), ones(wavelengths.size(), 0.0), half(wavelengths.size());
    std::vector<float> sizes;
    for (std::size_t i = 0; i < ratio.size(); ++i) {
        const double error = std::isfinite(observed.error[i]) ? observed.error[i] : 0;
        const double unit = sigma ? std::hypot(generated.fluxScatter[i], error) : std::abs(generated.flux[i]);
        ratio[i] = unit > 0 ? (observed.flux[i] - generated.flux[i]) / unit : notANumber;
        half[i] = sigma ? 1 : unit > 0 ? generated.fluxScatter[i] / unit : notANumber;
        sizes.push_back(static_cast<float>(std::abs(ratio[i])));
    }
    const double reach = 1.15 * std::max(sigma ? 3.0 : 0.02, percentileRange(sizes, 0, 96).upper);
    panel.y = {-reach, reach, false, false};
    applyRange(panel.y, options.ranges.below);
    panel.layers.emplace_back(bandAround(QStringLiteral("scatter"), wavelengths, ones, half, 1));
    panel.layers.emplace_back(
        CurveLayer{QStringLiteral("observed - generated"), pointsOf(wavelengths, ratio), observedColour, 0.25});
    panel.layers.emplace_back(CurveLayer{
        QStringLiteral("zero"), {{wavelengths.front(), 0}, {wavelengths.back(), 0}}, QColor(Qt::black), 0.12});
    return panel;
}

/// Observed spectra of the stars nearest to the latent point, as bright as the generated one: it is their shape that
/// tells. The picked star's own is drawn already.
void addNearStars(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point, double factor,
                  FigurePanel& panel, PanelLegend& legend) {
    if (options.near == 0 || point.latent.empty()) return;
    const XpInstrument instrument = builder.instrument();
    const Catalog& catalog = *builder.table().catalog();
    const NearestStars stars(builder.table().latents(), builder.job());
    std::vector<double> flux(instrument.wavelengths_nm().size());
    int drawn = 0;
    for (const NearestStars::Star& star : stars.nearest(point.latent, static_cast<std::size_t>(options.near) + 1)) {
        if (drawn == options.near) break;
        if (star.row == point.row) continue;
        const auto coefficients = catalog.coefficients().row(star.row);
        instrument.calibrate(std::vector<double>(coefficients.begin(), coefficients.end()), flux);
        panel.layers.emplace_back(
            CurveLayer{QStringLiteral("near star ") + QString::number(catalog.sourceIds()[star.row]),
                       pointsOf(instrument.wavelengths_nm(), flux, factor * point.gFlux / catalog.gFlux()[star.row]),
                       nearColour, 0.15});
        ++drawn;
    }
    if (drawn == 0) return;
    legend.entries.push_back({QStringLiteral("nearest stars"), LegendEntry::Kind::Line, nearColour});
    builder.remark("observed spectra of the " + std::to_string(drawn) +
                   " nearest stars in latent space, each as bright as the generated one");
}

} // namespace

void addSpectralLines(FigurePanel& panel, PanelLegend& legend, double width_mm) {
    static constexpr std::array styles{Qt::DotLine, Qt::DashDotLine, Qt::SolidLine, Qt::DashLine, Qt::SolidLine};
    static const std::array colours{QColor(0x00, 0x9E, 0x73), QColor(0x4B, 0x56, 0xD2), QColor(0xE6, 0x9F, 0x00),
                                    QColor(0xCC, 0x79, 0xA7), QColor(0x88, 0x5A, 0xA8)};
    for (std::size_t i = 0; i < lineGroups.size(); ++i) {
        VerticalsLayer layer{lineGroupName(lineGroups[i]), {}, {colours[i]}, width_mm, styles[i]};
        for (const SpectralLine& line : spectralLines) {
            if (line.group == lineGroups[i]) layer.x.push_back(line.wavelength_nm);
        }
        legend.entries.push_back({layer.name, LegendEntry::Kind::Line, colours[i], styles[i]});
        panel.layers.emplace_back(std::move(layer));
    }
}

void addFluxPanels(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point) {
    Figure& figure = builder.figure();
    const XpInstrument instrument = builder.instrument();
    const std::span<const double> wavelengths = instrument.wavelengths_nm();
    GeneratedSpectrum generated;
    const bool hasLatent = !point.latent.empty();
    if (hasLatent) {
        SpectrumGenerator(builder.input().model, instrument).generate(point.latent, point.gFlux, generated);
        builder.remark("generated at phot_g_mean_flux = " + std::to_string(point.gFlux) + " e-/s");
    }
    ObservedFlux observed;
    if (point.row) {
        observed = observedFlux(*builder.table().catalog(), *point.row, XpSampler::calibrated(instrument),
                                builder.input().correlations.get());
        builder.remark(observed.correlated ? "errors of the observed flux from the full covariance of the coefficients"
                                           : "errors of the observed flux as of independent coefficients");
    }
    std::vector<double> all = generated.flux;
    all.insert(all.end(), observed.flux.begin(), observed.flux.end());
    const ScaledAxis axis = scaledAxis(all, QStringLiteral("<i>f</i><sub>λ</sub>"), fluxUnitText);
    FigurePanel flux;
    PanelLegend legend;
    flux.name = QStringLiteral("flux");
    flux.yLabel = axis.label;
    std::vector<float> drawn;
    for (const double value : all) {
        drawn.push_back(static_cast<float>(value * axis.factor));
    }
    flux.y = rangeOfValues(drawn, 0.5, 99.9);
    applyRange(flux.y, options.ranges.y, axis.factor);
    if (point.row) {
        flux.layers.emplace_back(bandAround(QStringLiteral("observed error"), wavelengths, observed.flux,
                                            observed.error, axis.factor, errorColour));
        legend.entries.push_back({QStringLiteral("±1 <i>σ</i> error"), LegendEntry::Kind::Patch, errorColour});
    }
    if (hasLatent) {
        flux.layers.emplace_back(
            bandAround(QStringLiteral("scatter"), wavelengths, generated.flux, generated.fluxScatter, axis.factor));
        legend.entries.push_back({QStringLiteral("±1 <i>σ</i> scatter"), LegendEntry::Kind::Patch, bandColour});
    }
    addNearStars(builder, options, point, axis.factor, flux, legend);
    if (point.row) {
        flux.layers.emplace_back(CurveLayer{QStringLiteral("observed, ") + QString::fromStdString(point.name),
                                            pointsOf(wavelengths, observed.flux, axis.factor), observedColour, 0.3});
        legend.entries.push_back(
            {QString::fromStdString(point.name).toHtmlEscaped(), LegendEntry::Kind::Line, observedColour});
    }
    if (hasLatent) {
        flux.layers.emplace_back(CurveLayer{QStringLiteral("generated"),
                                            pointsOf(wavelengths, generated.flux, axis.factor), generatedColour, 0.35});
        legend.entries.push_back({QStringLiteral("generated"), LegendEntry::Kind::Line, generatedColour});
    }
    PanelLegend lines;
    if (options.lines) {
        addSpectralLines(flux, lines, 0.18);
        std::rotate(flux.layers.begin(), flux.layers.end() - static_cast<std::ptrdiff_t>(lineGroups.size()),
                    flux.layers.end());
    }
    AxisRange range{wavelengths.front() - 8, wavelengths.back() + 8, false, false};
    applyRange(range, options.ranges.x);
    flux.x = range;
    const bool residual = hasLatent && point.row && options.residual != ResidualKind::Off;
    figure.panels.push_back(std::move(flux));
    if (residual) {
        figure.panels.push_back(residualPanel(options, wavelengths, observed, generated));
        figure.panels.back().x = range;
        figure.panels.front().xTickLabels = false;
    } else {
        figure.panels.front().xLabel = wavelengthText;
    }
    std::ranges::copy(lines.entries, std::back_inserter(legend.entries));
    legend.columns = builder.wide() ? static_cast<int>(legend.entries.size()) : 3;
    PanelGrid grid;
    grid.cells = residual ? std::vector<std::vector<int>>{{0}, {1}} : std::vector<std::vector<int>>{{0}};
    grid.heights = residual ? std::vector<double>{1, 0.32} : std::vector<double>{};
    grid.closeRows = true;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = placeLegend(figure, legend);
    grid.aspect = builder.wide() ? 0.45 : 0.7;
    figure.height_mm = arrangePanels(figure, grid);
}

void addCoefficientPanels(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point) {
    Figure& figure = builder.figure();
    const Model& model = builder.input().model->model();
    const auto count = static_cast<std::size_t>(model.architecture.inputSize);
    std::vector<float> values(count), scatter(count);
    builder.input().model->decodeOne(point.latent, values, scatter);
    std::optional<StarComparison> star;
    if (point.row && builder.table().catalog()->usable().test(*point.row)) {
        star = compareStar(*builder.table().catalog(), *point.row, model, values, scatter);
    }
    const XpInstrument instrument = builder.instrument();
    const std::size_t bp = instrument.coefficientCount() == count ? instrument.coefficientCount(XpBand::Bp) : count;
    PanelGrid grid;
    for (std::size_t first = 0; first < count; first += bp) {
        const std::size_t last = std::min(count, first + bp);
        FigurePanel panel;
        panel.name = bp == count  ? QStringLiteral("coefficients")
                     : first == 0 ? QStringLiteral("BP")
                                  : QStringLiteral("RP");
        if (bp < count) panel.texts.push_back({panel.name, PanelCorner::TopLeft});
        panel.x = {0, static_cast<double>(last - first) + 1, false, false};
        panel.yLabel = QStringLiteral("normalised coefficient");
        panel.xLabel = QStringLiteral("coefficient");
        BandLayer band{QStringLiteral("scatter"), {}, {}, {}, bandColour};
        CurveLayer line{QStringLiteral("generated"), {}, generatedColour, 0.35};
        MarkerLayer marks;
        marks.name = QStringLiteral("observed, ") + QString::fromStdString(point.name);
        marks.fills = {observedColour};
        marks.edgeWidth_mm = 0;
        marks.size_mm = 0.7;
        CurveLayer errors{QStringLiteral("observed, errors"), {}, QColor(0x90, 0x90, 0x90), 0.15};
        std::vector<float> all;
        for (std::size_t j = first; j < last; ++j) {
            const double number = static_cast<double>(j - first + 1);
            band.x.push_back(number);
            band.lower.push_back(values[j] - scatter[j]);
            band.upper.push_back(values[j] + scatter[j]);
            line.points.emplace_back(number, values[j]);
            all.push_back(values[j]);
            if (!star) continue;
            marks.points.emplace_back(number, star->observed[j]);
            errors.points.emplace_back(number, star->observed[j] - star->error[j]);
            errors.points.emplace_back(number, star->observed[j] + star->error[j]);
            errors.points.emplace_back(notANumber, notANumber);
            all.push_back(static_cast<float>(star->observed[j]));
        }
        panel.y = rangeOfValues(all);
        applyRange(panel.x, options.ranges.x);
        applyRange(panel.y, first == 0 ? options.ranges.y : options.ranges.below);
        panel.layers.emplace_back(std::move(band));
        if (star) panel.layers.emplace_back(std::move(errors));
        panel.layers.emplace_back(std::move(line));
        if (star) panel.layers.emplace_back(std::move(marks));
        grid.cells.push_back({static_cast<int>(figure.panels.size())});
        figure.panels.push_back(std::move(panel));
    }
    if (figure.panels.size() > 1) figure.panels.front().xLabel.clear();
    PanelLegend legend;
    legend.entries = {{QStringLiteral("±1 <i>σ</i> scatter"), LegendEntry::Kind::Patch, bandColour},
                      {QStringLiteral("generated"), LegendEntry::Kind::Line, generatedColour}};
    if (star) {
        legend.entries.push_back({QString::fromStdString(point.name).toHtmlEscaped(), LegendEntry::Kind::Marker,
                                  observedColour, Qt::SolidLine, MarkerShape::Circle, QColor()});
    }
    legend.columns = 3;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = placeLegend(figure, legend);
    grid.aspect = builder.wide() ? 0.3 : 0.45;
    figure.height_mm = arrangePanels(figure, grid);
}

} // namespace zscape
