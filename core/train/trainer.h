#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/model/model.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace zscape {

/// Everything a run depends on besides its data. Defaults are the release's (method.md section 5).
struct TrainingOptions {
    Architecture architecture;
    int epochs = 5000;
    int batchSize = 1024;
    double learningRate = 1e-4;
    double weightDecay = 0.01;
    int restartPeriod = 500; ///< T_0 of cosine annealing with warm restarts, in epochs
    double minimumLearningRate = 1e-10;
    double validationFraction = 0.1;
    std::int64_t seed = 0;       ///< weights, shuffling and sampling
    std::int64_t splitSeed = 0;  ///< which stars validate
    int threads = 0;
};

/// Standardised training data: x and err, rows x inputSize, of the usable stars; made once per run.
struct TrainingData {
    std::size_t rows = 0;
    std::size_t inputSize = 0;
    std::vector<float> x;
    std::vector<float> err;
    Normalization normalization;
};
/// mu, sig over all usable stars (float64, ddof 0) and the standardised block. Throws Error when fewer than two usable.
TrainingData prepareTrainingData(const Catalog& catalog, const JobContext& job = {});

/// Called after each epoch, on the training thread; return false to stop (the model so far is kept).
using EpochObserver = std::function<bool(const EpochRecord& record)>;

/// A training engine. One run per call, on the caller's thread; a cancelled job stops after the current step and returns
/// the model so far. Throws Error: NaN loss (says epoch and step), batch larger than the training set.
class Trainer {
public:
    virtual ~Trainer() = default;
    virtual std::string engineName() const = 0;
    virtual Model train(const TrainingData& data, const TrainingOptions& options, const EpochObserver& observer,
                        const JobContext& job) = 0;
};

/// The LibTorch trainer (CPU), from the same library as the LibTorch backend. Throws Error when it is not installed.
std::unique_ptr<Trainer> makeTorchTrainer();

/// Learning rate of an epoch (counted from 0): eta_min + (lr - eta_min) (1 + cos(pi t / T_0)) / 2, t = epoch mod T_0.
double cosineRestartRate(const TrainingOptions& options, int epoch);
/// Seeded split and epoch permutation (Philox): the same on every machine.
struct Split {
    std::vector<std::uint32_t> training;
    std::vector<std::uint32_t> validation;
};
Split splitRows(std::size_t rows, double validationFraction, std::int64_t splitSeed);
void shuffleRows(std::vector<std::uint32_t>& rows, std::int64_t seed, int epoch);

} // namespace zscape
