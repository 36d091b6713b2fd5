#pragma once

#include "core/base/job_context.h"
#include "core/build/import.h"

#include <functional>

namespace CLI {
class App;
}

namespace zscape::cli {

struct ImportCommandOptions {
    ImportOptions import;
    bool json = false;
};

/// Prints the report.
void runImport(const ImportCommandOptions& options, const JobContext& job);

/// Declares `zscape import` and its options; `options` and `work` must outlive the parsing.
void addImportCommand(CLI::App& app, ImportCommandOptions& options, std::function<void(const JobContext&)>& work);

} // namespace zscape::cli
