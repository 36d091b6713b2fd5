#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/wait.h>

#include "tests/support/temporary_folder.h"

namespace zscape::test {

/// What a program printed and how it ended.
struct ProgramResult {
    int exitCode = -1;
    std::string out;
    std::string err;
    /// Lines on stderr, for "one line an error".
    int errorLines() const {
        int lines = 0;
        for (const char c : err) {
            lines += c == '\n';
        }
        return lines;
    }
};

/// Runs a built program through the shell with these arguments, no standard input.
inline ProgramResult runProgram(const std::string& program, const std::string& arguments,
                                const std::string& environment = {}) {
    const TemporaryFolder folder;
    const std::string errors = (folder / "stderr").string();
    const std::string command =
        environment + " " + ZSCAPE_BINARY_DIR + "/" + program + " " + arguments + " </dev/null 2>" + errors;
    ProgramResult result;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) return result;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        result.out.append(buffer.data(), count);
    }
    const int status = ::pclose(pipe);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::ifstream stream(errors);
    result.err.assign(std::istreambuf_iterator<char>(stream), {});
    return result;
}

inline ProgramResult runZscape(const std::string& arguments, const std::string& environment = {}) {
    return runProgram("zscape", arguments, environment);
}

} // namespace zscape::test
