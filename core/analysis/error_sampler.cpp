#include "core/analysis/error_sampler.h"

#include "core/analysis/reconstruction_errors.h"

#include <algorithm>
#include <array>

namespace zscape {

XpSampler errorSampler(const XpInstrument& instrument) {
    const XpSampler all = XpSampler::calibrated(instrument);
    const std::vector<double> wavelengths = errorWavelengths_nm();
    std::array<SampledBand, 2> bands;
    for (const XpBand which : xpBands) {
        const SampledBand& from = all.band(which);
        SampledBand& to = bands[static_cast<std::size_t>(which)];
        std::vector<std::size_t> picked;
        for (std::size_t l = 0; l < wavelengths.size(); ++l) {
            const auto at =
                static_cast<std::size_t>(std::ranges::find(all.grid(), wavelengths[l]) - all.grid().begin());
            if (at < from.firstColumn || at >= from.firstColumn + from.columns) continue;
            if (picked.empty()) to.firstColumn = l;
            picked.push_back(at - from.firstColumn);
            to.weight.push_back(from.weight[picked.back()]);
        }
        to.coefficientCount = from.coefficientCount;
        to.columns = picked.size();
        for (std::size_t j = 0; j < from.coefficientCount; ++j) {
            for (const std::size_t column : picked) {
                to.design.push_back(from.design[j * from.columns + column]);
            }
        }
    }
    return {wavelengths, std::move(bands[0]), std::move(bands[1]), OneBand::Unweighted};
}

std::vector<double> errorWavelengths_nm() {
    std::vector<double> result;
    for (int wavelength = 392; wavelength <= 992; wavelength += 10) {
        result.push_back(wavelength);
    }
    return result;
}

} // namespace zscape
