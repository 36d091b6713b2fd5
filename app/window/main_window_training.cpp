// What the main window does for a training: its dialog, its panel, the moving map, and closing while one runs.
#include "app/window/latent_controller.h"
#include "app/window/live_latents.h"
#include "app/window/main_window.h"
#include "app/window/session_controller.h"
#include "app/window/training_controller.h"
#include "app/window/training_setup.h"
#include "core/train/training_log.h"
#include "widgets/scatter_view.h"
#include "widgets/training_curves.h"
#include "widgets/training_panel.h"

#include <QAction>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QToolBar>
#include <QToolButton>

namespace zscape {

namespace {

constexpr int panelHeight = 28 * gridUnit;
/// Room beside the stars, as a part of their width.
constexpr double axisMargin = 0.1;

} // namespace

void MainWindow::createTraining() {
    m_training = new TrainingController(m_session, this);
    m_trainingSetup = new TrainingSetup(m_session, *this);
    m_trainingPanel = new TrainingPanel;
    m_trainingDock =
        addPanel(QStringLiteral("training"), tr("Training"), m_trainingPanel, Qt::BottomDockWidgetArea, false);
    QAction* shown = m_trainingDock->toggleViewAction();
    shown->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T));
    auto* menu = new QMenu(this);
    menu->addAction(m_trainAction);
    menu->addAction(shown);
    m_trainButton->setMenu(menu);
    connect(m_trainAction, &QAction::triggered, this, &MainWindow::openTraining);
    connect(m_trainingSetup, &TrainingSetup::requested, m_training, &TrainingController::start);
    connectTraining();
}

void MainWindow::connectTraining() {
    TrainingPanel& panel = *m_trainingPanel;
    connect(m_training, &TrainingController::started, this, [this](const QString& name, int epochs) {
        m_trainingPanel->begin(name, epochs, {});
        m_followedAxes.reset();
        if (!m_trainingDock->isVisible() && !m_trainingDock->isFloating()) {
            m_trainingDock->show();
            resizeDocks({m_trainingDock}, {panelHeight}, Qt::Vertical);
        }
        m_trainingDock->show();
        m_trainingDock->raise();
    });
    connect(m_training, &TrainingController::resumed, &panel,
            [&panel](const std::vector<EpochRecord>& before) { panel.addEpochs(before); });
    connect(m_training, &TrainingController::epochsDone, &panel,
            [&panel](const std::vector<EpochRecord>& epochs) { panel.addEpochs(epochs); });
    connect(m_training, &TrainingController::progressed, &panel, &TrainingPanel::setProgress);
    connect(m_training, &TrainingController::warned, this, [this](const QString& sentence) {
        m_trainingPanel->setWarning(sentence);
        showError(sentence);
    });
    connect(m_training, &TrainingController::ended, this, &MainWindow::trainingEnded);
    connect(&panel, &TrainingPanel::pauseRequested, this, [this] {
        m_training->pause();
        m_trainingPanel->setState(TrainingPanel::State::Paused);
    });
    connect(&panel, &TrainingPanel::continueRequested, this, [this] {
        m_training->proceed();
        m_trainingPanel->setState(TrainingPanel::State::Running);
    });
    connect(&panel, &TrainingPanel::stopRequested, this, [this](bool keepBest) {
        m_training->stop(keepBest);
        m_trainingPanel->setState(TrainingPanel::State::Stopping);
    });
    connect(&panel, &TrainingPanel::compareRequested, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Compare with another run"), QString(),
            tr("Histories (*.history.csv train_metrics.csv);;Tables (*.csv);;All files (*)"));
        if (!path.isEmpty()) compareTraining(path.toStdString());
    });
    LiveLatents& live = m_training->live();
    connect(&panel, &TrainingPanel::followingChanged, &live, &LiveLatents::setFollowing);
    connect(&live, &LiveLatents::followingChanged, &panel, &TrainingPanel::setFollowing);
    connect(&m_session, &Session::latentsMoved, this, &MainWindow::showMovedLatents);
}

void MainWindow::compareTraining(const std::filesystem::path& path) {
    m_session.jobs().start<std::vector<EpochRecord>>(
        tr("Reading %1").arg(QString::fromStdString(path.filename().string())),
        [path](const JobContext&) { return readTrainingLog(path); },
        [this, path](const std::vector<EpochRecord>& history) {
            m_trainingPanel->curves().setComparison(history, QString::fromStdString(path.filename().string()));
        });
}

void MainWindow::openTraining() {
    if (m_training->isRunning()) {
        m_trainingDock->show();
        m_trainingDock->raise();
    } else {
        m_trainingSetup->open();
    }
}

void MainWindow::showMovedLatents() {
    m_columns.setTable(m_session.table());
    m_controller->followTraining();
    // A formula may be of latents.
    if (m_columns.isLatent(mapColour()) || (!mapColour().isEmpty() && !m_columns.find(mapColour()))) {
        showColumns();
    } else {
        putUp(chosenColumns()); // the labels and their colours are the same
    }
    followAxes();
    updateCatalogPanel();
}

/// The stars spread while a network learns. A view that nobody has moved grows with them, at once, and shrinks when
/// they fill less than half of it; one that was moved stays.
void MainWindow::followAxes() {
    const std::vector<LatentSummary>& summaries = m_session.latentSummaries();
    const bool moved =
        m_followedAxes && (m_map->xAxis() != m_followedAxes->first || m_map->yAxis() != m_followedAxes->second);
    if (moved) return;
    const auto followed = [&](AxisRange axis, const QString& id) {
        const PlotColumns::Entry* entry = m_columns.find(id);
        if (!entry || entry->latent < 0 || axis.logarithmic) return axis;
        const LatentSummary& latent = summaries[static_cast<std::size_t>(entry->latent)];
        const double width = latent.upper - latent.lower;
        const bool outgrown = latent.lower < axis.lower || latent.upper > axis.upper;
        if (width > 0 && (outgrown || 2 * width < axis.upper - axis.lower || !m_followedAxes)) {
            axis.lower = latent.lower - axisMargin * width;
            axis.upper = latent.upper + axisMargin * width;
        }
        return axis;
    };
    m_map->setAxes(followed(m_map->xAxis(), m_shownX), followed(m_map->yAxis(), m_shownY));
    m_followedAxes = {m_map->xAxis(), m_map->yAxis()};
}

void MainWindow::trainingEnded(const QString& summary, const QString& failure) {
    m_trainingPanel->setState(TrainingPanel::State::Over, summary);
    if (!failure.isEmpty()) {
        m_trainingPanel->setWarning(failure);
        showError(failure);
    }
    if (m_closeQuestion) m_closeQuestion->close();
    const bool closing = m_closeWhenStopped;
    m_closeWhenStopped = false;
    // A failure on the way out is to be read first.
    if (closing && failure.isEmpty()) close();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_training->isRunning()) {
        const auto closeNow = [this] {
            m_maySaveNothing = true;
            close();
        };
        event->setAccepted(m_maySaveNothing || m_quietErrors || m_sessionFiles->mayGo(closeNow));
        m_maySaveNothing = false;
        return;
    }
    event->ignore();
    if (m_closeWhenStopped || m_closeQuestion) return;
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"), tr("A training is running."),
                                QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("closeQuestion"));
    box->setInformativeText(tr("Stopping keeps every finished epoch; the run can be resumed from its checkpoint."));
    auto* stay = box->addButton(tr("Continue training"), QMessageBox::RejectRole);
    auto* stop = box->addButton(tr("Stop and close"), QMessageBox::AcceptRole);
    stop->setObjectName(QStringLiteral("stopAndClose"));
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(stop, &QPushButton::clicked, this, [this] {
        m_closeWhenStopped = true;
        m_trainingPanel->setState(TrainingPanel::State::Stopping);
        m_training->stopToClose();
    });
    m_closeQuestion = box;
    box->open(); // not exec: the training goes on and may end by itself meanwhile
}

} // namespace zscape
