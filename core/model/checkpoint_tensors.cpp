#include "core/model/checkpoint_tensors.h"

#include "core/base/error.h"
#include "core/io/npy.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace zscape {

namespace {

// Weights of the largest architecture we take; a damaged or hostile file must not take all memory.
constexpr std::size_t mostBytes = std::size_t{2} << 30;

using pickle::ScalarType;

bool isFloating(ScalarType type) {
    return type == ScalarType::Float16 || type == ScalarType::BFloat16 || type == ScalarType::Float32 ||
           type == ScalarType::Float64;
}

std::uint64_t bitsAt(const std::byte* item, std::size_t size, bool bigEndian) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i) {
        bits |= std::to_integer<std::uint64_t>(item[i]) << (8 * (bigEndian ? size - 1 - i : i));
    }
    return bits;
}

float floatOf(std::uint64_t bits, ScalarType type) {
    switch (type) {
    case ScalarType::Float16:
        return floatFromHalf(static_cast<unsigned>(bits));
    case ScalarType::BFloat16:
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
    case ScalarType::Float64:
        return static_cast<float>(std::bit_cast<double>(bits));
    default:
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    }
}

std::int64_t integerOf(std::uint64_t bits, ScalarType type) {
    if (type == ScalarType::Bool || type == ScalarType::UInt8) return static_cast<std::int64_t>(bits);
    const auto unused = static_cast<unsigned>(64 - 8 * pickle::scalarSize(type));
    return static_cast<std::int64_t>(bits << unused) >> unused;
}

/// Element count of a tensor all of whose elements lie inside its storage. Throws Error otherwise.
std::size_t checkedCount(const std::string& name, const pickle::Tensor& tensor) {
    const auto fail = [&]() {
        throw Error("tensor '" + name + "' of the checkpoint reaches outside its data; the file is damaged");
    };
    if (tensor.shape.size() != tensor.strides.size() || tensor.offset < 0) fail();
    const std::int64_t available = tensor.storage.count;
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.shape) {
        if (size < 0) fail();
        // No tensor of a network is larger than its storage (only an expanded view would be).
        if (size != 0 && count > available / size) fail();
        count *= size;
    }
    if (count == 0) return 0;
    std::int64_t last = tensor.offset;
    if (last >= available) fail();
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        const std::int64_t steps = tensor.shape[d] - 1;
        const std::int64_t stride = tensor.strides[d];
        if (stride < 0) fail();
        if (steps > 0 && stride > (available - 1 - last) / steps) fail();
        last += steps * stride;
    }
    return static_cast<std::size_t>(count);
}

/// Calls `use(storage index)` for every element in row-major order.
template <typename Use>
void forElements(const pickle::Tensor& tensor, std::size_t count, Use use) {
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    std::int64_t position = tensor.offset;
    for (std::size_t done = 0; done < count; ++done) {
        use(static_cast<std::size_t>(position));
        for (std::size_t d = tensor.shape.size(); d-- > 0;) {
            if (++index[d] < tensor.shape[d]) {
                position += tensor.strides[d];
                break;
            }
            position -= tensor.strides[d] * (tensor.shape[d] - 1);
            index[d] = 0;
        }
    }
}

} // namespace

CheckpointTensors::CheckpointTensors(const ZipReader& archive, std::string prefix)
    : m_archive(archive),
      m_prefix(std::move(prefix)) {
    // Absent before PyTorch 2.1: little-endian then.
    if (const ZipEntry* entry = archive.find(m_prefix + "byteorder")) {
        const std::vector<std::byte> bytes = archive.read(*entry, 16);
        const std::string order(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (order != "little" && order != "big") throw Error(archive.path().string() + " has an unknown byte order");
        m_bigEndian = order == "big";
    }
}

const std::vector<std::byte>& CheckpointTensors::storage(const std::string& name, const pickle::Storage& source) {
    const auto known = m_storages.find(source.key);
    const std::size_t itemSize = pickle::scalarSize(source.type);
    const auto count = static_cast<std::size_t>(source.count);
    const std::string what = "tensor '" + name + "' of " + m_archive.path().string();
    if (count > mostBytes / itemSize) throw Error(what + " claims an impossible size");
    if (known != m_storages.end()) {
        if (known->second.size() != count * itemSize)
            throw Error(what + " contradicts another one that shares its data");
        return known->second;
    }
    const ZipEntry* entry = m_archive.find(m_prefix + "data/" + source.key);
    if (!entry) throw Error(what + " has no data; the file is damaged or incomplete");
    if (entry->size != count * itemSize) {
        throw Error(what + " has " + std::to_string(entry->size) + " bytes of data where " +
                    std::to_string(count * itemSize) + " belong; the file is damaged");
    }
    m_bytesRead += count * itemSize;
    if (m_bytesRead > mostBytes) throw Error(m_archive.path().string() + " holds more than 2 GiB of weights");
    return m_storages.emplace(source.key, m_archive.read(*entry, count * itemSize)).first->second;
}

Tensor CheckpointTensors::read(const std::string& name, const pickle::Tensor& source) {
    const std::size_t count = checkedCount(name, source);
    const std::vector<std::byte>& bytes = storage(name, source.storage);
    const ScalarType type = source.storage.type;
    const std::size_t itemSize = pickle::scalarSize(type);
    Tensor tensor;
    tensor.name = name;
    tensor.shape.assign(source.shape.begin(), source.shape.end());
    if (isFloating(type)) {
        tensor.values.reserve(count);
        forElements(source, count, [&](std::size_t position) {
            tensor.values.push_back(floatOf(bitsAt(bytes.data() + position * itemSize, itemSize, m_bigEndian), type));
        });
        return tensor;
    }
    if (!tensor.shape.empty()) throw Error("tensor '" + name + "' of the checkpoint holds integers, not weights");
    tensor.isCounter = true;
    tensor.counter = integerOf(
        bitsAt(bytes.data() + static_cast<std::size_t>(source.offset) * itemSize, itemSize, m_bigEndian), type);
    return tensor;
}

} // namespace zscape
