#include "core/select/nearest_mask.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace zscape {

BitSet nearestMask(ThreadPool& pool, const NearestShape& shape, const Latents& latents, const JobContext& job) {
    const std::size_t size = latents.latentSize;
    if (shape.point.size() != size) {
        throw Error("the selection is of stars near a point of " + std::to_string(shape.point.size()) +
                    " latents, and the model has " + std::to_string(size));
    }
    std::vector<double> distances(latents.rows);
    pool.forChunks(latents.rows, 16384, [&](std::size_t begin, std::size_t end, int) {
        job.throwIfCancelled();
        for (std::size_t row = begin; row < end; ++row) {
            double sum = 0;
            for (std::size_t k = 0; k < size; ++k) {
                const double off = static_cast<double>(latents.mu[row * size + k]) - shape.point[k];
                sum += off * off;
            }
            distances[row] = sum;
        }
    });
    std::vector<std::uint32_t> rows;
    rows.reserve(latents.rows);
    for (std::size_t row = 0; row < latents.rows; ++row) {
        if (std::isfinite(distances[row])) rows.push_back(static_cast<std::uint32_t>(row));
    }
    const std::size_t count = std::min(shape.count, rows.size());
    const auto nearer = [&](std::uint32_t a, std::uint32_t b) {
        return distances[a] != distances[b] ? distances[a] < distances[b] : a < b;
    };
    if (count < rows.size()) {
        std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(), nearer);
    }
    BitSet result(latents.rows);
    for (std::size_t i = 0; i < count; ++i) {
        result.set(rows[i]);
    }
    return result;
}

} // namespace zscape
