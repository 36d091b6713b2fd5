#pragma once

#include "app/samp/call_server.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <map>

namespace zscape::test {

/// The least of a SAMP hub, in the process of the test and without Python: registers, keeps lists, passes notifications
/// on and collects replies.
class SmallHub : public QObject {
public:
    explicit SmallHub(const QString& lockfile)
        : m_lockfile(lockfile),
          m_server([this](const samp::Call& call) { return answer(call); }) {
        m_server.listen();
        QFile file(lockfile);
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the lockfile");
        file.write("# a hub of a test\nsamp.secret=open sesame\nsamp.hub.xmlrpc.url=" +
                   m_server.url().toString().toLatin1() + "\nsamp.profile.version=1.3\n");
    }
    ~SmallHub() override { QFile::remove(m_lockfile); }

    struct Client {
        QString key;
        QUrl callback;
        QVariantMap metadata;
        QVariantMap subscriptions;
    };
    std::map<QString, Client> clients; ///< by id
    QVariantList notifications;        ///< what was sent through the hub: [recipient or "", message]
    QVariantMap replies;               ///< by message id
    int registrations = 0;

    /// A client of the hub's own making.
    void addClient(const QString& id, const QString& name, const QVariantMap& subscriptions) {
        clients[id] = {id + QStringLiteral("-key"), {}, {{QStringLiteral("samp.name"), name}}, subscriptions};
        for (const auto& [other, client] : clients) {
            if (other != id) event(other, QStringLiteral("samp.hub.event.register"), id);
        }
    }
    void removeClient(const QString& id) {
        clients.erase(id);
        for (const auto& [other, client] : clients) {
            event(other, QStringLiteral("samp.hub.event.unregister"), id);
        }
    }
    void shutDown() {
        for (const auto& [id, client] : clients) {
            event(id, QStringLiteral("samp.hub.event.shutdown"), {});
        }
        QFile::remove(m_lockfile);
    }
    void event(const QString& to, const QString& type, const QString& about) {
        notify(to, QStringLiteral("hub"), message(type, {{QStringLiteral("id"), about}}));
    }
    static QVariantMap message(const QString& type, const QVariantMap& parameters) {
        return {{QStringLiteral("samp.mtype"), type}, {QStringLiteral("samp.params"), parameters}};
    }
    void notify(const QString& to, const QString& from, const QVariant& message, const QString& key = {}) {
        post(to, {QStringLiteral("samp.client.receiveNotification"),
                  {key.isEmpty() ? clients[to].key : key, from, message}});
    }
    void call(const QString& to, const QString& from, const QString& id, const QVariant& message) {
        post(to, {QStringLiteral("samp.client.receiveCall"), {clients[to].key, from, id, message}});
    }
    /// The last answer that a client gave to what was posted; a fault's text begins with "fault: ".
    QString lastAnswer;

    /// The id of the client that registered last.
    QString newest() const { return QStringLiteral("c%1").arg(registrations); }

private:
    void post(const QString& to, const samp::Call& call) {
        const QUrl callback = clients[to].callback;
        if (callback.isEmpty()) return;
        QNetworkRequest request(callback);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/xml"));
        QNetworkReply* reply = m_network.post(request, samp::writeCall(call));
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            reply->deleteLater();
            try {
                lastAnswer = QStringLiteral("answer: ") + samp::readResponse(reply->readAll()).toString();
            } catch (const Error& error) {
                lastAnswer = QStringLiteral("fault: ") + QString::fromUtf8(error.what());
            }
        });
    }

    QVariant answer(const samp::Call& call) {
        const QString first = call.parameters.isEmpty() ? QString() : call.parameters[0].toString();
        if (call.method == QStringLiteral("samp.hub.ping")) return QString();
        if (call.method == QStringLiteral("samp.hub.register")) {
            if (first != QStringLiteral("open sesame")) throw Error("wrong secret");
            ++registrations;
            clients[newest()].key = QStringLiteral("key of ") + newest();
            return QVariantMap{{QStringLiteral("samp.private-key"), clients[newest()].key},
                               {QStringLiteral("samp.self-id"), newest()},
                               {QStringLiteral("samp.hub-id"), QStringLiteral("hub")}};
        }
        for (auto& [id, client] : clients) {
            if (client.key == first) return answerClient(call, id, client);
        }
        throw Error("unknown key");
    }

    QVariant answerClient(const samp::Call& call, const QString& id, Client& client) {
        const QVariant second = call.parameters.value(1);
        const QString verb = call.method.mid(9);
        if (verb == QStringLiteral("unregister")) {
            removeClient(QString(id));
        } else if (verb == QStringLiteral("setXmlrpcCallback")) {
            client.callback = QUrl(second.toString());
        } else if (verb == QStringLiteral("declareMetadata")) {
            client.metadata = second.toMap();
        } else if (verb == QStringLiteral("declareSubscriptions")) {
            client.subscriptions = second.toMap();
        } else if (verb == QStringLiteral("getRegisteredClients")) {
            QVariantList ids{QStringLiteral("hub")};
            for (const auto& [other, unused] : clients) {
                if (other != id) ids.push_back(other);
            }
            return ids;
        } else if (verb == QStringLiteral("getMetadata")) {
            return clients[second.toString()].metadata;
        } else if (verb == QStringLiteral("getSubscriptions")) {
            return clients[second.toString()].subscriptions;
        } else if (verb == QStringLiteral("notify")) {
            notifications.push_back(QVariantList{second, call.parameters.value(2)});
        } else if (verb == QStringLiteral("notifyAll")) {
            notifications.push_back(QVariantList{QString(), second});
        } else if (verb == QStringLiteral("reply")) {
            replies.insert(second.toString(), call.parameters.value(2));
        } else {
            throw Error("no such method");
        }
        return QString();
    }

    QString m_lockfile;
    samp::CallServer m_server;
    QNetworkAccessManager m_network;
};

} // namespace zscape::test
