// What other programs send.
#include "app/window/main_window.h"
#include "app/window/samp_controller.h"
#include "app/window/selection_store.h"
#include "app/window/session.h"
#include "core/base/error.h"
#include "core/select/evaluate.h"

#include <QFile>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>

namespace zscape {

namespace {

constexpr qint64 largestTable = qint64{2} << 30; // bytes, over the net
constexpr int patience = 60000;                  // ms without a byte
constexpr double nearEnough = 10;                // arcseconds

} // namespace

void SampController::take(const samp::Content& content, const samp::Peer& from) {
    if (!m_session.catalog()) {
        report(tr("%1 sent something about stars, but no catalogue is open here; open one first").arg(from.name));
        return;
    }
    try {
        if (const auto* table = std::get_if<samp::LoadTable>(&content)) takeTable(*table, from);
        if (const auto* rows = std::get_if<samp::SelectRows>(&content)) takeRows(*rows, from);
        if (const auto* row = std::get_if<samp::HighlightRow>(&content)) takeRow(*row);
        if (const auto* point = std::get_if<samp::PointAtSky>(&content)) takePosition(*point);
    } catch (const Error& error) {
        report(tr("%1: %2").arg(from.name, QString::fromUtf8(error.what())));
    }
}

void SampController::takeTable(const samp::LoadTable& table, const samp::Peer& from) {
    if (table.url.isLocalFile()) {
        readTable(table, table.url.toLocalFile(), from);
        return;
    }
    const QString file = m_folder.filePath(QStringLiteral("received-%1").arg(++m_files));
    auto target = std::make_shared<QFile>(file);
    if (!target->open(QIODevice::WriteOnly)) throw Error("cannot write " + file.toStdString());
    QNetworkRequest request(table.url);
    request.setTransferTimeout(patience);
    QNetworkReply* reply = m_network.get(request);
    connect(reply, &QNetworkReply::readyRead, this, [reply, target] {
        const QByteArray bytes = reply->readAll();
        if (target->size() + bytes.size() > largestTable || target->write(bytes) != bytes.size()) reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, target, table, from] {
        reply->deleteLater();
        target->close();
        if (reply->error() == QNetworkReply::NoError) {
            readTable(table, target->fileName(), from);
            return;
        }
        report(tr("The table that %1 sent cannot be fetched: %2").arg(from.name, reply->errorString()));
        QFile::remove(target->fileName());
    });
}

void SampController::readTable(const samp::LoadTable& table, const QString& path, const samp::Peer& from) {
    queue([this, table, path, from] {
        m_jobs.start<std::vector<std::int64_t>>(
            tr("Reading a table of %1").arg(from.name),
            [path = path.toStdString()](const JobContext& job) { return samp::readStars(path, job); },
            [this, table, path, from](std::vector<std::int64_t> ids) {
                if (!table.url.isLocalFile()) QFile::remove(path);
                const QString id = table.id.isEmpty() ? table.url.toString() : table.id;
                remember({id.toStdString(), table.url.toString().toStdString(), ids});
                std::erase(ids, 0);
                const QString name = table.name.isEmpty() ? tr("table of %1").arg(from.name) : table.name;
                select(name, std::move(ids), from.name);
            });
    });
}

const samp::KnownTable* SampController::find(const QString& id, const QUrl& url) const {
    const std::string wantedId = id.toStdString();
    const std::string wantedUrl = url.toString().toStdString();
    const auto found = std::find_if(m_tables.rbegin(), m_tables.rend(), [&](const samp::KnownTable& table) {
        return wantedId.empty() ? table.url == wantedUrl : table.id == wantedId;
    });
    return found == m_tables.rend() ? nullptr : &*found;
}

void SampController::takeRows(const samp::SelectRows& rows, const samp::Peer& from) {
    const samp::KnownTable* table = find(rows.tableId, rows.url);
    if (!table) {
        throw Error("it marks rows of a table that is not known here; send that table to Zscape, or the catalogue from "
                    "here, first");
    }
    select(tr("from %1").arg(from.name), samp::idsOf(*table, rows.rows), from.name);
}

/// Makes a selection, or changes the one that the same program made before: brushing there makes one here, not many.
void SampController::select(const QString& name, std::vector<std::int64_t> ids, const QString& origin) {
    SelectionStore& store = m_session.selections();
    const bool emptied = ids.empty(); // nothing is selected there any more
    const Definition definition = IdListShape{origin.toStdString(), std::move(ids)};
    if (!emptied && evaluate(definition, *m_session.table()).count() == 0) {
        report(tr("None of the stars that %1 sent is in this catalogue").arg(origin));
        return;
    }
    const std::string wanted = name.toStdString();
    const std::optional<std::size_t> known = store.find(wanted);
    const auto* before = known ? std::get_if<IdListShape>(&store.list()[*known].definition.shape) : nullptr;
    if (before && before->origin == origin.toStdString()) {
        Selection changed = store.list()[*known];
        changed.definition = definition;
        store.change(*known, std::move(changed), tr("selection from %1").arg(origin));
        store.setCurrent(known);
    } else if (!emptied) {
        Selection added;
        added.name = wanted;
        added.colour = selectionColour(store.list().size());
        added.definition = definition;
        store.add(std::move(added), tr("selection from %1").arg(origin));
    }
    emit received();
}

void SampController::takeRow(const samp::HighlightRow& row) {
    const samp::KnownTable* table = find(row.tableId, row.url);
    if (!table) return; // others highlight in tables of their own all the time
    const std::vector<std::int64_t> ids = samp::idsOf(*table, {row.row});
    const auto star = ids.empty() ? std::nullopt : samp::catalogRow(*m_session.table(), ids.front());
    if (!star) return;
    m_taking = true;
    m_session.setPicked(star);
    m_taking = false;
    emit received();
}

void SampController::takePosition(const samp::PointAtSky& point) {
    const auto star = samp::starAt(*m_session.table(), {point.ra, point.dec}, nearEnough);
    if (!star) return; // it points at many places that have no star of this catalogue
    m_taking = true;
    m_session.setPicked(star);
    m_taking = false;
    emit received();
}

} // namespace zscape
