#pragma once

#include "core/base/matrix_view.h"
#include "core/mock/mock_star.h"

#include <span>
#include <vector>

namespace zscape::mock {

/// Spectra of mock stars at XP resolution: a black body, times broad departures, lines and bands by Teff, log g, [M/H]
/// and [alpha/M] (spectral_features.cpp), times the extinction law. Immutable, any thread.
class StellarSpectra {
public:
    explicit StellarSpectra(std::span<const double> wavelengths_nm);

    /// Flux per nm in any unit, stars x wavelengths. `streams[i]` is the Philox stream of star i for its own small
    /// departures (CN and C abundances, activity) at the seed `seed`; a zero `scatter` gives the mean star.
    void compute(std::span<const Star> stars, std::uint64_t seed, std::span<const std::uint64_t> streams,
                 double scatter, MatrixView<double> flux) const;

private:
    std::vector<double> m_wavelengths_nm;
    std::vector<double> m_profiles; ///< (groups + dust) x wavelengths, optical depth at unit strength
};

} // namespace zscape::mock
