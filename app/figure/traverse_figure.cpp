// Spectra along a path through latent space: what moves along a track, at one glance.
#include "app/figure/spectrum_panels.h"
#include "app/open.h"
#include "core/base/error.h"
#include "widgets/column_label.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

ColourScale scaleAlong(const LatentPath& path) {
    ColourScale scale;
    scale.lower = std::min(path.alongAt(0), path.alongAt(1));
    scale.upper = std::max(path.alongAt(0), path.alongAt(1));
    return scale;
}

QString alongLabel(const LatentPath& path) {
    if (path.alongName() == "path") return QStringLiteral("place along the line");
    return FigureBuilder::label(path.alongName());
}

/// Spectra of a path at one G, a row a step.
struct Spectra {
    std::vector<std::vector<double>> flux;
    std::vector<double> along;
    std::vector<double> mean;
};

Spectra spectraAlong(FigureBuilder& builder, const SpectrumOptions& options, const XpInstrument& instrument) {
    const SpectrumGenerator generator(builder.input().model, instrument);
    const double gFlux = medianUsableGFlux(*builder.table().catalog());
    builder.remark("generated at phot_g_mean_flux = " + std::to_string(gFlux) + " e-/s");
    Spectra spectra;
    spectra.mean.resize(instrument.wavelengths_nm().size());
    GeneratedSpectrum one;
    for (int step = 0; step < options.steps; ++step) {
        builder.job().throwIfCancelled();
        const double fraction = static_cast<double>(step) / (options.steps - 1);
        generator.generate(options.path->at(fraction), gFlux, one);
        spectra.along.push_back(options.path->alongAt(fraction));
        for (std::size_t i = 0; i < one.flux.size(); ++i) {
            spectra.mean[i] += one.flux[i] / options.steps;
        }
        spectra.flux.push_back(one.flux);
    }
    return spectra;
}

} // namespace

void addTraversePanels(FigureBuilder& builder, const SpectrumOptions& options) {
    if (!options.path) {
        throw Error("a traverse runs along a track (--tracks ms --along MS), between two selections (--first and "
                    "--second) or two latent points (--latent and --to-latent); give one of them");
    }
    if (options.path->latentSize() != builder.table().latents()->latentSize) {
        throw Error("the path is in the latent space of another model; make it again");
    }
    const XpInstrument instrument = builder.instrument();
    const std::span<const double> wavelengths = instrument.wavelengths_nm();
    const Spectra spectra = spectraAlong(builder, options, instrument);
    std::vector<double> all;
    std::vector<float> ratios;
    for (const std::vector<double>& flux : spectra.flux) {
        all.insert(all.end(), flux.begin(), flux.end());
    }
    const ScaledAxis axis = scaledAxis(all, QStringLiteral("<i>f</i><sub>λ</sub>"), fluxUnitText);
    FigurePanel flux, ratio;
    flux.name = QStringLiteral("flux");
    flux.yLabel = axis.label;
    ratio.name = QStringLiteral("relative to the mean");
    ratio.xLabel = wavelengthText;
    ratio.yLabel = QStringLiteral("<i>f</i><sub>λ</sub> / mean");
    PanelLegend lines;
    if (options.lines) addSpectralLines(flux, lines, 0.18);
    const ColourScale scale = scaleAlong(*options.path);
    for (std::size_t step = 0; step < spectra.flux.size(); ++step) {
        const QColor colour(colourOf(scale, spectra.along[step]));
        const QString name =
            QStringLiteral("%1 = %2").arg(QString::fromStdString(options.path->alongName())).arg(spectra.along[step]);
        CurveLayer curve{name, {}, colour, 0.3}, relative{name, {}, colour, 0.3};
        for (std::size_t i = 0; i < wavelengths.size(); ++i) {
            const double value = spectra.flux[step][i];
            curve.points.emplace_back(wavelengths[i], value * axis.factor);
            relative.points.emplace_back(wavelengths[i], value / spectra.mean[i]);
            // Where the flux fades away its ratio says nothing; the range is that of the rest.
            if (wavelengths[i] > 400 && wavelengths[i] < 1000)
                ratios.push_back(static_cast<float>(value / spectra.mean[i]));
        }
        flux.layers.emplace_back(std::move(curve));
        ratio.layers.emplace_back(std::move(relative));
    }
    std::vector<float> drawn;
    for (const double value : all) {
        drawn.push_back(static_cast<float>(value * axis.factor));
    }
    flux.y = rangeOfValues(std::move(drawn));
    ratio.y = rangeOfValues(std::move(ratios), 0.5, 99.5);
    flux.x = {wavelengths.front() - 8, wavelengths.back() + 8, false, false};
    ratio.x = flux.x;
    flux.xTickLabels = false;
    flux.colourBar = PanelColourBar{alongLabel(*options.path), scale, {}, {}};
    Figure& figure = builder.figure();
    figure.panels.push_back(std::move(flux));
    figure.panels.push_back(std::move(ratio));
    PanelGrid grid;
    grid.cells = {{0}, {1}};
    grid.heights = {1, 0.5};
    grid.closeRows = true;
    grid.right_mm = figure.style.width_mm;
    lines.columns = builder.wide() ? static_cast<int>(lines.entries.size()) : 3;
    grid.top_mm = lines.entries.empty() ? contentTop(figure) : placeLegend(figure, lines);
    grid.aspect = builder.wide() ? 0.45 : 0.75;
    figure.height_mm = arrangePanels(figure, grid);
}

} // namespace zscape
