#pragma once

#include "core/model/architecture.h"

#include <gtest/gtest.h>

namespace zscape::test {

/// Skips, visibly, in a build without LibTorch.
class TorchTest : public testing::Test {
protected:
    void SetUp() override {
#ifndef ZSCAPE_HAS_TORCH
        GTEST_SKIP() << "built without LibTorch";
#endif
    }
};

/// 13 coefficients, 3 latents, blocks of 11 and 7: every size differs, so that none can stand for another.
inline Architecture smallArchitecture(Preset preset) {
    Architecture architecture;
    architecture.preset = preset;
    architecture.inputSize = 13;
    architecture.latentSize = 3;
    architecture.layers = {11, 7};
    return architecture;
}

} // namespace zscape::test
