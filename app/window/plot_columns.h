#pragma once

#include "core/explore/star_table.h"

#include <QString>

#include <memory>
#include <vector>

namespace zscape {

/// Everything that can stand on an axis or colour the stars, with its labels: a StarTable's columns. Lives on the UI
/// thread, owned by the window.
class PlotColumns {
public:
    struct Entry {
        QString id;      ///< "z1", "TEFF", "BP-RP"
        QString label;   ///< rich text with unit, for axes
        QString plain;   ///< plain text, for lists
        int latent = -1; ///< counted from 0; -1 for a catalogue column
    };

    PlotColumns();
    /// The session's table, never null.
    void setTable(std::shared_ptr<const StarTable> table);

    const std::vector<Entry>& entries() const { return m_entries; }
    const Entry* find(const QString& id) const;
    bool isLatent(const QString& id) const;
    /// Whether astronomers draw the axis from high to low: temperatures, log g, magnitudes.
    static bool runsBackwards(const QString& id);
    /// Whether zero is a value of its own for an id or formula, as for a velocity or a difference.
    bool zeroMatters(const QString& idOrFormula) const;
    /// Whether an id or formula has values: it is good grammar, and nothing it needs is missing.
    bool canShow(const QString& idOrFormula) const;
    /// One value a star, NaN where missing, of an id or formula; null for one that canShow() says no to.
    std::shared_ptr<const std::vector<float>> values(const QString& idOrFormula) const;
    /// For an axis, rich text with unit; of a formula its text.
    QString label(const QString& idOrFormula) const;
    QString plain(const QString& idOrFormula) const; ///< for a list or a line of text
    /// The numbers themselves; never null.
    const std::shared_ptr<const StarTable>& table() const { return m_table; }
    /// What colours the stars when nobody chose: a measured label if there is one, else BP-RP, else G; "" without any.
    QString preferredColour() const;

private:
    std::shared_ptr<const StarTable> m_table;
    std::vector<Entry> m_entries;
};

} // namespace zscape
