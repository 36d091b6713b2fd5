#include "core/torch/loader.h"
#include "core/train/training_engine.h"

namespace zscape {
namespace {

class TorchTrainer final : public Trainer {
public:
    explicit TorchTrainer(const TorchApi& api) : m_api(api) {}
    std::string engineName() const override { return "LibTorch " + std::string(m_api.libTorchVersion) + " CPU"; }
    Model train(const TrainingData& data, const TrainingOptions& options, const EpochObserver& observer,
                const JobContext& job) override {
        return runTraining(data, options, m_api.makeEngine, observer, job);
    }

private:
    const TorchApi& m_api;
};

} // namespace

std::unique_ptr<TrainingEngine> makeTorchEngine(const TrainingData& data, const TrainingOptions& options,
                                                const Model& start) {
    return torchApi().makeEngine(data, options, start);
}

std::unique_ptr<Trainer> makeTorchTrainer() {
    return std::make_unique<TorchTrainer>(torchApi());
}

} // namespace zscape
