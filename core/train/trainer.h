#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/model/model.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// train: from a catalogue to a trained model. The run (split, shuffle, schedule, history, stopping) is here and the
/// same for every engine; what an engine must do stands in training_engine.h. Nothing here knows LibTorch.
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
    std::int64_t seed = 0;      ///< weights, shuffling and sampling
    std::int64_t splitSeed = 0; ///< which stars validate
    int threads = 0;            ///< <= 0 takes all cores
};

/// Standardised training data: x and err, rows x inputSize row-major, of the usable stars; made once per run.
struct TrainingData {
    std::size_t rows = 0;
    std::size_t inputSize = 0;
    std::vector<float> x;
    std::vector<float> err;
    std::vector<std::uint32_t> catalogRows; ///< row of the catalogue each row came from, to name a star in a message
    Normalization normalization;
    Provenance provenance; ///< catalogue name, content hash and whether it is a mock; the rest is filled by the run
};
/// mu, sig (method.md section 1) over all usable stars in float64 (ddof 0) and the standardised block, on all cores;
/// the same numbers on any number of threads. Throws Error when fewer than two stars are usable or a coefficient is the
/// same in all of them; Cancelled.
TrainingData prepareTrainingData(const Catalog& catalog, const JobContext& job = {});
/// The same with a normalisation that is given: to go on from a model, or to repeat a recorded training. Throws Error
/// when its size is not the catalogue's.
TrainingData prepareTrainingData(const Catalog& catalog, const Normalization& normalization,
                                 const JobContext& job = {});

/// Called after each epoch, on the training thread; return false to stop (the model so far is kept).
using EpochObserver = std::function<bool(const EpochRecord& record)>;

/// The loss is no longer finite: the run ends. The message says at which epoch and step; the model of the last whole
/// epoch (the untrained one in the first) comes along, so that a caller can keep it.
class TrainingDiverged : public Error {
public:
    TrainingDiverged(const std::string& message, Model lastGood)
        : Error(message),
          m_lastGood(std::make_shared<const Model>(std::move(lastGood))) {}
    const Model& lastGood() const { return *m_lastGood; }

private:
    std::shared_ptr<const Model> m_lastGood; ///< shared, as exceptions are copied
};

/// A training engine. One run per call, on the caller's thread. A cancelled job stops after the current step and
/// returns the model so far (its weights include the broken-off epoch, its history and `epoch` count whole epochs); so
/// does an observer that returns false. The model carries tensors, normalisation, history, epoch, and of its provenance
/// all but the command line. Throws TrainingDiverged, and Error: options out of range, data of another size than the
/// architecture's input, batch larger than the training set.
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
/// What PyTorch's CosineAnnealingWarmRestarts gives when stepped once an epoch.
double cosineRestartRate(const TrainingOptions& options, int epoch);

/// Seeded split and epoch permutation (Philox): the same on every machine. Both lists are in ascending order;
/// validation gets round(rows * validationFraction) rows. Throws Error when the fraction is not in [0, 1) or leaves no
/// training row.
struct Split {
    std::vector<std::uint32_t> training;
    std::vector<std::uint32_t> validation;
};
Split splitRows(std::size_t rows, double validationFraction, std::int64_t splitSeed);
/// A uniform permutation (Fisher-Yates) that depends on seed, epoch and the order of `rows` alone.
void shuffleRows(std::vector<std::uint32_t>& rows, std::int64_t seed, int epoch);

} // namespace zscape
