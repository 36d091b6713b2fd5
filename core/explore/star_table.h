#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/explore/expression.h"
#include "core/model/spectral_model.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// Named numbers of every star: latents z1..zk, the catalogue's numeric columns, BP-RP, and formulas of them (see
/// Expression). Values are made on first use and kept, up to a bound. Immutable data behind a lock: may be used from
/// any thread; long formulas do not hold the lock.
class StarTable {
public:
    struct Entry {
        std::string id; ///< "z1", "TEFF", "BP-RP"
        std::string unit;
        int latent = -1; ///< counted from 0; -1 for a catalogue column
    };

    /// Either may be null. Throws Error when both are there with different numbers of stars.
    StarTable(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const Latents> latents);
    ~StarTable();
    StarTable(const StarTable&) = delete;
    StarTable& operator=(const StarTable&) = delete;

    /// The same catalogue with other latents; the catalogue's values made so far are shared.
    std::shared_ptr<StarTable> withLatents(std::shared_ptr<const Latents> latents) const;

    const std::vector<Entry>& entries() const;
    /// An exact id wins, then one in another case, then another spelling of the quantity (columnAliases): "teff",
    /// "parallax", "l", "G". Null for none. Formulas have no entry.
    const Entry* find(std::string_view id) const;
    std::size_t rows() const;

    /// One value a star, NaN where missing: of an id, else of a formula. float32 for drawing, float64 for selections.
    /// Throws ExpressionError, Cancelled.
    std::shared_ptr<const std::vector<float>> values(const std::string& idOrExpression,
                                                     const JobContext& job = {}) const;
    std::shared_ptr<const std::vector<double>> exact(const std::string& idOrExpression,
                                                     const JobContext& job = {}) const;

    /// Ids that an id or formula needs. Throws ExpressionError.
    std::vector<std::string> columnsOf(const std::string& idOrExpression) const;
    /// Names in an id or formula that this table lacks. Throws ExpressionError for bad grammar.
    std::vector<std::string> missingNames(const std::string& idOrExpression) const;

    /// For a formula over this table, and with names of its own that stand for ids or formulas' ids.
    ExpressionNames names() const;

    const std::shared_ptr<const Catalog>& catalog() const;
    const std::shared_ptr<const Latents>& latents() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace zscape
