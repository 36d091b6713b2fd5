#pragma once

#include "app/cli/commands.h"

#include <functional>

namespace CLI {
class App;
}

namespace zscape::cli {

/// What the command line asked for, to be run once it is parsed.
using Work = std::function<void(const JobContext&)>;

/// Declares `zscape train` and its options; `options` and `work` must outlive the parsing.
void addTrainCommand(CLI::App& app, TrainCommandOptions& options, Work& work);

} // namespace zscape::cli
