#pragma once

#include "core/train/training_run.h"
#include "tests/support/hand_engine.h"
#include "tests/support/training_data.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

namespace zscape::test {

/// 60 stars of 3 coefficients, standardised values between -3 and 3.
inline TrainingData smallStars() {
    std::vector<float> x;
    for (int i = 0; i < 180; ++i) {
        x.push_back(static_cast<float>(i * 37 % 61) / 10.0F - 3.0F);
    }
    return plainTrainingData(3, x, std::vector<float>(180, 1.0F));
}

/// 6 stars validate, 54 train: 13 batches of 4.
inline TrainingOptions smallOptions() {
    TrainingOptions options;
    options.architecture.inputSize = 3;
    options.architecture.latentSize = 2;
    options.architecture.layers = {4};
    options.epochs = 6;
    options.batchSize = 4;
    options.learningRate = 0.01;
    options.restartPeriod = 4;
    options.seed = 5;
    options.splitSeed = 2;
    return options;
}

/// The same bytes, NaN and all.
template <typename T>
bool sameBytes(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}
inline bool sameBytes(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

inline void expectSameTensors(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].shape, b[i].shape) << a[i].name;
        EXPECT_TRUE(sameBytes(a[i].values, b[i].values)) << a[i].name;
        EXPECT_EQ(a[i].counter, b[i].counter) << a[i].name;
        EXPECT_EQ(a[i].isCounter, b[i].isCounter) << a[i].name;
    }
}

/// But for the seconds.
inline void expectSameHistory(const std::vector<EpochRecord>& a, const std::vector<EpochRecord>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].epoch, b[i].epoch);
        for (double EpochRecord::*member :
             {&EpochRecord::loss, &EpochRecord::rec, &EpochRecord::kl, &EpochRecord::validationLoss,
              &EpochRecord::validationRec, &EpochRecord::validationKl, &EpochRecord::learningRate}) {
            EXPECT_TRUE(sameBytes(a[i].*member, b[i].*member)) << "epoch " << a[i].epoch;
        }
    }
}

inline void expectSameModel(const Model& a, const Model& b) {
    EXPECT_EQ(a.architecture, b.architecture);
    EXPECT_EQ(a.epoch, b.epoch);
    expectSameTensors(a.tensors, b.tensors);
    expectSameHistory(a.history, b.history);
    EXPECT_TRUE(sameBytes(a.normalization->mu, b.normalization->mu));
    EXPECT_TRUE(sameBytes(a.normalization->sig, b.normalization->sig));
}

} // namespace zscape::test
