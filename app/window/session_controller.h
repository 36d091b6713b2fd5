#pragma once

#include "app/window/session_file.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QMenu;

namespace zscape {

class Catalog;
class MainWindow;

/// Session files: saved, opened, remembered, and kept once a minute so that a crash loses little. Lives on the UI
/// thread, child of the window.
class SessionController : public QObject {
    Q_OBJECT
public:
    explicit SessionController(MainWindow& window);
    /// A clean end leaves no automatic copy.
    ~SessionController() override;

    /// Tells what is wrong by the session's failed(); the rest is opened. The data come as a job: restored() follows.
    void open(const std::filesystem::path& path);
    bool save(); ///< to where it was last saved or opened, else asks; false when nothing was written
    bool saveTo(const std::filesystem::path& path);
    /// The whole of what the window shows.
    SessionContent content() const;
    /// Adds a catalogue, a model or a session to the recent files.
    void remember(const std::filesystem::path& path);

    /// What a crash left behind, of programs that run no more; newest first.
    static std::vector<std::filesystem::path> leftBehind();
    /// Offers to open it, for windows that a person opens.
    void offerRecovery();
    /// Writes the automatic copy; every minute by itself.
    void keepCopy();
    static std::filesystem::path copyPath(); ///< of this process

    /// Asks for the place of a file that has moved; replaceable for tests. "" for none.
    std::function<QString(const QString& missing)> locate;

signals:
    /// Everything of an opened session is in the window.
    void restored();

private:
    void fillMenu();
    void fillRecent(QMenu& menu);
    void openData(const SessionContent& session);
    void restore();
    bool findFile(SessionContent::File& file, const QString& what);
    std::string catalogHash() const;

    MainWindow& m_window;
    std::filesystem::path m_path;            ///< where it was last saved or opened
    std::optional<SessionContent> m_waiting; ///< for its catalogue and model
    QTimer m_minute;
    std::string m_copyProblem;                     ///< told already
    mutable std::weak_ptr<const Catalog> m_hashed; ///< whose hash is known
    mutable std::string m_hash;
};

} // namespace zscape
