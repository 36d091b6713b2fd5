// Laying out a native file and writing values to their places.
#include "core/catalog/native_writer.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/native_names.h"
#include "core/io/hdf5.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace zscape {

namespace {

using hdf5::Handle;

/// Vector loads like values that begin at a cache line.
constexpr hsize_t alignment = 64;
constexpr std::size_t hashDigits = 32;
constexpr std::size_t originWidth = 256;

[[noreturn]] void throwNoRoom(const std::filesystem::path& path, std::size_t bytes, int code) {
    throw Error("cannot write " + path.string() + ", which takes " + std::to_string(bytes / 1000000 + 1) +
                " MB: " + std::strerror(code) + "; is the disk full?");
}

Handle memoryTypeOf(const NativeColumn& column) {
    switch (column.type) {
    case ColumnType::Float32:
        return {H5Tcopy(H5T_NATIVE_FLOAT), H5Tclose};
    case ColumnType::Float64:
        return {H5Tcopy(H5T_NATIVE_DOUBLE), H5Tclose};
    case ColumnType::Int32:
        return {H5Tcopy(H5T_NATIVE_INT32), H5Tclose};
    case ColumnType::Int64:
        return {H5Tcopy(H5T_NATIVE_INT64), H5Tclose};
    case ColumnType::String:
        break;
    }
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), column.textWidth);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

/// Makes room for `bytes`; nothing on file systems that cannot.
void reserve(int descriptor, std::size_t bytes, const std::filesystem::path& path) {
    if (::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes)) == 0) return;
    if (errno != EOPNOTSUPP && errno != ENOSYS) throwNoRoom(path, bytes, errno);
}

} // namespace

/// The datasets while HDF5 has the file.
struct NativeWriter::Layout {
    Handle file;

    /// A dataset whose place is taken but whose values are not written.
    Place add(const std::string& name, hid_t type, const std::vector<std::size_t>& dimensions) {
        const std::vector<hsize_t> sizes(dimensions.begin(), dimensions.end());
        const Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose);
        const Handle create(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_obj_track_times(create.id(), false);
        H5Pset_layout(create.id(), H5D_CONTIGUOUS);
        H5Pset_alloc_time(create.id(), H5D_ALLOC_TIME_EARLY);
        H5Pset_fill_time(create.id(), H5D_FILL_TIME_NEVER);
        const Handle dataset(
            H5Dcreate2(file.id(), name.c_str(), type, space.id(), H5P_DEFAULT, create.id(), H5P_DEFAULT), H5Dclose);
        const haddr_t offset = dataset ? H5Dget_offset(dataset.id()) : HADDR_UNDEF;
        if (offset == HADDR_UNDEF) {
            throw Error("cannot lay out '" + name + "' in " + hdf5::fileName(file.id()) + " (" + hdf5::lastErrorText() +
                        ")");
        }
        std::size_t rowBytes = H5Tget_size(type);
        for (std::size_t i = 1; i < dimensions.size(); ++i) {
            rowBytes *= dimensions[i];
        }
        return {static_cast<std::size_t>(offset), rowBytes};
    }
};

NativeWriter::NativeWriter(const std::filesystem::path& path, NativePlan plan)
    : m_target(path),
      m_path(path),
      m_plan(std::move(plan)) {
    if (m_plan.rows == 0) throw Error("there is no star to write to " + path.string());
    // HDF5 cannot let go of a file that it could not finish, so the room for it is asked for first.
    std::size_t estimate =
        65536 + m_plan.rows * (9 + 4 * (2 * m_plan.coefficientCount + m_plan.bpCorrelations + m_plan.rpCorrelations));
    for (const NativeColumn& column : m_plan.columns) {
        const std::size_t width = column.type == ColumnType::String    ? column.textWidth
                                  : column.type == ColumnType::Float32 ? 4
                                  : column.type == ColumnType::Int32   ? 4
                                                                       : 8;
        estimate += 2048 + m_plan.rows * width + (column.hasMissing ? m_plan.rows / 8 + 64 : 0);
    }
    const int probe = ::open(m_target.temporaryPath().c_str(), O_WRONLY | O_CLOEXEC);
    if (probe < 0) throw Error("cannot write " + path.string() + ": " + std::strerror(errno));
    try {
        reserve(probe, estimate, m_path);
    } catch (...) {
        ::close(probe);
        throw;
    }
    ::close(probe);
    layOut();
    m_descriptor = ::open(m_target.temporaryPath().c_str(), O_RDWR | O_CLOEXEC);
    if (m_descriptor < 0) throw Error("cannot write " + path.string() + ": " + std::strerror(errno));
    try {
        reserve(m_descriptor, m_fileBytes, m_path);
        if (m_plan.coefficientCount > 0) writeGFluxOrigin(m_plan.gFluxOrigin);
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
}

void NativeWriter::layOut() {
    const hdf5::Quiet quiet;
    Layout layout;
    {
        const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
        H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
        H5Pset_alignment(access.id(), 1, alignment);
        const Handle create(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
        H5Pset_obj_track_times(create.id(), false);
        layout.file =
            Handle(H5Fcreate(m_target.temporaryPath().c_str(), H5F_ACC_TRUNC, create.id(), access.id()), H5Fclose);
    }
    if (!layout.file) throw Error("cannot create " + m_path.string() + " (" + hdf5::lastErrorText() + ")");
    const hid_t file = layout.file.id();
    hdf5::writeFixedText(file, ".", "format", native::formatName);
    hdf5::writeAttribute(file, ".", "format_version", native::formatVersion);
    hdf5::writeFixedText(file, ".", "name", m_plan.name);
    hdf5::writeAttribute(file, ".", "rows", static_cast<std::int64_t>(m_plan.rows));
    hdf5::writeAttribute(file, ".", "coefficient_count", static_cast<std::int64_t>(m_plan.coefficientCount));
    const Handle meta = hdf5::createGroup(file, "meta");
    for (const auto& [key, value] : m_plan.attributes) {
        if (!key.empty()) hdf5::writeFixedText(meta.id(), ".", key, value);
    }
    const std::size_t rows = m_plan.rows;
    m_ids = layout.add("source_id", H5T_NATIVE_INT64, {rows});
    if (m_plan.coefficientCount > 0) {
        m_coefficients = layout.add("coefficients", H5T_NATIVE_FLOAT, {rows, m_plan.coefficientCount});
        m_errors = layout.add("coefficient_errors", H5T_NATIVE_FLOAT, {rows, m_plan.coefficientCount});
        hdf5::writeFixedText(file, "coefficients", "unit", "electron/s");
        hdf5::writeFixedText(file, "coefficient_errors", "unit", "electron/s");
        m_flags = layout.add("flags", H5T_NATIVE_UINT8, {rows});
        m_hash = layout.add("content_hash", H5T_NATIVE_CHAR, {hashDigits});
        m_gFluxOrigin = layout.add("g_flux_origin", H5T_NATIVE_CHAR, {originWidth});
    }
    const Handle columns = hdf5::createGroup(file, "columns");
    const Handle missing = hdf5::createGroup(file, "missing");
    for (std::size_t i = 0; i < m_plan.columns.size(); ++i) {
        const NativeColumn& column = m_plan.columns[i];
        const std::string name = "columns/" + native::linkName(column.name);
        m_columns.push_back(layout.add(name, memoryTypeOf(column).id(), {rows}));
        hdf5::writeFixedText(file, name, "name", column.name);
        hdf5::writeFixedText(file, name, "unit", column.unit);
        hdf5::writeFixedText(file, name, "origin", column.origin);
        hdf5::writeAttribute(file, name, "order", static_cast<std::int64_t>(i));
        m_missing.push_back(column.hasMissing ? layout.add("missing/" + native::linkName(column.name),
                                                           H5T_NATIVE_UINT64, {(rows + 63) / 64})
                                              : Place{});
    }
    if (m_plan.bpCorrelations + m_plan.rpCorrelations > 0) {
        const Handle group = hdf5::createGroup(file, "correlations");
        if (m_plan.bpCorrelations > 0) {
            m_bp = layout.add("correlations/bp", H5T_NATIVE_FLOAT, {rows, m_plan.bpCorrelations});
        }
        if (m_plan.rpCorrelations > 0) {
            m_rp = layout.add("correlations/rp", H5T_NATIVE_FLOAT, {rows, m_plan.rpCorrelations});
        }
    }
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) {
        throw Error("cannot write " + m_path.string() + " (" + hdf5::lastErrorText() + "); is the disk full?");
    }
    layout.file = {}; // its end is where HDF5 leaves it, and the file must not reach beyond
    std::error_code code;
    m_fileBytes = static_cast<std::size_t>(std::filesystem::file_size(m_target.temporaryPath(), code));
    if (code) throw Error("cannot write " + m_path.string() + ": " + code.message());
}

NativeWriter::~NativeWriter() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

void NativeWriter::write(const Place& place, std::size_t row, std::span<const std::byte> bytes) {
    auto at = static_cast<off_t>(place.offset + row * place.rowBytes);
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(m_descriptor, bytes.data(), bytes.size(), at);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throwNoRoom(m_path, m_fileBytes, count == 0 ? ENOSPC : errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        at += count;
    }
}

void NativeWriter::writeSourceIds(std::size_t row, std::span<const std::int64_t> ids) {
    write(m_ids, row, std::as_bytes(ids));
}
void NativeWriter::writeCoefficients(std::size_t row, std::span<const float> values) {
    write(m_coefficients, row, std::as_bytes(values));
}
void NativeWriter::writeErrors(std::size_t row, std::span<const float> values) {
    write(m_errors, row, std::as_bytes(values));
}
void NativeWriter::writeFlags(std::size_t row, std::span<const std::uint8_t> flags) {
    write(m_flags, row, std::as_bytes(flags));
}
void NativeWriter::writeBpCorrelations(std::size_t row, std::span<const float> values) {
    write(m_bp, row, std::as_bytes(values));
}
void NativeWriter::writeRpCorrelations(std::size_t row, std::span<const float> values) {
    write(m_rp, row, std::as_bytes(values));
}
void NativeWriter::writeColumn(std::size_t column, std::size_t row, std::span<const std::byte> values) {
    write(m_columns[column], row, values);
}
void NativeWriter::writeMissing(std::size_t column, const BitSet& missing) {
    if (!m_plan.columns[column].hasMissing || missing.size() != m_plan.rows) {
        throw Error("internal: column '" + m_plan.columns[column].name + "' has other missing values than planned");
    }
    write(m_missing[column], 0, std::as_bytes(std::span(missing.words())));
}

void NativeWriter::writeGFluxOrigin(const std::string& origin) {
    std::array<char, originWidth> text{};
    std::copy_n(origin.data(), std::min(origin.size(), originWidth - 1), text.begin());
    write(m_gFluxOrigin, 0, std::as_bytes(std::span(text)));
}

void NativeWriter::commit() {
    if (m_plan.coefficientCount > 0) {
        const auto file = MappedFile::open(m_target.temporaryPath());
        ContentHash hash;
        hash.addValue(std::uint64_t{m_plan.rows});
        hash.addValue(std::uint64_t{m_plan.coefficientCount});
        for (const Place& place : {m_ids, m_coefficients, m_errors}) {
            hash.addBytes(file->bytes().data() + place.offset, m_plan.rows * place.rowBytes);
        }
        const std::string text = hash.text();
        write(m_hash, 0, std::as_bytes(std::span(text)));
    }
    ::close(m_descriptor);
    m_descriptor = -1;
    m_target.commit();
}

} // namespace zscape
