#pragma once

#include <array>
#include <string_view>

namespace zscape {

enum class LineGroup { Balmer, Paschen, Mg, Ca, Fe };
inline constexpr std::array lineGroups{LineGroup::Balmer, LineGroup::Paschen, LineGroup::Mg, LineGroup::Ca,
                                       LineGroup::Fe};

/// A spectral line marked in figures; texts are UTF-8.
struct SpectralLine {
    double wavelength_nm;
    LineGroup group;
    std::string_view label;       ///< short, for the plot
    std::string_view description; ///< for tool tips and lists
};

/// The lines of Laroche & Speagle (2025), Fig. 11 (method.md section 6), by group, with their groups as in the paper.
/// Only 854.2 nm, drawn there with Mg, stands with Ca, where it belongs. 422.7 and 430.8 nm keep the paper's group;
/// their descriptions name the lines that laboratory tables have there.
inline constexpr std::array spectralLines{
    SpectralLine{656.3, LineGroup::Balmer, "Hα", "Hα 656.3 nm"},
    SpectralLine{486.1, LineGroup::Balmer, "Hβ", "Hβ 486.1 nm"},
    SpectralLine{434.0, LineGroup::Balmer, "Hγ", "Hγ 434.0 nm"},
    SpectralLine{410.2, LineGroup::Balmer, "Hδ", "Hδ 410.2 nm"},
    SpectralLine{397.0, LineGroup::Balmer, "Hε", "Hε 397.0 nm"},
    SpectralLine{388.9, LineGroup::Balmer, "Hζ", "Hζ 388.9 nm"},
    SpectralLine{1005.0, LineGroup::Paschen, "Paδ", "Paδ 1005 nm"},
    SpectralLine{954.6, LineGroup::Paschen, "Paε", "Paε 954.6 nm"},
    SpectralLine{820.4, LineGroup::Paschen, "Pa lim", "Paschen limit 820.4 nm"},
    SpectralLine{422.7, LineGroup::Mg, "Mg", "422.7 nm, as Mg in the paper (Ca I in line lists)"},
    SpectralLine{430.8, LineGroup::Mg, "Mg", "430.8 nm, as Mg in the paper (Fe I and Ca I in line lists)"},
    SpectralLine{430.0, LineGroup::Ca, "Ca", "Ca 430 nm"},
    SpectralLine{854.2, LineGroup::Ca, "Ca II", "Ca II 854.2 nm"},
    SpectralLine{431.0, LineGroup::Fe, "Fe", "Fe 431 nm"},
    SpectralLine{438.0, LineGroup::Fe, "Fe", "Fe 438 nm"},
    SpectralLine{527.0, LineGroup::Fe, "Fe", "Fe 527 nm"},
};

} // namespace zscape
