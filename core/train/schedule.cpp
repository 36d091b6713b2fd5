#include "core/train/trainer.h"

#include <cmath>
#include <numbers>

namespace zscape {

double cosineRestartRate(const TrainingOptions& options, int epoch) {
    const double phase = static_cast<double>(epoch % options.restartPeriod) / options.restartPeriod;
    return options.minimumLearningRate +
           (options.learningRate - options.minimumLearningRate) * (1.0 + std::cos(std::numbers::pi * phase)) / 2.0;
}

} // namespace zscape
