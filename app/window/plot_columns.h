#pragma once

#include "core/catalog/catalog.h"
#include "core/model/spectral_model.h"

#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace zscape {

/// Everything that can stand on an axis or colour the stars: the latents, the catalogue's numeric columns, and BP-RP.
/// Values are made on first use and kept until the data change. Lives on the UI thread, owned by the window.
class PlotColumns {
public:
    struct Entry {
        QString id;      ///< "z1", "TEFF", "BP-RP"
        QString label;   ///< rich text with unit, for axes
        QString plain;   ///< plain text, for lists
        int latent = -1; ///< counted from 0; -1 for a catalogue column
    };

    void setData(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const Latents> latents);

    /// Other latents of the same stars, as many a star as before; the catalogue's own values are kept.
    void setLatents(std::shared_ptr<const Latents> latents);

    const std::vector<Entry>& entries() const { return m_entries; }
    const Entry* find(const QString& id) const;
    bool isLatent(const QString& id) const;
    /// Whether astronomers draw the axis from high to low: temperatures, log g, magnitudes.
    static bool runsBackwards(const QString& id);
    /// One value a star, NaN where missing; null for an id there is not.
    std::shared_ptr<const std::vector<float>> values(const QString& id);
    /// What colours the stars when nobody chose: a measured label if there is one, else BP-RP, else G; "" without any.
    QString preferredColour() const;

private:
    std::shared_ptr<const std::vector<float>> compute(const Entry& entry) const;

    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const Latents> m_latents;
    std::vector<Entry> m_entries;
    std::map<QString, std::shared_ptr<const std::vector<float>>> m_values;
};

} // namespace zscape
