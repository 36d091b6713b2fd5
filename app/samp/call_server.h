#pragma once

#include "app/samp/xml_rpc.h"

#include <QObject>
#include <QTcpServer>
#include <QUrl>

#include <functional>

class QTcpSocket;

namespace zscape::samp {

/// Answers XML-RPC calls over HTTP on the loopback interface, under a path nobody can guess. Bounded: 32 connections of
/// 30 seconds, 64 MB a call. Lives on one thread.
class CallServer : public QObject {
    Q_OBJECT

public:
    /// The answer to a call; an Error becomes a fault.
    using Handler = std::function<QVariant(const Call&)>;

    explicit CallServer(Handler handler, QObject* parent = nullptr);

    /// Throws Error when no port is free.
    void listen();
    void close();
    QUrl url() const; ///< where to call; empty while it does not listen

private:
    void accept();
    void read(QTcpSocket* socket);
    QByteArray answer(const QByteArray& path, const QByteArray& body) const;

    Handler m_handler;
    QTcpServer m_server;
    QByteArray m_path;
    int m_connections = 0;
};

} // namespace zscape::samp
