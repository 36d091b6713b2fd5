#include "app/samp/hub_location.h"

#include "core/base/error.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QHostInfo>
#include <QNetworkInterface>

#include <algorithm>

namespace zscape::samp {

namespace {

constexpr qint64 largestLockfile = 64 << 10;

[[noreturn]] void fail(const QString& path, const char* what) {
    throw Error("the SAMP lockfile " + path.toStdString() + " " + what +
                "; end the program that left it, or remove the file");
}

} // namespace

QString lockfilePath() {
    const QString setting = qEnvironmentVariable("SAMP_HUB");
    if (setting.isEmpty()) return QDir::home().filePath(QStringLiteral(".samp"));
    const QString prefix = QStringLiteral("std-lockurl:");
    if (!setting.startsWith(prefix)) return {};
    return QUrl(setting.mid(prefix.size())).toLocalFile();
}

std::optional<HubLocation> readLockfile(const QString& path) {
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QByteArray text = file.read(largestLockfile + 1);
    if (text.size() > largestLockfile) fail(path, "is too large for one");
    if (text.trimmed().isEmpty()) return std::nullopt; // a hub is just writing it
    HubLocation hub;
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype equals = line.indexOf('=');
        if (line.startsWith('#') || equals < 0) continue;
        const QByteArray name = line.left(equals).trimmed();
        const QString value = QString::fromUtf8(line.mid(equals + 1).trimmed());
        if (name == "samp.secret") hub.secret = value;
        if (name == "samp.hub.xmlrpc.url") hub.url = QUrl(value, QUrl::StrictMode);
    }
    if (hub.secret.isEmpty() || hub.url.isEmpty()) fail(path, "names no hub");
    const bool http = hub.url.isValid() && hub.url.scheme() == QStringLiteral("http") && hub.url.port(80) > 0;
    if (!http) fail(path, "has an address that is none");
    if (!isThisMachine(hub.url.host())) fail(path, "is of a hub on another machine");
    return hub;
}

bool isThisMachine(const QString& host) {
    if (host == QStringLiteral("localhost")) return true;
    const QHostAddress address(host);
    QList<QHostAddress> addresses{address};
    if (address.isNull()) {
        // Asked only for its own name: a stranger's would be looked up in the net.
        if (host.compare(QHostInfo::localHostName(), Qt::CaseInsensitive) != 0) return false;
        addresses = QHostInfo::fromName(host).addresses();
    }
    const QList<QHostAddress> own = QNetworkInterface::allAddresses();
    return !addresses.isEmpty() && std::ranges::all_of(addresses, [&](const QHostAddress& one) {
        return one.isLoopback() || own.contains(one);
    });
}

} // namespace zscape::samp
