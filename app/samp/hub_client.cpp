// Joining and leaving the hub, and who else is there.
#include "app/samp/hub_client.h"

#include <QNetworkProxy>
#include <QTcpSocket>

#include <algorithm>

namespace zscape::samp {

namespace {

constexpr int lookInterval = 3000; // ms

} // namespace

bool Peer::receives(const QString& type) const {
    return std::ranges::any_of(types, [&](const QString& one) {
        if (one == QStringLiteral("*")) return true;
        return one.endsWith(QStringLiteral(".*")) ? type.startsWith(QStringView(one).chopped(1)) : type == one;
    });
}

HubClient::HubClient(Identity identity, QObject* parent)
    : QObject(parent),
      m_identity(std::move(identity)),
      m_lockfile(lockfilePath()),
      m_server([this](const Call& call) { return answer(call); }) {
    // The hub is on this machine, whatever proxy the web is behind.
    m_network.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    m_look.setInterval(lookInterval);
    connect(&m_look, &QTimer::timeout, this, &HubClient::look);
}

HubClient::~HubClient() {
    blockSignals(true);
    leave();
}

void HubClient::start() {
    if (m_state != State::Off) return;
    setState(State::Waiting);
    m_look.start();
    look();
}

void HubClient::leave() {
    m_look.stop();
    if (!m_key.isEmpty()) {
        // Without the event loop, as the program may be about to end. A hub that does not answer is left all the same.
        constexpr int patience = 300; // ms
        QTcpSocket socket;
        socket.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
        socket.connectToHost(m_hub.url.host(), static_cast<quint16>(m_hub.url.port(80)));
        if (socket.waitForConnected(patience)) {
            const QByteArray body = writeCall({QStringLiteral("samp.hub.unregister"), {m_key}});
            const QString path = m_hub.url.path(QUrl::FullyEncoded);
            socket.write("POST " + (path.isEmpty() ? QByteArray("/") : path.toLatin1()) + " HTTP/1.1\r\nHost: " +
                         m_hub.url.host().toLatin1() + ":" + QByteArray::number(m_hub.url.port(80)) +
                         "\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: " +
                         QByteArray::number(body.size()) + "\r\n\r\n" + body);
            socket.waitForReadyRead(patience);
        }
    }
    lose();
    setState(State::Off);
}

void HubClient::setState(State state) {
    if (state == m_state) return;
    m_state = state;
    emit stateChanged();
}

/// Also while connected: a hub that was killed leaves its lockfile, and a new one writes another.
void HubClient::look() {
    std::optional<HubLocation> hub;
    try {
        hub = readLockfile(m_lockfile);
        m_toldProblem.clear();
    } catch (const Error& error) {
        const QString sentence = QString::fromUtf8(error.what());
        if (sentence != m_toldProblem) emit problem(sentence);
        m_toldProblem = sentence;
    }
    if (m_state == State::Waiting && hub) {
        join(*hub);
    } else if (m_state == State::Connected && hub != m_hub) {
        lose();
        if (hub) join(*hub);
    } else if (m_state == State::Connected) {
        callHub(QStringLiteral("samp.hub.ping"), {});
    }
}

void HubClient::join(const HubLocation& hub) {
    m_hub = hub;
    setState(State::Connecting);
    callHub(QStringLiteral("samp.hub.register"), {hub.secret}, [this](const QVariant& answer) {
        const QVariantMap map = answer.toMap();
        m_key = map.value(QStringLiteral("samp.private-key")).toString();
        m_ownId = map.value(QStringLiteral("samp.self-id")).toString();
        m_hubId = map.value(QStringLiteral("samp.hub-id")).toString();
        if (m_key.isEmpty()) {
            emit problem(tr("The SAMP hub did not register this program."));
            lose();
            return;
        }
        introduce();
    });
}

void HubClient::introduce() {
    try {
        m_server.listen();
    } catch (const Error& error) {
        emit problem(QString::fromUtf8(error.what()));
        leave();
        return;
    }
    callHub(QStringLiteral("samp.hub.setXmlrpcCallback"), {m_key, m_server.url().toString()});
    callHub(QStringLiteral("samp.hub.declareMetadata"),
            {m_key, QVariantMap{{QStringLiteral("samp.name"), m_identity.name},
                                {QStringLiteral("samp.description.text"), m_identity.description}}});
    QVariantMap subscriptions;
    for (const QString& type : receivedTypes()) {
        subscriptions.insert(type, QVariantMap{});
    }
    for (const char* type :
         {"samp.app.ping", "samp.hub.disconnect", "samp.hub.event.shutdown", "samp.hub.event.register",
          "samp.hub.event.unregister", "samp.hub.event.metadata", "samp.hub.event.subscriptions"}) {
        subscriptions.insert(QLatin1String(type), QVariantMap{});
    }
    callHub(QStringLiteral("samp.hub.declareSubscriptions"), {m_key, subscriptions}, [this](const QVariant&) {
        setState(State::Connected);
        listPeers();
    });
}

void HubClient::listPeers() {
    callHub(QStringLiteral("samp.hub.getRegisteredClients"), {m_key}, [this](const QVariant& answer) {
        const QVariantList ids = answer.toList();
        for (const QVariant& id : ids) {
            addPeer(id.toString());
        }
    });
}

void HubClient::addPeer(const QString& id) {
    if (id.isEmpty() || id == m_ownId || id == m_hubId) return;
    if (std::ranges::find(m_peers, id, &Peer::id) == m_peers.end()) m_peers.push_back({id, id, {}});
    callHub(QStringLiteral("samp.hub.getMetadata"), {m_key, id}, [this, id](const QVariant& answer) {
        const QString name = answer.toMap().value(QStringLiteral("samp.name")).toString();
        updatePeer(id, [&](Peer& peer) { peer.name = name.isEmpty() ? id : name; });
    });
    callHub(QStringLiteral("samp.hub.getSubscriptions"), {m_key, id}, [this, id](const QVariant& answer) {
        const QStringList types = answer.toMap().keys();
        updatePeer(id, [&](Peer& peer) { peer.types = types; });
    });
}

void HubClient::updatePeer(const QString& id, const std::function<void(Peer&)>& change) {
    const auto found = std::ranges::find(m_peers, id, &Peer::id);
    if (found == m_peers.end()) return;
    Peer changed = *found;
    change(changed);
    if (changed == *found) return;
    *found = std::move(changed);
    std::ranges::stable_sort(m_peers,
                             [](const Peer& a, const Peer& b) { return a.name.localeAwareCompare(b.name) < 0; });
    emit peersChanged();
}

void HubClient::removePeer(const QString& id) {
    if (std::erase_if(m_peers, [&](const Peer& peer) { return peer.id == id; }) > 0) emit peersChanged();
}

std::vector<Peer> HubClient::peersFor(const QString& type) const {
    std::vector<Peer> result;
    std::ranges::copy_if(m_peers, std::back_inserter(result), [&](const Peer& peer) { return peer.receives(type); });
    return result;
}

void HubClient::lose() {
    ++m_session;
    m_key.clear();
    m_server.close();
    const bool had = !m_peers.empty();
    m_peers.clear();
    if (m_state != State::Off) setState(State::Waiting);
    if (had) emit peersChanged();
}

} // namespace zscape::samp
