// Opening a session: its file, then its data as a job, then everything else.
#include "app/window/dropped_stars.h"
#include "app/window/explore_state.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_columns.h"
#include "app/window/session_controller.h"
#include "app/window/star_spectra.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"

#include <QFileInfo>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace zscape {

namespace {

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

} // namespace

bool SessionController::findFile(SessionContent::File& file, const QString& what, QStringList& problems) {
    if (file.path.empty() || std::filesystem::exists(file.path)) return true;
    const QString found = locate(text(file.path));
    if (!found.isEmpty() && QFileInfo::exists(found)) {
        file.path = found.toStdString();
        return true;
    }
    problems +=
        tr("the session's %1 %2 is not there any more; open it by hand when you have it").arg(what, text(file.path));
    m_window.session().reportFailure(problems.back());
    file.path.clear();
    return false;
}

void SessionController::open(const std::filesystem::path& path) {
    openFile(path, false);
}

void SessionController::openFile(const std::filesystem::path& path, bool isCopy) {
    Waiting waiting;
    waiting.file = path;
    waiting.isCopy = isCopy;
    try {
        ReadSession read = readSession(path);
        waiting.content = std::move(read.content);
        waiting.hasCatalog = read.hasCatalog;
        waiting.hasModel = read.hasModel;
        for (const std::string& problem : read.problems) {
            waiting.problems += QString::fromStdString(problem);
        }
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
        return;
    }
    if (!isCopy) remember(path);
    for (const QString& problem : std::as_const(waiting.problems)) {
        m_window.session().reportFailure(problem);
    }
    SessionContent& content = waiting.content;
    findFile(content.catalog, tr("catalogue"), waiting.problems);
    if (findFile(content.model, tr("model"), waiting.problems)) {
        findFile(content.normalization, tr("normalisation"), waiting.problems);
    }
    openData(std::move(waiting));
}

void SessionController::openData(Waiting waiting) {
    Session& session = m_window.session();
    const SessionContent& content = waiting.content;
    const bool withoutCatalog = !waiting.hasCatalog && session.catalog();
    const bool withoutModel = !waiting.hasModel && session.model();
    const Session::Source source{content.catalog.path, content.model.path, content.normalization.path,
                                 content.demoCatalog,  content.demoModel,  withoutCatalog,
                                 withoutModel};
    const bool opens = !source.catalog.empty() || !source.model.empty() || source.demoCatalog || source.demoModel;
    if (!opens && !withoutCatalog && !withoutModel) {
        m_waiting.reset();
        restore(std::move(waiting));
        return;
    }
    session.open(source);
    waiting.opening = session.lastOpening();
    m_waiting = std::move(waiting);
}

void SessionController::openingDone(int number) {
    if (!m_waiting) return;
    // Another catalogue was asked for meanwhile.
    if (m_waiting->opening == number) restore(*std::exchange(m_waiting, std::nullopt));
    m_waiting.reset();
}

/// Failed or cancelled: what comes next is not for it.
void SessionController::openingEnded() {
    m_waiting.reset();
}

void SessionController::restore(Waiting waiting) {
    const SessionContent& content = waiting.content;
    Session& session = m_window.session();
    const bool sameModel =
        content.model.hash.empty() || content.model.path.empty() || content.model.hash == modelHash(content.model.path);
    restoreColumns(content, sameModel, waiting.problems); // views and selections may need them
    m_expectedHash = content.catalog.path.empty() ? std::string() : content.catalog.hash;
    compareStars();
    if (!m_expectedHash.empty()) hashCatalog(); // it compares when it is done
    if (!sameModel) {
        session.reportFailure(tr("%1 is another model than when the session was saved; the latent space differs")
                                  .arg(text(content.model.path)));
    }
    restoreParts(content, waiting.problems);
    m_path = waiting.isCopy ? std::filesystem::path() : waiting.file;
    m_lost = waiting.problems;
    m_onlyCopy = waiting.isCopy;
    m_unknown = content.unknown;
    m_savedCatalog = session.catalog() ? session.catalog()->path() : std::filesystem::path();
    showUnsaved();
    if (waiting.isCopy && waiting.problems.isEmpty()) {
        keepCopy(); // of one's own before the other's goes
        std::error_code code;
        if (std::filesystem::exists(copyPath(), code)) removeCopy(waiting.file);
    }
    emit restored();
}

void SessionController::restoreColumns(const SessionContent& content, bool sameModel, QStringList& problems) {
    Session& session = m_window.session();
    if (content.columns.list.empty() || !session.catalog()) return;
    try {
        if (!sameModel) {
            throw Error("the columns that were reckoned for this session are of another model than " +
                        content.model.path.string() + " holds now; reckon them again in the menu Spectra");
        }
        session.addColumns(readColumns(content.columns, *session.catalog()));
    } catch (const Error& error) {
        problems += QString::fromUtf8(error.what());
        session.reportFailure(problems.back());
    }
}

void SessionController::restoreParts(const SessionContent& content, QStringList& problems) {
    Session& session = m_window.session();
    session.undo().clear();
    session.selections().restore(content.selections);
    if (content.currentSelection) session.selections().setCurrent(content.currentSelection);
    if (!content.map.columns.empty()) m_window.setMapState(content.map);
    m_window.setSpectrumSettings(content.spectrum);
    for (const QString& problem : m_window.views().restore(content.views)) {
        problems += problem;
        session.reportFailure(problem);
    }
    std::vector<DroppedStars::Source> dropped;
    for (SessionContent::File file : content.dropped) {
        // What lies beside an automatic copy goes with it.
        const bool isBrief = file.path.parent_path() == copyPath().parent_path();
        if (findFile(file, tr("dropped file"), problems)) dropped.push_back({file.path, isBrief});
    }
    m_window.dropped().restore(dropped);
    zscape::restore(m_window, content.explore);
    if (!content.arrangement.empty()) {
        m_window.restoreState(QByteArray::fromBase64(QByteArray::fromStdString(content.arrangement)));
    }
    std::optional<std::size_t> picked;
    if (content.pickedStar && session.catalog()) picked = session.catalog()->rowOf(*content.pickedStar);
    m_window.controller().restore(picked, content.latent);
    applyZoom(m_window.spectrum(), content.spectrum);
    session.undo().clear();
    session.selections().restoreHistory(content.history);
}

} // namespace zscape
