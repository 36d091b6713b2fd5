// The measured burst before a run, on an engine that records what it is asked.
#include "core/train/training_run.h"
#include "tests/support/training_data.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>

namespace zscape {
namespace {

struct Asked {
    std::size_t engines = 0;
    std::size_t steps = 0;
    std::size_t evaluations = 0;
    bool wholeBatches = true;
};

class CountingEngine : public TrainingEngine {
public:
    explicit CountingEngine(Asked& asked) : m_asked(asked) { ++m_asked.engines; }
    std::string name() const override { return "counting"; }
    std::size_t latentSize() const override { return 2; }
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise, const StepOptions&) override {
        ++m_asked.steps;
        m_asked.wholeBatches = m_asked.wholeBatches && rows.size() == 4 && noise.size() == 8;
        return {1, 1};
    }
    BatchLosses evaluate(std::span<const std::uint32_t>, std::span<const float>) override {
        ++m_asked.evaluations;
        return {1, 1};
    }
    std::vector<Tensor> gradients(std::span<const std::uint32_t>, std::span<const float>) override { return {}; }
    EngineState state() const override { return {}; }
    void setState(const EngineState&) override {}

private:
    Asked& m_asked;
};

TrainingOptions smallRun() {
    TrainingOptions options;
    options.architecture = {Preset::Released, 3, 2, {4}};
    options.batchSize = 4;
    return options;
}

double estimate(Asked& asked, const TrainingOptions& options, const JobContext& job = {}) {
    std::vector<float> x(63);
    std::iota(x.begin(), x.end(), 0.0F);
    const TrainingData data = test::plainTrainingData(3, x, std::vector<float>(63, 1.0F)); // 21 stars
    const EngineFactory factory = [&](const TrainingData&, const TrainingOptions&, const Model&) {
        return std::make_unique<CountingEngine>(asked);
    };
    return estimateEpochSeconds(data, options, factory, 0.01, job);
}

TEST(EstimateEpochSeconds, measures_whole_batches_on_one_engine_of_its_own) {
    Asked asked;
    const double seconds = estimate(asked, smallRun());
    EXPECT_TRUE(std::isfinite(seconds));
    EXPECT_GT(seconds, 0);
    EXPECT_EQ(asked.engines, 1u);
    EXPECT_GT(asked.steps, 2u); // a warm-up and a burst
    EXPECT_GT(asked.evaluations, 0u);
    EXPECT_TRUE(asked.wholeBatches);
}

TEST(EstimateEpochSeconds, validates_only_where_stars_do) {
    Asked asked;
    TrainingOptions options = smallRun();
    options.validationFraction = 0;
    EXPECT_GT(estimate(asked, options), 0);
    EXPECT_EQ(asked.evaluations, 0u);
}

TEST(EstimateEpochSeconds, can_be_cancelled) {
    Asked asked;
    std::atomic<bool> cancel{true};
    EXPECT_THROW(estimate(asked, smallRun(), JobContext(nullptr, &cancel)), Cancelled);
    EXPECT_EQ(asked.steps, 0u);
}

TEST(EstimateEpochSeconds, refuses_a_batch_larger_than_the_training_set) {
    Asked asked;
    TrainingOptions options = smallRun();
    options.batchSize = 20; // 19 stars train
    EXPECT_THROW(estimate(asked, options), Error);
    EXPECT_EQ(asked.engines, 0u);
}

} // namespace
} // namespace zscape
