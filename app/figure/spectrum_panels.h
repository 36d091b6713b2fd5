#pragma once

#include "app/figure/figure_builder.h"
#include "app/figure/spectrum_figure.h"
#include "core/analysis/spectrum_generator.h"

/// The panels of spectrum figures. Internal to app/figure.
namespace zscape {

/// What the options ask for, looked up once: which star, which latent point, which G.
struct SpectrumPoint {
    std::optional<std::size_t> row; ///< of the star
    std::string name;               ///< "Gaia DR3 123", "mock star 123"
    std::vector<float> latent;
    double gFlux = 0;
};
SpectrumPoint spectrumPoint(const FigureBuilder& builder, const SpectrumOptions& options);

/// Values of one power of ten, which goes into the axis' label.
struct ScaledAxis {
    double factor = 1; ///< multiplies values
    QString label;     ///< with the power and the unit
};
/// The power of ten of the largest of `values`; `symbol` and `unit` are rich text.
ScaledAxis scaledAxis(std::span<const double> values, const QString& symbol, const QString& unit);
/// The finite values' range with a margin, and 0 in it where that is near.
AxisRange rangeOfValues(std::vector<float> values, double lowerPercent = 0, double upperPercent = 100);

/// The ends that were chosen in place of the data's; `factor` is the axis' own.
void applyRange(AxisRange& axis, const std::optional<std::pair<double, double>>& chosen, double factor = 1);

/// The marked lines of a flux panel, and their entries in the legend.
void addSpectralLines(FigurePanel& panel, PanelLegend& legend, double width_mm);
extern const QString fluxUnitText; ///< "W m^-2 nm^-1", typeset
extern const QString wavelengthText;

void addFluxPanels(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point);
void addCoefficientPanels(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point);
void addResponsePanel(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point);
void addComparisonPanel(FigureBuilder& builder, const SpectrumOptions& options, const SpectrumPoint& point);
void addSelectionPanel(FigureBuilder& builder, const SpectrumOptions& options);
void addTraversePanels(FigureBuilder& builder, const SpectrumOptions& options);

} // namespace zscape
