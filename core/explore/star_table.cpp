#include "core/explore/star_table.h"

#include "core/base/text_compare.h"
#include "core/explore/column_aliases.h"
#include "core/explore/near_names.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace zscape {

namespace {

const std::string bpMinusRp = "BP-RP";

template <typename T>
using Shared = std::shared_ptr<const std::vector<T>>;

/// What is kept for one id or formula.
struct Kept {
    Shared<float> floats;
    Shared<double> doubles;
    std::uint64_t used = 0; ///< when last, to drop the oldest
    std::size_t bytes() const {
        return (floats ? floats->size() * sizeof(float) : 0) + (doubles ? doubles->size() * sizeof(double) : 0);
    }
};

template <typename T>
std::vector<T> columnValues(const Column& column) {
    std::vector<T> result(column.size());
    std::visit(
        [&](const auto& values) {
            using Value = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_arithmetic_v<Value>) {
                std::ranges::transform(values, result.begin(), [](Value value) { return static_cast<T>(value); });
            }
        },
        column.values());
    const BitSet& missing = column.missingBits();
    for (std::size_t row = 0; row < missing.size(); ++row) {
        if (missing.test(row)) result[row] = std::numeric_limits<T>::quiet_NaN();
    }
    return result;
}

} // namespace

struct StarTable::State {
    std::shared_ptr<const Catalog> catalog;
    std::shared_ptr<const Latents> latents;
    std::vector<Entry> entries;

    std::mutex mutex;
    std::map<std::string, Kept> kept;
    std::uint64_t clock = 0;

    bool hasNumbers(std::string_view name) const {
        const Column* column = catalog->find(name);
        return column && column->isNumeric();
    }

    void listEntries() {
        for (int k = 0; latents && k < static_cast<int>(latents->latentSize); ++k) {
            entries.push_back({"z" + std::to_string(k + 1), "", k});
        }
        if (!catalog) return;
        if (hasNumbers(column::bpMag) && hasNumbers(column::rpMag)) entries.push_back({bpMinusRp, "mag", -1});
        for (const Column& column : catalog->columns()) {
            if (column.isNumeric()) entries.push_back({column.name(), column.unit(), -1});
        }
    }

    const Entry* find(std::string_view id) const {
        const auto exactly = std::ranges::find(entries, id, &Entry::id);
        if (exactly != entries.end()) return &*exactly;
        const auto named = [&](std::string_view name) -> const Entry* {
            const auto found =
                std::ranges::find_if(entries, [&](const Entry& entry) { return equalIgnoringCase(entry.id, name); });
            return found == entries.end() ? nullptr : &*found;
        };
        if (const Entry* entry = named(id)) return entry;
        for (const std::string_view alias : columnAliases(id)) {
            if (const Entry* entry = named(alias)) return entry;
        }
        return nullptr;
    }

    /// Never of a formula.
    template <typename T>
    std::vector<T> compute(const Entry& entry) const {
        if (entry.latent >= 0) {
            std::vector<T> result(latents->rows);
            for (std::size_t row = 0; row < result.size(); ++row) {
                result[row] =
                    static_cast<T>(latents->mu[row * latents->latentSize + static_cast<std::size_t>(entry.latent)]);
            }
            return result;
        }
        if (entry.id == bpMinusRp && !catalog->find(bpMinusRp)) {
            const std::vector<double> bp = columnValues<double>(catalog->require(column::bpMag));
            const std::vector<double> rp = columnValues<double>(catalog->require(column::rpMag));
            std::vector<T> result(bp.size());
            std::ranges::transform(bp, rp, result.begin(), [](double a, double b) { return static_cast<T>(a - b); });
            return result;
        }
        return columnValues<T>(catalog->require(entry.id));
    }

    /// Keeps at most about a third of what 500,000 stars with fifty columns take; ids and formulas in use stay alive by
    /// their owners. The lock is held.
    void dropOldest(const std::string& latest) {
        const std::size_t rows = catalog ? catalog->rows() : latents ? latents->rows : 0;
        const std::size_t bound = std::max<std::size_t>(std::size_t{256} << 20, rows * sizeof(double) * 24);
        std::size_t total = 0;
        for (const auto& [id, one] : kept) {
            total += one.bytes();
        }
        while (total > bound && kept.size() > 1) {
            auto oldest = kept.end();
            for (auto one = kept.begin(); one != kept.end(); ++one) {
                if (one->first != latest && (oldest == kept.end() || one->second.used < oldest->second.used)) {
                    oldest = one;
                }
            }
            total -= oldest->second.bytes();
            kept.erase(oldest);
        }
    }
};

StarTable::StarTable(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const Latents> latents)
    : m_state(std::make_unique<State>()) {
    if (catalog && latents && catalog->rows() != latents->rows) {
        throw Error("the catalogue has " + std::to_string(catalog->rows()) + " stars and the latents are of " +
                    std::to_string(latents->rows) + "; encode the catalogue again");
    }
    m_state->catalog = std::move(catalog);
    m_state->latents = std::move(latents);
    m_state->listEntries();
}

StarTable::~StarTable() = default;

std::shared_ptr<StarTable> StarTable::withLatents(std::shared_ptr<const Latents> latents) const {
    auto result = std::make_shared<StarTable>(m_state->catalog, std::move(latents));
    const std::lock_guard lock(m_state->mutex);
    for (const auto& [id, one] : m_state->kept) {
        // Formulas may be of latents, and so are made again.
        const Entry* entry = m_state->find(id);
        if (entry && entry->latent < 0) result->m_state->kept.emplace(id, one);
    }
    result->m_state->clock = m_state->clock;
    return result;
}

const std::vector<StarTable::Entry>& StarTable::entries() const {
    return m_state->entries;
}

const StarTable::Entry* StarTable::find(std::string_view id) const {
    return m_state->find(id);
}

std::size_t StarTable::rows() const {
    return m_state->catalog ? m_state->catalog->rows() : m_state->latents ? m_state->latents->rows : 0;
}

std::shared_ptr<const std::vector<float>> StarTable::values(const std::string& idOrExpression,
                                                            const JobContext& job) const {
    const Entry* entry = find(idOrExpression);
    const std::string& key = entry ? entry->id : idOrExpression;
    {
        const std::lock_guard lock(m_state->mutex);
        const auto known = m_state->kept.find(key);
        if (known != m_state->kept.end() && known->second.floats) {
            known->second.used = ++m_state->clock;
            return known->second.floats;
        }
    }
    Shared<float> made;
    if (entry) {
        made = std::make_shared<const std::vector<float>>(m_state->compute<float>(*entry));
    } else {
        const auto precise = exact(idOrExpression, job);
        std::vector<float> rounded(precise->size());
        std::ranges::transform(*precise, rounded.begin(), [](double value) { return static_cast<float>(value); });
        made = std::make_shared<const std::vector<float>>(std::move(rounded));
    }
    const std::lock_guard lock(m_state->mutex);
    Kept& kept = m_state->kept[key];
    if (!kept.floats) kept.floats = std::move(made);
    kept.used = ++m_state->clock;
    made = kept.floats;
    m_state->dropOldest(key);
    return made;
}

std::shared_ptr<const std::vector<double>> StarTable::exact(const std::string& idOrExpression,
                                                            const JobContext& job) const {
    const Entry* entry = find(idOrExpression);
    const std::string& key = entry ? entry->id : idOrExpression;
    {
        const std::lock_guard lock(m_state->mutex);
        const auto known = m_state->kept.find(key);
        if (known != m_state->kept.end() && known->second.doubles) {
            known->second.used = ++m_state->clock;
            return known->second.doubles;
        }
    }
    Shared<double> made;
    if (entry) {
        made = std::make_shared<const std::vector<double>>(m_state->compute<double>(*entry));
    } else {
        const Expression expression(idOrExpression, names());
        std::vector<Shared<double>> columns;
        std::vector<std::span<const double>> views;
        for (const std::string& id : expression.columns()) {
            columns.push_back(exact(id, job));
            views.emplace_back(*columns.back());
        }
        made = std::make_shared<const std::vector<double>>(expression.evaluate(rows(), views, job));
    }
    const std::lock_guard lock(m_state->mutex);
    Kept& kept = m_state->kept[key];
    if (!kept.doubles) kept.doubles = std::move(made);
    kept.used = ++m_state->clock;
    made = kept.doubles;
    m_state->dropOldest(key);
    return made;
}

std::vector<std::string> StarTable::columnsOf(const std::string& idOrExpression) const {
    if (const Entry* entry = find(idOrExpression)) return {entry->id};
    return Expression(idOrExpression, names()).columns();
}

std::vector<std::string> StarTable::missingNames(const std::string& idOrExpression) const {
    if (find(idOrExpression)) return {};
    return Expression::unknownNames(idOrExpression, names());
}

ExpressionNames StarTable::names() const {
    ExpressionNames result;
    result.resolve = [this](std::string_view name) {
        const Entry* entry = find(name);
        return entry ? entry->id : std::string();
    };
    for (const Entry& entry : m_state->entries) {
        result.known.push_back(entry.id);
    }
    return result;
}

const std::shared_ptr<const Catalog>& StarTable::catalog() const {
    return m_state->catalog;
}

const std::shared_ptr<const Latents>& StarTable::latents() const {
    return m_state->latents;
}

} // namespace zscape
