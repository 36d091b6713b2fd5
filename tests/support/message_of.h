#pragma once

#include "core/base/error.h"

#include <string>

namespace zscape::test {

/// The sentence of the Error that a call throws, "no error" when it throws none.
template <typename Function>
std::string messageOf(const Function& function) {
    try {
        function();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace zscape::test
