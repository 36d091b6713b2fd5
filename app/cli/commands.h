#pragma once

#include "core/base/error.h"
#include "core/base/job_context.h"
#include "core/train/training_options.h"

#include <filesystem>
#include <string>
#include <vector>

/// One function a command; options are plain structs filled by command_line.cpp. All throw Error.
namespace zscape::cli {

/// Something is wrong, and another process of a parallel run tells what.
class ToldElsewhere : public Error {
public:
    ToldElsewhere() : Error("the first process says what is wrong") {}
};

struct InfoOptions {
    std::filesystem::path file;
    bool json = false;
};
void runInfo(const InfoOptions& options, const JobContext& job);

struct DevicesOptions {
    bool json = false;
};
void runDevices(const DevicesOptions& options, const JobContext& job);

struct ModelChoice {
    std::filesystem::path model;
    std::filesystem::path normalization; ///< "" takes the model's own
    std::string engine = "fused";        ///< or "libtorch"
    int threads = 0;
};

struct EncodeOptions {
    std::string input;
    ModelChoice model;
    std::filesystem::path out;
    std::string space = "coefficients"; ///< or "normalised"
};
void runEncode(const EncodeOptions& options, const JobContext& job);

struct DecodeOptions {
    std::string input;
    ModelChoice model;
    std::filesystem::path out;
    std::string space = "normalised"; ///< "coefficients", "flux"
};
void runDecode(const DecodeOptions& options, const JobContext& job);

struct EvaluateOptions {
    std::filesystem::path catalog;
    ModelChoice model;
    bool json = false;
};
void runEvaluate(const EvaluateOptions& options, const JobContext& job);

struct ConvertModelOptions {
    std::filesystem::path in;
    std::filesystem::path normalization;
    std::filesystem::path out;
};
void runConvertModel(const ConvertModelOptions& options, const JobContext& job);

struct MockCommandOptions {
    std::size_t stars = 50000;
    std::int64_t seed = 1;
    int threads = 0;
    std::string layout = "released"; ///< or "native"
    std::filesystem::path out;
};
void runMock(const MockCommandOptions& options, const JobContext& job);

struct TrainCommandOptions {
    std::filesystem::path catalog;
    std::filesystem::path out;
    TrainingOptions training;
    /// What was given on the command line: names of option_fields.h, and "preset", "latent_size", "layers". A run that
    /// starts from a model or a checkpoint takes the rest from there.
    std::vector<std::string> given;
    std::filesystem::path start;         ///< model to start from, or ""
    std::filesystem::path normalization; ///< of that model, "" takes its own
    std::filesystem::path resume;        ///< checkpoint or folder of checkpoints to go on from, or ""
    std::filesystem::path jsonLog;       ///< "" for none
    double checkpointSeconds = 60;
    int keepEvery = 500;
    bool overwrite = false;
    std::string command; ///< recorded in the model
};
/// A cancelled job stops the run, with a checkpoint, and is no error. Started by mpirun as one of several processes it
/// trains with the others; the first one speaks for all.
void runTrain(const TrainCommandOptions& options, const JobContext& job);

} // namespace zscape::cli
