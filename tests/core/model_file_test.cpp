#include "core/base/error.h"
#include "core/io/npy.h"
#include "core/model/model.h"
#include "tests/support/model_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <sys/resource.h>

namespace zscape {
namespace {

using namespace test;

// --- The published checkpoints; values printed by PyTorch 1.13 ("%.9g", which names a float32 exactly) ---

struct KnownValue {
    const char* tensor;
    std::size_t index; ///< row-major
    float value;
};
struct Published {
    const char* file;
    int epoch;
    std::int64_t batches;
    double sum; ///< of all float32 tensors
    std::vector<KnownValue> values;
};

class PublishedCheckpoint : public testing::TestWithParam<Published> {};

TEST_P(PublishedCheckpoint, LoadsAsPyTorchDoes) {
    const Published& expected = GetParam();
    const auto path = sharedData(expected.file);
    if (!path) GTEST_SKIP() << "no shared data";
    const Model model = loadModel(*path);
    EXPECT_EQ(model.architecture, Architecture{});
    EXPECT_EQ(model.epoch, expected.epoch);
    EXPECT_EQ(model.tensor("encoder.0.1.num_batches_tracked").counter, expected.batches);
    EXPECT_FALSE(model.normalization.has_value());
    EXPECT_FALSE(model.provenance.mockData);
    double sum = 0;
    for (const Tensor& tensor : model.tensors) {
        sum = std::accumulate(tensor.values.begin(), tensor.values.end(), sum);
    }
    EXPECT_NEAR(sum, expected.sum, 1e-9);
    for (const KnownValue& known : expected.values) {
        EXPECT_EQ(model.tensor(known.tensor).values.at(known.index), known.value) << known.tensor;
    }
}

TEST_P(PublishedCheckpoint, SurvivesBothFormatsBitForBit) {
    const auto path = sharedData(GetParam().file);
    if (!path) GTEST_SKIP() << "no shared data";
    const TemporaryFolder folder;
    const Model original = loadModel(*path);
    saveModel(original, folder / "a.pt");
    saveModel(loadModel(folder / "a.pt"), folder / "b.h5");
    saveModel(loadModel(folder / "b.h5"), folder / "c.pt");
    expectSameTensors(original, loadModel(folder / "c.pt"));
    EXPECT_EQ(contentOf(folder / "a.pt"), contentOf(folder / "c.pt"));
    EXPECT_EQ(loadModel(folder / "b.h5").epoch, GetParam().epoch);
}

INSTANTIATE_TEST_SUITE_P(Epochs, PublishedCheckpoint,
                         testing::Values(Published{"published/epoch_1000/weight.pt",
                                                   1000,
                                                   441000,
                                                   -494.98561299165351,
                                                   {{"encoder.0.0.weight", 0, 0.286921322f},
                                                    {"encoder.0.0.weight", 9899, -0.00446306868f},
                                                    {"encoder.2.1.running_var", 7, 0.0591183417f},
                                                    {"mu.bias", 5, 0.00150012516f},
                                                    {"scatter.5.0.weight", 9810, -0.210635319f},
                                                    {"decoder.3.1.weight", 69, 0.800593734f}}},
                                         Published{"published/epoch_5000/weight.pt",
                                                   5000,
                                                   2205000,
                                                   -896.41002292306064,
                                                   {{"encoder.0.0.weight", 0, 0.341189533f},
                                                    {"encoder.0.0.weight", 9899, 0.00656742556f},
                                                    {"encoder.2.1.running_var", 7, 0.00129304733f},
                                                    {"mu.bias", 5, 0.000732820015f},
                                                    {"scatter.5.0.weight", 9810, 0.0533304699f},
                                                    {"decoder.3.1.weight", 69, 0.728395045f}}}),
                         [](const auto& parameter) { return "epoch" + std::to_string(parameter.param.epoch); });

TEST(PublishedNormalization, Loads) {
    const auto path = sharedData("published/recovered_norm.npz");
    if (!path) GTEST_SKIP() << "no shared data";
    const Normalization normalization = loadNormalization(*path);
    ASSERT_EQ(normalization.mu.size(), 110u); // values as numpy prints them
    EXPECT_EQ(normalization.mu[0], 0.05298266180333235);
    EXPECT_EQ(normalization.sig[0], 0.014585723814949962);
    EXPECT_EQ(normalization.mu[109], 3.855527328875207e-07);
    EXPECT_EQ(normalization.sig[109], 6.204489812429862e-06);
}

// --- Round trips ---

class RoundTrip : public testing::TestWithParam<Preset> {};

TEST_P(RoundTrip, NativeFileKeepsEverything) {
    const TemporaryFolder folder;
    const Model model = sampleModel(GetParam());
    saveModel(model, folder / "m.h5");
    const Model read = loadModel(folder / "m.h5");
    EXPECT_EQ(read.architecture, model.architecture);
    expectSameTensors(model, read);
    ASSERT_TRUE(read.normalization);
    EXPECT_EQ(read.normalization->mu, model.normalization->mu);
    EXPECT_EQ(read.normalization->sig, model.normalization->sig);
    EXPECT_EQ(read.normalization->origin, "a.npz");
    EXPECT_EQ(read.epoch, 700);
    ASSERT_EQ(read.history.size(), 2u);
    EXPECT_EQ(read.history[1].epoch, 2);
    EXPECT_EQ(read.history[0].loss, -1.5);
    EXPECT_EQ(read.history[0].rec, -2);
    EXPECT_EQ(read.history[0].kl, 0.5);
    EXPECT_EQ(read.history[0].validationLoss, -1.25);
    EXPECT_EQ(read.history[0].validationRec, -1.75);
    EXPECT_EQ(read.history[1].validationKl, 1);
    EXPECT_EQ(read.history[1].learningRate, 9e-5);
    EXPECT_EQ(read.history[1].seconds, 4.5);
    EXPECT_EQ(read.provenance.program, "zscape 0.1.0");
    EXPECT_EQ(read.provenance.catalogName, "stars.h5");
    EXPECT_EQ(read.provenance.catalogHash, "0123abcd");
    EXPECT_EQ(read.provenance.command, "zscape train stars.h5");
    EXPECT_EQ(read.provenance.date, "2025-01-02T03:04:05Z");
    EXPECT_EQ(read.provenance.seed, 42);
    EXPECT_TRUE(read.provenance.mockData);
}

TEST_P(RoundTrip, CheckpointKeepsWeightsNormalizationAndOrigin) {
    const TemporaryFolder folder;
    const Model model = sampleModel(GetParam());
    saveModel(model, folder / "m.pt");
    EXPECT_TRUE(std::filesystem::exists(folder / "m.npz"));
    const Model read = loadModel(folder / "m.pt");
    EXPECT_EQ(read.architecture, model.architecture);
    expectSameTensors(model, read);
    ASSERT_TRUE(read.normalization);
    EXPECT_EQ(read.normalization->mu, model.normalization->mu);
    EXPECT_EQ(read.normalization->origin, "m.npz");
    EXPECT_EQ(read.epoch, 700);
    EXPECT_EQ(read.provenance.command, "zscape train stars.h5");
    EXPECT_EQ(read.provenance.seed, 42);
    EXPECT_TRUE(read.provenance.mockData);
}

INSTANTIATE_TEST_SUITE_P(Presets, RoundTrip, testing::Values(Preset::Released, Preset::Paper),
                         [](const auto& parameter) { return std::string(presetName(parameter.param)); });

TEST(ModelFile, TakesAnotherDataReleasesSizes) {
    const TemporaryFolder folder;
    const Model model = initialModel({Preset::Released, 106, 8, {64, 32, 24, 16}}, 1);
    saveModel(model, folder / "dr4.pt");
    saveModel(loadModel(folder / "dr4.pt"), folder / "dr4.h5");
    const Model read = loadModel(folder / "dr4.h5");
    EXPECT_EQ(read.architecture, model.architecture);
    expectSameTensors(model, read);
}

TEST(ModelFile, IsLoadedByContentNotByEnding) {
    const TemporaryFolder folder;
    saveModel(sampleModel(), folder / "m.h5");
    std::filesystem::rename(folder / "m.h5", folder / "m.model");
    EXPECT_EQ(loadModel(folder / "m.model").epoch, 700);
}

TEST(ModelFile, LoadsFromMemory) {
    const TemporaryFolder folder;
    saveModel(sampleModel(), folder / "m.h5");
    const std::string content = contentOf(folder / "m.h5");
    const Model read = loadModelImage(std::as_bytes(std::span(content)), "built-in model");
    expectSameTensors(sampleModel(), read);
    EXPECT_THROW(loadModelImage(std::as_bytes(std::span(content)).first(600), "cut"), Error);
}

TEST(ModelFile, SameModelMakesTheSameBytes) {
    const TemporaryFolder folder;
    for (const char* ending : {".h5", ".pt", ".npz"}) {
        const std::string format = ending == std::string(".npz") ? ".pt" : ending;
        saveModel(sampleModel(), folder / ("a" + format));
        saveModel(sampleModel(), folder / ("b" + format));
        EXPECT_EQ(contentOf(folder / (std::string("a") + ending)), contentOf(folder / (std::string("b") + ending)));
    }
}

TEST(ModelFile, SaveRefusesWhatItCannotKeep) {
    const TemporaryFolder folder;
    Model model = sampleModel();
    EXPECT_THROW(saveModel(model, folder / "m.onnx"), Error);
    EXPECT_THROW(saveModel(model, folder / "missing/m.h5"), Error);
    model.tensors[0].values[0] = std::numeric_limits<float>::infinity();
    EXPECT_THROW(saveModel(model, folder / "m.h5"), Error);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    // A .npz left by another model would be read as this one's normalisation.
    saveModel(sampleModel(), folder / "m.pt");
    model = sampleModel();
    model.normalization.reset();
    const std::string before = contentOf(folder / "m.pt");
    EXPECT_THROW(saveModel(model, folder / "m.pt"), Error);
    EXPECT_EQ(contentOf(folder / "m.pt"), before);
}

/// No file of this process may grow beyond `bytes`: what a full disk does to a writer.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

TEST(ModelFile, FullDiskIsAnErrorAndKeepsTheOldFile) {
    const TemporaryFolder folder;
    const Model large = initialModel(Architecture{}, 1); // 270 kB
    for (const char* name : {"m.h5", "m.pt"}) {
        saveModel(sampleModel(), folder / name);
        const std::string before = contentOf(folder / name);
        Model model = large;
        model.normalization = Normalization{std::vector<double>(110, 0.0), std::vector<double>(110, 1.0), "test"};
        {
            const FileSizeLimit limit(100'000);
            EXPECT_NE(errorOf([&] { saveModel(model, folder / name); }).find("disk full"), std::string::npos);
        }
        EXPECT_EQ(contentOf(folder / name), before);
        EXPECT_EQ(loadModel(folder / name).epoch, 700);
    }
    // m.h5, m.pt and m.npz: no half-written file is left.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

// --- Normalisation ---

TEST(NormalizationFile, IsReadFromNpzAndFromTheModelFile) {
    const TemporaryFolder folder;
    saveModel(sampleModel(), folder / "m.h5");
    EXPECT_EQ(loadNormalization(folder / "m.h5").mu, sampleModel().normalization->mu);
    Model bare = sampleModel();
    bare.normalization.reset();
    saveModel(bare, folder / "bare.h5");
    EXPECT_FALSE(loadModel(folder / "bare.h5").normalization);
    EXPECT_THROW(loadNormalization(folder / "bare.h5"), Error);
    writeText(folder / "text.npz", "mu sig");
    EXPECT_THROW(loadNormalization(folder / "text.npz"), Error);
}

TEST(NormalizationFile, RefusesWhatCannotScale) {
    const TemporaryFolder folder;
    const auto path = folder / "n.npz";
    const auto message = [&](const std::vector<NamedNpyArray>& arrays) {
        writeNpz(path, arrays);
        return errorOf([&] { loadNormalization(path); });
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(message({{"mu", {{2}, {0, 1}}}, {"sig", {{2}, {1, 2}}}}), "no error");
    EXPECT_NE(message({{"mu", {{2}, {0, 1}}}, {"sig", {{1}, {1}}}}).find("sig has 1"), std::string::npos);
    EXPECT_NE(message({{"mu", {{2}, {0, 1}}}, {"sig", {{2}, {1, 0}}}}).find("entry 1"), std::string::npos);
    EXPECT_NE(message({{"mu", {{2}, {0, 1}}}, {"sig", {{2}, {-1, 1}}}}).find("entry 0"), std::string::npos);
    EXPECT_NE(message({{"mu", {{2}, {0, nan}}}, {"sig", {{2}, {1, 1}}}}).find("entry 1"), std::string::npos);
    EXPECT_NE(message({{"mu", {{2}, {0, 1}}}, {"sig", {{2}, {1, nan}}}}).find("entry 1"), std::string::npos);
    EXPECT_NE(message({{"mu", {{0}, {}}}, {"sig", {{0}, {}}}}).find("no normalisation"), std::string::npos);
    EXPECT_NE(message({{"mean", {{1}, {0}}}}).find("no array 'mu' (it has mean.npy)"), std::string::npos);
}

} // namespace
} // namespace zscape
