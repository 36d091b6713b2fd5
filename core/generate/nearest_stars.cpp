#include "core/generate/nearest_stars.h"

#include "core/base/error.h"

#include <nanoflann.hpp>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

/// The scaled latents as the tree wants to see them.
struct ScaledPoints {
    std::vector<float> values; ///< points x dimensions
    std::size_t dimensions = 0;

    std::size_t kdtree_get_point_count() const { return values.size() / dimensions; }
    float kdtree_get_pt(std::uint32_t point, std::size_t dimension) const {
        return values[point * dimensions + dimension];
    }
    template <typename Box>
    bool kdtree_get_bbox(Box&) const {
        return false;
    } // the tree finds it itself
};

using Tree = nanoflann::KDTreeSingleIndexAdaptor<nanoflann::L2_Simple_Adaptor<float, ScaledPoints>, ScaledPoints, -1,
                                                 std::uint32_t>;

std::vector<double> spreadsOf(const Latents& latents, const std::vector<std::uint32_t>& rows) {
    const std::size_t size = latents.latentSize;
    const auto count = static_cast<double>(rows.size());
    std::vector<double> spreads;
    for (std::size_t k = 0; k < size; ++k) {
        double mean = 0;
        for (const std::uint32_t row : rows) {
            mean += latents.mu[row * size + k];
        }
        mean /= count;
        double variance = 0;
        for (const std::uint32_t row : rows) {
            const double off = latents.mu[row * size + k] - mean;
            variance += off * off;
            if (!latents.logVar.empty()) variance += std::exp(static_cast<double>(latents.logVar[row * size + k]));
        }
        const double spread = std::sqrt(variance / count);
        spreads.push_back(spread > 0 && std::isfinite(spread) ? spread : 1.0);
    }
    return spreads;
}

} // namespace

struct NearestStars::State {
    std::shared_ptr<const Latents> latents;
    std::vector<std::uint32_t> rows; ///< of the tree's points
    std::vector<double> spreads;
    ScaledPoints points;
    std::unique_ptr<Tree> tree;
};

NearestStars::NearestStars(std::shared_ptr<const Latents> latents, const JobContext& job) {
    auto state = std::make_unique<State>();
    const std::size_t size = latents->latentSize;
    job.report(-1, "looking for near stars");
    for (std::size_t row = 0; row < latents->rows; ++row) {
        const std::span<const float> latent = latents->muView().row(row);
        if (std::ranges::all_of(latent, [](float value) { return std::isfinite(value); })) {
            state->rows.push_back(static_cast<std::uint32_t>(row));
        }
    }
    if (state->rows.empty()) throw Error("no star has a latent point; open a catalogue with usable spectra");
    state->spreads = spreadsOf(*latents, state->rows);
    job.throwIfCancelled();
    state->points.dimensions = size;
    state->points.values.reserve(state->rows.size() * size);
    for (const std::uint32_t row : state->rows) {
        for (std::size_t k = 0; k < size; ++k) {
            state->points.values.push_back(static_cast<float>(latents->mu[row * size + k] / state->spreads[k]));
        }
    }
    job.throwIfCancelled();
    state->latents = std::move(latents);
    // The constructor builds the tree.
    state->tree =
        std::make_unique<Tree>(static_cast<int>(size), state->points, nanoflann::KDTreeSingleIndexAdaptorParams(16));
    job.throwIfCancelled();
    m_state = std::move(state);
}

NearestStars::~NearestStars() = default;
NearestStars::NearestStars(NearestStars&&) noexcept = default;
NearestStars& NearestStars::operator=(NearestStars&&) noexcept = default;

std::vector<NearestStars::Star> NearestStars::nearest(std::span<const float> latent, std::size_t count) const {
    const std::size_t size = m_state->points.dimensions;
    if (latent.size() != size) {
        throw Error("the stars have " + std::to_string(size) + " latents and the point has " +
                    std::to_string(latent.size()) + "; use the model they were encoded with");
    }
    std::vector<float> query(size);
    for (std::size_t k = 0; k < size; ++k) {
        query[k] = static_cast<float>(latent[k] / m_state->spreads[k]);
    }
    count = std::min(count, m_state->rows.size());
    if (count == 0 || !std::ranges::all_of(query, [](float value) { return std::isfinite(value); })) return {};
    std::vector<std::uint32_t> points(count);
    std::vector<float> squares(count);
    const std::size_t found = m_state->tree->knnSearch(query.data(), count, points.data(), squares.data());
    std::vector<Star> stars;
    for (std::size_t i = 0; i < found; ++i) {
        stars.push_back({m_state->rows[points[i]], std::sqrt(static_cast<double>(squares[i]))});
    }
    // Equal distances in the order of rows, whatever the tree did.
    std::ranges::stable_sort(stars, [](const Star& a, const Star& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
    });
    return stars;
}

std::size_t NearestStars::stars() const {
    return m_state->rows.size();
}

std::span<const double> NearestStars::spreads() const {
    return m_state->spreads;
}

const std::shared_ptr<const Latents>& NearestStars::latents() const {
    return m_state->latents;
}

} // namespace zscape
