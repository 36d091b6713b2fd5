#include "app/samp/call_server.h"

#include "app/samp/http_request.h"

#include <QHostAddress>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTimer>

#include <array>
#include <memory>

namespace zscape::samp {

namespace {

constexpr qsizetype largestCall = qsizetype{64} << 20;
constexpr int mostConnections = 32;
constexpr int longestConnection = 30000; // ms

QByteArray secretPath() {
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    QByteArray path = "/";
    for (const quint32 word : words) {
        path += QByteArray::number(word, 16).rightJustified(8, '0');
    }
    return path;
}

} // namespace

CallServer::CallServer(Handler handler, QObject* parent) : QObject(parent), m_handler(std::move(handler)) {
    connect(&m_server, &QTcpServer::newConnection, this, &CallServer::accept);
}

void CallServer::listen() {
    if (m_server.isListening()) return;
    m_path = secretPath();
    if (!m_server.listen(QHostAddress::LocalHost, 0)) {
        throw Error("cannot wait for messages of other programs: " + m_server.errorString().toStdString());
    }
}

void CallServer::close() {
    m_server.close();
}

QUrl CallServer::url() const {
    if (!m_server.isListening()) return {};
    QUrl url;
    url.setScheme(QStringLiteral("http"));
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(m_server.serverPort());
    url.setPath(QString::fromLatin1(m_path));
    return url;
}

void CallServer::accept() {
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        if (m_connections >= mostConnections) {
            delete socket;
            continue;
        }
        ++m_connections;
        connect(socket, &QObject::destroyed, this, [this] { --m_connections; });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(longestConnection, socket, [socket] { socket->abort(); });
        read(socket);
    }
}

void CallServer::read(QTcpSocket* socket) {
    auto request = std::make_shared<HttpRequest>(largestCall);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket, request] {
        if (request->state() != HttpRequest::State::Incomplete) {
            socket->readAll(); // behind the end of what was answered
            return;
        }
        switch (request->add(socket->readAll())) {
        case HttpRequest::State::Incomplete:
            return;
        case HttpRequest::State::Refused:
            socket->write(httpResponse(request->refusal(), {}));
            break;
        case HttpRequest::State::Whole:
            socket->write(answer(request->path(), request->body()));
            break;
        }
        socket->disconnectFromHost();
    });
}

QByteArray CallServer::answer(const QByteArray& path, const QByteArray& body) const {
    if (path != m_path) return httpResponse("404 Not Found", {});
    try {
        return httpResponse("200 OK", writeResponse(m_handler(readCall(body))));
    } catch (const Error& error) {
        return httpResponse("200 OK", writeFault(1, QString::fromUtf8(error.what())));
    }
}

} // namespace zscape::samp
