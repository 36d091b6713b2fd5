#include "app/window/plot_columns.h"

#include "core/base/error.h"
#include "core/explore/zero_matters.h"
#include "widgets/column_label.h"

#include <algorithm>
#include <array>

namespace zscape {

namespace {

QString text(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

} // namespace

PlotColumns::PlotColumns() : m_table(std::make_shared<const StarTable>(nullptr, nullptr)) {}

void PlotColumns::setTable(std::shared_ptr<const StarTable> table) {
    m_table = std::move(table);
    m_entries.clear();
    for (const StarTable::Entry& entry : m_table->entries()) {
        const QString id = text(entry.id);
        if (entry.latent >= 0) {
            m_entries.push_back({id, latentLabel(entry.latent + 1), latentLabelPlain(entry.latent + 1), entry.latent});
        } else {
            m_entries.push_back({id, columnLabel(id, text(entry.unit)), columnLabelPlain(id, text(entry.unit)), -1});
        }
    }
}

bool PlotColumns::isLatent(const QString& id) const {
    const Entry* entry = find(id);
    return entry && entry->latent >= 0;
}

bool PlotColumns::runsBackwards(const QString& id) {
    static constexpr std::array backwards{
        "TEFF", "LOGG", "GAIAEDR3_PHOT_G_MEAN_MAG", "GAIAEDR3_PHOT_BP_MEAN_MAG", "GAIAEDR3_PHOT_RP_MEAN_MAG", "J",
        "H",    "K"};
    return std::ranges::any_of(
        backwards, [&](const char* name) { return id.compare(QLatin1String(name), Qt::CaseInsensitive) == 0; });
}

bool PlotColumns::zeroMatters(const QString& idOrFormula) const {
    return zscape::zeroMatters(*m_table, idOrFormula.toStdString());
}

const PlotColumns::Entry* PlotColumns::find(const QString& id) const {
    const auto found = std::ranges::find(m_entries, id, &Entry::id);
    return found == m_entries.end() ? nullptr : &*found;
}

bool PlotColumns::canShow(const QString& idOrFormula) const {
    if (find(idOrFormula)) return true;
    if (idOrFormula.isEmpty() || m_table->rows() == 0) return false;
    try {
        return m_table->missingNames(idOrFormula.toStdString()).empty();
    } catch (const Error&) {
        return false;
    }
}

std::shared_ptr<const std::vector<float>> PlotColumns::values(const QString& idOrFormula) const {
    return canShow(idOrFormula) ? m_table->values(idOrFormula.toStdString()) : nullptr;
}

QString PlotColumns::label(const QString& idOrFormula) const {
    const Entry* entry = find(idOrFormula);
    return entry ? entry->label : idOrFormula.toHtmlEscaped();
}

QString PlotColumns::plain(const QString& idOrFormula) const {
    const Entry* entry = find(idOrFormula);
    return entry ? entry->plain : idOrFormula;
}

QString PlotColumns::preferredColour() const {
    for (const char* name : {"M_H", "TEFF", "BP-RP", "GAIAEDR3_PHOT_G_MEAN_MAG"}) {
        if (find(QString::fromLatin1(name))) return QString::fromLatin1(name);
    }
    return {};
}

} // namespace zscape
