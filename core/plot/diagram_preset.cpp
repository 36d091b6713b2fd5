#include "core/plot/diagram_preset.h"

namespace zscape {

const std::vector<DiagramPreset>& diagramPresets() {
    static const std::vector<DiagramPreset> presets{
        {"kiel",
         "Kiel diagram",
         "teff",
         "logg",
         {3600, 6500, false, true},
         {-0.2, 5.2, false, true},
         "m_h",
         "Surface gravity against effective temperature, both reversed: dwarfs lie at the bottom, giants climb to the "
         "upper right. It is a Hertzsprung-Russell diagram that needs no distances."},
        {"alpha",
         "Alpha diagram",
         "m_h",
         "alpha_m",
         {-2.2, 0.6, false, false},
         {-0.2, 0.5, false, false},
         "",
         "Abundance of the alpha elements (O, Mg, Si, Ca, Ti) against metallicity. Supernovae of massive stars made "
         "them "
         "early, so the old thick disc lies high and the thin disc low."},
        {"alpha-iron",
         "Alpha diagram of Mg and Fe",
         "fe_h",
         "mg_fe",
         {-2.2, 0.6, false, false},
         {-0.2, 0.5, false, false},
         "",
         "[Mg/Fe] against [Fe/H]: the plane in which Patil et al. (2023) divide the high- from the low-alpha "
         "sequence."}};
    return presets;
}

} // namespace zscape
