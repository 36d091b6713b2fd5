#include "app/window/latent_controller.h"

#include "app/window/session.h"
#include "core/base/philox.h"
#include "core/plot/colour_map.h"
#include "widgets/latent_point_panel.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/star_panel.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace zscape {

namespace {

/// A latent whose means hardly vary from star to star carries nothing: the prior took it over.
constexpr double inactiveBelow = 0.1;

/// How a latent spreads over the stars, by percentiles: single stars far out must not count.
struct LatentStatistics {
    ValueRange slider; ///< the slider's range
    double spread;     ///< half of the central 68 %, a standard deviation where normal
};

LatentStatistics latentStatistics(const Latents& latents, std::size_t k) {
    std::vector<float> values(latents.rows);
    for (std::size_t row = 0; row < latents.rows; ++row) {
        values[row] = latents.mu[row * latents.latentSize + k];
    }
    const ValueRange most = percentileRange(values, 0.1, 99.9);
    const ValueRange middle = percentileRange(values, 16, 84);
    const double margin = std::max(0.25 * (most.upper - most.lower), 0.5);
    return {{most.lower - margin, most.upper + margin}, 0.5 * (middle.upper - middle.lower)};
}

} // namespace

LatentController::LatentController(Session& session, Views views, QObject* parent)
    : QObject(parent), m_session(session), m_views(views) {
    connect(&session, &Session::changed, this, &LatentController::resetForNewData);
    connect(&views.map, &ScatterView::starPicked, this,
            [this](qsizetype row) { pickStar(static_cast<std::size_t>(row)); });
    connect(&views.map, &ScatterView::handleMoved, this, &LatentController::moveHandle);
    connect(&views.map, &ScatterView::handleReset, this, &LatentController::reset);
    connect(&views.panel, &LatentPointPanel::valuesChanged, this, [this](const QVector<float>& values) {
        m_latent.assign(values.begin(), values.end());
        QElapsedTimer timer;
        timer.start();
        showHandle();
        showSpectrum();
        emit frameDrawn(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    });
    connect(&views.panel, &LatentPointPanel::resetRequested, this, &LatentController::reset);
    connect(&views.panel, &LatentPointPanel::randomRequested, this, &LatentController::random);
}

void LatentController::setMapAxes(MapAxis x, MapAxis y) {
    m_mapX = std::move(x);
    m_mapY = std::move(y);
    showPicked();
    showHandle();
}

void LatentController::pickStar(std::size_t row) {
    if (!m_session.latents() || row >= m_session.latents()->rows) return;
    m_picked = row;
    const std::span<const float> latent = m_session.latents()->muView().row(row);
    if (std::isfinite(latent[0])) m_latent.assign(latent.begin(), latent.end());
    showPicked();
    showObserved();
    showLatent();
    emit starPicked(row);
}

void LatentController::setLatent(std::vector<float> latent) {
    m_latent = std::move(latent);
    showLatent();
}

void LatentController::reset() {
    if (m_picked && m_session.latents()) {
        pickStar(*m_picked); // back to where the star really is
        return;
    }
    setLatent(m_session.meanLatent());
}

void LatentController::random() {
    const std::shared_ptr<const Latents>& latents = m_session.latents();
    if (!latents || !m_session.catalog()) return;
    const BitSet& usable = m_session.catalog()->usable();
    if (usable.count() == 0) return;
    const Philox random(0);
    std::size_t row = 0;
    do {
        row = static_cast<std::size_t>(random.uniform(m_randomDraws++) * static_cast<double>(latents->rows));
    } while (!usable.test(row));
    const std::span<const float> latent = latents->muView().row(row);
    setLatent({latent.begin(), latent.end()});
}

void LatentController::resetForNewData() {
    m_picked.reset();
    m_medianGFlux = 1;
    if (const auto& catalog = m_session.catalog()) {
        std::vector<double> fluxes;
        for (std::size_t row = 0; row < catalog->rows(); ++row) {
            if (catalog->usable().test(row)) fluxes.push_back(catalog->gFlux()[row]);
        }
        if (!fluxes.empty()) {
            const auto middle = fluxes.begin() + static_cast<std::ptrdiff_t>(fluxes.size() / 2);
            std::nth_element(fluxes.begin(), middle, fluxes.end());
            m_medianGFlux = *middle;
        }
    }
    configurePanel();
    m_views.spectrum.clear();
    const std::span<const double> grid = m_session.instrument().wavelengths_nm();
    m_views.spectrum.setWavelengths(grid);
    m_views.spectrum.setBands(m_session.instrument().coefficientCount(XpBand::Bp),
                              m_session.instrument().coefficientCount(XpBand::Rp));
    m_latent = m_session.meanLatent();
    showPicked();
    showObserved();
    showLatent();
}

void LatentController::configurePanel() {
    const std::vector<float> mean = m_session.meanLatent();
    m_spreads.assign(mean.size(), 0);
    QVector<LatentPointPanel::Latent> rows;
    for (std::size_t k = 0; k < mean.size(); ++k) {
        LatentPointPanel::Latent row;
        row.resetValue = mean[k];
        if (m_session.latents()) {
            const LatentStatistics statistics = latentStatistics(*m_session.latents(), k);
            row.lower = static_cast<float>(statistics.slider.lower);
            row.upper = static_cast<float>(statistics.slider.upper);
            row.inactive = statistics.spread < inactiveBelow;
            m_spreads[k] = statistics.spread;
        }
        rows.push_back(row);
    }
    m_views.panel.setLatents(rows);
}

std::pair<int, int> LatentController::mostTellingLatents() const {
    std::vector<int> order(m_spreads.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>{}, [&](int k) { return m_spreads[static_cast<std::size_t>(k)]; });
    if (order.empty()) return {-1, -1};
    if (order.size() == 1) return {order[0], order[0]};
    return std::minmax(order[0], order[1]);
}

void LatentController::moveHandle(const QPointF& position) {
    if (m_mapX.latent < 0 || m_mapY.latent < 0 || m_latent.empty()) return;
    QElapsedTimer timer;
    timer.start();
    m_latent[static_cast<std::size_t>(m_mapX.latent)] = static_cast<float>(position.x());
    m_latent[static_cast<std::size_t>(m_mapY.latent)] = static_cast<float>(position.y());
    showLatent();
    emit frameDrawn(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
}

void LatentController::showLatent() {
    m_views.panel.setValues({m_latent.begin(), m_latent.end()});
    showHandle();
    showSpectrum();
}

void LatentController::showHandle() {
    std::optional<QPointF> position;
    if (m_mapX.latent >= 0 && m_mapY.latent >= 0 && !m_latent.empty()) {
        position = QPointF(m_latent[static_cast<std::size_t>(m_mapX.latent)],
                           m_latent[static_cast<std::size_t>(m_mapY.latent)]);
    }
    m_views.map.setHandle(position);
    m_views.map.renderOverlayNow();
}

void LatentController::showSpectrum() {
    const SpectrumGenerator* generator = m_session.generator();
    if (!generator || m_latent.empty()) return;
    generator->generate(m_latent, referenceGFlux(), m_generated);
    m_flux.assign(m_generated.flux.begin(), m_generated.flux.end());
    m_fluxScatter.assign(m_generated.fluxScatter.begin(), m_generated.fluxScatter.end());
    m_views.spectrum.setGenerated(m_flux, m_fluxScatter);
    m_views.spectrum.setGeneratedCoefficients(m_generated.normalised, m_generated.scatter);
    m_views.spectrum.renderNow();
}

void LatentController::showPicked() {
    std::optional<QPointF> position;
    if (m_picked && m_mapX.values && m_mapY.values) {
        position = QPointF((*m_mapX.values)[*m_picked], (*m_mapY.values)[*m_picked]);
    }
    m_views.map.setPicked(position);
}

double LatentController::referenceGFlux() const {
    if (m_picked && m_session.catalog() && m_session.catalog()->usable().test(*m_picked)) {
        return m_session.catalog()->gFlux()[*m_picked];
    }
    return m_medianGFlux;
}

} // namespace zscape
