#pragma once

#include "core/analysis/classification.h"
#include "core/analysis/reconstruction_errors.h"
#include "core/explore/star_table.h"
#include "core/model/spectral_model.h"
#include "core/select/built_in.h"
#include "core/xp/xp_instrument.h"
#include "widgets/figure/figure_page.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

struct FigureInput;

/// Reconstruction errors of what the figures are made of, reckoned on first use: two figures show them. Any thread.
class SharedErrors {
public:
    SharedErrors() = default;
    /// Where they are known already.
    explicit SharedErrors(std::shared_ptr<const ReconstructionErrors> errors) : m_errors(std::move(errors)) {}
    /// Throws Error, Cancelled.
    std::shared_ptr<const ReconstructionErrors> of(const FigureInput& input, const JobContext& job);

private:
    std::mutex m_mutex;
    std::shared_ptr<const ReconstructionErrors> m_errors;
};

/// What random forests made of the stars, grown on first use: a figure that is drawn again, in another size, need not
/// wait for them again. Any thread.
class SharedForests {
public:
    /// `key` says all that the answer depends on beside the table; another table forgets what was known of the last.
    /// Throws what `grow` does.
    ConfusionMatrix of(const std::shared_ptr<const StarTable>& table, const std::string& key,
                       const std::function<ConfusionMatrix()>& grow);

private:
    std::mutex m_mutex;
    std::weak_ptr<const StarTable> m_table;
    std::map<std::string, ConfusionMatrix> m_known;
};

/// What the figures are made of. Any thread; everything is shared and constant.
struct FigureInput {
    std::shared_ptr<const StarTable> table;     ///< with the model's latents where there is a model
    std::shared_ptr<const SpectralModel> model; ///< may be null
    std::string cataloguePath;                  ///< as it stands in the command that redraws a figure
    std::string modelPath;                      ///< as above; "demo" for the bundled one, "" for none
    std::string modelRemark;                    ///< what cannot be opened again: a model in training
    std::string normalizationPath;
    std::vector<std::shared_ptr<const ComparedSpectra>> compared; ///< other models' spectra of the same stars
    std::vector<std::string> comparedTexts;                       ///< NAME=FILE of each, for the command
    std::shared_ptr<const Correlations> correlations;             ///< of the coefficients; null for none
    std::string correlationsPath;                                 ///< "" for the catalogue's own
    std::shared_ptr<SharedErrors> errors = std::make_shared<SharedErrors>();
    std::shared_ptr<SharedForests> forests = std::make_shared<SharedForests>();
    std::optional<XpInstrument> instrument; ///< without, the built-in one is read
};

/// What a person chooses for a figure.
struct FigureChoice {
    FigureStyle style;
    bool ownWidth = true; ///< the figure's usual width in place of style.width_mm
    SelectionPreset preset = SelectionPreset::Released;
    std::vector<int> latents; ///< counted from 1; empty: the paper's
    std::uint64_t seed = 0;   ///< of what is random: which stars teach, and the forests they teach
};

} // namespace zscape
