#include "core/io/hdf5.h"

#include "core/base/atomic_file.h"
#include "core/io/hdf5_trial.h"

#include <algorithm>

namespace zscape::hdf5 {

namespace {

// HDF5 1.10 leaks internal memory when it meets a damaged file and then prints "infinite loop closing library" when the
// program ends. Every handle here is closed by its owner, so that its exit handler has nothing left to do.
[[maybe_unused]] const herr_t withoutExitHandler = H5dont_atexit();

std::vector<hsize_t> toHdf5(const std::vector<std::size_t>& dimensions) {
    return {dimensions.begin(), dimensions.end()};
}

Handle dataspaceFor(const std::vector<std::size_t>& dimensions) {
    if (dimensions.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
    const std::vector<hsize_t> sizes = toHdf5(dimensions);
    return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose};
}

Handle openDataset(hid_t location, const std::string& name) {
    const Quiet quiet;
    Handle dataset(H5Dopen2(location, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) {
        throw Error("no dataset '" + name + "' in " + fileName(location));
    }
    return dataset;
}

template <typename T>
std::vector<T> readAll(hid_t location, const std::string& name, hid_t memoryType, H5T_class_t expected) {
    const Handle dataset = openDataset(location, name);
    const Quiet quiet;
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    const H5T_class_t found = H5Tget_class(type.id());
    if (found != expected && !(expected == H5T_FLOAT && found == H5T_INTEGER)) {
        throw Error("dataset '" + name + "' in " + fileName(location) + " does not hold " +
                    (expected == H5T_FLOAT ? "numbers" : "integers"));
    }
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    std::vector<T> values(static_cast<std::size_t>(std::max<hssize_t>(count, 0)));
    if (!values.empty() && H5Dread(dataset.id(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        throw Error("cannot read dataset '" + name + "' in " + fileName(location) + " (" + lastErrorText() +
                    "); the file may be truncated");
    }
    return values;
}

/// Creation properties of an object without times in it: the same content makes the same file.
Handle withoutTimes(hid_t kind) {
    Handle properties(H5Pcreate(kind), H5Pclose);
    H5Pset_obj_track_times(properties.id(), false);
    return properties;
}

void writeAll(hid_t location, const std::string& name, const void* values, std::size_t count, hid_t memoryType,
              const std::vector<std::size_t>& dimensions) {
    std::size_t expected = 1;
    for (const std::size_t dimension : dimensions) {
        expected *= dimension;
    }
    if (expected != count) throw Error("internal: dataset '" + name + "' has another size than its dimensions");
    const Quiet quiet;
    const Handle space = dataspaceFor(dimensions);
    const Handle create(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(create.id(), 1);
    const Handle layout = withoutTimes(H5P_DATASET_CREATE);
    const Handle dataset(
        H5Dcreate2(location, name.c_str(), memoryType, space.id(), create.id(), layout.id(), H5P_DEFAULT), H5Dclose);
    if (!dataset || H5Dwrite(dataset.id(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        throw Error("cannot write dataset '" + name + "' to " + fileName(location) + "; is the disk full?");
    }
}

void writeAttributeValue(hid_t location, const std::string& name, const std::string& attribute, hid_t type,
                         const Handle& space, const void* value) {
    const Quiet quiet;
    if (H5Aexists_by_name(location, name.c_str(), attribute.c_str(), H5P_DEFAULT) > 0) {
        H5Adelete_by_name(location, name.c_str(), attribute.c_str(), H5P_DEFAULT);
    }
    const Handle handle(H5Acreate_by_name(location, name.c_str(), attribute.c_str(), type, space.id(), H5P_DEFAULT,
                                          H5P_DEFAULT, H5P_DEFAULT),
                        H5Aclose);
    if (!handle || H5Awrite(handle.id(), type, value) < 0) {
        throw Error("cannot write attribute '" + attribute + "' to " + fileName(location));
    }
}

Handle openAttribute(hid_t location, const std::string& name, const std::string& attribute) {
    const Quiet quiet;
    if (H5Aexists_by_name(location, name.c_str(), attribute.c_str(), H5P_DEFAULT) <= 0) return {};
    return {H5Aopen_by_name(location, name.c_str(), attribute.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
}

template <typename T>
std::optional<std::vector<T>> readAttributeValues(hid_t location, const std::string& name, const std::string& attribute,
                                                  hid_t memoryType) {
    const Handle handle = openAttribute(location, name, attribute);
    if (!handle) return std::nullopt;
    const Quiet quiet;
    const Handle type(H5Aget_type(handle.id()), H5Tclose);
    const H5T_class_t kind = H5Tget_class(type.id());
    if (kind != H5T_INTEGER && kind != H5T_FLOAT) return std::nullopt;
    const Handle space(H5Aget_space(handle.id()), H5Sclose);
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    std::vector<T> values(static_cast<std::size_t>(std::max<hssize_t>(count, 0)));
    if (values.empty() || H5Aread(handle.id(), memoryType, values.data()) < 0) return std::nullopt;
    return values;
}

} // namespace

Quiet::Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &m_function, &m_data);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() {
    H5Eset_auto2(H5E_DEFAULT, m_function, m_data);
}

std::string lastErrorText() {
    std::string text = "HDF5 error";
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned depth, const H5E_error2_t* entry, void* out) -> herr_t {
            if (depth == 0 && entry->desc) *static_cast<std::string*>(out) = entry->desc;
            return 0;
        },
        &text);
    // HDF5 adds lines with its buffers' addresses, which tell a user nothing.
    return text.substr(0, text.find('\n'));
}

namespace {

Handle readAccess() {
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
    return access;
}

} // namespace

Handle openUntried(const std::filesystem::path& path) {
    const Quiet quiet;
    const Handle access = readAccess();
    return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
}

Handle tryOpenFile(const std::filesystem::path& path) {
    return isHarmless(path) ? openUntried(path) : Handle();
}

Handle openFile(const std::filesystem::path& path) {
    std::error_code code;
    const std::filesystem::file_status status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status)) throw Error("no such file: " + path.string());
    if (std::filesystem::is_directory(status)) throw Error(path.string() + " is a folder, not an HDF5 file");
    requireHarmless(path);
    const Quiet quiet;
    const Handle access = readAccess(); // until the error is read: closing it would clear that
    Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
    if (file) return file;
    const std::string reason = lastErrorText();
    const htri_t isHdf5 = H5Fis_hdf5(path.c_str());
    if (isHdf5 == 0) throw Error(path.string() + " is not an HDF5 file");
    if (reason.find("truncated") != std::string::npos) {
        throw Error(path.string() + " is truncated: it is shorter than its HDF5 header says; copy it again");
    }
    throw Error("cannot open " + path.string() + " (" + reason + ")");
}

Handle openImage(std::span<const std::byte> bytes, const std::string& name) {
    const Quiet quiet;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access.id(), 64 * 1024, false);
    // HDF5 copies the image; its interface only lacks the const.
    H5Pset_file_image(access.id(), const_cast<std::byte*>(bytes.data()), bytes.size());
    // HDF5 refuses an image that is called like a file there is, and takes two of one name for the same.
    const std::string own = name + " (in memory, " + std::to_string(access.id()) + ")";
    Handle file(H5Fopen(own.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
    if (!file) throw Error(name + " cannot be read as HDF5 (" + lastErrorText() + ")");
    return file;
}

namespace {

/// The layout of HDF5 1.8 has checksums over everything but the data, so that damage is found instead of followed.
Handle accessWithChecksums() {
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
    return access;
}

} // namespace

Handle createFile(const std::filesystem::path& path) {
    const Quiet quiet;
    const Handle access = accessWithChecksums();
    const Handle layout = withoutTimes(H5P_FILE_CREATE);
    Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, layout.id(), access.id()), H5Fclose);
    if (!file) throw Error("cannot create " + path.string() + " (" + lastErrorText() + ")");
    return file;
}

Handle createImage() {
    const Quiet quiet;
    const Handle access = accessWithChecksums();
    H5Pset_fapl_core(access.id(), 1024 * 1024, false);
    const Handle layout = withoutTimes(H5P_FILE_CREATE);
    // HDF5 takes two files in memory of one name for the same, so each is called after its own properties.
    const std::string name = "image " + std::to_string(access.id());
    Handle file(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, layout.id(), access.id()), H5Fclose);
    if (!file) throw Error("cannot make an HDF5 file in memory (" + lastErrorText() + ")");
    return file;
}

std::vector<std::byte> imageBytes(hid_t file) {
    const Quiet quiet;
    // Not H5Fget_file_image: of this layout it gives bytes whose superblock contradicts its own checksum (1.10.8).
    void* memory = nullptr;
    hsize_t size = 0;
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 || H5Fget_filesize(file, &size) < 0 ||
        H5Fget_vfd_handle(file, H5P_DEFAULT, &memory) < 0 || !memory) {
        throw Error("cannot finish an HDF5 file in memory (" + lastErrorText() + ")");
    }
    const auto* first = *static_cast<const std::byte* const*>(memory); // the driver hands out where its pointer is
    // The driver's memory is longer than the file. Its superblock (version 2) says where the file ends, in 8 bytes.
    constexpr std::size_t endAt = 28;
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < 8 && endAt + i < size; ++i) {
        end |= std::to_integer<std::uint64_t>(first[endAt + i]) << (8 * i);
    }
    if (end == 0 || end > size) throw Error("cannot finish an HDF5 file in memory (its end is unknown)");
    return {first, first + end};
}

bool exists(hid_t location, const std::string& name) {
    const Quiet quiet;
    // H5Lexists fails on a missing intermediate group, so every prefix is asked in turn.
    for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
        const std::string prefix = name.substr(0, end);
        if (prefix != "/" && H5Lexists(location, prefix.c_str(), H5P_DEFAULT) <= 0) return false;
        if (end == std::string::npos) return true;
    }
}

std::vector<std::string> list(hid_t location, const std::string& group) {
    const Quiet quiet;
    const Handle handle(H5Gopen2(location, group.c_str(), H5P_DEFAULT), H5Gclose);
    if (!handle) throw Error("no group '" + group + "' in " + fileName(location));
    std::vector<std::string> names;
    H5Literate(
        handle.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
        [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
            static_cast<std::vector<std::string>*>(out)->emplace_back(name);
            return 0;
        },
        &names);
    return names;
}

std::vector<std::size_t> shape(hid_t location, const std::string& name) {
    const Handle dataset = openDataset(location, name);
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.id());
    std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(rank, 0)));
    H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr);
    return {sizes.begin(), sizes.end()};
}

std::vector<double> readDoubles(hid_t location, const std::string& name) {
    return readAll<double>(location, name, H5T_NATIVE_DOUBLE, H5T_FLOAT);
}
std::vector<float> readFloats(hid_t location, const std::string& name) {
    return readAll<float>(location, name, H5T_NATIVE_FLOAT, H5T_FLOAT);
}
std::vector<std::int64_t> readIntegers(hid_t location, const std::string& name) {
    return readAll<std::int64_t>(location, name, H5T_NATIVE_INT64, H5T_INTEGER);
}

void writeDataset(hid_t location, const std::string& name, std::span<const double> values,
                  const std::vector<std::size_t>& dimensions) {
    writeAll(location, name, values.data(), values.size(), H5T_NATIVE_DOUBLE, dimensions);
}
void writeDataset(hid_t location, const std::string& name, std::span<const float> values,
                  const std::vector<std::size_t>& dimensions) {
    writeAll(location, name, values.data(), values.size(), H5T_NATIVE_FLOAT, dimensions);
}
void writeDataset(hid_t location, const std::string& name, std::span<const std::int64_t> values,
                  const std::vector<std::size_t>& dimensions) {
    writeAll(location, name, values.data(), values.size(), H5T_NATIVE_INT64, dimensions);
}
void writeDataset(hid_t location, const std::string& name, std::span<const std::int32_t> values,
                  const std::vector<std::size_t>& dimensions) {
    writeAll(location, name, values.data(), values.size(), H5T_NATIVE_INT32, dimensions);
}

Handle createGroup(hid_t location, const std::string& name) {
    const Quiet quiet;
    const Handle layout = withoutTimes(H5P_GROUP_CREATE);
    Handle group(H5Gcreate2(location, name.c_str(), H5P_DEFAULT, layout.id(), H5P_DEFAULT), H5Gclose);
    if (!group) throw Error("cannot create group '" + name + "' in " + fileName(location));
    return group;
}

void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, const std::string& text) {
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), H5T_VARIABLE);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    const char* pointer = text.c_str();
    writeAttributeValue(location, name, attribute, type.id(), {H5Screate(H5S_SCALAR), H5Sclose}, &pointer);
}
void writeFixedText(hid_t location, const std::string& name, const std::string& attribute, const std::string& text) {
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), std::max<std::size_t>(text.size(), 1));
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    writeAttributeValue(location, name, attribute, type.id(), {H5Screate(H5S_SCALAR), H5Sclose}, text.c_str());
}
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, std::int64_t value) {
    writeAttributeValue(location, name, attribute, H5T_NATIVE_INT64, {H5Screate(H5S_SCALAR), H5Sclose}, &value);
}
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, double value) {
    writeAttributeValue(location, name, attribute, H5T_NATIVE_DOUBLE, {H5Screate(H5S_SCALAR), H5Sclose}, &value);
}
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute,
                    std::span<const std::int64_t> values) {
    writeAttributeValue(location, name, attribute, H5T_NATIVE_INT64, dataspaceFor({values.size()}), values.data());
}

std::optional<std::string> readTextAttribute(hid_t location, const std::string& name, const std::string& attribute) {
    const Handle handle = openAttribute(location, name, attribute);
    if (!handle) return std::nullopt;
    const Quiet quiet;
    const Handle type(H5Aget_type(handle.id()), H5Tclose);
    const Handle space(H5Aget_space(handle.id()), H5Sclose);
    if (H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1) return std::nullopt;
    if (H5Tis_variable_str(type.id()) > 0) {
        char* text = nullptr;
        if (H5Aread(handle.id(), type.id(), &text) < 0 || !text) return std::nullopt;
        std::string result(text);
        H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, &text);
        return result;
    }
    std::string result(H5Tget_size(type.id()), '\0');
    if (H5Aread(handle.id(), type.id(), result.data()) < 0) return std::nullopt;
    result.resize(std::min(result.size(), result.find('\0')));
    return result;
}

std::optional<std::int64_t> readIntegerAttribute(hid_t location, const std::string& name,
                                                 const std::string& attribute) {
    const auto values = readAttributeValues<std::int64_t>(location, name, attribute, H5T_NATIVE_INT64);
    return values ? std::optional(values->front()) : std::nullopt;
}
std::optional<double> readDoubleAttribute(hid_t location, const std::string& name, const std::string& attribute) {
    const auto values = readAttributeValues<double>(location, name, attribute, H5T_NATIVE_DOUBLE);
    return values ? std::optional(values->front()) : std::nullopt;
}
std::optional<std::vector<double>> readDoublesAttribute(hid_t location, const std::string& name,
                                                        const std::string& attribute) {
    return readAttributeValues<double>(location, name, attribute, H5T_NATIVE_DOUBLE);
}
std::optional<std::vector<std::int64_t>> readIntegersAttribute(hid_t location, const std::string& name,
                                                               const std::string& attribute) {
    return readAttributeValues<std::int64_t>(location, name, attribute, H5T_NATIVE_INT64);
}

std::string fileName(hid_t location) {
    const Quiet quiet;
    const ssize_t length = H5Fget_name(location, nullptr, 0);
    if (length <= 0) return "the file";
    std::string name(static_cast<std::size_t>(length) + 1, '\0');
    H5Fget_name(location, name.data(), name.size());
    name.resize(static_cast<std::size_t>(length));
    return AtomicFile::targetOf(name).string(); // what the user asked for, not the temporary name
}

} // namespace zscape::hdf5
