#include "core/analysis/observed_flux.h"

#include "core/base/error.h"

#include <cmath>

namespace zscape {

bool hasCorrelations(const Correlations& correlations, std::size_t row) {
    const auto has = [row](const MatrixView<const float>& band) {
        // The archive gives a star all of a band's or none.
        return band.cols > 0 && row < band.rows && !std::isnan(band.row(row)[0]);
    };
    return has(correlations.bp) && has(correlations.rp);
}

ObservedFlux observedFlux(const Catalog& catalog, std::size_t row, const XpSampler& sampler,
                          const Correlations* correlations) {
    const std::size_t bp = sampler.band(XpBand::Bp).coefficientCount, rp = sampler.band(XpBand::Rp).coefficientCount;
    if (catalog.coefficientCount() != bp + rp) {
        throw Error("the star has " + std::to_string(catalog.coefficientCount()) +
                    " coefficients and the built-in instrument tables are for " + std::to_string(bp + rp));
    }
    const auto coefficients = catalog.coefficients().row(row);
    const auto errors = catalog.coefficientErrors().row(row);
    const std::vector<double> exact(coefficients.begin(), coefficients.end());
    ObservedFlux result;
    result.correlated = correlations != nullptr && hasCorrelations(*correlations, row);
    const auto bandOf = [&](std::size_t first, std::size_t count, const MatrixView<const float>* all) {
        XpBandView view;
        view.count = count;
        view.coefficients = std::span(exact).subspan(first, count);
        view.errors = errors.subspan(first, count);
        if (all != nullptr) view.correlations = std::span<const float>(all->row(row));
        return view;
    };
    const bool with = result.correlated;
    const XpStarsView star{1, bandOf(0, bp, with ? &correlations->bp : nullptr),
                           bandOf(bp, rp, with ? &correlations->rp : nullptr)};
    result.flux.resize(sampler.samples());
    result.error.resize(sampler.samples());
    sampler.sample(star, result.flux, result.error);
    return result;
}

} // namespace zscape
