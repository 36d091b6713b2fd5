#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape::cli {

/// `zscape calibrate`: archive XP_CONTINUOUS files to sampled spectra or synthetic photometry.
struct CalibrateOptions {
    std::vector<std::filesystem::path> files;
    std::filesystem::path out;
    std::string grid;
    bool truncate = false;
    bool convert = false;
    std::string photometry; ///< "" no, "gaia", or a filter table
    int threads = 0;
    bool strict = false; ///< the first bad star ends it
    bool json = false;
};

/// Declares the command; `options` and `work` must outlive the parsing.
void addCalibrateCommand(CLI::App& app, CalibrateOptions& options, Work& work);
void runCalibrate(const CalibrateOptions& options, const JobContext& job);

} // namespace zscape::cli
