// What the main window does when the session's data change: lists, axes, counts, progress, errors.
#include "app/window/column_list.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/view_links.h"
#include "core/model/file_kind.h"
#include "widgets/catalog_panel.h"
#include "widgets/latent_point_panel.h"
#include "widgets/number_text.h"
#include "widgets/scatter_view.h"
#include "widgets/summaries.h"
#include "widgets/welcome_view.h"

#include <QAction>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>

#include <algorithm>

namespace zscape {

namespace {

/// What the data have no longer gives way to the first of the list.
void fillList(ColumnList& list, const PlotColumns& columns) {
    list.setColumns(columns);
    list.setProblem({});
    if (columns.canShow(QString::fromStdString(list.column()))) return;
    list.setColumn(list.count() > 0 ? list.itemData(0).toString().toStdString() : std::string());
}

void choose(ColumnList& list, const QString& id) {
    if (list.findData(id) >= 0) list.setColumn(id.toStdString());
}

} // namespace

void MainWindow::connectSession() {
    connect(&m_session, &Session::changed, this, &MainWindow::dataChanged);
    connect(&m_session, &Session::columnsAdded, this, &MainWindow::showAddedColumns);
    connect(&m_session, &Session::failed, this, &MainWindow::showError);
    watchJobs(m_session.jobs());
    watchJobs(m_session.selections().jobs());
    connect(m_welcome, &WelcomeView::openRequested, this, &MainWindow::chooseCatalog);
    connect(m_welcome, &WelcomeView::demoRequested, &m_session, &Session::openDemo);
    connect(m_map, &ScatterView::cursorMoved, this, [this](const QPointF& at) {
        m_cursorLabel->setText(QStringLiteral("%1 %2   %3 %4")
                                   .arg(m_columns.plain(m_shownX), significantText(at.x(), 4),
                                        m_columns.plain(m_shownY), significantText(at.y(), 4)));
    });
    connect(m_map, &ScatterView::cursorLeft, m_cursorLabel, &QLabel::clear);
    connect(m_map, &ScatterView::frameDrawn, this, &MainWindow::updateCounts);
    connect(m_controller, &LatentController::frameDrawn, this,
            [this](double milliseconds) { m_frameLabel->setText(tr("drawn in %1 ms").arg(milliseconds, 0, 'f', 1)); });
}

void MainWindow::watchJobs(JobRunner& jobs) {
    connect(&jobs, &JobRunner::started, this, [this](const QString& title) {
        m_jobLabel->setText(title);
        m_progress->setRange(0, 0);
        for (QWidget* widget : std::initializer_list<QWidget*>{m_jobLabel, m_progress, m_cancel}) {
            widget->show();
        }
    });
    connect(&jobs, &JobRunner::progressed, this, [this](double fraction, const QString& text) {
        m_jobLabel->setText(text);
        m_progress->setRange(0, fraction < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(1000 * fraction));
    });
    connect(&jobs, &JobRunner::idle, this, [this] {
        if (!isIdle()) return; // another runner's job shows on
        for (QWidget* widget : std::initializer_list<QWidget*>{m_jobLabel, m_progress, m_cancel}) {
            widget->hide();
        }
        emit becameIdle();
    });
}

void MainWindow::chooseCatalog() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a catalogue of XP spectra"), QString(),
                                                      tr("HDF5 catalogues (*.h5 *.hdf5);;All files (*)"));
    if (!path.isEmpty()) m_session.openCatalog(path.toStdString());
}

void MainWindow::chooseModel() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model"), QString(),
                                                      tr("Models (*.pt *.h5 *.hdf5);;All files (*)"));
    if (path.isEmpty()) return;
    QString normalization;
    const QFileInfo beside(QFileInfo(path).path() + u'/' + QFileInfo(path).completeBaseName() + QStringLiteral(".npz"));
    if (path.endsWith(QStringLiteral(".pt")) && !beside.exists()) {
        // A PyTorch checkpoint carries no normalisation, and without one it cannot read spectra.
        normalization = QFileDialog::getOpenFileName(this, tr("Its normalisation (mu, sig)"), QFileInfo(path).path(),
                                                     tr("Normalisation (*.npz *.h5);;All files (*)"));
    }
    m_session.openModel(path.toStdString(), normalization.toStdString());
}

void MainWindow::openPath(const std::filesystem::path& path) {
    if (path.extension() == sessionEnding) {
        const auto open = [this, path] { m_sessionFiles->open(path); };
        if (m_sessionFiles->mayGo(open)) open(); // it takes the place of what is in the window
    } else if (isModelFile(path)) {
        m_session.openModel(path, {});
    } else {
        m_session.openCatalog(path);
    }
}

void MainWindow::dataChanged() {
    m_settingMap = true;
    m_columns.setTable(m_session.table());
    fillColumnLists();
    // Few stars want to be seen, many want to be told apart.
    if (m_session.catalog()) m_pointSize->setValue(m_session.catalog()->rows() < 20000 ? 4 : 2);
    updateCatalogPanel();
    showColumns();
    m_map->fitToData();
    m_settingMap = false;
    noteMap();
    if (!m_session.catalog()) updateCounts();
}

/// The lists get longer; what stands on the axes stays.
void MainWindow::showAddedColumns() {
    m_columns.setTable(m_session.table());
    for (ColumnList* list : {m_xColumn, m_yColumn, m_colourColumn}) {
        fillList(*list, m_columns);
    }
    putUp(chosenColumns()); // one of them may be new
}

void MainWindow::updateCatalogPanel() {
    const auto& catalog = m_session.catalog();
    const auto& model = m_session.model();
    m_catalogPanel->setCatalog(catalog ? std::optional(summarise(*catalog)) : std::nullopt);
    m_catalogPanel->setModel(
        model ? std::optional(summarise(model->model(), QString::fromStdString(m_session.modelPath().string()),
                                        QString::fromStdString(model->engineName())))
              : std::nullopt);
    QStringList hints;
    if (catalog && catalog->isMock()) hints += tr("mock stars");
    if (const auto epoch = m_session.trainingEpoch()) hints += tr("training, epoch %1").arg(withThousands(*epoch));
    m_map->setStatusHint(hints.join(QStringLiteral(", ")));
    m_pages->setCurrentWidget(catalog ? static_cast<QWidget*>(m_map) : m_welcome);
    setWindowTitle(catalog ? tr("%1[*] - Zscape").arg(QString::fromStdString(catalog->name()))
                           : QStringLiteral("Zscape[*]"));
}

void MainWindow::fillColumnLists() {
    const bool hadLatents = m_xColumn->findData(QStringLiteral("z1")) >= 0;
    for (ColumnList* list : {m_xColumn, m_yColumn, m_colourColumn}) {
        fillList(*list, m_columns);
    }
    if (m_colourColumn->column().empty()) choose(*m_colourColumn, m_columns.preferredColour());
    if (m_session.latents() && !hadLatents) {
        const auto [x, y] = m_controller->mostTellingLatents();
        choose(*m_xColumn, QStringLiteral("z%1").arg(x + 1));
        choose(*m_yColumn, QStringLiteral("z%1").arg(y + 1));
        choose(*m_colourColumn, m_columns.preferredColour());
    } else if (m_session.catalog() && !m_session.latents()) {
        choose(*m_xColumn,
               m_columns.find(QStringLiteral("BP-RP")) ? QStringLiteral("BP-RP") : m_xColumn->itemData(0).toString());
        choose(*m_yColumn, QString::fromLatin1(column::gMag.data()));
        choose(*m_colourColumn, m_columns.preferredColour());
    }
}

void MainWindow::updateCounts() {
    if (!m_session.catalog()) {
        m_countLabel->clear();
        return;
    }
    const auto total = static_cast<qint64>(m_session.catalog()->rows());
    const auto inView = static_cast<qint64>(m_map->starsInView());
    m_countLabel->setText(
        tr("%1 of %2 stars in view (%3 %)")
            .arg(withThousands(inView), withThousands(total))
            .arg(100.0 * static_cast<double>(inView) / static_cast<double>(std::max<qint64>(total, 1)), 0, 'f', 1));
    m_frameLabel->setText(tr("drawn in %1 ms").arg(m_map->lastFrameMs(), 0, 'f', 1));
}

void MainWindow::showError(const QString& message) {
    if (!isVisible() || m_quietErrors) return;
    auto* box = new QMessageBox(QMessageBox::Warning, QStringLiteral("Zscape"), message, QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open(); // not exec: the window goes on
}

void MainWindow::reportIdleWhenDone() {
    if (isIdle()) emit becameIdle();
}

} // namespace zscape
