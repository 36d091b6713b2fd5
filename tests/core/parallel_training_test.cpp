// Data-parallel runs with threads for processes, so without MPI: each has its part, and together they do what one alone
// does. The real processes are in tests/cli/parallel_train_test.cpp.
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "core/train/checkpoint.h"
#include "core/train/fused/fused_engine.h"
#include "core/train/noise.h"
#include "core/train/parallel_data.h"
#include "core/train/training_run.h"
#include "core/xp/fill_g_flux.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_collective.h"
#include "tests/support/torch_test_base.h"
#include "tests/support/training_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

namespace zscape {
namespace {

using test::ThreadRanks;

TrainingOptions smallOptions(Preset preset) {
    TrainingOptions options;
    options.architecture = test::smallArchitecture(preset);
    options.threads = 2;
    return options;
}

/// Relative Euclidean distance.
double distance(const std::vector<float>& a, const std::vector<float>& b) {
    EXPECT_EQ(a.size(), b.size());
    double difference = 0, scale = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
        scale += std::pow(static_cast<double>(b[i]), 2);
    }
    return scale > 0 ? std::sqrt(difference / scale) : std::sqrt(difference);
}

/// A part of a batch and of its noise numbers.
template <typename T>
std::vector<T> partOf(const std::vector<T>& all, const Collective& collective) {
    const auto [first, last] =
        partRange(all.size(), static_cast<std::size_t>(collective.size()), static_cast<std::size_t>(collective.rank()));
    return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(last)};
}

struct Steps {
    std::vector<Tensor> gradients;
    std::vector<BatchLosses> losses;
    EngineState state;
};

Steps makeSteps(TrainingEngine& engine, const std::vector<std::uint32_t>& rows, const std::vector<float>& noise,
                double clipNorm) {
    Steps steps;
    steps.gradients = engine.gradients(rows, noise);
    for (int step = 0; step < 8; ++step) {
        steps.losses.push_back(engine.step(rows, noise, {1e-3, 1, clipNorm}));
    }
    steps.state = engine.state();
    return steps;
}

/// Each process has a tile and a half.
void expectTwoStepAsOne(Preset preset, double clipNorm) {
    const TrainingData data = test::manifoldData(300);
    std::vector<std::uint32_t> rows(192);
    std::iota(rows.begin(), rows.end(), 40u);
    const std::vector<float> noise = test::randomNumbers(rows.size() * 3, 33);
    const TrainingOptions options = smallOptions(preset);
    const Model model = test::randomModel(options.architecture, 9);
    const Steps alone = makeSteps(*makeFusedEngine(data, options, model), rows, noise, clipNorm);

    std::vector<Steps> parts(2);
    ThreadRanks(2).run([&](Collective& collective) {
        TrainingData shared = data;
        shared.collective = &collective;
        parts[static_cast<std::size_t>(collective.rank())] = makeSteps(
            *makeFusedEngine(shared, options, model), partOf(rows, collective), partOf(noise, collective), clipNorm);
    });
    for (const Steps& part : parts) {
        for (std::size_t t = 0; t < alone.gradients.size(); ++t) {
            const std::string& name = alone.gradients[t].name;
            // A bias in front of a batch norm (also through another layer) has no gradient but rounding.
            if (preset == Preset::Released && name.ends_with(".0.bias")) continue;
            EXPECT_LT(distance(part.gradients[t].values, alone.gradients[t].values), 1e-5) << name;
        }
        for (std::size_t step = 0; step < alone.losses.size(); ++step) {
            EXPECT_NEAR(part.losses[step].rec, alone.losses[step].rec, 1e-5 * std::abs(alone.losses[step].rec)) << step;
            EXPECT_NEAR(part.losses[step].kl, alone.losses[step].kl, 1e-5 * std::abs(alone.losses[step].kl)) << step;
        }
        for (std::size_t t = 0; t < alone.state.tensors.size(); ++t) {
            const Tensor& tensor = alone.state.tensors[t];
            EXPECT_EQ(part.state.tensors[t].values, parts[0].state.tensors[t].values) << tensor.name;
            if (tensor.name.ends_with("running_var")) {
                EXPECT_LT(distance(part.state.tensors[t].values, tensor.values), 1e-5) << tensor.name;
            }
        }
    }
}

TEST(ParallelTraining, TwoProcessesStepAsOneWithBatchNorms) {
    expectTwoStepAsOne(Preset::Released, 0);
}

TEST(ParallelTraining, TwoProcessesStepAsOneWithoutBatchNorms) {
    expectTwoStepAsOne(Preset::Paper, 0);
}

TEST(ParallelTraining, TwoProcessesClipAsOne) {
    expectTwoStepAsOne(Preset::Released, 0.1);
}

TEST(ParallelTraining, PartsOfAnEpochJoinToTheWholeOne) {
    std::vector<std::uint32_t> stars(1003);
    std::iota(stars.begin(), stars.end(), 0u);
    const std::vector<std::uint32_t> whole = epochOrder(stars, 48, 3, 2);
    const std::vector<std::uint32_t> first = epochOrder(stars, 48, 3, 2, 0, 4),
                                     rest = epochOrder(stars, 48, 3, 2, 4, 16);
    ASSERT_EQ(first.size() + rest.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::size_t step = i / 48, place = i % 48;
        EXPECT_EQ(whole[i], place < 12 ? first[step * 12 + place] : rest[step * 36 + place - 12]);
    }
}

TEST(ParallelTraining, AProblemOfOneProcessEndsAll) {
    std::vector<std::string> told(3);
    ThreadRanks(3).run([&](Collective& collective) {
        try {
            doTogether(&collective, [&] {
                if (collective.rank() == 1) throw Error("disk full");
            });
        } catch (const Error& error) {
            told[static_cast<std::size_t>(collective.rank())] = error.what();
        }
    });
    EXPECT_EQ(told, std::vector<std::string>(3, "disk full"));
}

TEST(ParallelTraining, SaysWhichBatchesCanBeShared) {
    EXPECT_NO_THROW(requireShareable(1024, 16));
    EXPECT_NO_THROW(requireShareable(6, 2));
    const auto message = [](int batch, int processes) -> std::string {
        try {
            requireShareable(batch, processes);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    };
    EXPECT_NE(message(1022, 4).find("take a multiple of 4, for instance 1024"), std::string::npos);
    EXPECT_NE(message(1023, 3).find("start 2, 4, 8 or 16"), std::string::npos);
    EXPECT_NE(message(1024, 32).find("start 2, 4, 8 or 16"), std::string::npos);
}

// ---- the stars of each process

/// A mock catalogue in which some stars have something wrong with them, in other processes' shares than its own.
class ParallelData : public ::testing::Test {
protected:
    void SetUp() override {
        MockOptions options;
        options.stars = 9000; // some chunks of moments
        options.seed = 4;
        const Catalog made = generateMockCatalog(options);
        std::vector<std::int64_t> ids(made.sourceIds().begin(), made.sourceIds().end());
        std::vector<float> coefficients(made.coefficients().values().begin(), made.coefficients().values().end());
        std::vector<float> errors(made.coefficientErrors().values().begin(), made.coefficientErrors().values().end());
        std::vector<double> flux(made.gFlux().begin(), made.gFlux().end());
        ids[8000] = ids[10]; // far apart
        ids[11] = ids[12];
        coefficients[4600 * made.coefficientCount() + 3] = std::numeric_limits<float>::quiet_NaN();
        errors[17] = -1;
        flux[5000] = 0;
        flux[6000] = flux[20] = std::numeric_limits<double>::quiet_NaN(); // to be filled
        std::vector<std::int32_t> test(ids.size());
        for (std::size_t row = 0; row < test.size(); ++row) {
            test[row] = row % 7 == 3 ? 1 : 0;
        }
        std::vector<Column> columns{Column("phot_g_mean_flux", "electron/s", std::move(flux)),
                                    Column("is_test", "", std::move(test))};
        writeReleasedCatalog(Catalog("odd", made.coefficientCount(), ids, coefficients, errors, columns), path());
        Catalog catalog = readReleasedCatalog(path());
        fillMissingGFlux(catalog, XpInstrument::builtIn());
        m_alone = prepareTrainingData(std::make_shared<const Catalog>(std::move(catalog)));
    }
    std::filesystem::path path() const { return m_folder / "odd.h5"; }

    test::TemporaryFolder m_folder;
    TrainingData m_alone;
};

TEST_F(ParallelData, EachProcessKnowsAllStarsAndHoldsItsOwn) {
    const auto& catalog = *m_alone.catalog;
    ASSERT_EQ(catalog.usability().usable, 9000u - 5);
    TrainingOptions options;
    options.batchSize = 48;
    for (const bool byColumn : {false, true}) {
        options.splitColumn = byColumn ? "is_test" : "";
        const Split split = byColumn ? splitByColumn(catalog, m_alone.catalogRows, "is_test")
                                     : splitRows(m_alone.rows, options.validationFraction, 0);
        std::vector<std::size_t> held(m_alone.rows);
        std::mutex mutex;
        ThreadRanks(4).run([&](Collective& collective) {
            const SharedData shared = prepareSharedData(path(), {options}, collective, {});
            const std::lock_guard lock(mutex);
            const TrainingData& data = shared.data;
            EXPECT_EQ(shared.notices.size(), 4u);
            EXPECT_EQ(data.provenance.catalogHash, m_alone.provenance.catalogHash);
            EXPECT_EQ(data.provenance.catalogName, m_alone.provenance.catalogName);
            EXPECT_EQ(data.catalogRows, m_alone.catalogRows);
            EXPECT_EQ(data.inverseFlux, m_alone.inverseFlux);
            EXPECT_EQ(data.normalization.mu, m_alone.normalization.mu); // to the last bit
            EXPECT_EQ(data.normalization.sig, m_alone.normalization.sig);
            EXPECT_EQ(trainingDataHash(data), trainingDataHash(m_alone));
            const Split own = ownStars(split, options.batchSize, collective);
            EXPECT_EQ(data.catalog->rows(), own.training.size() + own.validation.size());
            EXPECT_LT(data.catalog->rows(), m_alone.rows / 4 + 4);
            std::vector<std::uint32_t> stars(own.training);
            stars.insert(stars.end(), own.validation.begin(), own.validation.end());
            const std::size_t count = stars.size() * data.inputSize;
            std::vector<float> x(count), err(count), expectedX(count), expectedErr(count);
            standardiseRows(data, stars, x, err);
            standardiseRows(m_alone, stars, expectedX, expectedErr);
            EXPECT_EQ(x, expectedX);
            EXPECT_EQ(err, expectedErr);
            for (const std::uint32_t star : stars) {
                ++held[star];
            }
        });
        EXPECT_EQ(held, std::vector<std::size_t>(m_alone.rows, 1));
    }
}

TEST_F(ParallelData, ChosenRowsAreThoseOfTheWholeFileAcrossGaps) {
    const Catalog whole = readReleasedCatalog(path());
    const std::vector<std::uint32_t> rows{0, 1, 2, 65, 900, 901, 4600, 5000, 8999};
    const std::vector<std::string> columns{"IS_TEST", "no_such"};
    const Catalog some = readReleasedRows(path(), rows, columns);
    ASSERT_EQ(some.rows(), rows.size());
    ASSERT_EQ(some.columns().size(), 1u);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(some.sourceIds()[i], whole.sourceIds()[rows[i]]);
        EXPECT_EQ(some.require("is_test").number(i), whole.require("is_test").number(rows[i]));
        for (std::size_t j = 0; j < whole.coefficientCount(); ++j) {
            const float expected = whole.coefficients().row(rows[i])[j], value = some.coefficients().row(i)[j];
            EXPECT_TRUE(value == expected || (std::isnan(value) && std::isnan(expected))) << i << ", " << j;
            EXPECT_EQ(some.coefficientErrors().row(i)[j], whole.coefficientErrors().row(rows[i])[j]);
        }
    }
    EXPECT_EQ(countReleasedRows(path()), whole.rows());
    const std::vector<std::uint32_t> beyond{9000};
    EXPECT_THROW(readReleasedRows(path(), beyond, columns), Error);
}

TEST_F(ParallelData, AColumnThatIsNotThereIsToldByAll) {
    TrainingOptions options;
    options.splitColumn = "no_such";
    std::vector<std::string> told(2);
    ThreadRanks(2).run([&](Collective& collective) {
        try {
            prepareSharedData(path(), {options}, collective, {});
        } catch (const Error& error) {
            told[static_cast<std::size_t>(collective.rank())] = error.what();
        }
    });
    for (const std::string& text : told) {
        EXPECT_NE(text.find("no column 'no_such'"), std::string::npos) << text;
    }
}

// ---- whole runs

/// The stars of `path` and of a process alone.
void expectTwoTrainAsOne(Preset preset, const TrainingData& data, const std::filesystem::path& path,
                         const std::filesystem::path& out) {
    TrainingOptions options;
    options.architecture.preset = preset;
    options.architecture.layers = {20, 10};
    options.batchSize = 192;
    options.epochs = 2;
    options.threads = 1;
    const auto train = [&](const TrainingData& stars, int epochs, const RunStart& start, bool writes) {
        RunOutput output;
        if (writes) output.model = out;
        TrainingOptions own = options;
        own.epochs = epochs;
        RunControl control;
        return runTraining(stars, own, start, output, makeTrainingEngine, control, {}, {});
    };
    const RunResult alone = train(data, 3, {}, false);
    std::vector<RunResult> results(2);
    ThreadRanks(2).run([&](Collective& collective) {
        const SharedData shared = prepareSharedData(path, {options}, collective, {});
        results[static_cast<std::size_t>(collective.rank())] = train(shared.data, 2, {}, true);
    });
    RunStart start;
    start.checkpoint = findCheckpoint(out.parent_path() / (out.stem().string() + ".checkpoints")).checkpoint;
    RunResult resumed = train(data, 3, start, false);
    for (RunResult* run : {&results[0], &results[1], &resumed}) {
        const std::vector<EpochRecord>& epochs = run->last.history;
        ASSERT_EQ(epochs.size(), run == &resumed ? 3u : 2u);
        for (std::size_t e = 0; e < epochs.size(); ++e) {
            const EpochRecord& expected = alone.last.history[e];
            EXPECT_NEAR(epochs[e].loss, expected.loss, 1e-5 * std::abs(expected.loss)) << e;
            // Biases without a gradient, which AdamW moves by rounding, show in eval mode, before the running means
            // have followed.
            EXPECT_NEAR(epochs[e].validationLoss, expected.validationLoss,
                        (preset == Preset::Paper ? 1e-5 : 1e-2) * std::abs(expected.validationLoss))
                << e;
        }
    }
}

TEST_F(ParallelData, ARunOfTwoIsTheRunOfOneAndOneCanGoOnWithIt) {
    expectTwoTrainAsOne(Preset::Released, m_alone, path(), m_folder / "released.h5");
}

TEST_F(ParallelData, SoItIsWithoutBatchNorms) {
    expectTwoTrainAsOne(Preset::Paper, m_alone, path(), m_folder / "paper.h5");
}

TEST_F(ParallelData, AStopOfOneProcessStopsAllAtTheSameStep) {
    TrainingOptions options;
    options.architecture.layers = {20, 10};
    options.batchSize = 192;
    options.epochs = 1000000;
    options.threads = 1;
    std::vector<RunResult> results(2);
    ThreadRanks(2).run([&](Collective& collective) {
        const SharedData shared = prepareSharedData(path(), {options}, collective, {});
        RunControl control;
        RunObserver observer;
        observer.epochDone = [&](const EpochRecord& record) {
            if (collective.rank() == 1 && record.epoch == 2) control.stop();
        };
        results[static_cast<std::size_t>(collective.rank())] =
            runTraining(shared.data, options, {}, {}, makeTrainingEngine, control, observer, {});
    });
    for (const RunResult& result : results) {
        EXPECT_EQ(result.end, RunEnd::Stopped);
        EXPECT_EQ(result.last.epoch, 2);
    }
}

TEST_F(ParallelData, LibTorchTrainsInOneProcess) {
    ThreadRanks(2).run([&](Collective& collective) {
        TrainingData data = m_alone;
        data.collective = &collective;
        TrainingOptions options;
        options.engine = "libtorch";
        EXPECT_THROW(makeTrainingEngine(data, options, Model{}), Error);
    });
}

} // namespace
} // namespace zscape
