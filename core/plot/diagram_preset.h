#pragma once

#include "core/plot/viewport.h"

#include <string>
#include <vector>

namespace zscape {

/// A diagram that astronomers know by name: a scatter view of two columns with ranges and directions.
struct DiagramPreset {
    std::string id;    ///< "kiel"
    std::string title; ///< "Kiel diagram"
    std::string x, y;  ///< ids of a StarTable; aliases do
    AxisRange xAxis, yAxis;
    std::string colour;      ///< the column to colour by, "" for none
    std::string description; ///< one or two sentences for people who do not know it
};

/// "kiel" (method.md 6: Teff 6500..3600 K and log g, both reversed), "alpha" ([M/H]-[alpha/M]) and "alpha-iron"
/// ([Fe/H]-[Mg/Fe]).
const std::vector<DiagramPreset>& diagramPresets();

} // namespace zscape
