// Trainings recorded with PyTorch in float64 and kept with the project (tests/data): both presets, sizes and batches
// that are no multiples of anything, a network that takes fewer coefficients than the catalogue has; and files that are
// no recordings.
#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/train/fused/fused_engine.h"
#include "core/train/replay.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

namespace zscape {
namespace {

const std::filesystem::path dataFolder = std::filesystem::path(ZSCAPE_SOURCE_DIR) / "tests" / "data";
const std::filesystem::path starsFile = dataFolder / "training_stars.h5";

std::shared_ptr<const Catalog> readStars() {
    return std::make_shared<const Catalog>(readReleasedCatalog(starsFile));
}

void expectBelow(const ReplayDifference& difference, double tolerance, const std::string& what) {
    EXPECT_LT(difference.gradient, tolerance) << what << ", " << difference.gradientTensor;
    EXPECT_LT(difference.loss, tolerance) << what;
    EXPECT_LT(difference.state, tolerance) << what << ", " << difference.stateTensor;
}

class RecordedTraining : public ::testing::TestWithParam<const char*> {
protected:
    const Replay m_replay = readReplay(dataFolder / GetParam());
};
INSTANTIATE_TEST_SUITE_P(, RecordedTraining, ::testing::Values("training_released.h5", "training_paper.h5"),
                         [](const auto& file) {
                             const std::string name = file.param;
                             return name.substr(0, name.find('.'));
                         });

TEST_P(RecordedTraining, IsRepeatedByTheFusedEngineOnEveryInstructionSet) {
    const TrainingData data = prepareReplayData(m_replay, readStars());
    for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (set > bestInstructionSet()) continue;
        const ReplayDifference difference = compareReplay(
            m_replay, data, [&](const TrainingData& rows, const TrainingOptions& options, const Model& start) {
                return makeFusedEngine(rows, options, start, set);
            });
        expectBelow(difference, 1e-5, std::string(instructionSetName(set)));
        EXPECT_GT(difference.state, 0.0) << "float32 cannot equal the float64 recording: nothing was compared";
    }
}

TEST_P(RecordedTraining, IsRepeatedInFloat64) {
    expectBelow(compareReplayFloat64(m_replay, starsFile), 1e-10, "float64");
}

TEST_P(RecordedTraining, IsRepeatedByLibTorch) {
#ifndef ZSCAPE_HAS_TORCH
    GTEST_SKIP() << "built without LibTorch";
#endif
    expectBelow(compareReplay(m_replay, prepareReplayData(m_replay, readStars()), &makeTorchEngine), 1e-5, "LibTorch");
}

TEST_P(RecordedTraining, DiffersWhereTheRecordingDiffers) {
    const auto compare = [&](const std::function<void(Replay&)>& change) {
        Replay changed = m_replay;
        change(changed);
        return compareReplayFloat64(changed, starsFile);
    };
    EXPECT_GT(compare([](Replay& replay) { replay.gradients[0].values[5] *= 1.5; }).gradient, 1e-4);
    EXPECT_GT(compare([](Replay& replay) { replay.rec.back() *= 1.001; }).loss, 0.9e-3);
    EXPECT_GT(compare([](Replay& replay) { replay.kl.front() *= 1.001; }).loss, 0.9e-3);
    EXPECT_GT(compare([](Replay& replay) { replay.after[0].values[0] += 1e-3; }).state, 1e-6);
    EXPECT_GT(compare([](Replay& replay) { replay.options.weightDecay = 0; }).state, 1e-6);
    EXPECT_GT(compare([](Replay& replay) { replay.options.learningRate *= 1.01; }).state, 1e-6);
    EXPECT_GT(compare([](Replay& replay) { std::swap(replay.rows.front(), replay.rows.back()); }).gradient, 1e-4);
    EXPECT_GT(compare([](Replay& replay) { replay.normalization.mu[3] += 1e-3; }).gradient, 1e-6);
    EXPECT_TRUE(std::isinf(compare([](Replay& replay) { replay.noise[0] = std::nan(""); }).loss));
}

TEST(Replay, TakesTheFirstCoefficientsOfTheCatalogue) {
    const Replay replay = readReplay(dataFolder / "training_paper.h5");
    const auto stars = readStars();
    ASSERT_EQ(stars->coefficientCount(), 24u);
    const TrainingData data = prepareReplayData(replay, stars);
    EXPECT_EQ(data.inputSize, 19u);
    EXPECT_EQ(data.normalization.mu.size(), 19u);
    std::vector<float> x(19), err(19);
    standardiseRows(data, std::vector<std::uint32_t>{2}, x, err);
    const std::uint32_t row = data.catalogRows[2];
    const double flux = stars->gFlux()[row];
    EXPECT_NEAR(static_cast<double>(x[18]),
                (static_cast<double>(stars->coefficients().row(row)[18]) / flux - replay.normalization.mu[18]) /
                    replay.normalization.sig[18],
                1e-5);
}

TEST(Replay, MeasuresLossesThatPassThroughZeroByTheirUsualSize) {
    Replay replay;
    replay.options.architecture.preset = Preset::Paper;
    replay.steps = 2;
    replay.rec = {10, 1e-9};
    replay.kl = {1, 1};
    ReplayOutcome outcome;
    outcome.losses = {{10, 1}, {1e-9 + 1e-6, 1}};
    EXPECT_NEAR(compareOutcome(replay, outcome).loss, 1e-6, 1e-8); // relative to a tenth of 10
    outcome.losses[1].rec = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isinf(compareOutcome(replay, outcome).loss));
}

// ---- what is no recording

/// A copy of a recording that the tests may damage.
class DamagedRecording : public ::testing::Test {
protected:
    void SetUp() override { std::filesystem::copy_file(dataFolder / "training_released.h5", m_path); }

    void damage(const std::function<void(hid_t)>& change) {
        const hdf5::Handle file(H5Fopen(m_path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        ASSERT_TRUE(file);
        change(file.id());
    }
    void remove(const std::string& name) {
        damage([&](hid_t file) { ASSERT_GE(H5Ldelete(file, name.c_str(), H5P_DEFAULT), 0) << name; });
    }
    template <typename Value>
    void replace(const std::string& name, const std::vector<Value>& values, const std::vector<std::size_t>& sizes) {
        remove(name);
        damage([&](hid_t file) { hdf5::writeDataset(file, name, std::span<const Value>(values), sizes); });
    }
    /// One sentence that names the file and says this.
    void expectRefused(const std::string& fragment) {
        try {
            readReplay(m_path);
            ADD_FAILURE() << "was read; expected: " << fragment;
        } catch (const Error& error) {
            const std::string message = error.what();
            EXPECT_NE(message.find(fragment), std::string::npos) << message;
            EXPECT_NE(message.find(m_path.filename().string()), std::string::npos) << message;
            EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        }
    }

    test::TemporaryFolder m_folder;
    std::filesystem::path m_path = m_folder / "recording.h5";
};

TEST_F(DamagedRecording, OfWhichAPartIsMissingIsRefused) {
    for (const std::string name :
         {"gradient_step_0", "initial/mu.weight", "after_6_steps", "rows", "eps", "rec", "sig"}) {
        std::filesystem::copy_file(dataFolder / "training_released.h5", m_path,
                                   std::filesystem::copy_options::overwrite_existing);
        remove(name);
        expectRefused(name);
    }
    for (const std::string name : {"preset", "latent_dim", "layers", "learning_rate", "catalogue"}) {
        std::filesystem::copy_file(dataFolder / "training_released.h5", m_path,
                                   std::filesystem::copy_options::overwrite_existing);
        damage([&](hid_t file) { H5Adelete(file, name.c_str()); });
        expectRefused(name);
    }
}

TEST_F(DamagedRecording, WhoseSizesContradictEachOtherIsRefused) {
    damage([](hid_t file) { hdf5::writeAttribute(file, ".", "latent_dim", std::int64_t{4}); });
    expectRefused("eps is 6 x 100 x 3");
    damage([](hid_t file) { hdf5::writeAttribute(file, ".", "latent_dim", std::int64_t{3}); });
    damage([](hid_t file) {
        hdf5::writeAttribute(file, ".", "layers", std::span<const std::int64_t>(std::vector<std::int64_t>{17, 11}));
    });
    expectRefused("initial/encoder.1.0.weight is 10 x 17");
    damage([](hid_t file) {
        hdf5::writeAttribute(file, ".", "layers", std::span<const std::int64_t>(std::vector<std::int64_t>{17, 10}));
        hdf5::writeAttribute(file, ".", "input_dim", std::int64_t{25});
    });
    expectRefused("mu is 24");
    damage([](hid_t file) { hdf5::writeAttribute(file, ".", "input_dim", std::int64_t{-1}); });
    expectRefused("input_dim is -1");
}

TEST_F(DamagedRecording, OfNonsenseIsRefused) {
    replace("rec", std::vector<double>{1, 2, 3}, {3});
    expectRefused("rec is 3");
    replace("rec", std::vector<double>(6, std::nan("")), {6});
    expectRefused("rec holds numbers that are not finite");
    std::vector<std::int64_t> rows(600, 1);
    rows[7] = -5;
    replace("rows", rows, {6, 100});
    expectRefused("row -5");
    damage([](hid_t file) { hdf5::writeAttribute(file, ".", "preset", std::string("free")); });
    expectRefused("free");
}

TEST_F(DamagedRecording, OfAnotherOptimiserIsRefused) {
    damage([](hid_t file) { hdf5::writeAttribute(file, ".", "eps_adam", 1e-6); });
    expectRefused("eps 1e-8");
}

TEST_F(DamagedRecording, WhoseRowsTheCatalogueDoesNotHaveIsRefused) {
    std::vector<std::int64_t> rows(600, 1);
    rows[7] = 160;
    replace("rows", rows, {6, 100});
    const Replay replay = readReplay(m_path);
    EXPECT_THROW(prepareReplayData(replay, readStars()), Error);
    EXPECT_THROW(compareReplayFloat64(replay, starsFile), Error);
}

TEST_F(DamagedRecording, MayNameItsLastGroupAsTheLayoutDoes) {
    damage([](hid_t file) { H5Lmove(file, "after_6_steps", file, "after_20_steps", H5P_DEFAULT, H5P_DEFAULT); });
    expectBelow(compareReplayFloat64(readReplay(m_path), starsFile), 1e-10, "after_20_steps");
}

TEST(Replay, SaysWhatIsNoRecording) {
    EXPECT_THROW(readReplay(starsFile), Error);
    EXPECT_THROW(readReplay("/nowhere.h5"), Error);
    EXPECT_THROW(readReplay(std::filesystem::path(ZSCAPE_SOURCE_DIR) / "README.md"), Error);
}

} // namespace
} // namespace zscape
