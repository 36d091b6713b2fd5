#pragma once

#include "core/train/training_engine.h"

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace zscape::test {

/// A training engine by hand: no network, but every number of its state depends on every batch, its order, its noise
/// and the learning rate, so that a run that differs anywhere ends in other bytes. Its loss falls slowly.
class HandEngine : public TrainingEngine {
public:
    /// Asked before each step with the number of updates made so far; what it returns replaces the step's rec.
    using Hook = std::function<double(std::int64_t steps, double rec)>;

    HandEngine(const TrainingOptions& options, const Model& start, Hook hook = {})
        : m_latents(static_cast<std::size_t>(options.architecture.latentSize)),
          m_architecture(options.architecture),
          m_hook(std::move(hook)) {
        m_state.tensors = start.tensors;
        for (const TensorSpec& spec : tensorSpecs(options.architecture)) {
            if (spec.isBuffer || spec.isCounter) continue;
            m_state.firstMoments.push_back({spec.name, spec.shape, std::vector<float>(spec.elementCount())});
            m_state.secondMoments.push_back({spec.name, spec.shape, std::vector<float>(spec.elementCount())});
        }
    }
    std::string name() const override { return "by hand"; }
    std::size_t latentSize() const override { return m_latents; }

    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& how) override {
        const double pull = mix(rows, noise);
        BatchLosses losses{10.0 / (1.0 + 0.05 * static_cast<double>(m_state.steps)) + 0.01 * pull,
                           1.0 + 0.02 * std::abs(pull)};
        if (m_hook) losses.rec = m_hook(m_state.steps, losses.rec);
        ++m_state.steps;
        std::size_t trained = 0;
        for (Tensor& tensor : m_state.tensors) {
            if (tensor.isCounter) {
                ++tensor.counter;
                continue;
            }
            const bool isTrained =
                trained < m_state.firstMoments.size() && m_state.firstMoments[trained].name == tensor.name;
            for (std::size_t i = 0; i < tensor.values.size(); ++i) {
                const auto gradient = static_cast<float>(pull * std::cos(static_cast<double>(i)) + how.klWeight);
                if (!isTrained) {
                    tensor.values[i] = 0.9F * tensor.values[i] + 0.1F * std::abs(gradient);
                    continue;
                }
                float& first = m_state.firstMoments[trained].values[i];
                float& second = m_state.secondMoments[trained].values[i];
                first = 0.9F * first + 0.1F * gradient;
                second = 0.999F * second + 0.001F * gradient * gradient;
                tensor.values[i] -= static_cast<float>(how.learningRate) * first / (std::sqrt(second) + 1e-8F);
            }
            trained += isTrained;
        }
        return losses;
    }
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override {
        const double weight = static_cast<double>(m_state.tensors[0].values[0]);
        return {5.0 + weight + std::sin(static_cast<double>(m_state.steps)) + 0.01 * mix(rows, noise), 1.0};
    }
    std::vector<Tensor> gradients(std::span<const std::uint32_t>, std::span<const float>) override { return {}; }
    EngineState state() const override { return m_state; }
    void setState(const EngineState& state) override {
        requireState(state, m_architecture);
        m_state = state;
    }

private:
    /// Of order one, and another number for another order.
    static double mix(std::span<const std::uint32_t> rows, std::span<const float> noise) {
        double sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            sum += std::sin(static_cast<double>(rows[i] + 1) * static_cast<double>(i + 1));
        }
        for (std::size_t i = 0; i < noise.size(); ++i) {
            sum += static_cast<double>(noise[i]) / static_cast<double>(i + 1);
        }
        return sum / static_cast<double>(rows.size());
    }

    std::size_t m_latents;
    Architecture m_architecture;
    Hook m_hook;
    EngineState m_state;
};

inline EngineFactory handEngines(HandEngine::Hook hook = {}) {
    return [hook = std::move(hook)](const TrainingData&, const TrainingOptions& options, const Model& start) {
        return std::make_unique<HandEngine>(options, start, hook);
    };
}

} // namespace zscape::test
