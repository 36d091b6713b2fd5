#pragma once

#include "core/base/job_context.h"
#include "core/model/spectral_model.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace zscape {

/// The stars nearest to any latent point, by a k-d tree over the mean latents. Distances are measured with each latent
/// divided by its spread: the standard deviation of the stars' posteriors taken together, sqrt(var(mu) +
/// mean(exp(log_var))). For a latent that tells the stars apart that is the spread of mu; a latent the prior took over
/// has a spread near 1, so that its noise does not count. Immutable after construction; any thread.
class NearestStars {
public:
    /// Rows with a NaN are left out. Takes about 0.2 s for 500,000 stars, so it is a job. Throws Error when no star is
    /// left; Cancelled.
    explicit NearestStars(std::shared_ptr<const Latents> latents, const JobContext& job = {});
    ~NearestStars();
    NearestStars(NearestStars&&) noexcept;
    NearestStars& operator=(NearestStars&&) noexcept;

    struct Star {
        std::size_t row = 0;
        double distance = 0; ///< in spreads
    };
    /// The `count` nearest, nearest first (fewer when there are fewer stars). Throws Error for another latent size.
    std::vector<Star> nearest(std::span<const float> latent, std::size_t count) const;

    std::size_t stars() const;
    std::span<const double> spreads() const; ///< one a latent
    const std::shared_ptr<const Latents>& latents() const;

private:
    struct State;
    std::unique_ptr<const State> m_state;
};

struct PopulatedRegionOptions {
    std::size_t neighbours = 10; ///< the k of the k-nearest distance
    std::size_t sample = 10000;  ///< stars whose own k-nearest distance makes the scale
    double percentile = 99;      ///< of the catalogue's stars that count as inside
    std::uint64_t seed = 0;
};

/// Says whether a latent point lies where the catalogue has stars: its distance to the k-th nearest star against the
/// same distance of the catalogue's own stars (a seeded sample of them, the star itself not counted). Beyond the
/// percentile a spectrum is an extrapolation. Immutable after construction; any thread.
class PopulatedRegion {
public:
    /// Throws Error for fewer stars than neighbours; Cancelled. The same for any number of threads.
    explicit PopulatedRegion(std::shared_ptr<const NearestStars> stars, const PopulatedRegionOptions& options = {},
                             const JobContext& job = {});

    struct Place {
        double distance = 0;   ///< to the k-th nearest star, in spreads
        double percentile = 0; ///< of the catalogue's stars that stand less isolated than this point
        bool inside = false;   ///< distance <= threshold()
    };
    Place place(std::span<const float> latent) const;
    /// The same when `neighbours` or more nearest stars of the point are there already.
    Place place(std::span<const NearestStars::Star> nearest) const;

    double threshold() const { return m_threshold; }
    const PopulatedRegionOptions& options() const { return m_options; }
    const NearestStars& stars() const { return *m_stars; }

private:
    std::shared_ptr<const NearestStars> m_stars;
    PopulatedRegionOptions m_options;
    std::vector<double> m_distances; ///< of the sample, rising
    double m_threshold = 0;
};

} // namespace zscape
