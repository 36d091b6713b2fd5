#pragma once

#include "core/io/zip_archive.h"
#include "core/model/model.h"
#include "core/model/pickle.h"

#include <map>
#include <string>
#include <vector>

namespace zscape {

/// Turns the tensors of a checkpoint's pickle into numbers: reads each storage once, checks offset, shape and strides
/// against it, converts to float32. Private to checkpoint_read.
class CheckpointTensors {
public:
    /// `prefix` is the archive's top folder with its slash, e.g. "weight/".
    CheckpointTensors(const ZipReader& archive, std::string prefix);

    /// Float16, bfloat16, float32 and float64 give values, an integer scalar gives a counter. Throws Error.
    Tensor read(const std::string& name, const pickle::Tensor& source);

private:
    const std::vector<std::byte>& storage(const std::string& name, const pickle::Storage& source);

    const ZipReader& m_archive;
    std::string m_prefix;
    bool m_bigEndian = false;
    std::size_t m_bytesRead = 0;
    std::map<std::string, std::vector<std::byte>> m_storages;
};

} // namespace zscape
