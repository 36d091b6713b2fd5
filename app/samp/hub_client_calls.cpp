// What goes to the hub and what comes from it.
#include "app/samp/hub_client.h"

#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>

namespace zscape::samp {

namespace {

constexpr int patience = 20000;                    // ms
constexpr qint64 largestAnswer = qint64{16} << 20; // bytes

QVariantMap sampMap(const Message& message) {
    return {{QStringLiteral("samp.mtype"), message.type}, {QStringLiteral("samp.params"), message.parameters}};
}

QString argument(const Call& call, qsizetype index) {
    if (index >= call.parameters.size() || call.parameters[index].typeId() != QMetaType::QString) {
        throw Error("'" + call.method.toStdString() + "' lacks an argument");
    }
    return call.parameters[index].toString();
}

} // namespace

void HubClient::send(const Content& content, const QString& recipient) {
    if (m_state != State::Connected) return;
    const QVariantMap message = sampMap(toMessage(content));
    if (recipient.isEmpty()) {
        callHub(QStringLiteral("samp.hub.notifyAll"), {m_key, message});
    } else {
        callHub(QStringLiteral("samp.hub.notify"), {m_key, recipient, message});
    }
}

void HubClient::callHub(const QString& method, const QVariantList& parameters, const Done& done) {
    QNetworkRequest request(m_hub.url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/xml"));
    request.setTransferTimeout(patience);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    QNetworkReply* reply = m_network.post(request, writeCall({method, parameters}));
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64) {
        if (received > largestAnswer) reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, method, done, session = m_session] {
        reply->deleteLater();
        if (session == m_session) finishCall(reply, method, done);
    });
}

void HubClient::finishCall(QNetworkReply* reply, const QString& method, const Done& done) {
    if (reply->error() != QNetworkReply::NoError) {
        // The hub has gone, perhaps without removing its lockfile: quiet, until there is one again.
        lose();
        return;
    }
    try {
        const QVariant answer = readResponse(reply->readAll());
        if (done) done(answer);
    } catch (const Fault& fault) {
        // A program may leave between being listed and being asked about; sending and joining must not fail unseen.
        const bool asking = method.startsWith(QStringLiteral("samp.hub.get"));
        if (asking) return;
        emit problem(QString::fromUtf8(fault.what()));
        if (m_state == State::Connecting || method == QStringLiteral("samp.hub.ping")) lose();
    } catch (const Error& error) {
        emit problem(tr("What answers at the SAMP hub's address is no hub: %1").arg(QString::fromUtf8(error.what())));
        lose();
    }
}

QVariant HubClient::answer(const Call& call) {
    const bool notification = call.method == QStringLiteral("samp.client.receiveNotification");
    const bool isCall = call.method == QStringLiteral("samp.client.receiveCall");
    const bool response = call.method == QStringLiteral("samp.client.receiveResponse");
    if (!notification && !isCall && !response) throw Error("there is no method '" + call.method.toStdString() + "'");
    if (m_key.isEmpty() || argument(call, 0) != m_key) throw Error("the private key is wrong");
    const QString sender = argument(call, 1);
    if (response) return QString(); // Zscape only notifies
    const QString messageId = isCall ? argument(call, 2) : QString();
    const qsizetype at = isCall ? 3 : 2;
    if (call.parameters.size() <= at || call.parameters[at].typeId() != QMetaType::QVariantMap) {
        throw Error("'" + call.method.toStdString() + "' lacks its message");
    }
    const QVariant message = call.parameters[at];
    // The hub waits for the answer to its call, so the message is looked at after it.
    QMetaObject::invokeMethod(
        this,
        [this, sender, message, messageId, session = m_session] {
            if (session == m_session) handle(sender, message, messageId);
        },
        Qt::QueuedConnection);
    return QString();
}

void HubClient::handle(const QString& sender, const QVariant& message, const QString& messageId) {
    const QVariantMap map = message.toMap();
    const QVariant parameters = map.value(QStringLiteral("samp.params"));
    Message read{map.value(QStringLiteral("samp.mtype")).toString(), parameters.toMap()};
    const bool isFromHub = sender == m_hubId;
    if (isFromHub && handleHubEvent(read)) {
        if (!messageId.isEmpty()) reply(messageId, {});
        return;
    }
    const Peer peer = peerOf(sender);
    QString wrong;
    try {
        if (read.type.isEmpty()) throw Error("a SAMP message has no type");
        if (parameters.isValid() && parameters.typeId() != QMetaType::QVariantMap) {
            throw Error((read.type + QStringLiteral(": its parameters are no map")).toStdString());
        }
        if (read.type != QStringLiteral("samp.app.ping")) {
            const std::optional<Content> content = readMessage(read);
            if (!content) throw Error((read.type + QStringLiteral(" is nothing that Zscape receives")).toStdString());
            emit received(*content, peer);
        }
    } catch (const Error& error) {
        wrong = QString::fromUtf8(error.what());
        emit problem(tr("A message of %1 was refused: %2").arg(peer.name, wrong));
    }
    if (!messageId.isEmpty()) reply(messageId, wrong);
}

/// True for what only the hub may say.
bool HubClient::handleHubEvent(const Message& message) {
    const QString id = message.parameters.value(QStringLiteral("id")).toString();
    if (message.type == QStringLiteral("samp.hub.event.shutdown") ||
        message.type == QStringLiteral("samp.hub.disconnect")) {
        lose();
    } else if (message.type == QStringLiteral("samp.hub.event.unregister")) {
        removePeer(id);
    } else if (message.type.startsWith(QStringLiteral("samp.hub.event."))) {
        addPeer(id);
    } else {
        return false;
    }
    return true;
}

void HubClient::reply(const QString& messageId, const QString& wrong) {
    QVariantMap response{{QStringLiteral("samp.status"), QStringLiteral("samp.ok")},
                         {QStringLiteral("samp.result"), QVariantMap{}}};
    if (!wrong.isEmpty()) {
        response = {{QStringLiteral("samp.status"), QStringLiteral("samp.error")},
                    {QStringLiteral("samp.error"), QVariantMap{{QStringLiteral("samp.errortxt"), wrong}}}};
    }
    if (!m_key.isEmpty()) callHub(QStringLiteral("samp.hub.reply"), {m_key, messageId, response});
}

Peer HubClient::peerOf(const QString& id) const {
    const auto found = std::ranges::find(m_peers, id, &Peer::id);
    return found == m_peers.end() ? Peer{id, id, {}} : *found;
}

} // namespace zscape::samp
