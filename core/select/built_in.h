#pragma once

#include "core/select/definition.h"

#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// Where the paper's text and its released code differ (method.md).
enum class SelectionPreset { Released, Paper };
std::string_view selectionPresetName(SelectionPreset preset); ///< "released", "paper"

/// Quality of labels by section 2 of method.md.
enum class LabelQuality { Good, Pristine };
/// The cut as a formula, the one source of its text.
std::string labelCut(LabelQuality quality, SelectionPreset preset);

/// The paper's cuts as selections to use and edit (method.md sections 2 and 6), in this order:
/// - "full", "good labels", "pristine labels": section 2, Teff/sigma 30 (paper) or 20 (released) and the flag bits;
/// - "main sequence", "giants": log g above or below 5.9 - 0.4 Teff/kK (Fig 2);
/// - "MS members": within 0.2 dex of Eq 11; "GB members": log g 0..3.65 and within 100 K (paper) or, by a slip, 0.2 K
///   (released) of Eq 12;
/// - "high alpha", "low alpha": the pristine labels above or below Patil et al.'s (2023) cubic in [Fe/H]-[Mg/Fe];
/// - "Gaia-Enceladus": Lane et al.'s (2022) action diamond with the parallax cuts.
/// All are visible = false: they are there to be chosen.
std::vector<Selection> builtInSelections(SelectionPreset preset = SelectionPreset::Released);

/// One sentence on what a built-in selection is, "" for another name.
std::string builtInDescription(std::string_view name);

} // namespace zscape
