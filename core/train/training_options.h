#pragma once

#include "core/model/architecture.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace zscape {

/// How the learning rate goes from epoch to epoch (schedule.h).
enum class Schedule : std::uint8_t { CosineRestarts, Cosine, Constant, ReduceOnPlateau };
std::string_view scheduleName(Schedule schedule); ///< "restarts", "cosine", "constant", "plateau"
Schedule scheduleFromName(std::string_view name); ///< throws Error

/// Arithmetic of the LibTorch engine's products; everything else, and the fused engine, is float32.
enum class Precision : std::uint8_t { Float32, Tf32, Bf16 };
std::string_view precisionName(Precision precision); ///< "float32", "tf32", "bf16"
Precision precisionFromName(std::string_view name);  ///< throws Error

/// Everything a run depends on besides its data. Defaults are the release's (method.md section 5).
struct TrainingOptions {
    Architecture architecture;
    int epochs = 5000;
    int batchSize = 1024;

    double learningRate = 1e-4;
    double weightDecay = 0.01;
    Schedule schedule = Schedule::CosineRestarts;
    int restartPeriod = 500;            ///< T_0 of cosine annealing with warm restarts, in epochs
    double minimumLearningRate = 1e-10; ///< eta_min of every schedule but Constant
    double plateauFactor = 0.1;         ///< ReduceOnPlateau, PyTorch's defaults
    int plateauPatience = 10;           ///< epochs
    double clipNorm = 0;                ///< largest Euclidean norm of the whole gradient; 0: not clipped

    double klWeight = 1;
    int klWarmUpEpochs = 0;  ///< the weight of kl grows linearly from 0 over so many epochs
    int earlyStopEpochs = 0; ///< stop when validation has not improved for so many epochs; 0: never

    double validationFraction = 0.1;
    std::string splitColumn;    ///< stars where it is not 0 validate, instead of a fraction; "" for none
    std::int64_t seed = 0;      ///< weights, shuffling and sampling
    std::int64_t splitSeed = 0; ///< which stars validate

    std::string engine = "fused"; ///< or "libtorch"
    std::string device = "cpu";   ///< or "cuda", libtorch only
    Precision precision = Precision::Float32;
    int threads = 0; ///< <= 0 takes all cores
};

} // namespace zscape
