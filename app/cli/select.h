#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape::cli {

/// `zscape select`: stars by a formula, a named selection, a file of selections or lists of source_ids; conditions
/// given together must all hold.
struct SelectOptions {
    std::filesystem::path catalog;
    ModelChoice model; ///< "" for none: no latents then
    std::string where;
    std::string named;
    std::filesystem::path selections;
    std::vector<std::filesystem::path> ids;
    std::string preset = "released"; ///< or "paper"
    std::filesystem::path out;       ///< "" only counts
    std::string columns;             ///< beside source_id
    bool list = false;
};

/// Declares the command; `options` and `work` must outlive the parsing.
void addSelectCommand(CLI::App& app, SelectOptions& options, Work& work);
void runSelect(const SelectOptions& options, const JobContext& job);

} // namespace zscape::cli
