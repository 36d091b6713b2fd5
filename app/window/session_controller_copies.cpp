// Automatic copies of the session, and what a crash leaves of them.
#include "app/window/main_window.h"
#include "app/window/session_controller.h"
#include "core/base/atomic_file.h"

#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>

#include <signal.h> // NOLINT: kill() is POSIX, not of <csignal>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace zscape {

namespace {

const std::string setAside = "former-"; ///< begins the name of a copy whose process number is this one's now

std::filesystem::path copyFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() + "/autosave";
}

/// Whether this is an automatic copy of a program that runs no more.
bool isLeftBehind(const std::filesystem::path& copy) {
    if (copy.extension() != sessionEnding) return false;
    const std::string stem = copy.stem().string();
    if (stem.starts_with(setAside)) return true;
    pid_t process = 0;
    const auto [end, code] = std::from_chars(stem.data(), stem.data() + stem.size(), process);
    return code == std::errc() && end == stem.data() + stem.size() && ::kill(process, 0) != 0;
}

} // namespace

/// Process numbers come again, in containers at every start: a copy of this number that was there before this program
/// is another's.
void SessionController::setAsideFormerCopy() {
    static bool done = false;
    if (std::exchange(done, true)) return;
    std::error_code code;
    if (!std::filesystem::exists(copyPath(), code)) return;
    for (int number = 1;; ++number) {
        const auto target = copyFolder() / (setAside + std::to_string(number) + sessionEnding);
        if (std::filesystem::exists(target, code)) continue;
        std::filesystem::rename(copyPath(), target, code);
        std::filesystem::rename(columnsFileOf(copyPath()), columnsFileOf(target), code);
        return;
    }
}

SessionController::~SessionController() {
    removeCopy(copyPath());
    removeUnnamed(copyFolder());
}

void SessionController::removeCopy(const std::filesystem::path& copy) {
    std::error_code code;
    std::filesystem::remove(copy, code);
    std::filesystem::remove(columnsFileOf(copy), code);
}

std::filesystem::path SessionController::copyPath() {
    return copyFolder() / (std::to_string(::getpid()) + sessionEnding);
}

void SessionController::keepCopy() {
    const Session& session = m_window.session();
    if (m_waiting || (!session.catalog() && !session.model())) return;
    try {
        std::filesystem::create_directories(copyFolder());
        SessionContent now = content(Hash::IfKnown);
        const bool isTraining = session.trainingEpoch().has_value(); // whose columns are not kept
        if (isTraining || m_copiedCatalog.lock() != session.catalog()) {
            m_copiedColumns = keepColumns(copyPath());
            m_copiedCatalog = isTraining ? nullptr : session.catalog();
        }
        now.columns = m_copiedColumns;
        keepReceived(now, copyFolder());
        std::string text = toJson(now, copyFolder());
        std::error_code code;
        if (text == m_copied && std::filesystem::exists(copyPath(), code)) return;
        writeFileAtomically(copyPath(), text);
        m_copied = std::move(text);
    } catch (const std::exception& error) {
        // Told once: it would come every minute.
        const QString problem = QString::fromUtf8(error.what());
        if (std::exchange(m_copyProblem, problem) != problem) {
            m_window.session().reportFailure(tr("the session cannot be kept for a crash: %1").arg(problem));
        }
    }
}

std::vector<std::filesystem::path> SessionController::leftBehind() {
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> copies;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(copyFolder(), code)) {
        if (isLeftBehind(entry.path())) copies.emplace_back(entry.last_write_time(code), entry.path());
    }
    std::ranges::sort(copies, std::ranges::greater());
    std::vector<std::filesystem::path> paths;
    for (auto& [time, path] : copies) {
        paths.push_back(std::move(path));
    }
    return paths;
}

void SessionController::offerRecovery() {
    const std::vector<std::filesystem::path> copies = leftBehind();
    if (copies.empty()) return;
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"),
                                tr("Zscape ended unexpectedly the last time."), QMessageBox::NoButton, &m_window);
    box->setObjectName(QStringLiteral("recoverQuestion"));
    box->setInformativeText(
        copies.size() == 1
            ? tr("Its session was kept: stars, selections and views can be opened as they were.")
            : tr("%1 sessions were kept. The newest can be opened as it was; you are asked about the others at the "
                 "next starts.")
                  .arg(copies.size()));
    auto* restoreButton = box->addButton(tr("&Open it"), QMessageBox::AcceptRole);
    restoreButton->setObjectName(QStringLiteral("recover"));
    auto* later = box->addButton(tr("&Not now"), QMessageBox::RejectRole);
    later->setObjectName(QStringLiteral("recoverLater"));
    auto* discard = box->addButton(tr("&Delete it"), QMessageBox::DestructiveRole);
    discard->setObjectName(QStringLiteral("recoverNever"));
    box->setEscapeButton(later);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(restoreButton, &QPushButton::clicked, this, [this, copies] { openFile(copies.front(), true); });
    connect(discard, &QPushButton::clicked, this, [copies] { removeCopy(copies.front()); });
    box->open();
}

} // namespace zscape
