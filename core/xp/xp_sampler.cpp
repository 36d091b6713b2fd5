#include "core/xp/xp_sampler.h"

#include "core/base/aligned_array.h"
#include "core/base/error.h"
#include "core/xp/kernels/xp_kernels.h"
#include "core/xp/panel_matrix.h"
#include "core/xp/sampled_band.h"
#include "core/xp/variance_design.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

using xpkernels::groupRows;
constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Stars worked on together: their packed covariances (19 KB each in both precisions) stay in the second-level cache.
constexpr std::size_t blockStars = 24;

struct NamedKernels {
    const char* name;
    const xpkernels::Table* table;
};

std::vector<NamedKernels> availableKernels() {
    std::vector<NamedKernels> all;
#ifdef ZSCAPE_X86_XP_KERNELS
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512) all.push_back({"AVX-512", &xpkernels::avx512::table});
    if (avx2) all.push_back({"AVX2", &xpkernels::avx2::table});
#endif
    all.push_back({"baseline", &xpkernels::baseline::table});
    return all;
}

/// The size of one band's arrays against its stars.
void checkBand(const XpBandView& view, std::size_t rows, std::size_t expected, bool needErrors, const char* name) {
    if (view.count == 0) return;
    const auto sizeOf = [](const XpNumbers& numbers) {
        return std::visit([](const auto& values) { return values.size(); }, numbers);
    };
    if (view.count != expected) {
        throw Error(std::string(name) + " spectra have " + std::to_string(view.count) +
                    " coefficients where the Gaia DR3 instrument tables need " + std::to_string(expected));
    }
    const std::size_t errors = sizeOf(view.errors);
    const std::size_t correlations = sizeOf(view.correlations);
    if (view.coefficients.size() != rows * view.count || (errors != 0 && errors != rows * view.count) ||
        (correlations != 0 && correlations != rows * view.count * (view.count - 1) / 2) ||
        (!view.present.empty() && view.present.size() != rows) ||
        (!view.relevantBases.empty() && view.relevantBases.size() != rows)) {
        throw Error(std::string("internal: the arrays of ") + name + " do not fit its stars");
    }
    if (needErrors && errors == 0) throw Error(std::string(name) + " spectra have no coefficient errors");
}

bool hasBand(const XpBandView& view, std::size_t row) {
    return view.count > 0 && (view.present.empty() || view.present[row] != 0);
}

std::size_t usedBases(const XpBandView& view, std::size_t row) {
    if (view.relevantBases.empty() || view.relevantBases[row] <= 0) return view.count;
    return std::min(view.count, static_cast<std::size_t>(view.relevantBases[row]));
}

/// `errors` is room for view.count + packPadding doubles, the padding zero.
void packCovariance(const xpkernels::Table& kernels, const XpBandView& view, std::size_t row, std::span<double> errors,
                    double* out) {
    std::visit([&](auto values) { std::copy_n(values.data() + row * view.count, view.count, errors.data()); },
               view.errors);
    const std::size_t used = usedBases(view, row);
    std::visit(
        [&](auto correlations) {
            const std::size_t pairs = view.count * (view.count - 1) / 2;
            const auto* own = correlations.empty() ? nullptr : correlations.data() + row * pairs;
            if constexpr (std::is_same_v<decltype(own), const float*>) {
                kernels.packFloat(errors.data(), own, view.count, used, out);
            } else {
                kernels.packDouble(errors.data(), own, view.count, used, out);
            }
        },
        view.correlations);
}

} // namespace

struct XpSampler::Packed {
    struct Band {
        PanelMatrix<double> flux; ///< coefficients x columns
        VarianceDesign variance;
        std::vector<double> squaredWeight;
    };
    NamedKernels kernels;
    std::array<Band, 2> bands;

    Packed(const NamedKernels& use, const std::array<SampledBand, 2>& sampled) : kernels(use) {
        for (std::size_t b = 0; b < 2; ++b) {
            const SampledBand& band = sampled[b];
            bands[b].flux = {*kernels.table, band.coefficientCount, band.columns,
                             [&](std::size_t k, std::size_t c) { return band.design[k * band.columns + c]; }};
            bands[b].variance = VarianceDesign(*kernels.table, band);
            for (const double weight : band.weight) {
                bands[b].squaredWeight.push_back(weight * weight);
            }
        }
    }

    void sample(const XpSampler& sampler, const XpStarsView& stars, std::span<double> flux,
                std::span<double> errors) const;
};

XpSampler::XpSampler(std::vector<double> grid, SampledBand bp, SampledBand rp, OneBand oneBand)
    : m_grid(std::move(grid)),
      m_bands{std::move(bp), std::move(rp)},
      m_oneBand(oneBand) {
    for (const SampledBand& band : m_bands) {
        if (band.firstColumn + band.columns > m_grid.size() || band.weight.size() != band.columns ||
            band.design.size() != band.coefficientCount * band.columns) {
            throw Error("internal: a band's design does not fit its grid");
        }
    }
    m_packed = std::make_shared<const Packed>(availableKernels().front(), m_bands);
}

void XpSampler::Packed::sample(const XpSampler& sampler, const XpStarsView& stars, std::span<double> flux,
                               std::span<double> errors) const {
    const std::size_t samples = sampler.samples();
    const std::array<const XpBandView*, 2> views{&stars.bp, &stars.rp};
    const std::size_t longest = std::max(bands[0].variance.rowStride(), bands[1].variance.rowStride());
    const std::size_t widest = std::max(bands[0].flux.paddedColumns(), bands[1].flux.paddedColumns());
    AlignedArray<double> rows(blockStars * longest);
    AlignedArray<double> values(blockStars * widest);
    AlignedArray<double> variances(errors.empty() ? 0 : blockStars * widest);
    const std::size_t scratchRows = errors.empty() ? 0 : blockStars;
    std::array<VarianceDesign::Scratch, 2> scratch{VarianceDesign::Scratch(bands[0].variance, scratchRows),
                                                   VarianceDesign::Scratch(bands[1].variance, scratchRows)};
    for (std::size_t begin = 0; begin < stars.rows; begin += blockStars) {
        const std::size_t count = std::min(blockStars, stars.rows - begin);
        const std::size_t padded = (count + groupRows - 1) / groupRows * groupRows;
        const auto both = [&](std::size_t row) { return hasBand(stars.bp, row) && hasBand(stars.rp, row); };
        for (std::size_t row = begin; row < begin + count; ++row) {
            const double start = both(row) ? 0.0 : none;
            std::fill_n(flux.data() + row * samples, samples, start);
            if (!errors.empty()) std::fill_n(errors.data() + row * samples, samples, start);
        }
        for (std::size_t b = 0; b < 2; ++b) {
            const XpBandView& view = *views[b];
            const SampledBand& band = sampler.m_bands[b];
            if (view.count == 0) continue;
            const PanelMatrix<double>& fluxDesign = bands[b].flux;
            const std::size_t width = fluxDesign.paddedColumns();
            const std::size_t stride = band.coefficientCount;
            std::fill_n(rows.data(), padded * stride, 0.0);
            for (std::size_t k = 0; k < count; ++k) {
                if (!hasBand(view, begin + k)) continue;
                std::copy_n(view.coefficients.data() + (begin + k) * stride, usedBases(view, begin + k),
                            rows.data() + k * stride);
            }
            fluxDesign.multiply(rows.data(), stride, padded, values.data());
            if (!errors.empty()) {
                const std::size_t packedStride = bands[b].variance.rowStride();
                std::vector<double> starErrors(view.count + xpkernels::packPadding);
                for (std::size_t k = 0; k < padded; ++k) {
                    if (k < count && hasBand(view, begin + k)) {
                        packCovariance(*kernels.table, view, begin + k, starErrors, rows.data() + k * packedStride);
                    } else {
                        std::fill_n(rows.data() + k * packedStride, packedStride, 0.0);
                    }
                }
                bands[b].variance.variances(rows.data(), padded, scratch[b], variances.data(), width);
            }
            for (std::size_t k = 0; k < count; ++k) {
                const std::size_t row = begin + k;
                if (!hasBand(view, row)) continue;
                const bool merged = both(row);
                if (!merged && sampler.m_oneBand == OneBand::Missing) continue;
                double* f = flux.data() + row * samples + band.firstColumn;
                const double* value = values.data() + k * width;
                if (merged) {
                    kernels.table->addProducts(value, band.weight.data(), band.columns, f);
                } else {
                    std::copy_n(value, band.columns, f);
                }
                if (errors.empty()) continue;
                double* e = errors.data() + row * samples + band.firstColumn;
                const double* variance = variances.data() + k * width;
                if (merged) {
                    kernels.table->addProducts(variance, bands[b].squaredWeight.data(), band.columns, e);
                } else {
                    std::copy_n(variance, band.columns, e);
                }
            }
        }
        if (!errors.empty()) kernels.table->squareRoots(errors.data() + begin * samples, count * samples);
    }
}

void XpSampler::sample(const XpStarsView& stars, std::span<double> flux, std::span<double> errors) const {
    sampleWith(m_packed->kernels.name, stars, flux, errors);
}

void XpSampler::sampleWith(const std::string& instructionSet, const XpStarsView& stars, std::span<double> flux,
                           std::span<double> errors) const {
    checkBand(stars.bp, stars.rows, m_bands[0].coefficientCount, !errors.empty(), "BP");
    checkBand(stars.rp, stars.rows, m_bands[1].coefficientCount, !errors.empty(), "RP");
    if (flux.size() != stars.rows * samples() || (!errors.empty() && errors.size() != flux.size())) {
        throw Error("internal: room for " + std::to_string(flux.size()) + " samples of " + std::to_string(stars.rows) +
                    " stars");
    }
    if (instructionSet == m_packed->kernels.name) {
        m_packed->sample(*this, stars, flux, errors);
        return;
    }
    for (const NamedKernels& kernels : availableKernels()) {
        if (instructionSet == kernels.name) {
            Packed(kernels, m_bands).sample(*this, stars, flux, errors);
            return;
        }
    }
    throw Error("this processor has no " + instructionSet);
}

std::vector<std::string> XpSampler::instructionSets() {
    std::vector<std::string> names;
    for (const NamedKernels& kernels : availableKernels()) {
        names.emplace_back(kernels.name);
    }
    return names;
}

std::vector<double> coefficientCovariance(const XpBandView& band, std::size_t row) {
    std::vector<double> errors(band.count + xpkernels::packPadding);
    std::vector<double> packed(band.count * (band.count + 1) / 2 + xpkernels::packPadding);
    packCovariance(xpkernels::baseline::table, band, row, errors, packed.data());
    std::vector<double> full(band.count * band.count);
    for (std::size_t i = 0; i < band.count; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            full[i * band.count + j] = full[j * band.count + i] = packed[i * (i + 1) / 2 + j];
        }
    }
    return full;
}

std::vector<double> XpSampler::covariance(const XpStarsView& stars, std::size_t row) const {
    checkBand(stars.bp, stars.rows, m_bands[0].coefficientCount, true, "BP");
    checkBand(stars.rp, stars.rows, m_bands[1].coefficientCount, true, "RP");
    if (row >= stars.rows) throw Error("internal: no star " + std::to_string(row));
    const std::array<const XpBandView*, 2> views{&stars.bp, &stars.rp};
    const bool both = hasBand(stars.bp, row) && hasBand(stars.rp, row);
    const std::size_t n = samples();
    std::vector<double> result(n * n, both ? 0.0 : none);
    for (std::size_t b = 0; b < 2; ++b) {
        if (!hasBand(*views[b], row) || (!both && m_oneBand == OneBand::Missing)) continue;
        const SampledBand& band = m_bands[b];
        const std::vector<double> full = coefficientCovariance(*views[b], row);
        const std::size_t count = band.coefficientCount;
        std::vector<double> half(count * band.columns); // C (w A)
        std::vector<double> weighted(band.design);
        for (std::size_t k = 0; both && k < weighted.size(); ++k) {
            weighted[k] *= band.weight[k % band.columns];
        }
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < count; ++j) {
                for (std::size_t c = 0; c < band.columns; ++c) {
                    half[i * band.columns + c] += full[i * count + j] * weighted[j * band.columns + c];
                }
            }
        }
        std::vector<double> square(band.columns * band.columns);
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t c = 0; c < band.columns; ++c) {
                for (std::size_t d = 0; d < band.columns; ++d) {
                    square[c * band.columns + d] += weighted[i * band.columns + c] * half[i * band.columns + d];
                }
            }
        }
        for (std::size_t c = 0; c < band.columns; ++c) {
            for (std::size_t d = 0; d < band.columns; ++d) {
                double& value = result[(band.firstColumn + c) * n + band.firstColumn + d];
                value = both ? value + square[c * band.columns + d] : square[c * band.columns + d];
            }
        }
    }
    return result;
}

} // namespace zscape
