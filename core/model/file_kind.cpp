#include "core/model/file_kind.h"

#include "core/io/hdf5.h"
#include "core/io/zip_archive.h"
#include "core/model/native_write.h"

namespace zscape {

bool isModelFile(const std::filesystem::path& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) return false;
    if (looksLikeZip(path)) return true;
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::tryOpenFile(path);
    return file && hdf5::readTextAttribute(file.id(), ".", "format") == nativeFormatName;
}

} // namespace zscape
