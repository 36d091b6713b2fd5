// The menu, and what is sent.
#include "app/window/samp_controller.h"

#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session.h"
#include "core/base/error.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <QSettings>

#include <algorithm>

namespace zscape {

namespace {

const QString connectKey = QStringLiteral("samp/connect");

} // namespace

SampController::SampController(MainWindow& window)
    : QObject(&window),
      m_window(window),
      m_session(window.session()),
      m_client({QStringLiteral("Zscape"), tr("Gaia XP spectra in the latent space of an auto-encoder")}) {
    fillMenu();
    connect(&m_client, &samp::HubClient::stateChanged, this, &SampController::showState);
    connect(&m_client, &samp::HubClient::peersChanged, this, &SampController::showPeers);
    connect(&m_client, &samp::HubClient::problem, this, &SampController::report);
    connect(&m_client, &samp::HubClient::received, this, &SampController::take);
    connect(&m_jobs, &JobRunner::failed, this, &SampController::report);
    connect(
        &m_jobs, &JobRunner::idle, this,
        [this] {
            if (m_waiting.empty() || m_jobs.isRunning()) return;
            const auto next = std::move(m_waiting.front());
            m_waiting.pop_front();
            next();
        },
        Qt::QueuedConnection);
    connect(&m_session, &Session::pickedChanged, this, [this] {
        if (m_follow->isChecked() && !m_taking && m_session.picked()) sendPickedRow();
    });
    connect(&m_session, &Session::changed, this, &SampController::showPeers);
    showState();
}

void SampController::fillMenu() {
    m_menu = m_window.menu(MainMenu::Tools).addMenu(tr("&Other programs (SAMP)"));
    m_menu->setToolTipsVisible(true);
    m_connect = m_menu->addAction(tr("&Connect"), this, &SampController::setConnected);
    m_connect->setCheckable(true);
    m_connect->setToolTip(
        tr("Exchange tables, selections and positions with TOPCAT, Aladin and others on this computer, "
           "through a SAMP hub such as TOPCAT starts"));
    m_state = m_menu->addAction(QString());
    m_state->setEnabled(false);
    m_menu->addSeparator();
    addSend(tr("Send the c&atalogue"), tr("Every star with all its columns and latents, as a table"),
            samp::type::loadVotable, &SampController::sendCatalogue);
    addSend(tr("Send the current &selection"), tr("The stars of the current selection, as a table"),
            samp::type::loadVotable, &SampController::sendSelection);
    addSend(tr("Send the catalogue as &FITS"), tr("The same as a FITS table"), samp::type::loadFits,
            &SampController::sendCatalogueAsFits);
    addSend(tr("Send the current selection as F&ITS"), tr("The same as a FITS table"), samp::type::loadFits,
            &SampController::sendSelectionAsFits);
    addSend(tr("&Mark the current selection"), tr("In the tables that the other program has from here or sent here"),
            samp::type::selectRows, &SampController::sendSelectedRows);
    addSend(tr("Mark the &picked star"), tr("In the tables that the other program has from here or sent here"),
            samp::type::highlightRow, &SampController::sendPickedRow);
    addSend(tr("Point at the picked star on the s&ky"), tr("Needs positions in the catalogue: RA and DEC, or l and b"),
            samp::type::pointAtSky, &SampController::sendPosition);
    addSend(tr("Send the picked star's spec&trum"), tr("Its calibrated flux by wavelength, as a table"),
            samp::type::loadSpectrum, &SampController::sendSpectrum);
    m_menu->addSeparator();
    m_follow = m_menu->addAction(tr("Mark every star that is picked"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Other programs follow the picked star at once"));
}

void SampController::addSend(const QString& title, const QString& tip, const char* type,
                             void (SampController::*send)(const QString&)) {
    QMenu* menu = m_menu->addMenu(title);
    menu->setToolTipsVisible(true);
    menu->menuAction()->setToolTip(tip);
    m_sends.push_back({menu, type, send});
}

void SampController::setConnected(bool connected) {
    QSettings().setValue(connectKey, connected);
    m_connect->setChecked(connected);
    if (connected) {
        m_client.start();
    } else {
        m_client.leave();
    }
}

void SampController::restore() {
    if (!QSettings().value(connectKey, false).toBool()) return;
    m_connect->setChecked(true);
    m_client.start();
}

void SampController::showState() {
    switch (m_client.state()) {
    case samp::HubClient::State::Off:
        m_state->setText(tr("Not connected"));
        break;
    case samp::HubClient::State::Waiting:
    case samp::HubClient::State::Connecting:
        m_state->setText(tr("Waiting for a hub (TOPCAT starts one)"));
        break;
    case samp::HubClient::State::Connected:
        m_state->setText(tr("Connected"));
        break;
    }
    showPeers();
}

void SampController::showPeers() {
    const bool connected = m_client.state() == samp::HubClient::State::Connected;
    if (connected) {
        const auto others = static_cast<int>(m_client.peers().size());
        m_state->setText(others == 1 ? tr("Connected; 1 other program")
                                     : tr("Connected; %1 other programs").arg(others));
    }
    for (const SendMenu& one : m_sends) {
        one.menu->clear();
        const std::vector<samp::Peer> peers = m_client.peersFor(QLatin1String(one.type));
        one.menu->menuAction()->setEnabled(connected && !peers.empty() && m_session.catalog() != nullptr);
        if (peers.empty()) continue;
        one.menu->addAction(tr("To &all"), this, [this, send = one.send] { (this->*send)({}); });
        for (const samp::Peer& peer : peers) {
            // & would underline the letter behind it.
            QString name = peer.name;
            name.replace(QLatin1Char('&'), QStringLiteral("&&"));
            one.menu->addAction(name, this, [this, send = one.send, id = peer.id] { (this->*send)(id); });
        }
    }
}

void SampController::queue(std::function<void()> start) {
    if (m_jobs.isRunning() || !m_waiting.empty()) {
        m_waiting.push_back(std::move(start));
    } else {
        start();
    }
}

void SampController::sendCatalogue(const QString& recipient) {
    sendAll(samp::TableKind::Votable, recipient);
}

void SampController::sendCatalogueAsFits(const QString& recipient) {
    sendAll(samp::TableKind::Fits, recipient);
}

void SampController::sendSelection(const QString& recipient) {
    sendCurrent(samp::TableKind::Votable, recipient);
}

void SampController::sendSelectionAsFits(const QString& recipient) {
    sendCurrent(samp::TableKind::Fits, recipient);
}

void SampController::sendAll(samp::TableKind kind, const QString& recipient) {
    if (!m_session.catalog()) return;
    sendTable(QString::fromStdString(m_session.catalog()->name()),
              std::make_shared<const BitSet>(m_session.table()->rows(), true), kind, recipient);
}

std::shared_ptr<const BitSet> SampController::currentStars(QString& name) const {
    const std::optional<std::size_t> current = m_session.selections().current();
    if (!current) return nullptr;
    name = QString::fromStdString(m_session.selections().list()[*current].name);
    return m_session.selections().stars(*current);
}

void SampController::sendCurrent(samp::TableKind kind, const QString& recipient) {
    QString name;
    const auto stars = currentStars(name);
    if (!stars) {
        report(tr("There is no current selection to send; draw one first"));
        return;
    }
    sendTable(name, stars, kind, recipient);
}

void SampController::sendTable(const QString& name, const std::shared_ptr<const BitSet>& stars, samp::TableKind kind,
                               const QString& recipient) {
    ++m_files;
    const bool isFits = kind == samp::TableKind::Fits;
    const QString file =
        m_folder.filePath((isFits ? QStringLiteral("stars-%1.fits") : QStringLiteral("stars-%1.vot")).arg(m_files));
    const QString id = QStringLiteral("zscape-%1-%2").arg(QCoreApplication::applicationPid()).arg(m_files);
    queue([this, name, stars, kind, recipient, file, id, table = m_session.table()] {
        m_jobs.start<std::vector<std::int64_t>>(
            tr("Sending %1").arg(name),
            [stars, table, path = file.toStdString()](const JobContext& job) {
                return samp::writeStars(path, *table, *stars, job);
            },
            [this, name, kind, recipient, file, id](std::vector<std::int64_t> ids) {
                const QUrl url = QUrl::fromLocalFile(file);
                remember({id.toStdString(), url.toString().toStdString(), std::move(ids)});
                m_client.send(samp::LoadTable{kind, url, id, name}, recipient);
            });
    });
}

void SampController::sendSelectedRows(const QString& recipient) {
    QString name;
    const auto stars = currentStars(name);
    if (!stars) {
        report(tr("There is no current selection to mark; draw one first"));
        return;
    }
    if (m_tables.empty()) {
        report(tr("No other program has a table of these stars yet; send the catalogue first"));
        return;
    }
    for (const samp::KnownTable& table : m_tables) {
        m_client.send(samp::SelectRows{QString::fromStdString(table.id), QUrl(QString::fromStdString(table.url)),
                                       samp::rowsOf(table, *m_session.table(), *stars)},
                      recipient);
    }
}

void SampController::sendPickedRow(const QString& recipient) {
    if (!m_session.picked() || !m_session.catalog()) return;
    const std::int64_t id = m_session.catalog()->sourceIds()[*m_session.picked()];
    for (const samp::KnownTable& table : m_tables) {
        const auto found = std::ranges::find(table.ids, id);
        if (id == 0 || found == table.ids.end()) continue;
        m_client.send(samp::HighlightRow{QString::fromStdString(table.id), QUrl(QString::fromStdString(table.url)),
                                         found - table.ids.begin()},
                      recipient);
    }
}

void SampController::sendPosition(const QString& recipient) {
    if (!m_session.picked()) {
        report(tr("No star is picked to point at; click one"));
        return;
    }
    const auto position = samp::positionOf(*m_session.table(), *m_session.picked());
    if (!position) {
        report(tr("The picked star has no position in this catalogue (RA and DEC, or l and b)"));
        return;
    }
    m_client.send(samp::PointAtSky{position->ra, position->dec}, recipient);
}

void SampController::sendSpectrum(const QString& recipient) {
    if (!m_session.picked() || !m_session.catalog()) {
        report(tr("No star is picked whose spectrum could be sent; click one"));
        return;
    }
    const std::size_t row = *m_session.picked();
    const Catalog& catalog = *m_session.catalog();
    const std::int64_t id = catalog.sourceIds()[row];
    try {
        const QString file = m_folder.filePath(QStringLiteral("spectrum-%1.vot").arg(++m_files));
        samp::writeSpectrum(file.toStdString(), catalog, row, m_session.instrument());
        const QString name = tr("Gaia DR3 %1").arg(id);
        QVariantMap meta{{QStringLiteral("Access.Format"), QStringLiteral("application/x-votable+xml")},
                         {QStringLiteral("vox:spectrum_units"), QStringLiteral("nm W m-2 nm-1")}};
        if (const auto position = samp::positionOf(*m_session.table(), row)) {
            meta.insert(QStringLiteral("POS_EQ_RA_MAIN"), QString::number(position->ra, 'g', 17));
            meta.insert(QStringLiteral("POS_EQ_DEC_MAIN"), QString::number(position->dec, 'g', 17));
        }
        m_client.send(samp::LoadSpectrum{QUrl::fromLocalFile(file), QStringLiteral("zscape-xp-%1").arg(id), name, meta},
                      recipient);
    } catch (const Error& error) {
        report(QString::fromUtf8(error.what()));
    }
}

void SampController::remember(samp::KnownTable table) {
    constexpr std::size_t most = 16;
    std::erase_if(m_tables, [&](const samp::KnownTable& one) { return one.id == table.id; });
    m_tables.push_back(std::move(table));
    if (m_tables.size() > most) m_tables.erase(m_tables.begin());
}

void SampController::report(const QString& sentence) {
    m_session.reportFailure(sentence);
}

} // namespace zscape
