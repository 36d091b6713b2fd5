// Writing a whole catalogue, or some of its rows, in the native layout.
#include "core/catalog/native_write.h"

#include "core/base/error.h"
#include "core/catalog/find_duplicates.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/row_flags.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace zscape {

namespace {

constexpr std::size_t blockRows = 8192;

template <typename T>
void gatherValues(const SharedArray<T>& values, std::span<const std::size_t> rows, std::vector<std::byte>& out) {
    out.resize(rows.size() * sizeof(T));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::memcpy(out.data() + i * sizeof(T), &values[rows[i]], sizeof(T));
    }
}

void gatherTexts(const TextArray& texts, std::size_t width, std::span<const std::size_t> rows,
                 std::vector<std::byte>& out) {
    out.assign(rows.size() * width, std::byte{0});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string_view text = texts[rows[i]];
        std::memcpy(out.data() + i * width, text.data(), std::min(text.size(), width));
    }
}

std::vector<std::size_t> chosenRows(std::size_t rows, const BitSet* chosen) {
    if (chosen && chosen->size() != rows) throw Error("internal: a selection has another size than the catalogue");
    std::vector<std::size_t> list;
    list.reserve(chosen ? chosen->count() : rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!chosen || chosen->test(row)) list.push_back(row);
    }
    return list;
}

/// Rows of a matrix, one after the other.
void gatherRows(MatrixView<const float> matrix, std::span<const std::size_t> rows, std::vector<float>& out) {
    out.resize(rows.size() * matrix.cols);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::ranges::copy(matrix.row(rows[i]), out.begin() + static_cast<std::ptrdiff_t>(i * matrix.cols));
    }
}

} // namespace

NativeColumn planColumn(const Column& column) {
    NativeColumn plan;
    plan.name = column.name();
    plan.unit = column.unit();
    plan.origin = column.origin();
    plan.type = column.type();
    if (const auto* texts = std::get_if<TextArray>(&column.values())) plan.textWidth = texts->width();
    plan.hasMissing = column.missingBits().count() > 0;
    return plan;
}

void gatherColumn(const Column& column, std::size_t textWidth, std::span<const std::size_t> rows,
                  std::vector<std::byte>& out) {
    std::visit(
        [&](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_arithmetic_v<T>) {
                gatherValues(values, rows, out);
            } else {
                gatherTexts(values, textWidth, rows, out);
            }
        },
        column.values());
}

void writeNativeCatalog(const Catalog& catalog, const std::filesystem::path& path, const JobContext& job,
                        const BitSet* chosen) {
    const std::vector<std::size_t> rows = chosenRows(catalog.rows(), chosen);
    if (rows.empty()) throw Error("there is no star to write to " + path.string() + ": no row was chosen");
    NativePlan plan;
    plan.name = catalog.name();
    plan.rows = rows.size();
    plan.coefficientCount = catalog.coefficientCount();
    plan.gFluxOrigin = catalog.gFluxOrigin();
    plan.attributes = catalog.attributes();
    for (const Column& column : catalog.columns()) {
        plan.columns.push_back(planColumn(column));
    }
    Correlations correlations;
    if (!catalog.path().empty() && isNativeCatalog(catalog.path()) && hasCorrelations(catalog.path())) {
        correlations = openCorrelations(catalog.path());
        plan.bpCorrelations = correlations.bp.cols;
        plan.rpCorrelations = correlations.rp.cols;
    }
    // Of rows that repeat a source_id the first may not have been chosen.
    BitSet duplicates;
    if (chosen && catalog.usability().duplicates > 0) {
        std::vector<std::int64_t> all;
        for (const std::size_t row : rows) {
            all.push_back(catalog.sourceIds()[row]);
        }
        duplicates = findDuplicates(all);
    }
    NativeWriter writer(path, std::move(plan));
    std::vector<std::byte> bytes;
    std::vector<float> floats;
    std::vector<std::int64_t> ids;
    std::vector<std::uint8_t> flags;
    for (std::size_t begin = 0; begin < rows.size(); begin += blockRows) {
        job.throwIfCancelled();
        job.report(static_cast<double>(begin) / static_cast<double>(rows.size()), "writing stars");
        const std::span<const std::size_t> block(rows.data() + begin, std::min(blockRows, rows.size() - begin));
        ids.clear();
        flags.clear();
        for (const std::size_t row : block) {
            ids.push_back(catalog.sourceIds()[row]);
            flags.push_back(catalog.flags()[row]);
        }
        for (std::size_t i = 0; i < block.size() && duplicates.size() > 0; ++i) {
            const unsigned others = flags[i] & ~unsigned{rowFlag::duplicate};
            flags[i] = static_cast<std::uint8_t>(others | (duplicates.test(begin + i) ? rowFlag::duplicate : 0));
        }
        writer.writeSourceIds(begin, ids);
        writer.writeFlags(begin, flags);
        gatherRows(catalog.coefficients(), block, floats);
        writer.writeCoefficients(begin, floats);
        gatherRows(catalog.coefficientErrors(), block, floats);
        writer.writeErrors(begin, floats);
        for (std::size_t i = 0; i < catalog.columns().size(); ++i) {
            gatherColumn(catalog.columns()[i], writer.plan().columns[i].textWidth, block, bytes);
            writer.writeColumn(i, begin, bytes);
        }
        if (correlations.bp.cols > 0) {
            gatherRows(correlations.bp, block, floats);
            writer.writeBpCorrelations(begin, floats);
        }
        if (correlations.rp.cols > 0) {
            gatherRows(correlations.rp, block, floats);
            writer.writeRpCorrelations(begin, floats);
        }
    }
    for (std::size_t i = 0; i < catalog.columns().size(); ++i) {
        if (!writer.plan().columns[i].hasMissing) continue;
        const BitSet& all = catalog.columns()[i].missingBits();
        BitSet missing(rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (all.test(rows[row])) missing.set(row);
        }
        writer.writeMissing(i, missing);
    }
    writer.commit();
    job.report(1, "writing stars");
}

} // namespace zscape
