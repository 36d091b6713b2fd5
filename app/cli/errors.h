#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"

#include <filesystem>
#include <string>
#include <vector>

namespace zscape::cli {

/// `zscape errors`: how far a model's spectra are from the observed ones, for every star, coefficient and wavelength.
struct ErrorsOptions {
    std::filesystem::path catalog;
    ModelChoice model;
    std::filesystem::path out;          ///< a row a star
    std::filesystem::path curves;       ///< a row a coefficient or wavelength; may be empty
    std::filesystem::path correlations; ///< .npz; "" takes the catalogue's own
    bool independent = false;
    std::vector<std::string> compared; ///< NAME=FILE[:ARRAY]
    bool json = false;
};

/// Declares the command; `options` and `work` must outlive the parsing.
void addErrorsCommand(CLI::App& app, ErrorsOptions& options, Work& work);
void runErrors(const ErrorsOptions& options, const JobContext& job);

} // namespace zscape::cli
