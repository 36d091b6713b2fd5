#include "app/window/session_controller.h"

#include "app/window/dropped_stars.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QUndoStack>

#include <signal.h> // NOLINT: kill() is POSIX, not of <csignal>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace zscape {

namespace {

const QString recentKey = QStringLiteral("recentFiles");
constexpr int mostRecent = 10;
constexpr int copyInterval = 60'000; // ms

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

std::filesystem::path copyFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() + "/autosave";
}

/// Of the program that made an automatic copy; nothing for another file.
std::optional<pid_t> processOf(const std::filesystem::path& copy) {
    const std::string stem = copy.stem().string();
    pid_t process = 0;
    const auto [end, code] = std::from_chars(stem.data(), stem.data() + stem.size(), process);
    if (copy.extension() != sessionEnding || code != std::errc() || end != stem.data() + stem.size()) return {};
    return process;
}

} // namespace

SessionController::SessionController(MainWindow& window) : QObject(&window), m_window(window) {
    locate = [this](const QString& missing) {
        return QFileDialog::getOpenFileName(&m_window, tr("Where is %1 now?").arg(QFileInfo(missing).fileName()),
                                            QFileInfo(missing).absolutePath());
    };
    fillMenu();
    m_minute.setInterval(copyInterval);
    connect(&m_minute, &QTimer::timeout, this, &SessionController::keepCopy);
    m_minute.start();
    // Before the window's own parts see the new stars nothing can be put back.
    connect(&window.session(), &Session::changed, this, &SessionController::restore, Qt::QueuedConnection);
    connect(&window.session().jobs(), &JobRunner::failed, this, [this] { m_waiting.reset(); });
    connect(&window.session(), &Session::changed, this, [this] {
        const Session& session = m_window.session();
        if (session.catalog() && session.modelPath().string() != "demo.h5") remember(session.catalog()->path());
    });
}

SessionController::~SessionController() {
    std::error_code code;
    std::filesystem::remove(copyPath(), code);
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
            if (!path.isEmpty()) open(path.toStdString());
        });
    add(tr("&Save session"), QKeySequence::Save, tr("Catalogue, model, selections, views and the latent point"),
        [this] { save(); });
    add(tr("Save session &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), tr("To another file"), [this] {
        const std::filesystem::path former = std::exchange(m_path, {});
        if (!save()) m_path = former;
    });
    auto* recent = new QMenu(tr("&Recent files"), &m_window);
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(*recent); });
    file.insertMenu(before, recent);
}

void SessionController::fillRecent(QMenu& menu) {
    menu.clear();
    for (const QString& path : QSettings().value(recentKey).toStringList()) {
        QAction* action = menu.addAction(QFileInfo(path).fileName(), this, [this, path] {
            if (path.endsWith(QLatin1String(sessionEnding))) {
                open(path.toStdString());
            } else {
                m_window.openPath(path.toStdString());
            }
        });
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

std::string SessionController::catalogHash() const {
    const auto& catalog = m_window.session().catalog();
    if (m_hashed.lock() != catalog) {
        m_hash = catalog->contentHash();
        m_hashed = catalog;
    }
    return m_hash;
}

SessionContent SessionController::content() const {
    const Session& session = m_window.session();
    SessionContent content;
    // A training that runs is not a file yet.
    content.demo = session.modelPath() == std::filesystem::path("demo.h5");
    if (!content.demo && session.catalog() && !session.catalog()->path().empty()) {
        content.catalog = {std::filesystem::absolute(session.catalog()->path()), catalogHash()};
    }
    if (!content.demo && session.model() && !session.trainingEpoch() && !session.modelPath().empty()) {
        const std::filesystem::path model = std::filesystem::absolute(session.modelPath());
        content.model = {model, hashOfFile(model)};
        if (!session.normalizationPath().empty()) {
            const std::filesystem::path file = std::filesystem::absolute(session.normalizationPath());
            content.normalization = {file, hashOfFile(file)};
        }
    }
    const auto [x, y] = m_window.mapColumns();
    content.mapX = x.toStdString();
    content.mapY = y.toStdString();
    content.mapColour = m_window.mapColour().toStdString();
    content.selections = session.selections().list();
    content.views = m_window.views().views();
    for (const std::filesystem::path& path : m_window.dropped().paths()) {
        content.dropped.push_back({std::filesystem::absolute(path), hashOfFile(path)});
    }
    content.explore = exploreStateOf(m_window);
    content.latent = m_window.controller().latent();
    if (session.picked()) content.pickedStar = session.catalog()->sourceIds()[*session.picked()];
    content.arrangement = m_window.saveState().toBase64().toStdString();
    return content;
}

bool SessionController::save() {
    if (m_path.empty()) {
        const QString chosen =
            QFileDialog::getSaveFileName(&m_window, tr("Save the session"), QString(), tr("Sessions (*.zscape)"));
        if (chosen.isEmpty()) return false;
        return saveTo(chosen.endsWith(QLatin1String(sessionEnding)) ? chosen.toStdString()
                                                                    : chosen.toStdString() + sessionEnding);
    }
    return saveTo(m_path);
}

bool SessionController::saveTo(const std::filesystem::path& path) {
    try {
        writeSession(path, content());
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
        return false;
    }
    m_path = path;
    remember(path);
    return true;
}

bool SessionController::findFile(SessionContent::File& file, const QString& what) {
    if (file.path.empty() || std::filesystem::exists(file.path)) return true;
    const QString found = locate(text(file.path));
    if (!found.isEmpty() && QFileInfo::exists(found)) {
        file.path = found.toStdString();
        return true;
    }
    m_window.session().reportFailure(
        tr("the session's %1 %2 is not there any more; open it by hand when you have it").arg(what, text(file.path)));
    file.path.clear();
    return false;
}

void SessionController::open(const std::filesystem::path& path) {
    ReadSession read;
    try {
        read = readSession(path);
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
        return;
    }
    m_path = path;
    remember(path);
    for (const std::string& problem : read.problems) {
        m_window.session().reportFailure(QString::fromStdString(problem));
    }
    findFile(read.content.catalog, tr("catalogue"));
    if (findFile(read.content.model, tr("model"))) findFile(read.content.normalization, tr("normalisation"));
    openData(read.content);
}

void SessionController::openData(const SessionContent& session) {
    Session& data = m_window.session();
    m_waiting = session;
    if (session.demo) {
        data.openDemo();
    } else if (!session.catalog.path.empty() && !session.model.path.empty()) {
        data.open(session.catalog.path, session.model.path, session.normalization.path);
    } else if (!session.catalog.path.empty()) {
        data.openCatalog(session.catalog.path);
    } else if (!session.model.path.empty()) {
        data.openModel(session.model.path, session.normalization.path);
    } else {
        restore();
    }
}

void SessionController::restore() {
    if (!m_waiting) return;
    const SessionContent content = *std::exchange(m_waiting, std::nullopt);
    Session& session = m_window.session();
    if (session.catalog() && !content.catalog.hash.empty() && content.catalog.hash != catalogHash()) {
        session.reportFailure(tr("%1 holds other stars than when the session was saved; selections and views are those "
                                 "of the session, their stars may differ")
                                  .arg(text(content.catalog.path)));
    }
    if (!content.model.hash.empty() && content.model.hash != hashOfFile(content.model.path)) {
        session.reportFailure(tr("%1 is another model than when the session was saved; the latent space differs")
                                  .arg(text(content.model.path)));
    }
    session.undo().clear();
    session.selections().restore(content.selections);
    m_window.setMapColumns(QString::fromStdString(content.mapX), QString::fromStdString(content.mapY),
                           QString::fromStdString(content.mapColour));
    for (const QString& problem : m_window.views().restore(content.views)) {
        session.reportFailure(problem);
    }
    std::vector<std::filesystem::path> dropped;
    for (SessionContent::File file : content.dropped) {
        if (findFile(file, tr("dropped file"))) dropped.push_back(file.path);
    }
    m_window.dropped().restore(dropped);
    zscape::restore(m_window, content.explore);
    if (!content.arrangement.empty()) {
        m_window.restoreState(QByteArray::fromBase64(QByteArray::fromStdString(content.arrangement)));
    }
    if (content.pickedStar && session.catalog()) {
        const auto ids = session.catalog()->sourceIds();
        const auto found = std::ranges::find(ids, *content.pickedStar);
        if (found != ids.end()) session.setPicked(static_cast<std::size_t>(found - ids.begin()));
    }
    const bool fits = session.model() && content.latent.size() ==
                                             static_cast<std::size_t>(session.model()->model().architecture.latentSize);
    if (fits) m_window.controller().setLatent(content.latent);
    emit restored();
}

std::filesystem::path SessionController::copyPath() {
    return copyFolder() / (std::to_string(::getpid()) + sessionEnding);
}

void SessionController::keepCopy() {
    const Session& session = m_window.session();
    if (!session.catalog() && !session.model()) return;
    try {
        std::filesystem::create_directories(copyFolder());
        writeSession(copyPath(), content());
    } catch (const std::exception& error) {
        // Told once: it would come every minute.
        if (m_copyProblem != error.what()) {
            m_window.session().reportFailure(
                tr("the session cannot be kept for a crash: %1").arg(QString::fromUtf8(error.what())));
        }
        m_copyProblem = error.what();
    }
}

std::vector<std::filesystem::path> SessionController::leftBehind() {
    std::vector<std::filesystem::path> copies;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(copyFolder(), code)) {
        const std::optional<pid_t> process = processOf(entry.path());
        if (process && ::kill(*process, 0) != 0) copies.push_back(entry.path());
    }
    std::ranges::sort(copies, std::ranges::greater(), [](const std::filesystem::path& path) {
        std::error_code gone;
        return std::filesystem::last_write_time(path, gone);
    });
    return copies;
}

void SessionController::offerRecovery() {
    const std::vector<std::filesystem::path> copies = leftBehind();
    if (copies.empty()) return;
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"),
                                tr("Zscape ended unexpectedly the last time."), QMessageBox::NoButton, &m_window);
    box->setObjectName(QStringLiteral("recoverQuestion"));
    box->setInformativeText(tr("Its session was kept: stars, selections and views can be opened as they were."));
    auto* restoreButton = box->addButton(tr("Open it"), QMessageBox::AcceptRole);
    restoreButton->setObjectName(QStringLiteral("recover"));
    auto* leave = box->addButton(tr("Start anew"), QMessageBox::RejectRole);
    box->setEscapeButton(leave);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const auto removeAll = [copies] {
        std::error_code code;
        for (const std::filesystem::path& copy : copies) {
            std::filesystem::remove(copy, code);
        }
    };
    connect(restoreButton, &QPushButton::clicked, this, [this, copies, removeAll] {
        open(copies.front());
        m_path.clear(); // the copy is not where it is saved to
        removeAll();
    });
    connect(leave, &QPushButton::clicked, this, removeAll);
    box->open();
}

} // namespace zscape
