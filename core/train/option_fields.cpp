#include "core/train/option_fields.h"

#include "core/base/error.h"

#include <cmath>

namespace zscape {
namespace {

void require(bool sound, const char* sentence) {
    if (!sound) throw Error(sentence);
}

bool isPositive(double value) {
    return std::isfinite(value) && value > 0;
}
bool isNotNegative(double value) {
    return std::isfinite(value) && value >= 0;
}

} // namespace

void copyOption(const std::string& name, const TrainingOptions& from, TrainingOptions& to) {
    for (const OptionField& field : optionFields) {
        if (name != field.name) continue;
        std::visit([&](auto member) { to.*member = from.*member; }, field.member);
        return;
    }
    throw Error("there is no training option '" + name + "'");
}

TrainingOptions resumedOptions(const TrainingOptions& checkpoint, const TrainingOptions& wanted) {
    TrainingOptions options = checkpoint;
    for (const OptionField& field : optionFields) {
        if (!field.mayChange) continue;
        std::visit([&](auto member) { options.*member = wanted.*member; }, field.member);
    }
    return options;
}

std::string fixedDifferences(const TrainingOptions& checkpoint, const TrainingOptions& wanted) {
    std::string names = checkpoint.architecture == wanted.architecture ? "" : "architecture";
    for (const OptionField& field : optionFields) {
        const bool same = std::visit([&](auto member) { return checkpoint.*member == wanted.*member; }, field.member);
        if (!same && !field.mayChange) names += (names.empty() ? "" : ", ") + std::string(field.name);
    }
    return names;
}

void requireSound(const TrainingOptions& options) {
    require(options.epochs >= 1, "A run needs at least one epoch; give a positive number of epochs.");
    if (options.batchSize < 2) {
        throw Error("The batch size is " + std::to_string(options.batchSize) +
                    ", but batch statistics need at least two stars a batch.");
    }
    require(options.restartPeriod >= 1, "The restart period (T_0) must be at least one epoch.");
    require(isPositive(options.learningRate) && isNotNegative(options.minimumLearningRate) &&
                isNotNegative(options.weightDecay),
            "The learning rate must be positive, its minimum and the weight decay must not be negative.");
    require(options.plateauFactor > 0 && options.plateauFactor < 1 && options.plateauPatience >= 0,
            "The factor of the schedule \"plateau\" must lie between 0 and 1, and its patience must not be negative.");
    require(isNotNegative(options.clipNorm), "The norm to clip the gradient to must not be negative; 0 clips nothing.");
    require(isNotNegative(options.klWeight) && options.klWarmUpEpochs >= 0,
            "The weight of kl and its warm-up must not be negative.");
    require(options.earlyStopEpochs >= 0, "Early stopping needs a number of epochs; 0 never stops early.");
    require(options.earlyStopEpochs == 0 || options.validationFraction > 0 || !options.splitColumn.empty(),
            "Early stopping looks at validation stars, but none are set aside: give a validation fraction.");
}

} // namespace zscape
