#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace zscape::cli {

/// `zscape spectra`: the spectra of stars, observed and reconstructed, or that of a latent point, as a table.
struct SpectraOptions {
    std::filesystem::path catalog;
    ModelChoice model;               ///< "" for observed spectra alone
    std::vector<std::int64_t> stars; ///< source_ids; or
    std::string among;               ///< "all", a built-in selection or a formula; or
    std::vector<float> latent;       ///< a latent point
    double gMag = 15;                ///< brightness of a latent point's spectrum
    std::string what = "observed,reconstructed";
    std::string space = "flux,coefficients";
    std::string preset = "released"; ///< of the built-in cuts; or "paper"
    std::filesystem::path out;
};

/// Declares the command; `options` and `work` must outlive the parsing.
void addSpectraCommand(CLI::App& app, SpectraOptions& options, Work& work);
void runSpectra(const SpectraOptions& options, const JobContext& job);

} // namespace zscape::cli
