#pragma once

#include "core/train/training_options.h"

#include <cstdint>
#include <string>
#include <variant>

namespace zscape {

/// A training option under the name it has in files. The architecture is not among them: models carry it.
struct OptionField {
    const char* name;
    std::variant<int TrainingOptions::*, std::int64_t TrainingOptions::*, double TrainingOptions::*,
                 std::string TrainingOptions::*, Schedule TrainingOptions::*, Precision TrainingOptions::*>
        member;
    bool mayChange = false; ///< when a run is resumed
};

inline constexpr OptionField optionFields[]{
    {"epochs", &TrainingOptions::epochs, true},
    {"batch_size", &TrainingOptions::batchSize},
    {"learning_rate", &TrainingOptions::learningRate},
    {"weight_decay", &TrainingOptions::weightDecay},
    {"schedule", &TrainingOptions::schedule},
    {"restart_period", &TrainingOptions::restartPeriod},
    {"minimum_learning_rate", &TrainingOptions::minimumLearningRate},
    {"plateau_factor", &TrainingOptions::plateauFactor},
    {"plateau_patience", &TrainingOptions::plateauPatience},
    {"clip_norm", &TrainingOptions::clipNorm},
    {"kl_weight", &TrainingOptions::klWeight},
    {"kl_warm_up_epochs", &TrainingOptions::klWarmUpEpochs},
    {"early_stop_epochs", &TrainingOptions::earlyStopEpochs},
    {"validation_fraction", &TrainingOptions::validationFraction},
    {"split_column", &TrainingOptions::splitColumn},
    {"seed", &TrainingOptions::seed},
    {"split_seed", &TrainingOptions::splitSeed},
    {"engine", &TrainingOptions::engine, true},
    {"device", &TrainingOptions::device, true},
    {"precision", &TrainingOptions::precision, true},
    {"threads", &TrainingOptions::threads, true},
};

/// Copies one option by its name in files. Throws Error for a name that is none.
void copyOption(const std::string& name, const TrainingOptions& from, TrainingOptions& to);

/// The options of a resumed run: the checkpoint's, but for those that may change.
TrainingOptions resumedOptions(const TrainingOptions& checkpoint, const TrainingOptions& wanted);
/// The names of the options that differ and may not change on resume, joined by ", "; "" where none does.
std::string fixedDifferences(const TrainingOptions& checkpoint, const TrainingOptions& wanted);
/// Throws Error: an option out of its range, in words for a person.
void requireSound(const TrainingOptions& options);

} // namespace zscape
