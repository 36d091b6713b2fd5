#pragma once

#include "app/window/job_runner.h"
#include "app/window/session_file.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QMenu;
class QMessageBox;

namespace zscape {

class Catalog;
class MainWindow;

/// Session files: saved, opened, remembered, and kept once a minute so that a crash loses little. A file of which only
/// a part could be opened is never written over unasked. Lives on the UI thread, child of the window.
class SessionController : public QObject {
    Q_OBJECT
public:
    explicit SessionController(MainWindow& window);
    /// A clean end leaves no automatic copy.
    ~SessionController() override;

    /// Tells what is wrong by the session's failed(); the rest is opened. The data come as a job: restored() follows.
    /// When they cannot be opened, what is in the window stays, and where it is saved to.
    void open(const std::filesystem::path& path);
    bool save(); ///< to where it was last saved or opened, else asks; false when nothing was written
    bool saveTo(const std::filesystem::path& path);
    /// The whole of what the window shows.
    SessionContent content() const { return content(Hash::Wait); }
    /// Where Ctrl+S writes to; "" while that is to be asked.
    const std::filesystem::path& path() const { return m_path; }
    /// Why writing over path() would lose something, one or more sentences; "" when it would not.
    QString lossWhenSaved() const;
    /// Adds a catalogue, a model or a session to the recent files.
    void remember(const std::filesystem::path& path);

    /// Selections or views changed since they were last saved, or only an automatic copy holds them.
    bool hasUnsaved() const;
    /// True when nothing is unsaved. Else asks, and calls `then` once it is saved or given up.
    bool mayGo(const std::function<void()>& then);

    /// What a crash left behind, of programs that run no more; newest first.
    static std::vector<std::filesystem::path> leftBehind();
    /// Offers to open it, for windows that a person opens. A copy is removed when all of it is in the window.
    void offerRecovery();
    /// Writes the automatic copy, unless it holds the same; every minute by itself. Not while a session is opening.
    void keepCopy();
    static std::filesystem::path copyPath(); ///< of this process
    /// With its columns.
    static void removeCopy(const std::filesystem::path& copy);

    /// Asks for the place of a file that has moved; replaceable for tests. "" for none.
    std::function<QString(const QString& missing)> locate;
    enum class Overwrite : std::uint8_t { Yes, Elsewhere, No };
    /// Asks what to do when saving to `path` would lose something; replaceable for tests.
    std::function<Overwrite(const QString& path, const QString& loss)> askOverwrite;
    /// Asks for the file to save to; replaceable for tests. "" for none.
    std::function<QString(const QString& proposed)> askPath;

signals:
    /// Everything of an opened session is in the window.
    void restored();

private:
    /// What was read and waits for its catalogue and model.
    struct Waiting {
        SessionContent content;
        std::filesystem::path file;
        bool isCopy = false;                       ///< an automatic one: it is not where the session is saved to
        QStringList problems;                      ///< what of the file is not in `content`, or cannot be opened
        bool hasCatalog = false, hasModel = false; ///< what it has none of is closed
        int opening = 0;                           ///< the session's number of the job; 0: none is needed
    };

    /// Whether the hash of the stars is waited for, or left out while it is made.
    enum class Hash : std::uint8_t { Wait, IfKnown };
    SessionContent content(Hash hash) const;
    /// What was reckoned of the stars, in a file beside `session`.
    SessionContent::Columns keepColumns(const std::filesystem::path& session) const;
    void restoreColumns(const SessionContent& content, bool sameModel, QStringList& problems);
    void compareStars();
    void askQuestions();
    void fillMenu();
    void fillRecent(QMenu& menu);
    void openFile(const std::filesystem::path& path, bool isCopy);
    void openData(Waiting waiting);
    void openingDone(int number);
    void openingEnded();
    void restore(Waiting waiting);
    void restoreParts(const SessionContent& content, QStringList& problems);
    bool findFile(SessionContent::File& file, const QString& what, QStringList& problems);
    bool saveElsewhere();
    void showUnsaved();
    void hashCatalog();
    std::string catalogHash() const;
    std::string modelHash(const std::filesystem::path& path) const;
    static void setAsideFormerCopy();

    MainWindow& m_window;
    std::filesystem::path m_path;         ///< where it was last saved or opened
    QStringList m_lost;                   ///< what m_path holds and the window does not
    std::string m_unknown;                ///< what m_path holds of a newer Zscape, written back
    std::filesystem::path m_savedCatalog; ///< that was open when m_path was saved or opened
    bool m_onlyCopy = false;              ///< came from an automatic copy and is saved nowhere
    std::optional<Waiting> m_waiting;
    QPointer<QMessageBox> m_saveQuestion;
    QTimer m_minute;
    QString m_copyProblem;                   ///< told already
    std::string m_copied;                    ///< what the automatic copy holds
    SessionContent::Columns m_copiedColumns; ///< beside it, of m_copiedCatalog
    std::weak_ptr<const Catalog> m_copiedCatalog;
    mutable std::weak_ptr<const Catalog> m_hashed; ///< whose hash is known
    mutable std::string m_hash;
    std::string m_expectedHash; ///< of the stars that the opened session was saved with
    struct HashedFile {
        std::filesystem::path path;
        std::filesystem::file_time_type written;
        std::string hash;
    };
    mutable std::vector<HashedFile> m_hashedFiles;
    JobRunner m_hashJobs; ///< last: joined before what its work reads goes away
};

} // namespace zscape
