// Spectra of the window's panels as figures: which star, which latent point, and how the panels stand.
#include "app/figure/spectrum_figure.h"

#include "app/figure/command_words.h"
#include "app/figure/figure_list.h"
#include "app/figure/spectrum_panels.h"
#include "app/open.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace zscape {

const QString fluxUnitText = QStringLiteral("W m<sup>−2</sup> nm<sup>−1</sup>");
const QString wavelengthText = QStringLiteral("<i>λ</i> [nm]");

namespace {

std::string wordsOf(const SpectrumOptions& options) {
    std::string words = std::string(" --mode ") + spectrumKindNames[static_cast<std::size_t>(options.kind)];
    if (options.star) words += " --star " + std::to_string(*options.star);
    if (!options.latent.empty()) words += " --latent=" + numberList(options.latent);
    if (options.kind == SpectrumKind::Flux) {
        if (options.residual != ResidualKind::Sigma) {
            words += std::string(" --residual ") + residualKindNames[static_cast<std::size_t>(options.residual)];
        }
        if (!options.lines) words += " --no-lines";
        if (options.near > 0) words += " --near " + std::to_string(options.near);
    }
    for (const auto& [name, range] :
         {std::pair("x", &options.ranges.x), {"y", &options.ranges.y}, {"r", &options.ranges.below}}) {
        if (!*range) continue;
        words +=
            std::string(" --") + name + "range " + numberWord((*range)->first) + " " + numberWord((*range)->second);
    }
    if (!options.first.name.empty()) words += " --first " + shellWord(options.first.name);
    if (!options.second.name.empty()) words += " --second " + shellWord(options.second.name);
    if (options.kind == SpectrumKind::Traverse) {
        words += options.pathWords + " --steps " + std::to_string(options.steps);
        if (!options.lines) words += " --no-lines";
    }
    return words + options.selectionWords;
}

std::string titleOf(const SpectrumOptions& options, const SpectrumPoint& point) {
    switch (options.kind) {
    case SpectrumKind::Flux:
        return point.row ? "Spectrum of " + point.name : "Spectrum of a latent point";
    case SpectrumKind::Coefficients:
        return point.row ? "Coefficients of " + point.name : "Coefficients of a latent point";
    case SpectrumKind::Response:
        return "Response of the spectrum to each latent";
    case SpectrumKind::Comparison:
        return point.name + " and its reconstruction";
    case SpectrumKind::Mean:
        return "Mean spectrum of " + options.first.name;
    case SpectrumKind::Difference:
        return "Spectrum of " + options.first.name + " minus that of " + options.second.name;
    case SpectrumKind::Ratio:
        return "Spectrum of " + options.first.name + " over that of " + options.second.name;
    case SpectrumKind::Traverse:
        return options.path ? "Spectra along " + options.path->name() : "Spectra along a path";
    }
    return {};
}

} // namespace

SpectrumPoint spectrumPoint(const FigureBuilder& builder, const SpectrumOptions& options) {
    SpectrumPoint point;
    const Catalog& catalog = *builder.table().catalog();
    point.latent = options.latent;
    if (options.star) {
        point.row = catalog.rowOf(*options.star);
        if (!point.row) {
            throw Error(catalog.name() + " has no star with the source_id " + std::to_string(*options.star));
        }
        point.name = (catalog.isMock() ? "mock star " : "Gaia DR3 ") + std::to_string(*options.star);
    }
    const bool usable = point.row && catalog.usable().test(*point.row);
    const std::shared_ptr<const Latents>& latents = builder.table().latents();
    if (point.latent.empty() && usable && latents) {
        const auto mu = latents->muView().row(*point.row);
        point.latent.assign(mu.begin(), mu.end());
    }
    if (!point.latent.empty() && (!latents || point.latent.size() != latents->latentSize)) {
        throw Error("the latent point has " + std::to_string(point.latent.size()) + " numbers and the model " +
                    std::to_string(latents ? latents->latentSize : 0) + " latents");
    }
    // As in the window: the star's own G, else that in the middle of the catalogue.
    point.gFlux = usable ? catalog.gFlux()[*point.row] : medianUsableGFlux(catalog);
    return point;
}

ScaledAxis scaledAxis(std::span<const double> values, const QString& symbol, const QString& unit) {
    double largest = 0;
    for (const double value : values) {
        if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    }
    ScaledAxis axis;
    const int exponent = largest > 0 ? static_cast<int>(std::floor(std::log10(largest))) : 0;
    if (unit.isEmpty() || exponent == 0) {
        axis.label = unit.isEmpty() ? symbol : symbol + QStringLiteral(" [%1]").arg(unit);
        return axis;
    }
    axis.factor = std::pow(10.0, -exponent);
    axis.label = symbol + QStringLiteral(" [10<sup>%1%2</sup> %3]")
                              .arg(exponent < 0 ? QStringLiteral("−") : QString())
                              .arg(std::abs(exponent))
                              .arg(unit);
    return axis;
}

AxisRange rangeOfValues(std::vector<float> values, double lowerPercent, double upperPercent) {
    const ValueRange range = percentileRange(values, lowerPercent, upperPercent);
    const double margin = 0.08 * std::max(range.upper - range.lower, 1e-6 * std::abs(range.upper));
    AxisRange axis{range.lower - margin, range.upper + margin, false, false};
    if (range.lower >= 0 && range.lower < 0.3 * range.upper) axis.lower = 0;
    return drawableRange(axis);
}

void applyRange(AxisRange& axis, const std::optional<std::pair<double, double>>& chosen, double factor) {
    if (!chosen) return;
    axis = drawableRange({factor * std::min(chosen->first, chosen->second),
                          factor * std::max(chosen->first, chosen->second), axis.logarithmic, axis.flipped});
}

Figure spectrumFigure(const SpectrumOptions& options, const FigureInput& input, const FigureChoice& choice,
                      const JobContext& job) {
    FigureBuilder builder("view", "Spectrum", oneColumn_mm, input, choice, job);
    Figure& figure = builder.figure();
    // An observed spectrum needs no model.
    if (options.kind != SpectrumKind::Flux || !options.star) builder.needLatents();
    const bool selections = options.kind >= SpectrumKind::Mean;
    SpectrumPoint point;
    if (!selections) point = spectrumPoint(builder, options);
    figure.origin.title = titleOf(options, point);
    figure.origin.command = figureCommand("figure view", input, choice, figure.style, "view", wordsOf(options));
    if (selections) {
        if (options.kind == SpectrumKind::Traverse) {
            addTraversePanels(builder, options);
        } else {
            addSelectionPanel(builder, options);
        }
        return std::move(figure);
    }
    if (point.latent.empty() && !(point.row && options.kind == SpectrumKind::Flux)) {
        throw Error(point.row ? point.name + " cannot be encoded, so that there is no latent point; choose another star"
                              : "there is no latent point; give --star, or --latent with its numbers");
    }
    switch (options.kind) {
    case SpectrumKind::Coefficients:
        addCoefficientPanels(builder, options, point);
        break;
    case SpectrumKind::Response:
        addResponsePanel(builder, options, point);
        break;
    case SpectrumKind::Comparison:
        addComparisonPanel(builder, options, point);
        break;
    default:
        addFluxPanels(builder, options, point);
        break;
    }
    return std::move(figure);
}

} // namespace zscape
