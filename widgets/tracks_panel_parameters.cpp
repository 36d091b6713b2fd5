// The table of the tracks' counts and widths: what it shows, and what is typed into it.
#include "core/base/error.h"
#include "widgets/number_text.h"
#include "widgets/tracks_panel.h"

#include <QHeaderView>
#include <QSignalBlocker>
#include <QTableWidget>

#include <utility>

namespace zscape {

void TracksPanel::addBins(const QString& name, std::function<TrackBins&(TrackOptions&)> bins) {
    const auto add = [&](const QString& what, double TrackBins::*member) {
        m_fields.push_back({name + u' ' + what,
                            {},
                            [bins, member](const TrackOptions& options) {
                                TrackOptions copy = options;
                                return bins(copy).*member;
                            },
                            [bins, member](TrackOptions& options, double value) { bins(options).*member = value; }});
    };
    m_fields.push_back({name + tr(" points"),
                        {},
                        [bins](const TrackOptions& options) {
                            TrackOptions copy = options;
                            return static_cast<double>(bins(copy).points);
                        },
                        [bins](TrackOptions& options, double value) { bins(options).points = static_cast<int>(value); },
                        true});
    add(tr("from"), &TrackBins::from);
    add(tr("to"), &TrackBins::to);
    add(tr("half width"), &TrackBins::halfWidth);
}

void TracksPanel::makeFields() {
    m_fields.push_back({tr("Minimum stars of a bin"),
                        {},
                        [](const TrackOptions& options) { return static_cast<double>(options.minimumStars); },
                        [](TrackOptions& options, double value) {
                            options.minimumStars = static_cast<std::size_t>(std::max(1.0, value));
                        },
                        true});
    const auto add = [&](const QString& name, auto member) {
        m_fields.push_back({name,
                            {},
                            [member](const TrackOptions& options) {
                                TrackOptions copy = options;
                                return member(copy);
                            },
                            [member](TrackOptions& options, double value) { member(options) = value; }});
    };
    addBins(tr("MS Teff/K"), [](TrackOptions& o) -> TrackBins& { return o.mainSequence.teff_K; });
    add(tr("MS width in log g"), [](TrackOptions& o) -> double& { return o.mainSequence.memberLogg_dex; });
    addBins(tr("GB log g"), [](TrackOptions& o) -> TrackBins& { return o.giantBranch.logg_dex; });
    add(tr("GB width in Teff/K"), [](TrackOptions& o) -> double& { return o.giantBranch.memberTeff_K; });
    addBins(tr("[M/H] of tracks"), [](TrackOptions& o) -> TrackBins& { return o.metallicity.metallicity_dex; });
    addBins(tr("dwarfs Teff/K"), [](TrackOptions& o) -> TrackBins& { return o.metallicity.dwarfTeff_K; });
    addBins(tr("giants Teff/K"), [](TrackOptions& o) -> TrackBins& { return o.metallicity.giantTeff_K; });
    m_fields.push_back({tr("alpha points"),
                        {},
                        [](const TrackOptions& o) { return static_cast<double>(o.alpha.points); },
                        [](TrackOptions& o, double value) { o.alpha.points = static_cast<int>(value); },
                        true});
    add(tr("alpha half width in [M/H]"), [](TrackOptions& o) -> double& { return o.alpha.halfWidth_dex; });
    add(tr("alpha margin in [M/H]"), [](TrackOptions& o) -> double& { return o.alpha.margin_dex; });
    add(tr("fixed [M/H]"), [](TrackOptions& o) -> double& { return o.alpha.fixedMetallicity_dex; });
    add(tr("fixed [M/H] half width"), [](TrackOptions& o) -> double& { return o.alpha.fixedHalfWidth_dex; });
    addBins(tr("fixed [M/H]: [α/M]"), [](TrackOptions& o) -> TrackBins& { return o.alpha.fixedAlpha_dex; });
    // Of all tracks that are drawn by hand; the next one takes them over.
    m_fields.push_back({tr("drawn points"),
                        {},
                        [](const TrackOptions& o) { return double(o.drawn.empty() ? 0 : o.drawn.back().points); },
                        [](TrackOptions& o, double value) {
                            for (DrawnOptions& drawn : o.drawn) {
                                drawn.points = static_cast<int>(value);
                            }
                        },
                        true});
    m_fields.push_back({tr("drawn half width [part of the axes]"),
                        {},
                        [](const TrackOptions& o) { return o.drawn.empty() ? 0 : o.drawn.back().width; },
                        [](TrackOptions& o, double value) {
                            for (DrawnOptions& drawn : o.drawn) {
                                drawn.width = value;
                            }
                        }});
    m_drawnFields = 2;
}

void TracksPanel::fillTable() {
    m_filling = true;
    m_table->setRowCount(static_cast<int>(m_fields.size()));
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        const int row = static_cast<int>(i);
        if (!m_table->item(row, 0)) {
            auto* name = new QTableWidgetItem(m_fields[i].name);
            name->setFlags(Qt::ItemIsEnabled);
            name->setToolTip(m_fields[i].name);
            m_table->setItem(row, 0, name);
            m_table->setItem(row, 1, new QTableWidgetItem);
        }
        m_table->item(row, 1)->setText(QString::number(m_fields[i].get(m_request.options), 'g', 8));
        const bool ofDrawn = i + m_drawnFields >= m_fields.size();
        m_table->setRowHidden(row, ofDrawn && m_request.options.drawn.empty());
    }
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + m_table->verticalHeader()->length() +
                            2 * m_table->frameWidth());
    m_filling = false;
}

void TracksPanel::takeCell(int row) {
    if (m_filling) return;
    const Field& field = m_fields[static_cast<std::size_t>(row)];
    bool ok = false;
    const double value = m_table->item(row, 1)->text().toDouble(&ok);
    TrackOptions options = m_request.options;
    if (ok && (!field.whole || (value == std::floor(value) && value >= 1 && value <= 10000))) {
        field.set(options, value);
        try {
            checkTrackOptions(options);
            m_request.options = options;
            setMessage({});
            fillTable();
            emit changed();
            return;
        } catch (const Error& error) {
            setMessage(QString::fromUtf8(error.what()));
        }
    } else {
        setMessage(field.whole ? tr("%1 wants a whole number from 1 to 10000").arg(field.name)
                               : tr("%1 wants a number").arg(field.name));
    }
    fillTable(); // what was there before
}

} // namespace zscape
