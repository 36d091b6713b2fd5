#include "app/window/help_controller.h"

#include "app/window/main_window.h"
#include "widgets/manual_view.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/theme.h"
#include "widgets/tour.h"

#include <QAction>
#include <QDockWidget>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QToolBar>

namespace zscape {

namespace {

const QString tourSeen = QStringLiteral("tour/seen");

} // namespace

HelpController::HelpController(MainWindow& window) : QObject(&window), m_window(window) {
    QMenu& menu = window.menu(MainMenu::Help);
    QAction* manual = menu.addAction(tr("&Manual"), this, [this] { openManual(); });
    manual->setShortcut(QKeySequence::HelpContents);
    menu.addAction(tr("Mouse and &keys"), this, [this] { openManual(QStringLiteral("keyboard")); });
    menu.addAction(tr("&Tour"), this, &HelpController::startTour);
    menu.addSeparator();
    menu.addAction(tr("&About Zscape"), this, &HelpController::showAbout);
}

void HelpController::openManual(const QString& page) {
    if (!m_manual) {
        m_manual = new ManualView(&m_window);
        m_manual->setWindowFlag(Qt::Window);
        m_manual->setWindowTitle(tr("Zscape manual"));
        m_manual->resize(140 * gridUnit, 96 * gridUnit); // pictures of the window want room
    }
    if (!page.isEmpty()) m_manual->showPage(page);
    m_manual->show();
    m_manual->raise();
    m_manual->activateWindow();
}

ManualView* HelpController::manual() const {
    return m_manual;
}

Tour* HelpController::tour() const {
    return m_tour;
}

void HelpController::startTour() {
    if (m_tour) return;
    std::vector<TourStep> steps{
        {&m_window.map(), tr("The latent map"),
         tr("Every point is a star, placed by the numbers the model found in its spectrum alone. Drag to move, turn "
            "the "
            "wheel to zoom, click a star to see its spectrum.")},
        {&m_window.spectrum(), tr("The spectrum"),
         tr("Drag the round handle over the map: this is the spectrum the model makes of that point, with the scatter "
            "it expects. A picked star's own spectrum lies over it.")},
        {m_window.findChild<QToolBar*>(QStringLiteral("main")), tr("Axes and colours"),
         tr("Any column or latent on an axis, any column as colour: [M/H], the abundance of metals; [α/M], of the α "
            "elements; Teff and log g, temperature and gravity.")},
    };
    if (QDockWidget* selections = m_window.panel(QStringLiteral("selections"))) {
        steps.push_back({selections, tr("Selections"),
                         tr("Mark stars by lasso (L), rectangle (R) or an expression; they have names and are seen in "
                            "every view. Those of the paper are built in: high α, Gaia-Enceladus and more.")});
    }
    steps.push_back({m_window.menuWidget(), tr("Everything else"),
                     tr("Tracks, figures for the paper, training, import of archive files. F1 opens the manual.")});
    m_tour = new Tour(m_window, std::move(steps));
    connect(m_tour, &Tour::finished, this, [] { QSettings().setValue(tourSeen, true); });
}

void HelpController::offerTour() {
    if (QSettings().value(tourSeen).toBool()) return;
    m_offer = connect(&m_window.session(), &Session::changed, this, [this] {
        if (!m_window.session().latents()) return;
        disconnect(m_offer);
        // The window shows the map within the same signal.
        QMetaObject::invokeMethod(this, &HelpController::startTour, Qt::QueuedConnection);
    });
}

void HelpController::showAbout() {
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("About Zscape"),
        tr("<b>Zscape %1</b><p>Gaia XP spectra in the latent space of a scatter variational auto-encoder.</p>"
           "<p>Method: Laroche &amp; Speagle (2025, ApJ 979, 5).<br>Gaia data: ESA/Gaia/DPAC. XP instrument tables: "
           "GaiaXPy (BSD-3-Clause).</p><p>GPL-3.0-or-later</p>")
            .arg(QStringLiteral(ZSCAPE_VERSION)),
        QMessageBox::Ok, &m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace zscape
