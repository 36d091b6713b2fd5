// What follows from new data: scale, ranges, residuals, legend, and what the cursor reads.
#include "widgets/axis_label.h"
#include "widgets/flux_plot.h"
#include "widgets/hover_readout.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// Noise at the ends of an observed spectrum does not set the scale.
constexpr double trimmed = 0.01;
/// The least half width of the residual panel.
constexpr double leastFraction = 0.02;
constexpr double leastSigma = 3;

/// The value below which `fraction` of the finite values lie; `scratch` is overwritten. NaN without any.
double quantile(std::span<const float> values, double fraction, std::vector<float>& scratch) {
    const auto end =
        std::copy_if(values.begin(), values.end(), scratch.begin(), [](float v) { return std::isfinite(v); });
    const auto count = end - scratch.begin();
    if (count == 0) return std::nan("");
    const auto nth = scratch.begin() + static_cast<std::ptrdiff_t>(fraction * static_cast<double>(count - 1));
    std::nth_element(scratch.begin(), nth, end);
    return static_cast<double>(*nth);
}

} // namespace

void FluxPlot::setExponent(int exponent) {
    m_exponent = exponent;
    const QString power = QString::number(exponent).replace(u'-', QChar(minusSign));
    AxisLabel::set(
        *m_fluxRect->axis(QCPAxis::atLeft),
        QStringLiteral("<i>f</i><sub>λ</sub> [10<sup>%1</sup> W m<sup>−2</sup> nm<sup>−1</sup>]").arg(power));
    m_axesChanged = true;
}

void FluxPlot::updateFlux() {
    Extent extent;
    // The zero line belongs to a flux.
    extent.add(0);
    for (std::size_t i = 0; i < m_generated.size(); ++i) {
        const double scatter = m_scatter.empty() ? 0 : static_cast<double>(m_scatter[i]);
        extent.add(static_cast<double>(m_generated[i]) + scatter);
        extent.add(static_cast<double>(m_generated[i]) - scatter);
    }
    if (!m_observed.empty()) {
        extent.add(quantile(m_observed, trimmed, m_sorted));
        extent.add(quantile(m_observed, 1 - trimmed, m_sorted));
    }
    if (!m_userY && m_fluxRange.fit(extent)) {
        const int exponent = axisExponent(std::max(std::abs(extent.lower), std::abs(extent.upper)), m_exponent);
        if (exponent != m_exponent) setExponent(exponent);
        const double scale = std::pow(10.0, -m_exponent);
        m_fluxRect->axis(QCPAxis::atLeft)->setRange(m_fluxRange.lower() * scale, m_fluxRange.upper() * scale);
        m_axesChanged = true;
    }
    if (!m_generated.empty()) {
        fill(*m_generatedGraph, m_generated, {}, 0);
        fill(*m_lowerGraph, m_generated, m_scatter, -1);
        fill(*m_upperGraph, m_generated, m_scatter, 1);
    }
    if (!m_observed.empty()) {
        fill(*m_observedGraph, m_observed, {}, 0);
        fill(*m_observedLower, m_observed, m_error, -1);
        fill(*m_observedUpper, m_observed, m_error, 1);
    }
    for (std::size_t k = 0; k < m_near.size(); ++k) {
        fill(*m_nearGraphs[k], m_near[k], {}, 0);
    }
    updateLegend();
    updateResidualPanel();
    updateResidual();
    emit drawNeeded();
}

void FluxPlot::updateLegend() {
    const auto show = [this](QCPGraph* graph, bool shown) {
        if (graph->visible() == shown) return;
        graph->setVisible(shown);
        if (shown) {
            graph->addToLegend(legend);
        } else {
            graph->removeFromLegend(legend);
        }
        m_axesChanged = true;
    };
    show(m_generatedGraph, !m_generated.empty());
    m_lowerGraph->setVisible(!m_scatter.empty());
    show(m_upperGraph, !m_scatter.empty());
    show(m_observedGraph, !m_observed.empty());
    // In the colour of its line, which is in the legend.
    for (QCPGraph* band : {m_observedLower, m_observedUpper})
        band->setVisible(!m_observed.empty() && !m_error.empty());
    if (!m_observed.empty() && m_observedGraph->name() != m_observedName) {
        m_observedGraph->setName(m_observedName);
        m_axesChanged = true;
    }
}

void FluxPlot::labelAxes() {
    // Stacked panels share the wavelength axis of the lower one.
    const QString wavelength = QStringLiteral("<i>λ</i> [nm]");
    m_fluxRect->axis(QCPAxis::atBottom)->setTickLabels(!m_residualShown);
    AxisLabel::set(*m_fluxRect->axis(QCPAxis::atBottom), m_residualShown ? QString() : wavelength);
    AxisLabel::set(*m_residualRect->axis(QCPAxis::atBottom), wavelength);
    AxisLabel::set(*m_residualRect->axis(QCPAxis::atLeft), m_residual == Residual::Sigma
                                                               ? QStringLiteral("Δ<i>f</i> / <i>σ</i>")
                                                               : QStringLiteral("Δ<i>f</i> / <i>f</i>"));
    m_axesChanged = true;
}

void FluxPlot::updateResidualPanel() {
    const bool shown = hasResidual();
    for (QCPGraph* graph : {m_residualGraph, m_residualLower, m_residualUpper})
        graph->setVisible(shown);
    if (shown == m_residualShown) return;
    m_residualShown = shown;
    labelAxes();
    QCPAxis* fluxAxis = m_fluxRect->axis(QCPAxis::atBottom);
    m_axesChanged = true;
    if (shown) {
        m_residualRect->setVisible(true);
        m_residualRect->axis(QCPAxis::atBottom)->setRange(fluxAxis->range());
        plotLayout()->addElement(2, 0, m_residualRect);
        plotLayout()->setRowStretchFactor(1, 3);
        plotLayout()->setRowStretchFactor(2, 1.4);
        applyPlotStyle(*this, m_style);
    } else {
        plotLayout()->take(m_residualRect);
        m_residualRect->setVisible(false);
        plotLayout()->simplify();
    }
}

void FluxPlot::updateResidual() {
    if (!hasResidual()) return;
    const bool sigma = m_residual == Residual::Sigma;
    for (std::size_t i = 0; i < m_generated.size(); ++i) {
        const float scatter = m_scatter.empty() ? 0.0F : m_scatter[i];
        const float error = m_error.empty() ? 0.0F : m_error[i];
        const float unit = sigma ? std::hypot(scatter, error) : std::abs(m_generated[i]);
        m_ratio[i] = unit > 0 ? (m_observed[i] - m_generated[i]) / unit : std::nanf("");
        m_ratioBand[i] = sigma ? 1.0F : (unit > 0 ? scatter / unit : std::nanf(""));
    }
    std::size_t i = 0;
    auto lower = m_residualLower->data()->begin();
    auto upper = m_residualUpper->data()->begin();
    for (auto point = m_residualGraph->data()->begin(); point != m_residualGraph->data()->end(); ++point, ++i) {
        point->value = static_cast<double>(m_ratio[i]);
        (upper++)->value = static_cast<double>(m_ratioBand[i]);
        (lower++)->value = -static_cast<double>(m_ratioBand[i]);
    }
    if (m_userResidual) return;
    for (float& ratio : m_ratio)
        ratio = std::abs(ratio);
    const double least = sigma ? leastSigma : leastFraction;
    const double half = std::max(least, quantile(m_ratio, 1 - 2 * trimmed, m_sorted));
    Extent extent;
    extent.add(-half);
    extent.add(half);
    if (m_residualRange.fit(extent)) {
        m_residualRect->axis(QCPAxis::atLeft)->setRange(m_residualRange.lower(), m_residualRange.upper());
        m_axesChanged = true;
    }
}

void FluxPlot::resetView() {
    m_userX = m_userY = m_userResidual = false;
    m_fluxRange.release();
    m_residualRange.release();
    if (m_wavelengths_nm.size() > 1) {
        const double margin = 0.01 * (m_wavelengths_nm.back() - m_wavelengths_nm.front());
        for (QCPAxisRect* rect : {m_fluxRect, m_residualRect})
            rect->axis(QCPAxis::atBottom)
                ->setRange(m_wavelengths_nm.front() - margin, m_wavelengths_nm.back() + margin);
    }
    m_axesChanged = true;
    updateFlux();
}

ChosenRanges FluxPlot::chosenRanges() const {
    const auto of = [](QCPAxisRect& rect, QCPAxis::AxisType axis, double factor) {
        const QCPRange range = rect.axis(axis)->range();
        return std::pair(range.lower * factor, range.upper * factor);
    };
    ChosenRanges chosen;
    if (m_userX) chosen.x = of(*m_fluxRect, QCPAxis::atBottom, 1);
    if (m_userY) chosen.y = of(*m_fluxRect, QCPAxis::atLeft, std::pow(10.0, m_exponent));
    if (m_userResidual && m_residualShown) chosen.below = of(*m_residualRect, QCPAxis::atLeft, 1);
    return chosen;
}

void FluxPlot::setChosenRanges(const ChosenRanges& chosen) {
    resetView();
    const auto set = [](QCPAxisRect& rect, QCPAxis::AxisType axis, std::pair<double, double> ends, double factor) {
        rect.axis(axis)->setRange(ends.first / factor, ends.second / factor);
        return true;
    };
    if (chosen.x) {
        m_userX = set(*m_fluxRect, QCPAxis::atBottom, *chosen.x, 1);
        set(*m_residualRect, QCPAxis::atBottom, *chosen.x, 1);
    }
    if (chosen.y) m_userY = set(*m_fluxRect, QCPAxis::atLeft, *chosen.y, std::pow(10.0, m_exponent));
    if (chosen.below) m_userResidual = set(*m_residualRect, QCPAxis::atLeft, *chosen.below, 1);
    emit drawNeeded();
}

void FluxPlot::onMoved(QCPAxisRect* rect, bool horizontal, bool vertical) {
    QCPAxisRect* other = rect == m_fluxRect ? m_residualRect : m_fluxRect;
    if (horizontal) other->axis(QCPAxis::atBottom)->setRange(rect->axis(QCPAxis::atBottom)->range());
    m_userX = m_userX || horizontal;
    if (vertical) (rect == m_fluxRect ? m_userY : m_userResidual) = true;
    m_axesChanged = true;
    emit drawNeeded();
}

void FluxPlot::onHovered(QCPAxisRect* rect, const QPointF& position) {
    if (rect == nullptr || m_wavelengths_nm.empty() || (m_generated.empty() && m_observed.empty())) {
        m_readout->hide();
        return;
    }
    const QCPAxis* axis = rect->axis(QCPAxis::atBottom);
    const double wavelength = axis->pixelToCoord(position.x());
    const auto next = std::lower_bound(m_wavelengths_nm.begin(), m_wavelengths_nm.end(), wavelength);
    auto nearest = next == m_wavelengths_nm.end() ? next - 1 : next;
    if (nearest != m_wavelengths_nm.begin() && wavelength - *(nearest - 1) < *nearest - wavelength) --nearest;
    const auto i = static_cast<std::size_t>(nearest - m_wavelengths_nm.begin());
    const double scale = std::pow(10.0, -m_exponent);
    const auto value = [&](const std::vector<float>& values, const std::vector<float>& errors) {
        const QString text = fixedText(static_cast<double>(values[i]) * scale, 3);
        return errors.empty() ? text
                              : text + QStringLiteral(" ± ") + fixedText(static_cast<double>(errors[i]) * scale, 3);
    };
    QStringList lines{QStringLiteral("<i>λ</i> = %1 nm").arg(*nearest, 0, 'f', 0)};
    if (!m_generated.empty()) lines += tr("generated %1").arg(value(m_generated, m_scatter));
    if (!m_observed.empty()) lines += tr("observed %1").arg(value(m_observed, m_error));
    const double tolerance = 3 / std::abs(axis->coordToPixel(1) - axis->coordToPixel(0));
    for (const QString& line : m_lines->linesNear(wavelength, tolerance))
        lines += line.toHtmlEscaped();
    m_readout->show(*rect, axis->coordToPixel(*nearest), lines.join(QStringLiteral("<br>")));
}

} // namespace zscape
