#pragma once

#include "core/analysis/spectrum_generator.h"
#include "core/base/job_context.h"
#include "core/io/table_file.h"
#include "core/tracks/track.h"

#include <span>
#include <string>
#include <vector>

namespace zscape {

/// A way through latent space: straight from knot to knot. Plain data; any thread.
class LatentPath {
public:
    /// Along a track's points, at the coordinates of its bins. Throws Error for fewer than two points or no latents.
    static LatentPath alongTrack(const Track& track);
    /// From one latent point to another, coordinate 0 to 1. Throws Error for unequal sizes or numbers that are not
    /// finite.
    static LatentPath straight(std::span<const float> from, std::span<const float> to, std::string name);

    const std::string& name() const { return m_name; }
    const std::string& alongName() const { return m_alongName; } ///< "TEFF"; "path"
    const std::string& alongUnit() const { return m_alongUnit; }
    std::size_t latentSize() const { return m_latentSize; }
    std::size_t knots() const { return m_along.size(); }

    /// `fraction` runs from 0 at the first knot to 1 at the last, evenly in the coordinate; it is held to that range.
    double alongAt(double fraction) const;
    std::vector<float> at(double fraction) const;
    /// `steps` latent points evenly from end to end, steps x latentSize. Throws Error for fewer than 2.
    std::vector<float> sequence(int steps) const;

private:
    std::string m_name, m_alongName, m_alongUnit;
    std::size_t m_latentSize = 0;
    std::vector<double> m_along; ///< rising
    std::vector<float> m_latents;
};

/// The spectra along a path, a row a step: `fraction`, `along`, `mu`, `flux` and `flux_scatter` on the instrument's
/// wavelengths [W m^-2 nm^-1] at phot_g_mean_flux gFlux [e-/s], and the `coefficients` [e-/s]. Throws Error; Cancelled.
NumericTable traverseTable(const LatentPath& path, int steps, const SpectrumGenerator& generator, double gFlux,
                           const JobContext& job = {});

} // namespace zscape
