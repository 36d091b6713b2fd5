#pragma once

#include <QString>
#include <QUrl>
#include <QVariant>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// The messages that Zscape exchanges with other programs, checked.
namespace zscape::samp {

/// As SAMP carries it.
struct Message {
    QString type; ///< "table.load.votable"
    QVariantMap parameters;
};

namespace type {
inline constexpr const char* loadVotable = "table.load.votable";
inline constexpr const char* loadFits = "table.load.fits";
inline constexpr const char* selectRows = "table.select.rowList";
inline constexpr const char* highlightRow = "table.highlight.row";
inline constexpr const char* pointAtSky = "coord.pointAt.sky";
inline constexpr const char* loadSpectrum = "spectrum.load.ssa-generic";
} // namespace type

enum class TableKind { Votable, Fits };

/// A table to load. The id is how later messages mean it; without one its address is.
struct LoadTable {
    TableKind kind = TableKind::Votable;
    QUrl url; ///< file, http or https
    QString id;
    QString name;
};
/// Rows of a table (from 0), the whole selection.
struct SelectRows {
    QString tableId;
    QUrl url;
    std::vector<std::int64_t> rows;
};
struct HighlightRow {
    QString tableId;
    QUrl url;
    std::int64_t row = 0;
};
/// ICRS degrees.
struct PointAtSky {
    double ra = 0;
    double dec = 0;
};
/// A spectrum to load; only sent. `meta` holds SSA's words, e.g. "Access.Format".
struct LoadSpectrum {
    QUrl url;
    QString id;
    QString name;
    QVariantMap meta;
};
using Content = std::variant<LoadTable, SelectRows, HighlightRow, PointAtSky, LoadSpectrum>;

Message toMessage(const Content& content);
/// What a received message says; nothing for a type that Zscape does not know. Throws Error for one that is malformed:
/// no or an unusable address, rows or coordinates that are none, a table that nothing names.
std::optional<Content> readMessage(const Message& message);

/// The types that Zscape receives.
QStringList receivedTypes();

} // namespace zscape::samp
