// source_ids from text, tables and HDF5.
#include "core/select/read_source_ids.h"

#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/io/hdf5.h"
#include "core/io/table_file.h"

#include <array>
#include <charconv>
#include <fstream>
#include <string>

namespace zscape {

namespace {

constexpr std::array<const char*, 3> idNames{"source_id", "ids", "SOURCE_ID"};
constexpr std::string_view separators = " \t\r,;";

/// Whether the first line that is no comment begins with a digit: then the file is ids alone.
bool beginsWithNumber(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot read " + path.string() + "; is it there, and may you read it?");
    std::string line;
    char c = 0;
    bool comment = false;
    bool begun = false;
    // Character by character: a line may be long.
    while (stream.get(c)) {
        if (c == '\n') {
            comment = begun = false;
        } else if (!begun && (c == ' ' || c == '\t' || c == '\r')) {
            continue;
        } else if (!begun && c == '#') {
            comment = begun = true;
        } else if (!comment) {
            return (c >= '0' && c <= '9') || c == '-';
        }
    }
    throw Error(path.string() + " is empty; it should list source_ids");
}

std::vector<std::int64_t> readPlainList(const std::filesystem::path& path, const JobContext& job) {
    std::ifstream stream(path, std::ios::binary);
    std::vector<std::int64_t> ids;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (number % 65536 == 0) job.throwIfCancelled();
        std::string_view rest = line;
        while (true) {
            const std::size_t first = rest.find_first_not_of(separators);
            if (first == std::string_view::npos || rest[first] == '#') break;
            rest.remove_prefix(first);
            const std::string_view field = rest.substr(0, rest.find_first_of(separators));
            std::int64_t id = 0;
            const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), id);
            if (code != std::errc() || end != field.data() + field.size()) {
                throw Error(path.string() + ", line " + std::to_string(number) + ": '" +
                            std::string(field.substr(0, 40)) + "' is not a source_id");
            }
            ids.push_back(id);
            rest.remove_prefix(field.size());
        }
    }
    if (stream.bad()) throw Error("cannot read " + path.string() + " to its end");
    return ids;
}

/// The member of a compound dataset that holds source_ids; "" for none.
std::string idMember(hid_t type) {
    const int count = H5Tget_nmembers(type);
    for (int i = 0; i < count; ++i) {
        char* raw = H5Tget_member_name(type, static_cast<unsigned>(i));
        std::string name = raw ? raw : "";
        H5free_memory(raw);
        if (equalIgnoringCase(name, "source_id") || equalIgnoringCase(name, "ids")) return name;
    }
    return {};
}

std::vector<std::int64_t> readMember(hid_t dataset, hid_t type, const std::string& where) {
    const std::string name = idMember(type);
    if (name.empty()) throw Error(where + " has no column source_id or ids");
    const hdf5::Handle space(H5Dget_space(dataset), H5Sclose);
    const hssize_t rows = H5Sget_simple_extent_npoints(space.id());
    const hdf5::Handle memory(H5Tcreate(H5T_COMPOUND, sizeof(std::int64_t)), H5Tclose);
    H5Tinsert(memory.id(), name.c_str(), 0, H5T_NATIVE_INT64);
    std::vector<std::int64_t> ids(rows > 0 ? static_cast<std::size_t>(rows) : 0);
    if (H5Dread(dataset, memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, ids.data()) < 0) {
        throw Error("cannot read '" + name + "' of " + where + ": " + hdf5::lastErrorText());
    }
    return ids;
}

std::vector<std::int64_t> readDataset(const hdf5::Handle& file, const std::string& name, const std::string& where) {
    const hdf5::Handle dataset(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) throw Error("cannot read the dataset " + where);
    const hdf5::Handle type(H5Dget_type(dataset.id()), H5Tclose);
    if (H5Tget_class(type.id()) == H5T_COMPOUND) return readMember(dataset.id(), type.id(), where);
    if (H5Tget_class(type.id()) != H5T_INTEGER) throw Error(where + " does not hold whole numbers");
    return hdf5::readIntegers(file.id(), name);
}

std::vector<std::int64_t> readHdf5(const std::filesystem::path& path, const std::string& name) {
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::openFile(path);
    if (!name.empty()) {
        if (!hdf5::exists(file.id(), name)) throw Error("no dataset '" + name + "' in " + path.string());
        return readDataset(file, name, path.string() + ":" + name);
    }
    for (const char* known : idNames) {
        if (hdf5::exists(file.id(), known)) return readDataset(file, known, path.string() + ":/" + known);
    }
    if (hdf5::exists(file.id(), "__astropy_table__")) {
        return readDataset(file, "__astropy_table__", path.string());
    }
    throw Error(path.string() + " has neither a dataset source_id or ids nor a table with such a column");
}

bool isHdf5Name(const std::string& name) {
    const std::string ending = std::filesystem::path(name).extension().string();
    return equalIgnoringCase(ending, ".h5") || equalIgnoringCase(ending, ".hdf5");
}

} // namespace

std::vector<std::int64_t> readSourceIds(const std::filesystem::path& path, const JobContext& job) {
    const std::string input = path.string();
    const std::size_t colon = input.rfind(":/");
    std::vector<std::int64_t> ids;
    if (colon != std::string::npos && isHdf5Name(input.substr(0, colon))) {
        ids = readHdf5(input.substr(0, colon), input.substr(colon + 1));
    } else if (isHdf5Name(input)) {
        ids = readHdf5(path, {});
    } else if (beginsWithNumber(path)) {
        ids = readPlainList(path, job);
    } else if (inputKindOf(input) == InputKind::Text) {
        ids = readInputTable(input, job).sourceIds;
        if (ids.empty()) throw Error(input + " has no column source_id (or ids)");
    } else {
        throw Error("cannot tell the format of " + input +
                    ": name a .csv, .ecsv, .txt or .h5 file, or a plain list of numbers");
    }
    if (ids.empty()) throw Error(input + " is empty; it should list source_ids");
    return ids;
}

} // namespace zscape
