#pragma once

#include "app/samp/hub_client.h"
#include "app/window/job_runner.h"
#include "app/window/samp_exchange.h"

#include <QObject>
#include <QTemporaryDir>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

class QAction;
class QMenu;

namespace zscape {

class MainWindow;
class Session;

/// Tools > Other programs: sends catalogue, selections, the picked star and its spectrum to TOPCAT, Aladin and the like
/// through a SAMP hub, and shows what they send. Nothing happens unless the user connects. Lives on the UI thread,
/// owned by the window.
class SampController : public QObject {
    Q_OBJECT

public:
    explicit SampController(MainWindow& window);

    samp::HubClient& client() { return m_client; }
    /// As the menu's entry does; remembered between runs.
    void setConnected(bool connected);
    /// As the last run left it; for windows that a person opens.
    void restore();

    // To one program by its id at the hub, to all that care with "".
    void sendCatalogue(const QString& recipient = {});
    void sendCatalogueAsFits(const QString& recipient = {});
    void sendSelection(const QString& recipient = {});
    void sendSelectionAsFits(const QString& recipient = {});
    /// Marks the current selection, the picked star, in the tables that others know from here or sent here.
    void sendSelectedRows(const QString& recipient = {});
    void sendPickedRow(const QString& recipient = {});
    void sendPosition(const QString& recipient = {});
    void sendSpectrum(const QString& recipient = {});

    const std::vector<samp::KnownTable>& tables() const { return m_tables; }

signals:
    /// What came was acted on.
    void received();

private:
    void fillMenu();
    void addSend(const QString& title, const QString& tip, const char* type,
                 void (SampController::*send)(const QString&));
    void showState();
    void showPeers();
    void sendAll(samp::TableKind kind, const QString& recipient);
    void sendCurrent(samp::TableKind kind, const QString& recipient);
    void sendTable(const QString& name, const std::shared_ptr<const BitSet>& stars, samp::TableKind kind,
                   const QString& recipient);
    std::shared_ptr<const BitSet> currentStars(QString& name) const;

    void take(const samp::Content& content, const samp::Peer& from);
    void takeTable(const samp::LoadTable& table, const samp::Peer& from);
    void readTable(const samp::LoadTable& table, const QString& path, const samp::Peer& from);
    /// A table of XP spectra: their stars are marked, imported or selected as the user says.
    void askAboutSpectra(const QString& name, const QString& path, const std::vector<std::int64_t>& ids,
                         const samp::Peer& from);
    /// Any other table: its stars are selected when the user says so. Marking rows there does not ask.
    void askAboutStars(const QString& name, std::vector<std::int64_t> ids, const samp::Peer& from);
    /// A file that stays as long as the window.
    QString kept(const QString& path);
    std::size_t countHere(const std::vector<std::int64_t>& ids) const;
    void takeRows(const samp::SelectRows& rows, const samp::Peer& from);
    void takeRow(const samp::HighlightRow& row);
    void takePosition(const samp::PointAtSky& point);
    void select(const QString& name, std::vector<std::int64_t> ids, const QString& origin);
    const samp::KnownTable* find(const QString& id, const QUrl& url) const;
    void remember(samp::KnownTable table);
    void report(const QString& sentence);
    /// Starts a job once those before it are done: a table that arrives must not drive another away.
    void queue(std::function<void()> start);

    struct SendMenu {
        QMenu* menu = nullptr;
        const char* type = nullptr;
        void (SampController::*send)(const QString&) = nullptr;
    };

    MainWindow& m_window;
    Session& m_session;
    samp::HubClient m_client;
    QMenu* m_menu = nullptr;
    QAction* m_connect = nullptr;
    QAction* m_state = nullptr;
    QAction* m_follow = nullptr;
    std::vector<SendMenu> m_sends;
    QTemporaryDir m_folder; ///< what others are sent lives as long as the window
    int m_files = 0;
    std::vector<samp::KnownTable> m_tables; ///< the latest last
    bool m_taking = false;                  ///< what is picked now came from elsewhere
    QNetworkAccessManager m_network;
    std::deque<std::function<void()>> m_waiting;
    JobRunner m_jobs; ///< last: joined before what its work reads goes away
};

} // namespace zscape
