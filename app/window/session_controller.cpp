// The menu's entries, the recent files, and saving.
#include "app/window/session_controller.h"

#include "app/window/dropped_stars.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_columns.h"
#include "app/window/star_spectra.h"
#include "app/window/undo_step.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

const QString recentKey = QStringLiteral("recentFiles");
constexpr int mostRecent = 10;
constexpr int copyInterval = 60'000; // ms
constexpr int hashDelay = 2000;      // ms

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

/// Whether more was done since the last save than looking around.
bool hasLastingSteps(const QUndoStack& undo) {
    if (undo.cleanIndex() < 0) return true; // undone, and something else done since
    const auto [first, last] = std::minmax({undo.cleanIndex(), undo.index()});
    for (int i = first; i < last; ++i) {
        if (!dynamic_cast<const LookStep*>(undo.command(i))) return true;
    }
    return false;
}

} // namespace

SessionController::SessionController(MainWindow& window) : QObject(&window), m_window(window) {
    setAsideFormerCopy();
    askQuestions();
    fillMenu();
    m_minute.setInterval(copyInterval);
    connect(&m_minute, &QTimer::timeout, this, &SessionController::keepCopy);
    m_minute.start();
    Session& session = window.session();
    connect(&session, &Session::opened, this, &SessionController::openingDone);
    connect(&session.jobs(), &JobRunner::idle, this, &SessionController::openingEnded);
    connect(&session, &Session::changed, this, [this] {
        const Session& data = m_window.session();
        // Once the window has drawn them.
        QTimer::singleShot(hashDelay, this, &SessionController::hashCatalog);
        if (data.catalog() && !data.isDemoCatalog()) remember(data.catalog()->path());
    });
    connect(&session.undo(), &QUndoStack::cleanChanged, this, &SessionController::showUnsaved);
    connect(&session.undo(), &QUndoStack::indexChanged, this, &SessionController::showUnsaved);
}

void SessionController::askQuestions() {
    locate = [this](const QString& missing) {
        return QFileDialog::getOpenFileName(&m_window, tr("Where is %1 now?").arg(QFileInfo(missing).fileName()),
                                            QFileInfo(missing).absolutePath());
    };
    askPath = [this](const QString& proposed) {
        return QFileDialog::getSaveFileName(&m_window, tr("Save the session"), proposed, tr("Sessions (*.zscape)"));
    };
    askOverwrite = [this](const QString& path, const QString& loss) {
        QMessageBox box(QMessageBox::Warning, QStringLiteral("Zscape"),
                        tr("Saving over %1 would lose a part of it.").arg(QFileInfo(path).fileName()),
                        QMessageBox::Cancel, &m_window);
        box.setObjectName(QStringLiteral("overwriteQuestion"));
        box.setInformativeText(loss);
        const auto* elsewhere = box.addButton(tr("&Save as another file…"), QMessageBox::AcceptRole);
        const auto* over = box.addButton(tr("&Write over it"), QMessageBox::DestructiveRole);
        box.exec();
        if (box.clickedButton() == elsewhere) return Overwrite::Elsewhere;
        return box.clickedButton() == over ? Overwrite::Yes : Overwrite::No;
    };
}

void SessionController::fillMenu() {
    QMenu& file = m_window.menu(MainMenu::File);
    // Before Quit and its line.
    QAction* before = file.actions().size() > 1 ? file.actions().at(file.actions().size() - 2) : nullptr;
    const auto add = [&](const QString& name, const QKeySequence& keys, const QString& tip, auto&& act) {
        auto* action = new QAction(name, this);
        action->setShortcut(keys);
        action->setToolTip(tip);
        connect(action, &QAction::triggered, this, act);
        file.insertAction(before, action);
    };
    file.insertSeparator(before);
    add(tr("Open s&ession…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
        tr("Catalogue, model, selections and views as they were saved"), [this] {
            const QString path = QFileDialog::getOpenFileName(&m_window, tr("Open a session"), QString(),
                                                              tr("Sessions (*.zscape);;All files (*)"));
            if (!path.isEmpty()) m_window.openPath(path.toStdString());
        });
    add(tr("&Save session"), QKeySequence::Save, tr("Catalogue, model, selections, views and the latent point"),
        [this] { save(); });
    add(tr("Save session &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), tr("To another file"),
        [this] { saveElsewhere(); });
    auto* recent = new QMenu(tr("&Recent files"), &m_window);
    recent->setToolTipsVisible(true);
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(*recent); });
    file.insertMenu(before, recent);
}

void SessionController::fillRecent(QMenu& menu) {
    menu.clear();
    for (const QString& path : QSettings().value(recentKey).toStringList()) {
        // An ampersand in a file's name is no mnemonic.
        QString name = QFileInfo(path).fileName().replace(u'&', QStringLiteral("&&"));
        if (menu.actions().size() < 9) name.prepend(QStringLiteral("&%1  ").arg(menu.actions().size() + 1));
        QAction* action = menu.addAction(name, this, [this, path] { m_window.openPath(path.toStdString()); });
        action->setToolTip(path);
    }
    if (menu.isEmpty()) menu.addAction(tr("none yet"))->setEnabled(false);
}

void SessionController::remember(const std::filesystem::path& path) {
    if (path.empty()) return;
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    const QString name = text(std::filesystem::absolute(path));
    recent.removeAll(name);
    recent.prepend(name);
    settings.setValue(recentKey, recent.mid(0, mostRecent));
}

/// Ahead of time and aside: of five million stars it takes seconds.
void SessionController::hashCatalog() {
    const std::shared_ptr<const Catalog> catalog = m_window.session().catalog();
    if (!catalog || catalog->path().empty() || catalog == m_hashed.lock() || m_window.session().isDemoCatalog()) return;
    m_hashJobs.start<std::string>(
        tr("Hashing"), [catalog](const JobContext&) { return catalog->contentHash(); },
        [this, catalog](const std::string& hash) {
            m_hash = hash;
            m_hashed = catalog;
            compareStars();
        });
}

void SessionController::compareStars() {
    const auto& catalog = m_window.session().catalog();
    if (m_expectedHash.empty() || !catalog || m_hashed.lock() != catalog) return;
    if (std::exchange(m_expectedHash, {}) == m_hash) return;
    m_window.session().reportFailure(
        tr("%1 holds other stars than when the session was saved; selections and views are those of the session, their "
           "stars may differ")
            .arg(text(catalog->path())));
}

std::string SessionController::catalogHash() const {
    const auto& catalog = m_window.session().catalog();
    if (m_hashed.lock() != catalog) {
        m_hash = catalog->contentHash();
        m_hashed = catalog;
    }
    return m_hash;
}

std::string SessionController::modelHash(const std::filesystem::path& path) const {
    std::error_code code;
    const auto written = std::filesystem::last_write_time(path, code);
    if (code) return {};
    for (const HashedFile& known : m_hashedFiles) {
        if (known.path == path && known.written == written) return known.hash;
    }
    std::erase_if(m_hashedFiles, [&](const HashedFile& known) { return known.path == path; });
    m_hashedFiles.push_back({path, written, hashOfFile(path)});
    return m_hashedFiles.back().hash;
}

SessionContent SessionController::content(Hash hash) const {
    const Session& session = m_window.session();
    SessionContent content;
    content.demoCatalog = session.isDemoCatalog();
    content.demoModel = session.isDemoModel();
    if (!content.demoCatalog && session.catalog() && !session.catalog()->path().empty()) {
        const bool known = hash == Hash::Wait || m_hashed.lock() == session.catalog();
        content.catalog = {std::filesystem::absolute(session.catalog()->path()), known ? catalogHash() : ""};
    }
    // A training that runs is not a file yet; the model from before it is.
    if (!content.demoModel && !session.openedModelPath().empty()) {
        const std::filesystem::path model = std::filesystem::absolute(session.openedModelPath());
        content.model = {model, modelHash(model)};
        if (!session.openedNormalizationPath().empty()) {
            const std::filesystem::path file = std::filesystem::absolute(session.openedNormalizationPath());
            content.normalization = {file, modelHash(file)};
        }
    }
    content.map = m_window.mapState();
    content.spectrum = settingsWithZoom(m_window.spectrum());
    content.selections = session.selections().list();
    content.currentSelection = session.selections().current();
    content.history = session.selections().history();
    content.views = m_window.views().snapshot();
    for (const DroppedStars::Source& source : m_window.dropped().sources()) {
        content.dropped.push_back({std::filesystem::absolute(source.path), modelHash(source.path)});
        content.received.push_back(source.isReceived);
    }
    content.explore = exploreStateOf(m_window);
    content.latent = m_window.controller().latent();
    if (session.picked()) content.pickedStar = session.catalog()->sourceIds()[*session.picked()];
    content.arrangement = m_window.saveState().toBase64().toStdString();
    content.unknown = m_unknown;
    return content;
}

SessionContent::Columns SessionController::keepColumns(const std::filesystem::path& session) const {
    const Session& data = m_window.session();
    // Those of a training that runs are of no model that the session names.
    if (data.addedColumns().empty() || data.trainingEpoch()) return {};
    return writeColumns(columnsFileOf(session), *data.catalog(), data.addedColumns());
}

QString SessionController::lossWhenSaved() const {
    QStringList loss = m_lost;
    const auto& catalog = m_window.session().catalog();
    const std::filesystem::path now = catalog ? catalog->path() : std::filesystem::path();
    if (!m_path.empty() && !m_savedCatalog.empty() && now != m_savedCatalog) {
        loss += tr("It was saved with the stars of %1; now %2 is open.")
                    .arg(text(m_savedCatalog.filename()), now.empty() ? tr("no catalogue") : text(now.filename()));
    }
    return loss.join(u'\n');
}

bool SessionController::save() {
    if (m_path.empty()) return saveElsewhere();
    const QString loss = lossWhenSaved();
    const Overwrite answer = loss.isEmpty() ? Overwrite::Yes : askOverwrite(text(m_path), loss);
    if (answer == Overwrite::No) return false;
    return answer == Overwrite::Yes ? saveTo(m_path) : saveElsewhere();
}

bool SessionController::saveElsewhere() {
    QString chosen = askPath(text(m_path));
    if (chosen.isEmpty()) return false;
    if (!chosen.endsWith(QLatin1String(sessionEnding))) chosen += QLatin1String(sessionEnding);
    return saveTo(chosen.toStdString());
}

bool SessionController::saveTo(const std::filesystem::path& path) {
    try {
        SessionContent now = content();
        // First the columns: the session names them by their hash, so that it never takes others for its own.
        now.columns = keepColumns(path);
        keepReceived(now, std::filesystem::absolute(path).parent_path());
        writeSession(path, now);
    } catch (const std::exception& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
        return false;
    }
    m_path = path;
    m_lost.clear();
    m_onlyCopy = false;
    const auto& catalog = m_window.session().catalog();
    m_savedCatalog = catalog ? catalog->path() : std::filesystem::path();
    m_window.session().undo().setClean();
    showUnsaved();
    remember(path);
    return true;
}

bool SessionController::hasUnsaved() const {
    const Session& session = m_window.session();
    // Looking around in a catalogue is nothing that must be kept; changing what was saved is, and making something.
    const bool something = !m_path.empty() || !session.selections().list().empty() || !m_window.views().views().empty();
    return m_onlyCopy || (something && hasLastingSteps(m_window.session().undo()));
}

void SessionController::showUnsaved() {
    m_window.setWindowModified(hasUnsaved());
}

bool SessionController::mayGo(const std::function<void()>& then) {
    if (!hasUnsaved()) return true;
    if (m_saveQuestion) return false;
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"), tr("Save the session first?"),
                                QMessageBox::NoButton, &m_window);
    box->setObjectName(QStringLiteral("saveQuestion"));
    box->setInformativeText(tr("Selections and views are not saved since they changed."));
    auto* saveButton = box->addButton(tr("&Save"), QMessageBox::AcceptRole);
    saveButton->setObjectName(QStringLiteral("saveFirst"));
    auto* discard = box->addButton(tr("&Don’t save"), QMessageBox::DestructiveRole);
    discard->setObjectName(QStringLiteral("dontSave"));
    auto* stay = box->addButton(tr("&Cancel"), QMessageBox::RejectRole);
    box->setDefaultButton(saveButton);
    box->setEscapeButton(stay);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(saveButton, &QPushButton::clicked, this, [this, then] {
        if (save()) then();
    });
    connect(discard, &QPushButton::clicked, this, then);
    m_saveQuestion = box;
    box->open(); // not exec: jobs go on
    return false;
}

} // namespace zscape
