#pragma once

#include "core/xp/xp_sampler.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape {

/// Synthetic photometry in one system (GaiaXPy's generate): mag = zero point - 2.5 log10(flux).
struct FilterSystem {
    std::string name;
    std::vector<std::string> filters;
    XpSampler sampler; ///< one sample a filter; its grid is the filters' mean wavelengths [nm]
    std::vector<double> zeroPoints;
    std::vector<double> fluxBias; ///< added to the flux of standardised systems, zero in others
    /// Filters that GaiaXPy also corrects by a colour equation, which is not done here: JkcStd U and SdssStd u.
    std::vector<std::string> withoutColourEquation{};
};

/// G, BP, RP as Gaia DR3 publishes them (Vega).
FilterSystem gaiaDr3Vega(const XpInstrument& instrument);

/// A filter table of GaiaXPy's format, e.g. gaiaxpy/config/filters/XpFilter_Sdss_v375wiv142r.xml. A system is a
/// standardised one, whose fluxBias counts, when its name ends in "Std", as in GaiaXPy. Throws Error naming the file
/// and what is wrong with it.
FilterSystem readFilterSystem(const std::filesystem::path& path);

/// Rows x filters.
struct Photometry {
    std::vector<double> mag;      ///< NaN where the flux is not positive or a band is missing
    std::vector<double> magError; ///< 2.5 / ln 10 of the relative flux error
    std::vector<double> flux;
    std::vector<double> fluxError;
};
/// Throws Error when a size is wrong. Errors are NaN where the stars have none.
Photometry synthesise(const FilterSystem& system, const XpStarsView& stars);

} // namespace zscape
