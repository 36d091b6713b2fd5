#include "core/train/schedule.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

namespace zscape {
namespace {

template <typename Value, std::size_t Count>
Value fromName(const std::pair<Value, std::string_view> (&names)[Count], std::string_view name, const char* what) {
    std::string all;
    for (const auto& [value, text] : names) {
        if (text == name) return value;
        all += (all.empty() ? "" : ", ") + std::string(text);
    }
    throw Error("there is no " + std::string(what) + " '" + std::string(name) + "'; take one of " + all);
}

template <typename Value, std::size_t Count>
std::string_view nameOf(const std::pair<Value, std::string_view> (&names)[Count], Value wanted) {
    for (const auto& [value, text] : names) {
        if (value == wanted) return text;
    }
    return "";
}

constexpr std::pair<Schedule, std::string_view> scheduleNames[]{{Schedule::CosineRestarts, "restarts"},
                                                                {Schedule::Cosine, "cosine"},
                                                                {Schedule::Constant, "constant"},
                                                                {Schedule::ReduceOnPlateau, "plateau"}};
constexpr std::pair<Precision, std::string_view> precisionNames[]{
    {Precision::Float32, "float32"}, {Precision::Tf32, "tf32"}, {Precision::Bf16, "bf16"}};

/// Cosine annealing, `epoch` of `period` epochs after its beginning.
double annealed(const TrainingOptions& options, int epoch, int period) {
    const double phase = static_cast<double>(epoch) / period;
    return options.minimumLearningRate +
           (options.learningRate - options.minimumLearningRate) * (1.0 + std::cos(std::numbers::pi * phase)) / 2.0;
}

} // namespace

std::string_view scheduleName(Schedule schedule) {
    return nameOf(scheduleNames, schedule);
}
Schedule scheduleFromName(std::string_view name) {
    return fromName(scheduleNames, name, "schedule");
}
std::string_view precisionName(Precision precision) {
    return nameOf(precisionNames, precision);
}
Precision precisionFromName(std::string_view name) {
    return fromName(precisionNames, name, "precision");
}

double cosineRestartRate(const TrainingOptions& options, int epoch) {
    return annealed(options, epoch % options.restartPeriod, options.restartPeriod);
}

double cosineRate(const TrainingOptions& options, int epoch) {
    return annealed(options, epoch, options.epochs);
}

double epochLearningRate(const TrainingOptions& options, int epoch, const ScheduleState& state) {
    switch (options.schedule) {
    case Schedule::CosineRestarts:
        return cosineRestartRate(options, epoch);
    case Schedule::Cosine:
        return cosineRate(options, epoch);
    case Schedule::ReduceOnPlateau:
        return state.plateauRate > 0 ? state.plateauRate : options.learningRate;
    case Schedule::Constant:
        break;
    }
    return options.learningRate;
}

void endEpoch(const TrainingOptions& options, double loss, ScheduleState& state) {
    constexpr double threshold = 1e-4;   // PyTorch's defaults
    constexpr double smallestCut = 1e-8; // a smaller reduction is left out
    if (state.plateauRate <= 0) {
        state = {std::numeric_limits<double>::infinity(), 0, options.learningRate};
    }
    if (loss < state.plateauBest * (1.0 - threshold)) {
        state.plateauBest = loss;
        state.plateauBadEpochs = 0;
        return;
    }
    if (++state.plateauBadEpochs <= options.plateauPatience) return;
    state.plateauBadEpochs = 0;
    const double reduced = std::max(state.plateauRate * options.plateauFactor, options.minimumLearningRate);
    if (state.plateauRate - reduced > smallestCut) state.plateauRate = reduced;
}

double epochKlWeight(const TrainingOptions& options, int epoch) {
    if (epoch >= options.klWarmUpEpochs) return options.klWeight;
    return options.klWeight * epoch / options.klWarmUpEpochs;
}

} // namespace zscape
