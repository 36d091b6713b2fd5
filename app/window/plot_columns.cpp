#include "app/window/plot_columns.h"

#include "widgets/column_label.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

const QString bpMinusRp = QStringLiteral("BP-RP");

QString text(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

} // namespace

void PlotColumns::setData(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const Latents> latents) {
    m_catalog = std::move(catalog);
    m_latents = std::move(latents);
    m_entries.clear();
    m_values.clear();
    if (m_latents) {
        for (int k = 0; k < static_cast<int>(m_latents->latentSize); ++k) {
            m_entries.push_back({QStringLiteral("z%1").arg(k + 1), latentLabel(k + 1), latentLabelPlain(k + 1), k});
        }
    }
    if (!m_catalog) return;
    const auto hasNumbers = [&](std::string_view name) {
        const Column* column = m_catalog->find(name);
        return column && column->isNumeric();
    };
    if (hasNumbers(column::bpMag) && hasNumbers(column::rpMag)) {
        m_entries.push_back({bpMinusRp, columnLabel(bpMinusRp, QStringLiteral("mag")),
                             columnLabelPlain(bpMinusRp, QStringLiteral("mag"))});
    }
    for (const Column& column : m_catalog->columns()) {
        if (!column.isNumeric()) continue;
        const QString name = text(column.name());
        m_entries.push_back(
            {name, columnLabel(name, text(column.unit())), columnLabelPlain(name, text(column.unit()))});
    }
}

void PlotColumns::setLatents(std::shared_ptr<const Latents> latents) {
    m_latents = std::move(latents);
    for (const Entry& entry : m_entries) {
        if (entry.latent >= 0) m_values.erase(entry.id);
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

const PlotColumns::Entry* PlotColumns::find(const QString& id) const {
    const auto found = std::ranges::find(m_entries, id, &Entry::id);
    return found == m_entries.end() ? nullptr : &*found;
}

std::shared_ptr<const std::vector<float>> PlotColumns::values(const QString& id) {
    if (const auto known = m_values.find(id); known != m_values.end()) return known->second;
    const Entry* entry = find(id);
    if (!entry) return nullptr;
    return m_values[id] = compute(*entry);
}

std::shared_ptr<const std::vector<float>> PlotColumns::compute(const Entry& entry) const {
    if (entry.latent >= 0) {
        std::vector<float> values(m_latents->rows);
        for (std::size_t row = 0; row < values.size(); ++row) {
            values[row] = m_latents->mu[row * m_latents->latentSize + static_cast<std::size_t>(entry.latent)];
        }
        return std::make_shared<const std::vector<float>>(std::move(values));
    }
    if (entry.id == bpMinusRp) {
        const Column& bp = m_catalog->require(column::bpMag);
        const Column& rp = m_catalog->require(column::rpMag);
        std::vector<float> values(m_catalog->rows());
        for (std::size_t row = 0; row < values.size(); ++row) {
            values[row] = static_cast<float>(bp.number(row) - rp.number(row));
        }
        return std::make_shared<const std::vector<float>>(std::move(values));
    }
    return std::make_shared<const std::vector<float>>(m_catalog->require(entry.id.toStdString()).toFloats());
}

QString PlotColumns::preferredColour() const {
    for (const char* name : {"M_H", "TEFF", "BP-RP", "GAIAEDR3_PHOT_G_MEAN_MAG"}) {
        if (find(QString::fromLatin1(name))) return QString::fromLatin1(name);
    }
    return {};
}

} // namespace zscape
