#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/io/npy.h"
#include "core/model/model.h"
#include "tests/support/model_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace zscape {
namespace {

using namespace test;

// --- config.json ---

std::string config(const std::string& latent, const std::string& layers) {
    return R"({"nn_config": {"latent_dim": )" + latent + R"(, "input_dim": 12, "intermediate_layers": )" + layers +
           R"(, "device": "cuda", "mixed_precision": false}})";
}

TEST(Config, MustAgreeWithTheTensors) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "epoch_1");
    const auto checkpoint = folder / "epoch_1/weight.pt";
    saveModel(sampleModel(), checkpoint);
    for (const auto& place : {folder / "config.json", folder / "epoch_1/config.json"}) {
        writeText(place, config("3", "[9, 7, 5]"));
        EXPECT_NO_THROW(loadModel(checkpoint));
        writeText(place, config("4", "[9, 7, 5]"));
        EXPECT_NE(errorOf([&] { loadModel(checkpoint); }).find("latent_dim = 4"), std::string::npos);
        writeText(place, config("3", "[9, 7]"));
        EXPECT_NE(errorOf([&] { loadModel(checkpoint); }).find("intermediate_layers"), std::string::npos);
        writeText(place, config("\"six\"", "[9, 7, 5]"));
        EXPECT_THROW(loadModel(checkpoint), Error);
        writeText(place, "{\"nn_config\": ");
        EXPECT_NE(errorOf([&] { loadModel(checkpoint); }).find("JSON"), std::string::npos);
        writeText(place, std::string(500000, '['));
        EXPECT_THROW(loadModel(checkpoint), Error);
        writeText(place, R"({"some other": "program's"})");
        EXPECT_NO_THROW(loadModel(checkpoint));
    }
}

// --- Wrong files ---

TEST(WrongFile, IsNamedWithWhatToDo) {
    const TemporaryFolder folder;
    EXPECT_NE(errorOf([&] { loadModel(folder / "none.pt"); }).find("no such file"), std::string::npos);
    EXPECT_THROW(loadModel(folder.path()), Error);
    writeText(folder / "empty.pt", "");
    EXPECT_NE(errorOf([&] { loadModel(folder / "empty.pt"); }).find("is no model"), std::string::npos);
    writeText(folder / "old.pt", std::string("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.", 15));
    EXPECT_NE(errorOf([&] { loadModel(folder / "old.pt"); }).find("before version 1.6"), std::string::npos);
    const std::vector<NamedNpyArray> arrays{{"mu", {{1}, {1.0}}}, {"sig", {{1}, {1.0}}}};
    writeNpz(folder / "norm.npz", arrays);
    EXPECT_NE(errorOf([&] { loadModel(folder / "norm.npz"); }).find("no PyTorch checkpoint"), std::string::npos);
}

TEST(WrongFile, CutAnywhereIsAnErrorNotACrash) {
    const TemporaryFolder folder;
    saveModel(sampleModel(), folder / "whole.h5");
    saveModel(sampleModel(), folder / "whole.pt");
    for (const char* ending : {"h5", "pt"}) {
        const std::string content = contentOf(folder / (std::string("whole.") + ending));
        const auto cut = folder / (std::string("cut.") + ending);
        for (std::size_t length = 0; length < content.size(); length += 1 + content.size() / 97) {
            writeText(cut, content.substr(0, length));
            EXPECT_THROW(loadModel(cut), Error) << ending << " cut at " << length;
        }
    }
}

TEST(WrongFile, RandomDamageNeverCrashes) {
    const TemporaryFolder folder;
    saveModel(sampleModel(), folder / "m.h5");
    saveModel(sampleModel(), folder / "m.pt");
    PhiloxSequence random(99);
    int refused = 0;
    for (const char* name : {"m.h5", "m.pt"}) {
        const std::string whole = contentOf(folder / name);
        for (int trial = 0; trial < 100; ++trial) {
            std::string damaged = whole;
            for (int flip = 0; flip < 20; ++flip) {
                damaged[random() % damaged.size()] = static_cast<char>(random() & 0xFF);
            }
            writeText(folder / "damaged", damaged);
            if (errorOf([&] { loadModel(folder / "damaged"); }) != "no error") ++refused;
        }
    }
    EXPECT_GT(refused, 100); // the checkpoint has checksums; a weight of the native file may just be another one
}

TEST(WrongFile, AnotherHdf5FileIsNoModel) {
    const auto path = sharedData("published/golden_epoch_1000.h5");
    if (!path) GTEST_SKIP() << "no shared data";
    EXPECT_NE(errorOf([&] { loadModel(*path); }).find("no Zscape model"), std::string::npos);
}

} // namespace
} // namespace zscape
