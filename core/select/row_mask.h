#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <cstdint>

namespace zscape {

/// The rows whose bits are set in bitsOf(first row, count of rows up to 64), on every thread of the pool. bitsOf must
/// not mind who asks when.
template <typename BitsOf>
BitSet maskWords(ThreadPool& pool, std::size_t rows, const JobContext& job, const BitsOf& bitsOf) {
    BitSet result(rows);
    constexpr std::size_t grain = 256; // words, so 16,384 rows
    pool.forChunks((rows + 63) / 64, grain, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        for (std::size_t word = begin; word < end; ++word) {
            const std::size_t first = word * 64;
            result.setWord(word, bitsOf(first, std::min<std::size_t>(64, rows - first)));
        }
    });
    return result;
}

/// The rows for which isIn(row) is true.
template <typename IsIn>
BitSet maskRows(ThreadPool& pool, std::size_t rows, const JobContext& job, const IsIn& isIn) {
    return maskWords(pool, rows, job, [&](std::size_t first, std::size_t count) {
        std::uint64_t bits = 0;
        for (std::size_t bit = 0; bit < count; ++bit) {
            bits |= std::uint64_t{isIn(first + bit) ? 1u : 0u} << bit;
        }
        return bits;
    });
}

} // namespace zscape
