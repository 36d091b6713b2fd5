#pragma once

#include <stdexcept>
#include <string>

namespace zscape {

/// The one exception of Zscape. The message is one sentence for the user: what happened, where, and what to do.
/// Codes of HDF5, libzip and LibTorch are converted to it where they arise.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown by long work when its JobContext was cancelled: not a failure, nothing is shown.
class Cancelled : public Error {
public:
    Cancelled() : Error("cancelled") {}
};

} // namespace zscape
