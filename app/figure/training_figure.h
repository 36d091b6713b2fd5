#pragma once

#include "app/figure/figure_input.h"
#include "core/model/model.h"

#include <filesystem>
#include <vector>

namespace zscape {

/// The history in a log (.csv, also the published train_metrics.csv), a model or a checkpoint. Throws Error.
std::vector<EpochRecord> readHistory(const std::filesystem::path& path);

/// A run's losses and learning rate over its epochs.
struct TrainingCurvesInput {
    std::vector<EpochRecord> history;
    std::vector<EpochRecord> comparison; ///< another run's, in grey; may be empty
    std::string path;                    ///< of the history, for the command
    std::string comparisonPath;          ///< "" for none
};
/// Ranges are those in which the curves can be read: the first epochs may be cut off. Throws Error without epochs.
Figure trainingFigure(const TrainingCurvesInput& input, const FigureChoice& choice);

} // namespace zscape
