#pragma once

#include "core/base/job_context.h"

#include <string>

namespace zscape::cli {

struct BenchOptions {
    bool json = false;
    bool training = false; ///< the training budgets alone
    bool views = false;    ///< the linked views alone
    bool archive = false;  ///< the readers of the archive's files alone
    std::string beside;    ///< a Python with GaiaXPy whose reader is measured in the same run; "": as measured apart
    std::size_t stars = 500000;
};

/// Measures every budget of core beside its counterpart in the same run, joins the drawing budgets (a JSON array as
/// text, measured by the window parts), and prints all. Throws Error.
void runBench(const BenchOptions& options, const std::string& drawing, const JobContext& job);

} // namespace zscape::cli
