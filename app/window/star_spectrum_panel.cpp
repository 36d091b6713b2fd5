#include "app/window/star_spectrum_panel.h"

#include "app/window/main_window.h"
#include "core/base/error.h"
#include "widgets/spectrum_view.h"
#include "widgets/summaries.h"

#include <QBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <utility>

namespace zscape {

namespace {

std::string nameOf(const Catalog& catalog, std::size_t row) {
    return describeStar(catalog, row).name().toStdString();
}

std::string followingTitle() {
    return StarSpectrumPanel::tr("Picked star").toStdString();
}

} // namespace

ViewState starSpectrumView(MainWindow& window) {
    const Session& session = window.session();
    ViewState state;
    state.kind = "spectrum";
    state.title = followingTitle();
    state.spectrum = window.spectrumSettings();
    if (const std::optional<std::size_t> row = session.picked()) {
        state.star = session.catalog()->sourceIds()[*row];
        state.title = nameOf(*session.catalog(), *row);
    }
    return state;
}

StarSpectrumPanel::StarSpectrumPanel(MainWindow& window, ViewState state)
    : ViewPanel(window, std::move(state)),
      m_spectra(window.session()),
      m_zoom(ViewPanel::state().spectrum) {
    m_hold = new QToolButton;
    m_hold->setObjectName(QStringLiteral("holdStar"));
    m_hold->setText(tr("Hold"));
    m_hold->setCheckable(true);
    m_hold->setToolTip(
        tr("Held, this panel stays with its star when another is picked, so that spectra can be compared "
           "side by side; else it shows the picked star"));
    m_pick = new QToolButton;
    m_pick->setObjectName(QStringLiteral("pickHeldStar"));
    m_pick->setText(tr("Pick"));
    m_pick->setToolTip(tr("Pick this star in every view; while the pointer is over the panel, views mark it"));
    m_controls->addWidget(m_hold);
    m_controls->addWidget(m_pick);
    m_view = new SpectrumView;
    // The dock's heading tells whose spectrum it is.
    for (QLabel* heading : m_view->findChildren<QLabel*>(QStringLiteral("sectionTitle"))) {
        heading->hide();
    }
    setContent(*m_view);
    m_view->layout()->setContentsMargins(0, 0, 0, 0);
    connect(m_hold, &QToolButton::clicked, this, &StarSpectrumPanel::hold);
    connect(m_pick, &QToolButton::clicked, this, [this] {
        if (m_row) m_window.session().setPicked(m_row);
    });
    connect(m_view, &SpectrumView::modeChanged, this, &StarSpectrumPanel::settingsChanged);
    connect(m_view, &SpectrumView::residualChanged, this, &StarSpectrumPanel::settingsChanged);
    connect(m_view, &SpectrumView::linesVisibleChanged, this, &StarSpectrumPanel::settingsChanged);
    connect(m_view, &SpectrumView::lineGroupChanged, this, &StarSpectrumPanel::settingsChanged);
    connect(&window.session(), &Session::pickedChanged, this, [this] {
        if (!ViewPanel::state().star) refresh();
    });
}

void StarSpectrumPanel::hold(bool held) {
    const std::shared_ptr<const Catalog>& catalog = m_window.session().catalog();
    m_hold->setChecked(ViewPanel::state().star.has_value()); // until the wish is granted
    if (held && !m_row) return;
    wish([&](ViewState& one) {
        one.star.reset();
        one.title = followingTitle();
        if (!held) return;
        one.star = catalog->sourceIds()[*m_row];
        one.title = nameOf(*catalog, *m_row);
    });
}

void StarSpectrumPanel::settingsChanged() {
    wish([&](ViewState& one) { one.spectrum = settingsOf(*m_view); });
}

void StarSpectrumPanel::showData() {
    const Session& session = m_window.session();
    const ViewState& now = state();
    applySettings(*m_view, now.spectrum);
    m_row = now.star ? session.catalog()->rowOf(*now.star) : session.picked();
    if (!m_row && now.star) {
        throw Error(tr("%1 has no star %2. Let go of it with Hold to see the picked star.")
                        .arg(QString::fromStdString(session.catalog()->name()))
                        .arg(*now.star)
                        .toStdString());
    }
    m_hold->setChecked(now.star.has_value());
    m_hold->setEnabled(m_row.has_value());
    m_pick->setEnabled(m_row.has_value());
    if (!m_row) {
        showNothing(tr("Click a star in the map to see its spectrum here."));
        return;
    }
    const Catalog& catalog = *session.catalog();
    if (m_prepared != session.catalog()) m_spectra.prepare(*m_view);
    m_prepared = session.catalog();
    m_view->clear(); // a model that was there may be gone
    const Latents* latents = session.latents().get();
    m_view->setNote({});
    if (latents && catalog.usable().test(*m_row)) {
        m_spectra.showGenerated(*m_view, latents->muView().row(*m_row), catalog.gFlux()[*m_row]);
    }
    // Whose it is stands in the dock's heading, or in the panel of the picked star.
    m_spectra.showObserved(*m_view, catalog, latents, *m_row, tr("observed"));
    if (const std::optional<SpectrumSettings> zoom = std::exchange(m_zoom, std::nullopt)) applyZoom(*m_view, *zoom);
}

bool StarSpectrumPanel::showNothing(const QString& why) {
    m_row.reset();
    m_prepared.reset();
    m_view->clear();
    m_view->setEmptyText(why);
    m_pick->setEnabled(false);
    m_hold->setEnabled(state().star.has_value()); // to let go of a star that is not there
    m_hold->setChecked(state().star.has_value());
    return true;
}

void StarSpectrumPanel::enterEvent(QEnterEvent* event) {
    ViewPanel::enterEvent(event);
    if (m_row) m_window.session().setHovered(m_row);
}

void StarSpectrumPanel::leaveEvent(QEvent* event) {
    ViewPanel::leaveEvent(event);
    if (m_row) m_window.session().setHovered(std::nullopt);
}

ViewState StarSpectrumPanel::snapshot() const {
    ViewState now = state();
    if (m_row) now.spectrum = settingsWithZoom(*m_view);
    return now;
}

void StarSpectrumPanel::setTheme(Theme theme) {
    m_view->setTheme(theme);
}

} // namespace zscape
