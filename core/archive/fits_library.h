#pragma once

#include "core/archive/fits_file.h"

#include <fitsio.h>

#include <mutex>
#include <string>

/// Inside the FITS reader: CFITSIO's handle with an owner, and its lock.
namespace zscape {

/// CFITSIO built without locks of its own must not run in two threads at once.
inline std::unique_lock<std::mutex> fitsLock() {
    static std::mutex mutex;
    static const bool isReentrant = fits_is_reentrant() != 0;
    return isReentrant ? std::unique_lock<std::mutex>() : std::unique_lock(mutex);
}

inline std::string withoutEndingSpaces(std::string text) {
    text.resize(text.find_last_not_of(' ') + 1);
    return text;
}

struct FitsFile::Handle {
    fitsfile* file = nullptr;
    ~Handle() {
        if (!file) return;
        const auto lock = fitsLock();
        int status = 0;
        fits_close_file(file, &status);
        fits_clear_errmsg();
    }
};

} // namespace zscape
