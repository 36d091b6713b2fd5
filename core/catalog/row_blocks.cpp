#include "core/catalog/row_blocks.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <unistd.h>

namespace zscape {

namespace {

using hdf5::Handle;

/// Where the raw rows of a contiguous dataset lie.
struct RawRows {
    int descriptor = -1;
    off_t offset = 0;
};

[[noreturn]] void throwTruncated(const std::string& where) {
    throw Error("the rows of " + where + " end before the table does; the file is truncated, copy it again");
}

std::optional<RawRows> findRawRows(hid_t dataset, const RowLayout& layout, std::size_t rows, const std::string& where) {
    if (layout.isConverted || layout.hasVariableText) return std::nullopt;
    const Handle create(H5Dget_create_plist(dataset), H5Pclose);
    if (H5Pget_layout(create.id()) != H5D_CONTIGUOUS || H5Pget_external_count(create.id()) != 0) return std::nullopt;
    const haddr_t offset = H5Dget_offset(dataset);
    if (offset == HADDR_UNDEF) return std::nullopt;
    if (H5Dget_storage_size(dataset) / layout.rowBytes < rows) throwTruncated(where);
    const Handle file(H5Iget_file_id(dataset), H5Fclose);
    const Handle access(H5Fget_access_plist(file.id()), H5Pclose);
    if (H5Pget_driver(access.id()) != H5FD_SEC2) return std::nullopt;
    void* descriptor = nullptr;
    if (H5Fget_vfd_handle(file.id(), H5P_DEFAULT, &descriptor) < 0 || !descriptor) return std::nullopt;
    return RawRows{*static_cast<int*>(descriptor), static_cast<off_t>(offset)};
}

void readExactly(const RawRows& raw, std::size_t position, std::byte* out, std::size_t bytes,
                 const std::string& where) {
    while (bytes > 0) {
        const ssize_t got = ::pread(raw.descriptor, out, bytes, raw.offset + static_cast<off_t>(position));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error("cannot read " + where + ": " + std::strerror(errno));
        if (got == 0) throwTruncated(where);
        out += got;
        position += static_cast<std::size_t>(got);
        bytes -= static_cast<std::size_t>(got);
    }
}

/// At least `wanted` bytes' worth of rows, in multiples of 64.
std::size_t rowsPerBlock(std::size_t wanted, std::size_t rowBytes) {
    return std::max<std::size_t>(wanted / rowBytes / 64 * 64, 64);
}

void readRaw(const RawRows& raw, const RowLayout& layout, const RowRange& range, const std::string& where,
             ThreadPool& pool, const JobContext& job, const std::function<void(const RowBlock&)>& use) {
    // Small enough to stay in a core's second-level cache while every column picks its values from it.
    const std::size_t blockRows = rowsPerBlock(256 * 1024, layout.rowBytes);
    std::vector<std::unique_ptr<std::byte[]>> buffers(static_cast<std::size_t>(pool.threadCount()));
    std::atomic<std::size_t> done{0};
    const std::size_t rows = range.last - range.first;
    pool.forChunks(rows, blockRows, [&](std::size_t chunkBegin, std::size_t chunkEnd, int thread) {
        job.throwIfCancelled();
        const std::size_t begin = range.first + chunkBegin, end = range.first + chunkEnd;
        auto& buffer = buffers[static_cast<std::size_t>(thread)];
        if (!buffer) buffer = std::make_unique_for_overwrite<std::byte[]>(blockRows * layout.rowBytes);
        readExactly(raw, begin * layout.rowBytes, buffer.get(), (end - begin) * layout.rowBytes, where);
        use({buffer.get(), layout.rowBytes, begin, end - begin});
        const std::size_t soFar = done.fetch_add(end - begin, std::memory_order_relaxed) + (end - begin);
        if (thread == 0) job.report(static_cast<double>(soFar) / static_cast<double>(rows), "reading stars");
    });
}

std::size_t chunkRows(hid_t dataset) {
    const Handle create(H5Dget_create_plist(dataset), H5Pclose);
    hsize_t size = 0;
    if (H5Pget_layout(create.id()) != H5D_CHUNKED || H5Pget_chunk(create.id(), 1, &size) != 1) return 0;
    return static_cast<std::size_t>(size);
}

/// Whole chunks at a time, or HDF5 would inflate a chunk once for every block in it; multiples of 64; at most 64 MiB.
std::size_t blockRowsFor(std::size_t chunk, std::size_t rowBytes) {
    const std::size_t largest = std::max<std::size_t>((std::size_t{64} << 20) / rowBytes / 64 * 64, 64);
    const std::size_t step = chunk > 0 && chunk <= largest ? std::lcm(chunk, std::size_t{64}) : 64;
    const std::size_t wanted = std::max<std::size_t>(2048, chunk);
    if (step > largest) return std::min((wanted + 63) / 64 * 64, largest);
    return std::min((wanted + step - 1) / step, largest / step) * step;
}

/// Frees what HDF5 allocated for variable-length text, also when the use of a block throws.
class TextReclaim {
public:
    TextReclaim(const RowLayout& layout, hid_t space, void* rows) : m_layout(layout), m_space(space), m_rows(rows) {}
    ~TextReclaim() {
        if (m_layout.hasVariableText) H5Dvlen_reclaim(m_layout.type.id(), m_space, H5P_DEFAULT, m_rows);
    }
    TextReclaim(const TextReclaim&) = delete;
    TextReclaim& operator=(const TextReclaim&) = delete;

private:
    const RowLayout& m_layout;
    hid_t m_space;
    void* m_rows;
};

void readThroughHdf5(hid_t dataset, const RowLayout& layout, const RowRange& range, const std::string& where,
                     ThreadPool& pool, const JobContext& job, const std::function<void(const RowBlock&)>& use) {
    const std::size_t blockRows = std::min(blockRowsFor(chunkRows(dataset), layout.rowBytes), range.last - range.first);
    // Zeroed, so that a failed read never leaves wild text pointers behind.
    const auto buffer = std::make_unique<std::byte[]>(blockRows * layout.rowBytes);
    const Handle fileSpace(H5Dget_space(dataset), H5Sclose);
    for (std::size_t begin = range.first; begin < range.last; begin += blockRows) {
        job.throwIfCancelled();
        const std::size_t count = std::min(blockRows, range.last - begin);
        const hsize_t start = begin;
        const hsize_t size = count;
        const Handle memorySpace(H5Screate_simple(1, &size, nullptr), H5Sclose);
        H5Sselect_hyperslab(fileSpace.id(), H5S_SELECT_SET, &start, nullptr, &size, nullptr);
        {
            const hdf5::Quiet quiet;
            if (H5Dread(dataset, layout.type.id(), memorySpace.id(), fileSpace.id(), H5P_DEFAULT, buffer.get()) < 0) {
                throw Error("cannot read " + where + " (" + hdf5::lastErrorText() +
                            "); the file may be truncated or damaged, copy it again");
            }
        }
        const TextReclaim reclaim(layout, memorySpace.id(), buffer.get());
        pool.forChunks(count, 256, [&](std::size_t first, std::size_t last, int) {
            use({buffer.get() + first * layout.rowBytes, layout.rowBytes, begin + first, last - first});
        });
        job.report(static_cast<double>(begin + count - range.first) / static_cast<double>(range.last - range.first),
                   "reading stars");
    }
}

} // namespace

void readRowBlocks(hid_t dataset, const RowLayout& layout, const RowRange& range, const std::string& where,
                   ThreadPool& pool, const JobContext& job, const std::function<void(const RowBlock&)>& use) {
    if (const auto raw = findRawRows(dataset, layout, range.total, where)) {
        readRaw(*raw, layout, range, where, pool, job, use);
    } else {
        readThroughHdf5(dataset, layout, range, where, pool, job, use);
    }
}

} // namespace zscape
