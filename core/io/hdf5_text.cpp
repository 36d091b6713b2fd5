// Text in HDF5: lines as byte strings, attributes of any plain type as text.
#include "core/io/hdf5.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace zscape::hdf5 {

namespace {

constexpr std::size_t largestText = std::size_t{64} << 20;

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (&part == &parts.front() ? "" : ", ") + part;
    }
    return text;
}

template <typename T>
std::string numberText(T value) {
    std::array<char, 40> buffer;
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

/// Splits the padded elements of a fixed-length text buffer.
std::vector<std::string> fixedTexts(const std::string& buffer, std::size_t width) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; width > 0 && at + width <= buffer.size(); at += width) {
        std::string text = buffer.substr(at, width);
        text.resize(std::min(text.size(), text.find('\0')));
        while (!text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

/// Reads text elements with `read(memory type, buffer)`, of a dataset or an attribute alike.
template <typename Read>
std::optional<std::vector<std::string>> readTexts(const Handle& type, const Handle& space, const Read& read) {
    const hssize_t points = H5Sget_simple_extent_npoints(space.id());
    const std::size_t count = static_cast<std::size_t>(std::max<hssize_t>(points, 0));
    const std::size_t width = H5Tget_size(type.id());
    if (width == 0 || count > largestText / width) return std::nullopt;
    if (H5Tis_variable_str(type.id()) <= 0) {
        std::string buffer(count * width, '\0');
        if (count > 0 && read(type.id(), buffer.data()) < 0) return std::nullopt;
        return fixedTexts(buffer, width);
    }
    std::vector<char*> pointers(count, nullptr);
    if (count > 0 && read(type.id(), pointers.data()) < 0) return std::nullopt;
    std::vector<std::string> texts;
    texts.reserve(count);
    for (const char* pointer : pointers) {
        texts.emplace_back(pointer ? pointer : "");
    }
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
    return texts;
}

template <typename T>
std::optional<std::string> readNumbers(hid_t attribute, hid_t memoryType, std::size_t count, bool isBool) {
    if (count > largestText / sizeof(T)) return std::nullopt;
    std::vector<T> values(count);
    if (count > 0 && H5Aread(attribute, memoryType, values.data()) < 0) return std::nullopt;
    std::vector<std::string> parts;
    parts.reserve(count);
    for (const T value : values) {
        parts.push_back(isBool ? (value != T{0} ? "true" : "false") : numberText(value));
    }
    return joined(parts);
}

std::optional<std::string> attributeText(hid_t attribute) {
    const Handle type(H5Aget_type(attribute), H5Tclose);
    const Handle space(H5Aget_space(attribute), H5Sclose);
    if (!type || !space) return std::nullopt;
    const hssize_t points = H5Sget_simple_extent_npoints(space.id());
    const std::size_t count = static_cast<std::size_t>(std::max<hssize_t>(points, 0));
    switch (H5Tget_class(type.id())) {
    case H5T_STRING: {
        const auto texts = readTexts(
            type, space, [attribute](hid_t memoryType, void* out) { return H5Aread(attribute, memoryType, out); });
        if (!texts) return std::nullopt;
        return joined(*texts);
    }
    case H5T_INTEGER:
        return readNumbers<std::int64_t>(attribute, H5T_NATIVE_INT64, count, false);
    case H5T_FLOAT:
        return readNumbers<double>(attribute, H5T_NATIVE_DOUBLE, count, false);
    case H5T_ENUM:
        // h5py's bool: an enum of one byte, FALSE and TRUE. There is no conversion to integers; it is read as it is.
        if (H5Tget_size(type.id()) != 1) return std::nullopt;
        return readNumbers<std::int8_t>(attribute, type.id(), count, true);
    default:
        return std::nullopt;
    }
}

} // namespace

std::map<std::string, std::string> readAttributesAsText(hid_t object) {
    const Quiet quiet;
    std::vector<std::string> names;
    H5Aiterate2(
        object, H5_INDEX_NAME, H5_ITER_INC, nullptr,
        [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
            static_cast<std::vector<std::string>*>(out)->emplace_back(name);
            return 0;
        },
        &names);
    std::map<std::string, std::string> attributes;
    for (const std::string& name : names) {
        const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
        if (!attribute) continue;
        if (auto text = attributeText(attribute.id())) attributes.emplace(name, std::move(*text));
    }
    return attributes;
}

void writeLines(hid_t location, const std::string& name, const std::vector<std::string>& lines) {
    std::size_t width = 1;
    for (const std::string& line : lines) {
        width = std::max(width, line.size());
    }
    std::string buffer(lines.size() * width, '\0');
    for (std::size_t index = 0; index < lines.size(); ++index) {
        lines[index].copy(buffer.data() + index * width, width);
    }
    const Quiet quiet;
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), width);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    const hsize_t size = lines.size();
    const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
    const Handle dataset(
        H5Dcreate2(location, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
    if (!dataset || H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data()) < 0) {
        throw Error("cannot write dataset '" + name + "' to " + fileName(location) + " (" + lastErrorText() +
                    "); is the disk full?");
    }
}

std::vector<std::string> readLines(hid_t location, const std::string& name) {
    const Quiet quiet;
    const Handle dataset(H5Dopen2(location, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) throw Error("no dataset '" + name + "' in " + fileName(location));
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    std::optional<std::vector<std::string>> texts;
    if (H5Tget_class(type.id()) == H5T_STRING) {
        texts = readTexts(type, space, [&dataset](hid_t memoryType, void* out) {
            return H5Dread(dataset.id(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
        });
    }
    if (!texts) throw Error("dataset '" + name + "' in " + fileName(location) + " cannot be read as text");
    return *texts;
}

} // namespace zscape::hdf5
