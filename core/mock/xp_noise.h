#pragma once

#include "core/base/philox.h"

#include <cstddef>
#include <span>
#include <vector>

namespace zscape::mock {

/// How noisy XP coefficients are and what they look like, relative to the G flux, from real stars
/// (resources/xp_noise.h5, made by resources/make_xp_noise.py; credit ESA/Gaia/DPAC). Immutable, any thread.
class XpNoise {
public:
    /// The table built into the library. Throws Error when it is damaged.
    static XpNoise builtIn();

    std::size_t coefficientCount() const { return m_slope.size(); }
    const std::vector<double>& priorMean() const { return m_priorMean; }
    const std::vector<double>& priorFactors() const { return m_priorFactors; } ///< coefficients x factorCount()
    const std::vector<double>& priorDiagonal() const { return m_priorDiagonal; }
    std::size_t factorCount() const { return m_priorFactors.size() / coefficientCount(); }

    /// Median ln(error / G flux) of every coefficient at this G and BP-RP.
    void medianLnError(double g, double colour, std::span<double> out) const;
    /// What a star's reported errors are: the median times a spread shared by each band and one of each coefficient's.
    /// `relative` gets error / G flux, `noise` a draw with that standard deviation.
    void draw(double g, double colour, const Philox& random, std::span<double> relative, std::span<double> noise) const;

private:
    struct Place {
        std::size_t node;
        double fraction;
    };
    Place place(double g) const;

    std::vector<double> m_g, m_lnError, m_slope, m_common, m_own;
    std::vector<double> m_priorMean, m_priorFactors, m_priorDiagonal;
    double m_pivot = 0, m_colourMin = 0, m_colourMax = 0;
};

/// Fills `out` with standard normal numbers of the stream, four from each Philox block, from block `first` on.
void fillNormal(const Philox& random, std::uint64_t first, std::span<double> out);

} // namespace zscape::mock
