#pragma once

#include "core/io/zip_archive.h"

#include <zip.h>

#include <filesystem>
#include <stdexcept>
#include <vector>

namespace zscape::test {

/// A compressed archive, as numpy.savez_compressed writes; the program itself only writes uncompressed ones.
inline void writeDeflatedZip(const std::filesystem::path& path, const std::vector<ZipContent>& contents) {
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (!archive) throw std::runtime_error("cannot create " + path.string());
    for (const ZipContent& content : contents) {
        zip_source_t* source = zip_source_buffer(archive, content.bytes.data(), content.bytes.size(), 0);
        const zip_int64_t index = zip_file_add(archive, content.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 9);
    }
    if (zip_close(archive) < 0) throw std::runtime_error("cannot write " + path.string());
}

} // namespace zscape::test
