#pragma once

#include "app/samp/call_server.h"
#include "app/samp/hub_location.h"
#include "app/samp/message.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <vector>

namespace zscape::samp {

/// Another program at the hub.
struct Peer {
    QString id; ///< the hub's
    QString name;
    QStringList types; ///< what it says it receives; "table.*" stands for all that begin so

    bool receives(const QString& type) const;
    bool operator==(const Peer&) const = default;
};

/// This program at a SAMP hub (Standard Profile): finds the hub, registers, knows who else is there, sends and
/// receives. Quiet while no hub runs: it looks at the lockfile now and then. All on one thread, without waiting but in
/// `leave`.
class HubClient : public QObject {
    Q_OBJECT

public:
    struct Identity {
        QString name;
        QString description;
    };
    enum class State { Off, Waiting, Connecting, Connected };

    explicit HubClient(Identity identity, QObject* parent = nullptr);
    ~HubClient() override;

    /// For tests: another lockfile than lockfilePath(), and how often it is looked for.
    void setLockfile(const QString& path) { m_lockfile = path; }
    void setLookInterval(int milliseconds) { m_look.setInterval(milliseconds); }

    /// Looks for a hub from now on, and again when it is lost.
    void start();
    /// Leaves the hub (waits for it 0.3 s at most) and looks no further.
    void leave();

    State state() const { return m_state; }
    /// Everybody else, sorted by name; the hub itself is not among them.
    const std::vector<Peer>& peers() const { return m_peers; }
    std::vector<Peer> peersFor(const QString& type) const;

    /// To one program, or to all that receive the type with an empty recipient. Nothing happens without a hub.
    void send(const Content& content, const QString& recipient = {});

signals:
    void stateChanged();
    void peersChanged();
    /// A checked message; malformed ones are refused and do not come here.
    void received(const zscape::samp::Content& content, const zscape::samp::Peer& from);
    /// One sentence: a message that was refused, a lockfile that is damaged, a hub that does not answer as one.
    void problem(const QString& sentence);

private:
    using Done = std::function<void(const QVariant&)>;
    void setState(State state);
    void look();
    void join(const HubLocation& hub);
    void introduce();
    void listPeers();
    void addPeer(const QString& id);
    void updatePeer(const QString& id, const std::function<void(Peer&)>& change);
    void removePeer(const QString& id);
    void lose();
    /// Calls the hub; `done` is not called when it does not answer: then it is lost, or said so.
    void callHub(const QString& method, const QVariantList& parameters, const Done& done = {});
    void finishCall(class QNetworkReply* reply, const QString& method, const Done& done);

    QVariant answer(const Call& call);
    void handle(const QString& sender, const QVariant& message, const QString& messageId);
    bool handleHubEvent(const Message& message);
    void reply(const QString& messageId, const QString& problem);
    Peer peerOf(const QString& id) const;

    Identity m_identity;
    QString m_lockfile;
    QTimer m_look;
    State m_state = State::Off;
    HubLocation m_hub;
    QString m_key; ///< private, from the hub
    QString m_ownId;
    QString m_hubId;
    QString m_toldProblem; ///< with the lockfile, said once
    int m_session = 0;     ///< answers to calls of an earlier one are dropped
    std::vector<Peer> m_peers;
    CallServer m_server;
    QNetworkAccessManager m_network;
};

} // namespace zscape::samp

Q_DECLARE_METATYPE(zscape::samp::Content)
Q_DECLARE_METATYPE(zscape::samp::Peer)
