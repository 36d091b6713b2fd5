#include "core/train/schedule.h"

#include "core/base/error.h"

#include <cmath>
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
    const double phase = static_cast<double>(epoch % options.restartPeriod) / options.restartPeriod;
    return options.minimumLearningRate +
           (options.learningRate - options.minimumLearningRate) * (1.0 + std::cos(std::numbers::pi * phase)) / 2.0;
}

} // namespace zscape
