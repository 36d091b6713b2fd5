// What other programs send.
#include "app/window/dropped_stars.h"
#include "app/window/import_controller.h"
#include "app/window/main_window.h"
#include "app/window/samp_controller.h"
#include "app/window/selection_store.h"
#include "app/window/session.h"
#include "core/base/error.h"
#include "core/select/evaluate.h"
#include "widgets/import_pages.h"
#include "widgets/import_wizard.h"
#include "widgets/number_text.h"

#include <QFile>
#include <QFileInfo>
#include <QMessageBox>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPushButton>

#include <algorithm>

namespace zscape {

namespace {

constexpr qint64 largestTable = qint64{2} << 30; // bytes, over the net
constexpr int patience = 60000;                  // ms without a byte
constexpr double nearEnough = 10;                // arcseconds

} // namespace

void SampController::take(const samp::Content& content, const samp::Peer& from) {
    if (!m_session.catalog() && !std::holds_alternative<samp::LoadTable>(content)) {
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
    struct Read {
        std::vector<std::int64_t> ids;
        bool hasSpectra = false;
    };
    queue([this, table, path, from] {
        m_jobs.start<Read>(
            tr("Reading a table of %1").arg(from.name),
            [path = path.toStdString()](const JobContext& job) {
                return Read{samp::readStars(path, job), samp::hasSpectra(path)};
            },
            [this, table, path, from](Read read) {
                const QString id = table.id.isEmpty() ? table.url.toString() : table.id;
                remember({id.toStdString(), table.url.toString().toStdString(), read.ids});
                std::erase(read.ids, 0);
                const QString name = table.name.isEmpty() ? tr("table of %1").arg(from.name) : table.name;
                if (read.hasSpectra) {
                    askAboutSpectra(name, path, read.ids, from); // the file stays for the answer
                    return;
                }
                if (!table.url.isLocalFile()) QFile::remove(path);
                if (!m_session.catalog()) {
                    report(tr("%1 sent a table of stars without spectra; open the catalogue in which they are to be "
                              "selected first")
                               .arg(from.name));
                    return;
                }
                askAboutStars(name, std::move(read.ids), from);
            });
    });
}

void SampController::askAboutSpectra(const QString& name, const QString& path, const std::vector<std::int64_t>& ids,
                                     const samp::Peer& from) {
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"),
                                tr("%1 sent “%2”, a table of %3 XP spectra.")
                                    .arg(from.name, name, withThousands(static_cast<qint64>(ids.size()))),
                                QMessageBox::Cancel, &m_window);
    box->setObjectName(QStringLiteral("sampSpectraQuestion"));
    box->setInformativeText(tr("Mark its stars in the views, make a catalogue of it, or select those that the open "
                               "catalogue has?"));
    const auto add = [box](const QString& text, const QString& id) {
        QPushButton* button = box->addButton(text, QMessageBox::AcceptRole);
        button->setObjectName(id);
        return button;
    };
    QPushButton* mark = add(tr("Mark its stars"), QStringLiteral("sampMarks"));
    connect(mark, &QPushButton::clicked, this, [this, path] {
        const QString file = kept(path);
        if (!file.isEmpty()) m_window.dropped().openReceived(file.toStdString());
    });
    mark->setEnabled(ids.size() <= DroppedStars::most);
    connect(add(tr("Open as a catalogue…"), QStringLiteral("sampImports")), &QPushButton::clicked, this, [this, path] {
        if (auto* import = m_window.findChild<ImportController*>()) import->show().files().addSpectra({path});
    });
    if (m_session.catalog()) {
        connect(add(tr("Select its stars"), QStringLiteral("sampSelects")), &QPushButton::clicked, this,
                [this, name, ids, from] { select(name, ids, from.name); });
    }
    box->setDefaultButton(mark->isEnabled() ? mark : nullptr);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
    emit received();
}

QString SampController::kept(const QString& path) {
    // The sender of a local file may remove it at any time.
    if (path.startsWith(m_folder.path())) return path;
    QString copy = m_folder.filePath(QStringLiteral("%1-%2").arg(++m_files).arg(QFileInfo(path).fileName()));
    if (QFile::copy(path, copy)) return copy;
    report(tr("The table %1 cannot be copied from where the other program has it; send it again").arg(path));
    return {};
}

std::size_t SampController::countHere(const std::vector<std::int64_t>& ids) const {
    return evaluate(IdListShape{{}, ids}, *m_session.table()).count();
}

void SampController::askAboutStars(const QString& name, std::vector<std::int64_t> ids, const samp::Peer& from) {
    const std::size_t here = countHere(ids);
    if (here == 0) {
        report(tr("None of the stars that %1 sent is in this catalogue").arg(from.name));
        return;
    }
    auto* box = new QMessageBox(
        QMessageBox::Question, QStringLiteral("Zscape"),
        tr("%1 sent “%2”, a table of %3 stars.").arg(from.name, name, withThousands(static_cast<qint64>(ids.size()))),
        QMessageBox::Cancel, &m_window);
    box->setObjectName(QStringLiteral("sampStarsQuestion"));
    box->setInformativeText(tr("%1 of them are in the open catalogue. Make a selection of these?")
                                .arg(withThousands(static_cast<qint64>(here))));
    QPushButton* yes = box->addButton(tr("Select its stars"), QMessageBox::AcceptRole);
    yes->setObjectName(QStringLiteral("sampSelects"));
    connect(yes, &QPushButton::clicked, this,
            [this, name, ids = std::move(ids), from] { select(name, ids, from.name); });
    box->setDefaultButton(yes);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
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
    if (!emptied && countHere(ids) == 0) {
        report(tr("None of the stars that %1 sent is in this catalogue").arg(origin));
        return;
    }
    const Definition definition = IdListShape{origin.toStdString(), std::move(ids)};
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
