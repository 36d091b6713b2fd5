#include "app/window/latent_controller.h"

#include "app/window/session.h"
#include "core/base/philox.h"
#include "widgets/column_label.h"
#include "widgets/latent_point_panel.h"
#include "widgets/number_text.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/star_panel.h"
#include "widgets/summaries.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace zscape {

LatentController::LatentController(Session& session, Views views, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_views(views),
      m_spectra(session) {
    connect(&session, &Session::changed, this, &LatentController::resetForNewData);
    connect(&session, &Session::pickedChanged, this, [this](std::optional<std::size_t> row) {
        if (row == m_picked) return;
        if (row) {
            pickStar(*row);
        } else {
            unpick();
        }
    });
    connect(&views.map, &ScatterView::starPicked, this,
            [this](qsizetype row) { pickStar(static_cast<std::size_t>(row)); });
    connect(&views.map, &ScatterView::nothingPicked, this, &LatentController::unpick);
    connect(&views.map, &ScatterView::handleMoved, this, &LatentController::moveHandle);
    connect(&views.map, &ScatterView::handleReleased, this, [this] { takeStep(tr("move the latent point")); });
    connect(&views.map, &ScatterView::handleReset, this, [this] {
        reset();
        takeStep(tr("reset the latent point"));
    });
    connect(&views.panel, &LatentPointPanel::valuesChanged, this, [this](const QVector<float>& values) {
        m_latent.assign(values.begin(), values.end());
        m_atPicked = false;
        QElapsedTimer timer;
        timer.start();
        showHandle();
        showSpectrum();
        emit frameDrawn(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    });
    connect(&views.panel, &LatentPointPanel::settled, this,
            [this](int latent) { takeStep(tr("change %1").arg(latentLabelPlain(latent + 1)), latent); });
    connect(&views.panel, &LatentPointPanel::resetRequested, this, [this] { takeStep(tr("reset the latent point")); });
    connect(&views.panel, &LatentPointPanel::randomRequested, this, [this] {
        random();
        takeStep(tr("go to a random star’s place"));
    });
}

void LatentController::setMapAxes(MapAxis x, MapAxis y) {
    m_mapX = std::move(x);
    m_mapY = std::move(y);
    showPicked();
    showHandle();
    emit mapAxesChanged();
}

void LatentController::pickStar(std::size_t row) {
    if (!m_session.catalog() || row >= m_session.catalog()->rows()) return;
    dismissGuest();
    showStar(row);
    takeStep(tr("pick a star"));
    emit starPicked(row);
}

void LatentController::showStar(std::optional<std::size_t> row) {
    m_picked = row;
    m_session.setPicked(row);
    m_atPicked = false;
    takePickedLatent();
    showPicked();
    showObserved();
    showLatent();
}

void LatentController::showGuest(Guest guest) {
    m_picked.reset();
    m_guest = std::move(guest);
    m_session.setPicked(std::nullopt);
    takePickedLatent();
    showPicked();
    showObserved();
    showLatent();
}

void LatentController::dismissGuest() {
    if (!m_guest) return;
    m_guest.reset();
    m_atPicked = false;
    emit guestLeft();
}

std::optional<LatentController::Guest> LatentController::shownStar() const {
    if (m_guest) return m_guest;
    if (!m_picked || !m_session.catalog()) return std::nullopt;
    return Guest{m_session.catalog(), m_session.latents(), *m_picked};
}

void LatentController::takePickedLatent() {
    const std::optional<Guest> star = shownStar();
    if (!star || !star->latents) return;
    const std::span<const float> latent = star->latents->muView().row(star->row);
    m_atPicked = std::isfinite(latent[0]);
    if (m_atPicked) m_latent.assign(latent.begin(), latent.end());
}

void LatentController::followTraining() {
    configurePanel(Panel::Updated);
    if (m_atPicked) takePickedLatent();
    showObserved(); // in the units of the new model
    showLatent();
    m_noted = place();
}

void LatentController::unpick() {
    if (!m_picked && !m_guest) return;
    dismissGuest();
    showStar(std::nullopt);
    takeStep(tr("leave the star"));
}

void LatentController::setLatent(std::vector<float> latent) {
    m_latent = std::move(latent);
    m_atPicked = false;
    showLatent();
}

void LatentController::reset() {
    std::vector<float> central;
    for (const LatentSummary& summary : m_session.latentSummaries()) {
        central.push_back(summary.central);
    }
    setLatent(std::move(central));
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
    dismissGuest();
    m_picked.reset();
    m_atPicked = false;
    // The axes are the old data's until the window has put up the new ones.
    m_mapX = {};
    m_mapY = {};
    configurePanel(Panel::Replaced);
    m_spectra.prepare(m_views.spectrum);
    showPicked();
    showObserved();
    reset();
    m_noted = place();
}

void LatentController::configurePanel(Panel panel) {
    QVector<LatentPointPanel::Latent> rows;
    for (const LatentSummary& summary : m_session.latentSummaries()) {
        LatentPointPanel::Latent row;
        if (m_session.latents()) {
            const double margin = std::max(0.25 * (summary.upper - summary.lower), 0.5);
            row.lower = static_cast<float>(summary.lower - margin);
            row.upper = static_cast<float>(summary.upper + margin);
            row.resetValue = summary.central;
            row.inactive = summary.inactive();
        }
        rows.push_back(row);
    }
    if (panel == Panel::Replaced) {
        m_views.panel.setLatents(rows);
    } else {
        m_views.panel.updateLatents(rows); // sliders being dragged stay in hand
    }
}

std::pair<int, int> LatentController::mostTellingLatents() const {
    const std::vector<LatentSummary>& summaries = m_session.latentSummaries();
    std::vector<int> order(summaries.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>{},
                             [&](int k) { return summaries[static_cast<std::size_t>(k)].information; });
    if (order.empty()) return {-1, -1};
    if (order.size() == 1) return {order[0], order[0]};
    return {std::min(order[0], order[1]), std::max(order[0], order[1])};
}

void LatentController::moveHandle(const QPointF& position) {
    if (m_mapX.latent < 0 || m_mapY.latent < 0 || m_latent.empty()) return;
    QElapsedTimer timer;
    timer.start();
    m_atPicked = false;
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
}

void LatentController::showSpectrum() {
    if (!m_session.model() || m_latent.empty()) return;
    const double gFlux = referenceGFlux();
    m_spectra.showGenerated(m_views.spectrum, m_latent, gFlux);
    // A picked star's own magnitude stands in its panel, and the legend wants the room.
    if (m_session.generator()) {
        m_views.spectrum.setNote(shownStar() ? QString()
                                             : tr("at G = %1").arg(fixedText(gMagnitudeFromFlux(gFlux), 2)));
    }
    emit latentShown(); // others hang near stars on the handle and on the spectrum: both are painted once, with them
    m_views.spectrum.renderNow();
    m_views.map.renderOverlayNow();
}

void LatentController::showObserved() {
    const std::optional<Guest> star = shownStar();
    if (!star) {
        m_views.spectrum.clearObserved();
        m_views.star.setStar(std::nullopt);
        return;
    }
    std::span<const float> mu;
    std::span<const float> logVar;
    if (star->latents) {
        mu = star->latents->muView().row(star->row);
        logVar = star->latents->logVarView().row(star->row);
    }
    const StarDetails details = describeStar(*star->catalog, star->row, mu, logVar);
    m_views.star.setStar(details, star->catalog == m_session.catalog());
    m_spectra.showObserved(m_views.spectrum, *star->catalog, star->latents.get(), star->row, details.name());
}

void LatentController::showPicked() {
    std::optional<QPointF> position;
    if (m_picked && m_mapX.values && m_mapY.values) {
        position = QPointF((*m_mapX.values)[*m_picked], (*m_mapY.values)[*m_picked]);
    }
    m_views.map.setPicked(position);
}

double LatentController::referenceGFlux() const {
    const std::optional<Guest> star = shownStar();
    if (star && star->catalog->usable().test(star->row)) return star->catalog->gFlux()[star->row];
    return m_session.medianGFlux();
}

} // namespace zscape
