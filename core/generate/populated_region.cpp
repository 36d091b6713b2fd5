#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"
#include "core/generate/nearest_stars.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

/// Rows of a seeded sample of the stars that have latents; with repeats where the catalogue is small beside it.
std::vector<std::size_t> sampleRows(const Latents& latents, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> usable;
    for (std::size_t row = 0; row < latents.rows; ++row) {
        const std::span<const float> latent = latents.muView().row(row);
        if (std::ranges::all_of(latent, [](float value) { return std::isfinite(value); })) usable.push_back(row);
    }
    if (usable.size() <= count) return usable;
    const Philox random(seed);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < count; ++i) {
        rows.push_back(usable[static_cast<std::size_t>(random.uniform(i) * static_cast<double>(usable.size()))]);
    }
    return rows;
}

} // namespace

PopulatedRegion::PopulatedRegion(std::shared_ptr<const NearestStars> stars, const PopulatedRegionOptions& options,
                                 const JobContext& job)
    : m_stars(std::move(stars)),
      m_options(options) {
    if (options.neighbours < 1 || options.sample < 1 || !(options.percentile > 0 && options.percentile <= 100)) {
        throw Error("the populated region needs at least one neighbour, a sample and a percentile above 0 up to 100");
    }
    if (m_stars->stars() <= options.neighbours) {
        throw Error("the catalogue has " + std::to_string(m_stars->stars()) +
                    " stars with latents, too few to tell where it is populated; open one with more than " +
                    std::to_string(options.neighbours));
    }
    const Latents& latents = *m_stars->latents();
    const std::vector<std::size_t> rows = sampleRows(latents, options.sample, options.seed);
    m_distances.resize(rows.size());
    ThreadPool pool;
    pool.forChunks(rows.size(), 256, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t i = begin; i < end && !job.cancelled(); ++i) {
            // The star finds itself first, at distance 0.
            const auto found = m_stars->nearest(latents.muView().row(rows[i]), m_options.neighbours + 1);
            m_distances[i] = found.back().distance;
        }
    });
    job.throwIfCancelled();
    std::ranges::sort(m_distances);
    const double last = static_cast<double>(m_distances.size()) - 1;
    m_threshold = m_distances[static_cast<std::size_t>(std::ceil(last * options.percentile / 100))];
}

PopulatedRegion::Place PopulatedRegion::place(std::span<const float> latent) const {
    const std::vector<NearestStars::Star> nearest = m_stars->nearest(latent, m_options.neighbours);
    return place(nearest);
}

PopulatedRegion::Place PopulatedRegion::place(std::span<const NearestStars::Star> nearest) const {
    Place place;
    if (nearest.size() < m_options.neighbours) {
        place.distance = std::numeric_limits<double>::infinity();
        place.percentile = 100;
        return place;
    }
    place.distance = nearest[m_options.neighbours - 1].distance;
    const auto below = std::ranges::lower_bound(m_distances, place.distance) - m_distances.begin();
    place.percentile = 100 * static_cast<double>(below) / static_cast<double>(m_distances.size());
    place.inside = place.distance <= m_threshold;
    return place;
}

} // namespace zscape
