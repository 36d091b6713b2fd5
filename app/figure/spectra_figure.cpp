// Spectra along the tracks, observed and reconstructed (Fig 11).
#include "app/figure/paper_figures.h"
#include "core/analysis/spectrum_generator.h"
#include "core/base/error.h"
#include "core/xp/spectral_lines.h"
#include "widgets/line_markers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double fluxUnit = 1e-18; // of the y axis [W m^-2 nm]

/// One star of a bin, in calibrated flux.
struct StarSpectra {
    std::vector<double> observed;
    std::vector<double> reconstructed;
};

/// The member nearest to its bin's mean labels, each label in units of its bin's spread: a star that stands for the
/// bin.
std::size_t typicalMember(const Track& track, const TrackPoint& point, const StarTable& table) {
    std::vector<double> distance(point.members.size());
    for (std::size_t i = 0; i < track.labelNames.size(); ++i) {
        const auto values = table.exact(track.labelNames[i]);
        double squares = 0;
        std::size_t count = 0;
        for (const std::uint32_t row : point.members) {
            const double d = (*values)[row] - point.labels[i];
            if (std::isnan(d)) continue;
            squares += d * d;
            ++count;
        }
        if (count == 0 || squares == 0) continue;
        const double variance = squares / static_cast<double>(count);
        for (std::size_t m = 0; m < point.members.size(); ++m) {
            const double d = (*values)[point.members[m]] - point.labels[i];
            distance[m] += std::isnan(d) ? 1 : d * d / variance;
        }
    }
    const auto nearest = std::ranges::min_element(distance) - distance.begin();
    return point.members[static_cast<std::size_t>(nearest)];
}

StarSpectra spectraOf(const Catalog& catalog, std::size_t row, const Latents& latents,
                      const SpectrumGenerator& generator) {
    StarSpectra result;
    const auto coefficients = catalog.coefficients().row(row);
    const std::vector<double> exact(coefficients.begin(), coefficients.end());
    result.observed.resize(generator.instrument().wavelengths_nm().size());
    generator.instrument().calibrate(exact, result.observed);
    GeneratedSpectrum generated;
    generator.generate(latents.muView().row(row), catalog.gFlux()[row], generated);
    result.reconstructed = std::move(generated.flux);
    return result;
}

struct LineStyle {
    LineGroup group;
    QColor colour;
    Qt::PenStyle style;
};
const std::array<LineStyle, lineGroups.size()>& lineStyles() {
    static const std::array<LineStyle, lineGroups.size()> styles{
        LineStyle{LineGroup::Balmer, QColor(0x00, 0x9E, 0x73), Qt::DotLine},
        LineStyle{LineGroup::Paschen, QColor(0x4B, 0x56, 0xD2), Qt::DashDotLine},
        LineStyle{LineGroup::Mg, QColor(0xE6, 0x9F, 0x00), Qt::SolidLine},
        LineStyle{LineGroup::Ca, QColor(0xCC, 0x79, 0xA7), Qt::DashLine},
        LineStyle{LineGroup::Fe, QColor(0x88, 0x5A, 0xA8), Qt::SolidLine},
    };
    return styles;
}

void addLines(FigurePanel& panel) {
    for (const LineStyle& style : lineStyles()) {
        VerticalsLayer layer{lineGroupName(style.group), {}, {style.colour}, 0.2, style.style};
        for (const SpectralLine& line : spectralLines) {
            if (line.group == style.group) layer.x.push_back(line.wavelength_nm);
        }
        panel.layers.emplace_back(std::move(layer));
    }
}

/// The next of 1, 2, 5, 10, ...
double roundUp(double value) {
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    for (const double mantissa : {1.0, 2.0, 5.0}) {
        if (mantissa * decade >= value) return mantissa * decade;
    }
    return 10 * decade;
}

/// Where a residual jumps from one wavelength to the next by more than `jump` it is noise, and joined by a line it
/// would hide all others: there its points stand alone.
void partNoise(FigurePanel& panel, double jump) {
    std::vector<FigureLayer> dots;
    for (FigureLayer& layer : panel.layers) {
        auto& curve = std::get<CurveLayer>(layer);
        const std::vector<QPointF> all = curve.points;
        MarkerLayer alone;
        alone.name = curve.name;
        alone.fills = {curve.colour};
        alone.edgeWidth_mm = 0;
        alone.size_mm = 0.25;
        const auto jumps = [&](std::size_t i) {
            return i > 0 && i < all.size() && !(std::abs(all[i].y() - all[i - 1].y()) <= jump);
        };
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!jumps(i) && !jumps(i + 1)) continue;
            if (std::isfinite(all[i].y())) alone.points.push_back(all[i]);
            curve.points[i].setY(std::numeric_limits<double>::quiet_NaN());
        }
        if (!alone.points.empty()) dots.emplace_back(std::move(alone));
    }
    std::ranges::move(dots, std::back_inserter(panel.layers));
}

/// The flux panel and the residual panel of one track.
std::pair<FigurePanel, FigurePanel> spectraPanels(FigureBuilder& builder, const Track& track, const QString& title,
                                                  const ColourRamp& ramp, const SpectrumGenerator& generator) {
    const std::span<const double> grid = generator.instrument().wavelengths_nm();
    FigurePanel flux, residual;
    flux.name = title;
    residual.name = title + QStringLiteral(" residual");
    flux.x = residual.x = {320, 1030, false, false};
    flux.xTickLabels = false;
    residual.xLabel = QStringLiteral("<i>λ</i> [nm]");
    flux.yLabel = QStringLiteral("<i>λ</i><sup>2</sup> <i>f</i><sub><i>λ</i></sub> "
                                 "[10<sup>−18</sup> W m<sup>−2</sup> nm]");
    residual.yLabel = QStringLiteral("model / obs − 1");
    addLines(flux);
    const std::vector<QColor> colours = alongColours(ramp, track.points.size());
    std::vector<float> peaks, lows, residuals;
    for (std::size_t i = 0; i < track.points.size(); ++i) {
        builder.job().throwIfCancelled();
        const TrackPoint& point = track.points[i];
        const std::size_t row = typicalMember(track, point, builder.table());
        const StarSpectra star = spectraOf(*builder.table().catalog(), row, *builder.table().latents(), generator);
        char along[40];
        std::snprintf(along, sizeof along, "%.6g", point.along);
        const QString name = QStringLiteral("%1 = %2, star %3")
                                 .arg(QString::fromStdString(track.alongName), QString::fromUtf8(along))
                                 .arg(builder.table().catalog()->sourceIds()[row]);
        CurveLayer observed{name + QStringLiteral(", observed"), {}, colours[i], 0.22, Qt::SolidLine};
        CurveLayer model{name + QStringLiteral(", reconstructed"), {}, colours[i].darker(125), 0.3, Qt::DotLine};
        CurveLayer ratio{name + QStringLiteral(", reconstructed / observed - 1"), {}, colours[i], 0.12, Qt::SolidLine};
        for (std::size_t l = 0; l < grid.size(); ++l) {
            const double scale = grid[l] * grid[l] / fluxUnit;
            const double o = star.observed[l], m = star.reconstructed[l];
            observed.points.emplace_back(grid[l], o * scale);
            model.points.emplace_back(grid[l], m * scale);
            ratio.points.emplace_back(grid[l], o > 0 ? m / o - 1 : std::numeric_limits<double>::quiet_NaN());
            if (grid[l] >= 450 && grid[l] <= 950) {
                peaks.push_back(static_cast<float>(o * scale));
                residuals.push_back(static_cast<float>(std::abs(m / o - 1)));
            }
            if (grid[l] >= 400 && grid[l] <= 1000 && o > 0) lows.push_back(static_cast<float>(o * scale));
        }
        flux.layers.emplace_back(std::move(observed));
        flux.layers.emplace_back(std::move(model));
        residual.layers.emplace_back(std::move(ratio));
    }
    // A star's noise below 400 nm must not set the range of decades.
    const double top = percentileRange(peaks, 0, 100).upper, low = percentileRange(lows, 1, 100).lower;
    flux.y = drawableRange({low / 2, top * 3, true, false});
    const double spread = std::max(0.01, percentileRange(residuals, 0, 95).upper);
    // Round, so that the few ticks there is room for stand apart from the ends.
    const double tick = roundUp(1.2 * spread);
    partNoise(residual, 0.8 * tick);
    residual.y = drawableRange({-1.3 * tick, 1.3 * tick, false, false});
    residual.layers.emplace_back(CurveLayer{QStringLiteral("zero"), {{320, 0}, {1030, 0}}, QColor(Qt::black), 0.15});
    flux.texts.push_back({title, PanelCorner::TopLeft});
    return {std::move(flux), std::move(residual)};
}

} // namespace

Figure trackSpectraFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("track-spectra", "Spectra along the main sequence and the giant branch", twoColumns_mm, input,
                          choice, job);
    builder.need({"TEFF", "LOGG"}, {"good labels"});
    builder.needLatents();
    Figure& figure = builder.figure();
    const SpectrumGenerator generator(input.model, builder.instrument());
    const TrackOptions options = builder.trackOptions();
    const auto good = builder.stars("good labels");
    const Track dwarfs = mainSequenceTrack(*input.table, options, good, job);
    const Track giants = giantBranchTrack(*input.table, options, good, job);
    if (dwarfs.points.empty() && giants.points.empty()) {
        throw Error("the figure 'track-spectra' finds no star of " + figure.origin.catalogue +
                    " on the tracks; try --preset paper, whose giant branch is wider");
    }
    // Lighter lines than these cannot be seen on white.
    auto left = spectraPanels(builder, dwarfs, QStringLiteral("main sequence"),
                              rampBetween(0xFF9CC7E6, 0xFF3B86C0, 0xFF062A5A), generator);
    auto right = spectraPanels(builder, giants, QStringLiteral("giant branch"),
                               rampBetween(0xFFF5A47C, 0xFFD8572A, 0xFF5E1503), generator);
    PanelLegend legend;
    legend.columns = builder.wide() ? 6 : 3;
    for (const LineStyle& style : lineStyles()) {
        legend.entries.push_back({lineGroupName(style.group), LegendEntry::Kind::Line, style.colour, style.style});
    }
    legend.entries.push_back(
        {QStringLiteral("reconstructed"), LegendEntry::Kind::Line, QColor(Qt::black), Qt::DotLine});
    builder.remark("each line is the star of its bin whose labels are nearest to the bin's means; light to dark: Teff "
                   "rising on the main sequence, log g rising on the giant branch");
    figure.panels = {left.first, right.first, left.second, right.second};
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = placeLegend(figure, legend);
    grid.closeRows = true;
    grid.heights = {1, 0.3};
    if (builder.wide()) {
        grid.columns = 2;
        grid.cells = {{0, 1}, {2, 3}};
        for (const std::size_t i : {1U, 3U}) {
            figure.panels[i].yLabel.clear();
        }
        grid.aspect = 0.85;
        figure.height_mm = arrangePanels(figure, grid);
    } else {
        grid.aspect = 0.75;
        grid.cells = {{0}, {2}};
        grid.top_mm = arrangePanels(figure, grid);
        grid.cells = {{1}, {3}};
        figure.height_mm = arrangePanels(figure, grid);
    }
    return std::move(figure);
}

} // namespace zscape
