#pragma once

#include "core/explore/star_table.h"
#include "core/model/spectral_model.h"
#include "core/select/built_in.h"
#include "widgets/figure/figure_page.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// What the figures are made of. Any thread; everything is shared and constant.
struct FigureInput {
    std::shared_ptr<const StarTable> table;     ///< with the model's latents where there is a model
    std::shared_ptr<const SpectralModel> model; ///< may be null
    std::string cataloguePath;                  ///< as it stands in the command that redraws a figure
    std::string modelPath;                      ///< "" for none or the built-in one
    std::string normalizationPath;
};

/// What a person chooses for a figure.
struct FigureChoice {
    FigureStyle style;
    bool ownWidth = true; ///< the figure's usual width in place of style.width_mm
    SelectionPreset preset = SelectionPreset::Released;
    std::vector<int> latents; ///< counted from 1; empty: the paper's
};

} // namespace zscape
