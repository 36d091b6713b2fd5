#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace zscape::test {

/// Builds an HDF5 file with one compound dataset, member by member, so that a test can write what no program of ours
/// would: other byte orders, odd types, wrong lengths. Members are packed in the order they are added.
class CompoundTable {
public:
    explicit CompoundTable(std::size_t rows) : m_rows(rows) {}
    ~CompoundTable() {
        for (const Member& member : m_members) {
            H5Tclose(member.type);
        }
    }
    CompoundTable(const CompoundTable&) = delete;
    CompoundTable& operator=(const CompoundTable&) = delete;

    /// `values` has rows x perRow entries of the C++ type that `memoryType` means; they are stored as `fileType`.
    /// perRow 0 is a scalar, anything else an array of that length.
    template <typename T>
    CompoundTable& add(const std::string& name, hid_t fileType, hid_t memoryType, std::vector<T> values,
                       std::size_t perRow = 0) {
        const std::size_t size = H5Tget_size(fileType);
        std::vector<std::byte> bytes(values.size() * std::max(size, sizeof(T)));
        if (!values.empty()) std::memcpy(bytes.data(), values.data(), values.size() * sizeof(T));
        H5Tconvert(memoryType, fileType, values.size(), bytes.data(), nullptr, H5P_DEFAULT);
        bytes.resize(values.size() * size);
        const hsize_t count = perRow;
        m_members.push_back({name, perRow ? H5Tarray_create2(fileType, 1, &count) : H5Tcopy(fileType), bytes});
        return *this;
    }
    CompoundTable& addInt64(const std::string& name, std::vector<std::int64_t> values) {
        return add(name, H5T_STD_I64LE, H5T_NATIVE_INT64, std::move(values));
    }
    CompoundTable& addDoubles(const std::string& name, std::vector<double> values, std::size_t perRow = 0) {
        return add(name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, std::move(values), perRow);
    }
    CompoundTable& addFloats(const std::string& name, std::vector<float> values, std::size_t perRow = 0) {
        return add(name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, std::move(values), perRow);
    }
    /// Bytes as they are, `size of type` a row.
    CompoundTable& addRaw(const std::string& name, hid_t type, std::span<const std::byte> bytes) {
        m_members.push_back({name, H5Tcopy(type), {bytes.begin(), bytes.end()}});
        return *this;
    }

    struct Options {
        std::string dataset = "__astropy_table__";
        std::size_t chunkRows = 0; ///< 0: contiguous
        bool gzip = false;
    };
    void write(const std::filesystem::path& path) const { write(path, Options()); }
    void write(const std::filesystem::path& path, const Options& options) const {
        std::size_t rowBytes = 0;
        for (const Member& member : m_members) {
            rowBytes += H5Tget_size(member.type);
        }
        const hid_t type = H5Tcreate(H5T_COMPOUND, rowBytes);
        std::vector<std::byte> rows(m_rows * rowBytes);
        std::size_t offset = 0;
        for (const Member& member : m_members) {
            const std::size_t size = H5Tget_size(member.type);
            H5Tinsert(type, member.name.c_str(), offset, member.type);
            for (std::size_t row = 0; row < m_rows; ++row) {
                std::memcpy(rows.data() + row * rowBytes + offset, member.bytes.data() + row * size, size);
            }
            offset += size;
        }
        const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        const hsize_t count = m_rows;
        const hid_t space = H5Screate_simple(1, &count, nullptr);
        const hid_t create = H5Pcreate(H5P_DATASET_CREATE);
        if (options.chunkRows > 0) {
            const hsize_t chunk = options.chunkRows;
            H5Pset_chunk(create, 1, &chunk);
            if (options.gzip) H5Pset_deflate(create, 1);
        }
        const hid_t dataset = H5Dcreate2(file, options.dataset.c_str(), type, space, H5P_DEFAULT, create, H5P_DEFAULT);
        if (m_rows > 0) H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data());
        H5Dclose(dataset);
        H5Pclose(create);
        H5Sclose(space);
        H5Fclose(file);
        H5Tclose(type);
    }

private:
    struct Member {
        std::string name;
        hid_t type;
        std::vector<std::byte> bytes;
    };
    std::size_t m_rows;
    std::vector<Member> m_members;
};

} // namespace zscape::test
