#pragma once

#include "core/archive/formats.h"
#include "core/archive/xp_continuous.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace zscape::fuzz {

/// Reads a table to its end and touches every value; an Error is the right answer to bad bytes, anything else a find.
template <typename Open>
void readTable(const Open& open) {
    try {
        const std::unique_ptr<TableSource> source = open();
        const std::size_t columns = source->schema().columns.size();
        TableBatch batch;
        std::size_t rows = 0;
        while (source->next(batch) && rows < 1000000) {
            rows += batch.rows;
            if (batch.rows == 0 || batch.columns.size() != columns) std::abort();
            for (const ColumnValues& column : batch.columns) {
                const std::size_t values = std::visit([](const auto& all) { return all.size(); }, column.values);
                if (!column.offsets.empty() &&
                    (column.offsets.size() != batch.rows + 1 || column.offsets.back() != values))
                    std::abort();
                if (column.offsets.empty() && values != batch.rows) std::abort();
                if (!column.missingMarks.empty() && column.missingMarks.size() != values) std::abort();
            }
        }
    } catch (const Error&) {
    }
}

/// The same through the reader of spectra, which checks lengths against each other.
template <typename Open>
void readSpectra(const Open& open) {
    try {
        XpContinuousReader reader(open(), {});
        XpBatch batch;
        while (reader.next(batch)) {
            for (const XpBandColumns* band : {&batch.bp, &batch.rp}) {
                if (band->coefficients.size() != batch.rows() * band->count ||
                    band->errors.size() != batch.rows() * band->count)
                    std::abort();
                if (band->hasCorrelations() && band->correlations.size() != batch.rows() * band->correlationCount())
                    std::abort();
            }
        }
    } catch (const Error&) {
    }
}

inline std::span<const char> text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace zscape::fuzz
