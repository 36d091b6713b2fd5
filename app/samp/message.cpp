#include "app/samp/message.h"

#include "core/base/error.h"

#include <QStringList>

#include <cmath>

namespace zscape::samp {

namespace {

constexpr qsizetype longestText = 8192;

[[noreturn]] void fail(const Message& message, const QString& what) {
    throw Error((message.type + QStringLiteral(": ") + what).toStdString());
}

QString optionalText(const Message& message, const char* key) {
    const QVariant value = message.parameters.value(QLatin1String(key));
    if (!value.isValid()) return {};
    if (value.typeId() != QMetaType::QString) fail(message, QStringLiteral("'%1' is no text").arg(QLatin1String(key)));
    if (value.toString().size() > longestText) {
        fail(message, QStringLiteral("'%1' is too long").arg(QLatin1String(key)));
    }
    return value.toString();
}

QString text(const Message& message, const char* key) {
    QString value = optionalText(message, key);
    if (value.isEmpty()) fail(message, QStringLiteral("'%1' is missing").arg(QLatin1String(key)));
    return value;
}

QUrl checkedUrl(const Message& message, const QString& address) {
    QUrl url(address, QUrl::StrictMode);
    const QString scheme = url.scheme().toLower();
    const bool known = scheme == QStringLiteral("http") || scheme == QStringLiteral("https") ||
                       (scheme == QStringLiteral("file") && !url.toLocalFile().isEmpty());
    if (!url.isValid() || !known) fail(message, QStringLiteral("'url' is no address of a file or of the web"));
    return url;
}

std::int64_t row(const Message& message, const QVariant& value) {
    bool isNumber = false;
    const qlonglong number = value.typeId() == QMetaType::QString ? value.toString().toLongLong(&isNumber) : 0;
    if (!isNumber || number < 0) fail(message, QStringLiteral("a row is not a number from 0 on"));
    return number;
}

double number(const Message& message, const char* key, double low, double high) {
    bool isNumber = false;
    const double value = text(message, key).toDouble(&isNumber);
    if (!isNumber || !(value >= low && value <= high)) {
        fail(message, QStringLiteral("'%1' is not from %2 to %3").arg(QLatin1String(key)).arg(low).arg(high));
    }
    return value;
}

/// Which table a message is about.
template <typename Rows>
Rows aboutTable(const Message& message) {
    Rows result;
    result.tableId = optionalText(message, "table-id");
    const QString address = optionalText(message, "url");
    if (!address.isEmpty()) result.url = checkedUrl(message, address);
    if (result.tableId.isEmpty() && address.isEmpty()) {
        fail(message, QStringLiteral("neither 'table-id' nor 'url' says which table"));
    }
    return result;
}

LoadTable readTable(const Message& message, TableKind kind) {
    return {kind, checkedUrl(message, text(message, "url")), optionalText(message, "table-id"),
            optionalText(message, "name")};
}

SelectRows readRows(const Message& message) {
    SelectRows result = aboutTable<SelectRows>(message);
    const QVariant rows = message.parameters.value(QStringLiteral("row-list"));
    if (rows.typeId() != QMetaType::QVariantList) fail(message, QStringLiteral("'row-list' is no list"));
    const QVariantList list = rows.toList();
    result.rows.reserve(static_cast<std::size_t>(list.size()));
    for (const QVariant& one : list) {
        result.rows.push_back(row(message, one));
    }
    return result;
}

struct Writer {
    static void put(QVariantMap& map, const char* key, const QString& value) {
        if (!value.isEmpty()) map.insert(QLatin1String(key), value);
    }
    static QString address(const QUrl& url) { return QString::fromLatin1(url.toEncoded()); }

    Message operator()(const LoadTable& table) const {
        Message message{QLatin1String(table.kind == TableKind::Fits ? type::loadFits : type::loadVotable), {}};
        put(message.parameters, "url", address(table.url));
        put(message.parameters, "table-id", table.id);
        put(message.parameters, "name", table.name);
        return message;
    }
    Message operator()(const SelectRows& select) const {
        Message message{QLatin1String(type::selectRows), {}};
        put(message.parameters, "table-id", select.tableId);
        put(message.parameters, "url", address(select.url));
        QVariantList rows;
        rows.reserve(static_cast<qsizetype>(select.rows.size()));
        for (const std::int64_t one : select.rows) {
            rows.push_back(QString::number(one));
        }
        message.parameters.insert(QStringLiteral("row-list"), rows);
        return message;
    }
    Message operator()(const HighlightRow& highlight) const {
        Message message{QLatin1String(type::highlightRow), {}};
        put(message.parameters, "table-id", highlight.tableId);
        put(message.parameters, "url", address(highlight.url));
        message.parameters.insert(QStringLiteral("row"), QString::number(highlight.row));
        return message;
    }
    Message operator()(const PointAtSky& point) const {
        return {QLatin1String(type::pointAtSky),
                {{QStringLiteral("ra"), QString::number(point.ra, 'g', 17)},
                 {QStringLiteral("dec"), QString::number(point.dec, 'g', 17)}}};
    }
    Message operator()(const LoadSpectrum& spectrum) const {
        Message message{QLatin1String(type::loadSpectrum), {}};
        put(message.parameters, "url", address(spectrum.url));
        put(message.parameters, "spectrum-id", spectrum.id);
        put(message.parameters, "name", spectrum.name);
        message.parameters.insert(QStringLiteral("meta"), spectrum.meta);
        return message;
    }
};

} // namespace

Message toMessage(const Content& content) {
    return std::visit(Writer{}, content);
}

std::optional<Content> readMessage(const Message& message) {
    if (message.type == QLatin1String(type::loadVotable)) return readTable(message, TableKind::Votable);
    if (message.type == QLatin1String(type::loadFits)) return readTable(message, TableKind::Fits);
    if (message.type == QLatin1String(type::selectRows)) return readRows(message);
    if (message.type == QLatin1String(type::highlightRow)) {
        HighlightRow result = aboutTable<HighlightRow>(message);
        result.row = row(message, message.parameters.value(QStringLiteral("row")));
        return result;
    }
    if (message.type == QLatin1String(type::pointAtSky)) {
        return PointAtSky{number(message, "ra", 0, 360), number(message, "dec", -90, 90)};
    }
    return std::nullopt;
}

QStringList receivedTypes() {
    return {QLatin1String(type::loadVotable), QLatin1String(type::loadFits), QLatin1String(type::selectRows),
            QLatin1String(type::highlightRow), QLatin1String(type::pointAtSky)};
}

} // namespace zscape::samp
