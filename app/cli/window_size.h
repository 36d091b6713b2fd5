#pragma once

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace zscape::cli {

/// The two numbers of --size WIDTHxHEIGHT. Throws CLI::ValidationError.
inline std::pair<int, int> windowSize(const std::string& text) {
    int width = 0, height = 0;
    char end = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &end) != 2 || width < 200 || height < 200 ||
        width > 16384 || height > 16384) {
        throw CLI::ValidationError("--size", "wants WIDTHxHEIGHT, 200 to 16384 each, e.g. 1400x880");
    }
    return {width, height};
}

} // namespace zscape::cli
