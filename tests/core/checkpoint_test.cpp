#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/model/model.h"
#include "core/model/pickle.h"
#include "tests/support/deflated_zip.h"
#include "tests/support/pickled_checkpoint.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>

// Checkpoints as other programs write them, right and wrong, built field by field (tests/support/pickled_checkpoint.h).

namespace zscape {
namespace {

using test::checkpointContents;
using test::RawTensor;
using test::smallestStateDict;
using test::TemporaryFolder;

using StateDict = std::vector<std::pair<std::string, RawTensor>>;

class Checkpoint : public testing::Test {
protected:
    Model load(const StateDict& tensors, const std::string& byteOrder = "") {
        return load(checkpointContents(tensors, byteOrder));
    }
    Model load(const std::vector<ZipContent>& contents) {
        const auto path = m_folder / "weight.pt";
        std::filesystem::remove(path); // a new file: some file systems sync one that is written over
        writeStoredZip(path, contents);
        return loadModel(path);
    }
    template <typename... Arguments>
    std::string errorOf(const Arguments&... arguments) {
        try {
            load(arguments...);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }
    /// The smallest model with its first tensor, encoder.0.0.weight (2 x 2), replaced.
    static StateDict withFirst(const RawTensor& tensor) {
        StateDict tensors = smallestStateDict();
        tensors[0].second = tensor;
        return tensors;
    }
    TemporaryFolder m_folder;
};

TEST_F(Checkpoint, BareStateDictOfThePaperPreset) {
    const Model model = load(smallestStateDict());
    EXPECT_EQ(model.architecture, (Architecture{Preset::Paper, 2, 1, {2}}));
    EXPECT_EQ(model.tensor("encoder.0.0.weight").values, (std::vector<float>{0, 0.1f, 0.2f, 0.3f}));
    EXPECT_EQ(model.tensor("scatter.1.0.bias").values, (std::vector<float>{13, 13.1f}));
    EXPECT_EQ(model.epoch, 0);
    EXPECT_EQ(model.provenance.program, "PyTorch checkpoint");
}

TEST_F(Checkpoint, DataParallelPrefixAndAnyOrder) {
    StateDict tensors = smallestStateDict();
    std::reverse(tensors.begin(), tensors.end());
    for (auto& [name, tensor] : tensors) {
        name = "module." + name;
    }
    EXPECT_EQ(load(tensors).tensor("mu.bias").values, std::vector<float>{3});
}

TEST_F(Checkpoint, OtherPrecisions) {
    const std::vector<float> expected{1, -2, 0.5f, 3};
    const auto data = [](auto... values) {
        std::string bytes;
        (bytes.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
        return bytes;
    };
    using Half = std::uint16_t;
    const std::string half = data(Half{0x3C00}, Half{0xC000}, Half{0x3800}, Half{0x4200});
    const std::string brain = data(Half{0x3F80}, Half{0xC000}, Half{0x3F00}, Half{0x4040});
    for (const auto& [type, bytes] : {std::pair<std::string, std::string>{"HalfStorage", half},
                                      {"BFloat16Storage", brain},
                                      {"DoubleStorage", data(1.0, -2.0, 0.5, 3.0)}}) {
        const Model model = load(withFirst({type, "0", 4, 0, {2, 2}, {2, 1}, bytes}));
        EXPECT_EQ(model.tensor("encoder.0.0.weight").values, expected) << type;
    }
}

TEST_F(Checkpoint, BigEndianFilesAreTurned) {
    StateDict tensors = smallestStateDict();
    for (auto& [name, tensor] : tensors) {
        for (std::size_t i = 0; i < tensor.data.size(); i += 4) {
            std::reverse(tensor.data.begin() + static_cast<std::ptrdiff_t>(i),
                         tensor.data.begin() + static_cast<std::ptrdiff_t>(i + 4));
        }
    }
    EXPECT_EQ(load(tensors, "big").tensor("encoder.0.0.weight").values, (std::vector<float>{0, 0.1f, 0.2f, 0.3f}));
    EXPECT_NE(errorOf(tensors, std::string("middle")).find("byte order"), std::string::npos);
}

TEST_F(Checkpoint, StridesOffsetsAndSharedStorages) {
    const std::string data = test::floatBytes({9, 8, 1, 2, 3, 4, 7});
    // A transposed view that starts at the third number: rows are columns of [[1, 2], [3, 4]].
    StateDict tensors = withFirst({"FloatStorage", "shared", 7, 2, {2, 2}, {1, 2}, data});
    tensors[1].second = {"FloatStorage", "shared", 7, 0, {2}, {6}, data};
    const Model model = load(tensors);
    EXPECT_EQ(model.tensor("encoder.0.0.weight").values, (std::vector<float>{1, 3, 2, 4}));
    EXPECT_EQ(model.tensor("encoder.0.0.bias").values, (std::vector<float>{9, 7}));
}

TEST_F(Checkpoint, TensorsOutsideTheirDataAreRefused) {
    const std::string data = test::floatBytes({1, 2, 3, 4});
    constexpr std::int64_t huge = std::int64_t{1} << 62;
    const std::vector<RawTensor> wrong{{"FloatStorage", "0", 4, 1, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", "0", 4, -1, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", "0", 4, 0, {2, 2}, {3, 1}, data},
                                       {"FloatStorage", "0", 4, 3, {2, 2}, {-2, -1}, data},
                                       {"FloatStorage", "0", 4, 0, {2, 2}, {huge, huge}, data},
                                       {"FloatStorage", "0", 4, huge, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", "0", 4, 0, {2, 2}, {1}, data},
                                       {"FloatStorage", "0", 4, 0, {2, -2}, {2, 1}, data},
                                       {"FloatStorage", "0", 4, 0, {huge, huge}, {2, 1}, data},
                                       {"FloatStorage", "0", 0, 0, {2, 2}, {2, 1}, ""},
                                       {"FloatStorage", "0", huge, 0, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", "0", 5, 0, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", "0", 3, 0, {2, 2}, {1, 1}, data},
                                       {"FloatStorage", "0", -4, 0, {2, 2}, {2, 1}, data},
                                       {"DoubleStorage", "0", 4, 0, {2, 2}, {2, 1}, data},
                                       {"LongStorage", "0", 4, 0, {2, 2}, {2, 1}, data + data},
                                       {"FloatStorage", "0", 4, 0, {2, 2, 1}, {2, 1, 1}, data},
                                       {"FloatStorage", "0", 4, 0, {4}, {1}, data},
                                       {"FloatStorage", "0", 4, 0, {2, 20000}, {0, 0}, data},
                                       {"ComplexFloatStorage", "0", 4, 0, {2, 2}, {2, 1}, data},
                                       {"FloatStorage", std::string(100, 'k'), 4, 0, {2, 2}, {2, 1}, data}};
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        EXPECT_NE(errorOf(withFirst(wrong[i])), "no error") << "case " << i;
    }
}

TEST_F(Checkpoint, OtherNetworksAreNamed) {
    StateDict tensors = smallestStateDict();
    tensors.erase(tensors.begin() + 4);
    EXPECT_NE(errorOf(tensors).find("log_var.weight"), std::string::npos);
    tensors = smallestStateDict();
    tensors.push_back({"classifier.weight", tensors[0].second});
    EXPECT_NE(errorOf(tensors).find("classifier.weight"), std::string::npos);
    tensors.erase(tensors.begin());
    EXPECT_NE(errorOf(tensors).find("another network"), std::string::npos);
    EXPECT_NE(errorOf(StateDict{}).find("another network"), std::string::npos);
    StateDict diverged = smallestStateDict();
    diverged[1].second.data = test::floatBytes({1, std::numeric_limits<float>::quiet_NaN()});
    EXPECT_NE(errorOf(diverged).find("NaN"), std::string::npos);
}

TEST_F(Checkpoint, OtherArchivesAreNamed) {
    std::vector<ZipContent> contents = checkpointContents(smallestStateDict());
    std::vector<ZipContent> script = contents;
    script.push_back({"archive/constants.pkl", {}});
    EXPECT_NE(errorOf(script).find("TorchScript"), std::string::npos);
    std::vector<ZipContent> noData = contents;
    noData.erase(noData.begin() + 3);
    EXPECT_NE(errorOf(noData).find("no data"), std::string::npos);
    for (const char* program : {"N.", "}X\x10\0\0\0model_state_dictNs."}) {
        std::vector<ZipContent> other = contents;
        other[0].bytes = test::bytesOf(program);
        EXPECT_NE(errorOf(other), "no error");
    }
}

TEST_F(Checkpoint, BombsAreRefused) {
    std::vector<ZipContent> contents = checkpointContents(smallestStateDict());
    const auto path = m_folder / "bomb.pt";
    contents[0].bytes.resize(std::size_t{32} << 20); // the pickle, then zeros
    test::writeDeflatedZip(path, contents);
    EXPECT_THROW(loadModel(path), Error);
    contents = checkpointContents(smallestStateDict());
    contents[1].bytes.resize(std::size_t{32} << 20); // a tensor's data
    test::writeDeflatedZip(path, contents);
    EXPECT_THROW(loadModel(path), Error);
}

TEST_F(Checkpoint, CompressedIsReadAllTheSame) {
    const auto path = m_folder / "deflated.pt";
    test::writeDeflatedZip(path, checkpointContents(smallestStateDict()));
    EXPECT_EQ(loadModel(path).architecture.inputSize, 2);
}

/// Loads a checkpoint whose data.pkl is cut or changed in many places: a model or an Error, nothing else.
TEST_F(Checkpoint, DamageInThePickleNeverCrashes) {
    const std::vector<ZipContent> whole = checkpointContents(smallestStateDict());
    const std::size_t size = whole[0].bytes.size();
    for (std::size_t length = 0; length < size; length += 7) {
        std::vector<ZipContent> cut = whole;
        cut[0].bytes.resize(length);
        EXPECT_NE(errorOf(cut), "no error") << "cut at " << length;
    }
    PhiloxSequence random(3);
    int refused = 0;
    for (int trial = 0; trial < 600; ++trial) {
        std::vector<ZipContent> damaged = whole;
        damaged[0].bytes[random() % size] = static_cast<std::byte>(random() & 0xFF);
        if (errorOf(damaged) != "no error") ++refused;
    }
    EXPECT_GT(refused, 100);
}

TEST_F(Checkpoint, TruncationsOfThePublishedPickleAreErrors) {
    const auto path = test::sharedData("published/epoch_5000/weight.pt");
    if (!path) GTEST_SKIP() << "no shared data";
    const ZipReader archive(*path);
    const std::vector<std::byte> bytes = archive.read(*archive.find("weight/data.pkl"), 1 << 20);
    ASSERT_NO_THROW(pickle::parse(bytes, "whole"));
    for (std::size_t length = 0; length < bytes.size(); length += 37) {
        EXPECT_THROW(pickle::parse(std::span(bytes).first(length), "cut"), Error) << length;
    }
}

} // namespace
} // namespace zscape
