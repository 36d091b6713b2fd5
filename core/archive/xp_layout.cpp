// The archive's names, the wide tables' names, and one row of a table to one row of coefficients.
#include "core/archive/xp_layout.h"

#include "core/base/text_compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace zscape {

namespace {

constexpr double missingDouble = std::numeric_limits<double>::quiet_NaN();

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return out;
}

class LayoutFinder {
public:
    LayoutFinder(const TableSchema& schema, bool withCorrelations, bool precise)
        : m_schema(schema),
          m_withCorrelations(withCorrelations),
          m_precise(precise) {
        for (std::size_t index = 0; index < schema.columns.size(); ++index) {
            m_byName.emplace(lower(schema.columns[index].name), index);
        }
    }

    XpLayout find() {
        static constexpr std::array<std::string_view, 6> names{
            "source_id", "ids", "gaia_source_id", "gaiadr3_source_id", "gaiaedr3_source_id", "dr3_source_id"};
        const auto id = std::find_if(names.begin(), names.end(),
                                     [this](std::string_view name) { return m_byName.contains(std::string(name)); });
        if (id == names.end()) throw Error("no column 'source_id' in " + m_schema.file + "; XP spectra need one");
        m_layout.sourceId = ask(m_byName.at(std::string(*id)), ValueKind::Integer, false);
        m_layout.bp = findBand("bp");
        m_layout.rp = findBand("rp");
        if (!m_layout.bp.isThere() && !m_layout.rp.isThere()) {
            throw Error("no XP coefficients in " + m_schema.file +
                        ": neither columns bp_coefficients, bp_coefficient_errors (or rp_...) nor bp_coeff_0, "
                        "e_bp_coeff_0, ...");
        }
        return std::move(m_layout);
    }

private:
    std::size_t ask(std::size_t column, ValueKind kind, bool asList) {
        const ColumnInfo& info = m_schema.columns[column];
        if (info.kind == ValueKind::Text && !info.type.empty()) {
            throw Error("column '" + info.name + "' of " + m_schema.file + " holds text where numbers are needed");
        }
        if (asList && !info.isArray && !info.type.empty()) {
            throw Error("column '" + info.name + "' of " + m_schema.file +
                        " holds one number a row where a list is needed");
        }
        if (!asList && info.isArray) {
            throw Error("column '" + info.name + "' of " + m_schema.file +
                        " holds lists where one number a row is needed");
        }
        m_layout.requests.push_back({column, kind, asList});
        return m_layout.requests.size() - 1;
    }

    std::optional<std::size_t> askFor(const std::string& name, ValueKind kind, bool asList) {
        const auto found = m_byName.find(name);
        if (found == m_byName.end()) return std::nullopt;
        return ask(found->second, kind, asList);
    }

    /// The columns PREFIX0 (or PREFIX1), PREFIX.., as far as they go without a gap.
    std::vector<std::size_t> askWide(const std::vector<std::string>& prefixes, ValueKind kind) {
        std::vector<std::size_t> columns;
        for (const std::string& prefix : prefixes) {
            const std::size_t first = m_byName.contains(prefix + "0") ? 0 : 1;
            for (std::size_t number = first; m_byName.contains(prefix + std::to_string(number)); ++number) {
                columns.push_back(ask(m_byName.at(prefix + std::to_string(number)), kind, false));
            }
            if (!columns.empty()) break;
        }
        return columns;
    }

    XpBandLayout findBand(const std::string& band) {
        XpBandLayout layout;
        layout.isPrecise = m_precise;
        const ValueKind errorKind = m_precise ? ValueKind::Float64 : ValueKind::Float32;
        const std::string coefficients = band + "_coefficients";
        const std::string errors = band + "_coefficient_errors";
        if (m_byName.contains(coefficients) || m_byName.contains(errors)) {
            if (!m_byName.contains(coefficients))
                throw Error("no column '" + coefficients + "' in " + m_schema.file + ", though there are its errors");
            if (!m_byName.contains(errors))
                throw Error("no column '" + errors + "' in " + m_schema.file + ", which the coefficients need");
            layout.coefficients = {*askFor(coefficients, ValueKind::Float64, true)};
            layout.errors = {*askFor(errors, errorKind, true)};
        } else {
            layout.isWide = true;
            layout.coefficients = askWide(
                {band + "_coeff_", band + "_coefficients_", band + "_coefficient_", band + "_"}, ValueKind::Float64);
            layout.errors = askWide({"e_" + band + "_coeff_", band + "_coeff_err_", band + "_coeff_error_",
                                     band + "_coefficient_errors_", band + "_coefficient_error_", band + "_err_",
                                     "e_" + band + "_"},
                                    errorKind);
            if (layout.coefficients.size() != layout.errors.size()) {
                throw Error(m_schema.file + " has " + std::to_string(layout.coefficients.size()) + " columns of " +
                            band + " coefficients and " + std::to_string(layout.errors.size()) +
                            " of their errors; as many are needed");
            }
        }
        if (!layout.isThere()) return layout;
        if (m_withCorrelations) layout.correlations = askFor(band + "_coefficient_correlations", errorKind, true);
        const auto number = [&](const char* name) { return askFor(band + name, ValueKind::Integer, false); };
        const auto real = [&](const char* name) { return askFor(band + name, ValueKind::Float32, false); };
        layout.parameters = number("_n_parameters");
        layout.relevantBases = number("_n_relevant_bases");
        layout.measurements = number("_n_measurements");
        layout.rejectedMeasurements = number("_n_rejected_measurements");
        layout.degreesOfFreedom = number("_degrees_of_freedom");
        layout.standardDeviation = real("_standard_deviation");
        layout.chiSquared = real("_chi_squared");
        layout.relativeShrinking = real("_relative_shrinking");
        return layout;
    }

    const TableSchema& m_schema;
    bool m_withCorrelations, m_precise;
    std::unordered_map<std::string, std::size_t> m_byName;
    XpLayout m_layout;
};

std::int32_t integerOf(const TableBatch& batch, std::size_t column, std::size_t row) {
    const ColumnValues& values = batch.columns[column];
    const std::int64_t value = values.as<std::int64_t>()[row];
    const bool isHeld = !values.isMissing(row) && value >= 0 && value <= std::numeric_limits<std::int32_t>::max();
    return isHeld ? static_cast<std::int32_t>(value) : -1;
}

void appendScalars(const TableBatch& batch, std::size_t row, const XpBandLayout& layout, XpBandColumns& out) {
    const auto number = [&](const std::optional<std::size_t>& column, std::vector<std::int32_t>& values) {
        if (column) values.push_back(integerOf(batch, *column, row));
    };
    const auto real = [&](const std::optional<std::size_t>& column, std::vector<float>& values) {
        if (column) values.push_back(batch.columns[*column].as<float>()[row]);
    };
    number(layout.relevantBases, out.relevantBases);
    number(layout.measurements, out.measurements);
    number(layout.rejectedMeasurements, out.rejectedMeasurements);
    number(layout.degreesOfFreedom, out.degreesOfFreedom);
    real(layout.standardDeviation, out.standardDeviation);
    real(layout.chiSquared, out.chiSquared);
    real(layout.relativeShrinking, out.relativeShrinking);
}

template <typename T>
void appendNumbers(const TableBatch& batch, std::size_t row, const std::vector<std::size_t>& columns, bool isWide,
                   std::vector<T>& out) {
    if (!isWide) {
        const std::span<const T> list = batch.columns[columns.front()].row<T>(row);
        out.insert(out.end(), list.begin(), list.end());
        return;
    }
    for (const std::size_t column : columns) {
        out.push_back(batch.columns[column].as<T>()[row]);
    }
}

/// Calls `use` with the arrays that errors and correlations of this layout go to.
template <typename Use>
void withErrors(XpBandColumns& out, const XpBandLayout& layout, const Use& use) {
    if (layout.isPrecise) {
        use(out.preciseErrors, out.preciseCorrelations);
    } else {
        use(out.errors, out.correlations);
    }
}

/// NaN up to the last star.
template <typename T>
void fillUp(const XpBandColumns& out, const XpBandLayout& layout, std::vector<T>& errors,
            std::vector<T>& correlations) {
    constexpr T missing = std::numeric_limits<T>::quiet_NaN();
    errors.resize(out.present.size() * out.count, missing);
    if (layout.correlations) correlations.resize(out.present.size() * out.correlationCount(), missing);
}

std::size_t lengthOf(const TableBatch& batch, std::size_t row, const std::vector<std::size_t>& columns, bool isWide) {
    if (isWide) return columns.size();
    const ColumnValues& values = batch.columns[columns.front()];
    return values.end(row) - values.begin(row);
}

/// A list of NaN alone, as wide tables and fixed-length arrays tell a missing band.
bool isAllMissing(const TableBatch& batch, std::size_t row, const XpBandLayout& layout) {
    const auto isMissing = [](double value) { return std::isnan(value); };
    if (layout.isWide) {
        return std::all_of(layout.coefficients.begin(), layout.coefficients.end(),
                           [&](std::size_t column) { return isMissing(batch.columns[column].as<double>()[row]); });
    }
    const std::span<const double> list = batch.columns[layout.coefficients.front()].row<double>(row);
    return std::all_of(list.begin(), list.end(), isMissing);
}

std::string checkLengths(const TableBatch& batch, std::size_t row, const XpBandLayout& layout, const std::string& band,
                         std::size_t count, std::size_t length) {
    const std::size_t errors = lengthOf(batch, row, layout.errors, layout.isWide);
    if (errors != length) {
        return "column '" + band + "_coefficient_errors': " + std::to_string(errors) + " errors stand for " +
               std::to_string(length) + " coefficients";
    }
    if (count != 0 && length != count) {
        return "column '" + band + "_coefficients': there are " + std::to_string(length) +
               " coefficients where the stars before have " + std::to_string(count);
    }
    if (layout.parameters) {
        const std::int32_t parameters = integerOf(batch, *layout.parameters, row);
        if (parameters > 0 && static_cast<std::size_t>(parameters) != length) {
            return "column '" + band + "_coefficients': there are " + std::to_string(length) + " coefficients where " +
                   band + "_n_parameters says " + std::to_string(parameters);
        }
    }
    if (layout.correlations) {
        const ColumnValues& values = batch.columns[*layout.correlations];
        const std::size_t correlations = values.end(row) - values.begin(row);
        if (correlations != 0 && correlations != length * (length - 1) / 2) {
            return "column '" + band + "_coefficient_correlations': there are " + std::to_string(correlations) +
                   " correlations where " + std::to_string(length) + " coefficients have " +
                   std::to_string(length * (length - 1) / 2);
        }
    }
    return {};
}

} // namespace

XpLayout findXpLayout(const TableSchema& schema, bool withCorrelations, bool precise) {
    return LayoutFinder(schema, withCorrelations, precise).find();
}

bool hasXpContinuous(const TableSchema& schema) {
    try {
        findXpLayout(schema, false);
        return true;
    } catch (const Error&) {
        return false;
    }
}

void widen(XpBandColumns& out, std::size_t count, const XpBandLayout& layout) {
    if (out.count == count) return;
    out.count = count;
    out.coefficients.assign(out.present.size() * count, missingDouble);
    withErrors(out, layout, [&](auto& errors, auto& correlations) {
        errors.clear();
        correlations.clear();
        fillUp(out, layout, errors, correlations);
    });
}

std::string appendBand(const TableBatch& batch, std::size_t row, const XpBandLayout& layout, const std::string& band,
                       std::size_t& count, XpBandColumns& out) {
    const std::size_t length = layout.isThere() ? lengthOf(batch, row, layout.coefficients, layout.isWide) : 0;
    if (length == 0 || isAllMissing(batch, row, layout)) {
        if (count != 0) widen(out, count, layout);
        out.present.push_back(0);
        out.coefficients.resize(out.present.size() * out.count, missingDouble);
        withErrors(out, layout, [&](auto& errors, auto& correlations) { fillUp(out, layout, errors, correlations); });
        appendScalars(batch, row, layout, out);
        return {};
    }
    std::string problem = checkLengths(batch, row, layout, band, count, length);
    if (!problem.empty()) return problem;
    count = length;
    widen(out, count, layout);
    out.present.push_back(1);
    appendNumbers(batch, row, layout.coefficients, layout.isWide, out.coefficients);
    withErrors(out, layout, [&](auto& errors, auto& correlations) {
        appendNumbers(batch, row, layout.errors, layout.isWide, errors);
        if (layout.correlations) appendNumbers(batch, row, {*layout.correlations}, false, correlations);
        fillUp(out, layout, errors, correlations);
    });
    appendScalars(batch, row, layout, out);
    return {};
}

bool isWholeBand(const TableBatch& batch, const XpBandLayout& layout, const std::string& band, std::size_t count) {
    if (!layout.isThere() || layout.isWide) return false;
    const std::size_t length = lengthOf(batch, 0, layout.coefficients, false);
    if (length == 0) return false;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        if (lengthOf(batch, row, layout.coefficients, false) != length || isAllMissing(batch, row, layout) ||
            !checkLengths(batch, row, layout, band, count == 0 ? length : count, length).empty()) {
            return false;
        }
        if (layout.correlations && length > 1 && lengthOf(batch, row, {*layout.correlations}, false) == 0) return false;
    }
    return true;
}

void takeBand(TableBatch& batch, const XpBandLayout& layout, std::size_t& count, XpBandColumns& out) {
    const auto move = [&batch](std::size_t column, auto& to) {
        to = std::move(std::get<std::decay_t<decltype(to)>>(batch.columns[column].values));
    };
    count = lengthOf(batch, 0, layout.coefficients, false);
    out.count = count;
    out.present.assign(batch.rows, 1);
    for (std::size_t row = 0; row < batch.rows; ++row) {
        appendScalars(batch, row, layout, out);
    }
    move(layout.coefficients.front(), out.coefficients);
    withErrors(out, layout, [&](auto& errors, auto& correlations) {
        move(layout.errors.front(), errors);
        if (layout.correlations) move(*layout.correlations, correlations);
    });
}

void dropLastRow(XpBandColumns& out) {
    out.present.pop_back();
    const std::size_t rows = out.present.size();
    out.coefficients.resize(rows * out.count);
    const auto shorten = [rows](auto& values, std::size_t width) {
        values.resize(std::min(values.size(), rows * width));
    };
    shorten(out.errors, out.count);
    shorten(out.correlations, out.correlationCount());
    shorten(out.preciseErrors, out.count);
    shorten(out.preciseCorrelations, out.correlationCount());
    for (auto* values : {&out.relevantBases, &out.measurements, &out.rejectedMeasurements, &out.degreesOfFreedom}) {
        values->resize(std::min(values->size(), rows));
    }
    for (auto* values : {&out.standardDeviation, &out.chiSquared, &out.relativeShrinking}) {
        values->resize(std::min(values->size(), rows));
    }
}

} // namespace zscape
