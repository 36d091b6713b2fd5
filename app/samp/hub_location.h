#pragma once

#include <QString>
#include <QUrl>

#include <optional>

namespace zscape::samp {

/// How to reach the hub that runs on this machine.
struct HubLocation {
    QUrl url; ///< of its XML-RPC server
    QString secret;
    bool operator==(const HubLocation&) const = default;
};

/// The lockfile's path: what the environment variable SAMP_HUB says (std-lockurl:file:...), else .samp in the home
/// folder. "" where SAMP_HUB names something that is no local file.
QString lockfilePath();

/// What the lockfile says; nothing while there is none, that is: while no hub runs. Throws Error for a lockfile that is
/// damaged, larger than 64 kB, or of a hub that is not on this machine.
std::optional<HubLocation> readLockfile(const QString& path);

/// Whether a host is this machine: its loopback or an address of its own.
bool isThisMachine(const QString& host);

} // namespace zscape::samp
