// Mapping a native file: every array is checked to lie in the file before anyone looks at it.
#include "core/catalog/native_read.h"

#include "core/base/mapped_file.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/native_names.h"
#include "core/io/hdf5.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace zscape {

namespace {

using hdf5::Handle;

class NativeFile {
public:
    explicit NativeFile(const std::filesystem::path& path) : m_path(path.string()), m_file(hdf5::openFile(path)) {
        if (hdf5::readTextAttribute(m_file.id(), ".", "format") != native::formatName) {
            throw Error(m_path + " is not a catalogue in Zscape's own layout");
        }
        const auto version = hdf5::readIntegerAttribute(m_file.id(), ".", "format_version");
        if (!version) fail("it has no format version");
        if (*version > native::formatVersion) {
            throw Error(m_path + " has version " + std::to_string(*version) + " of the native layout and this Zscape " +
                        "reads up to version " + std::to_string(native::formatVersion) + "; update Zscape");
        }
        m_mapped = MappedFile::open(path);
    }

    hid_t id() const { return m_file.id(); }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(m_path + " is damaged: " + what + "; copy it again");
    }

    std::size_t count(const char* attribute) const {
        const auto value = hdf5::readIntegerAttribute(m_file.id(), ".", attribute);
        if (!value || *value < 0) fail(std::string("its ") + attribute + " is missing");
        return static_cast<std::size_t>(*value);
    }

    std::string text(const std::string& object, const std::string& attribute) const {
        return hdf5::readTextAttribute(m_file.id(), object, attribute).value_or("");
    }

    Handle open(const std::string& name) const {
        const hdf5::Quiet quiet;
        Handle dataset(H5Dopen2(m_file.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
        if (!dataset) fail("'" + name + "' cannot be opened");
        return dataset;
    }

    /// The array of a dataset of `count` values of T; `type` is T's in HDF5.
    template <typename T>
    SharedArray<T> map(const std::string& name, hid_t type, std::size_t count) const {
        const Handle dataset = open(name);
        const hdf5::Quiet quiet;
        const Handle stored(H5Dget_type(dataset.id()), H5Tclose);
        if (H5Tequal(stored.id(), type) <= 0) fail("'" + name + "' has another type than it should");
        return SharedArray<T>(spanOf<T>(dataset.id(), name, count), m_mapped);
    }

    TextArray mapTexts(const std::string& name, std::size_t rows) const {
        const Handle dataset = open(name);
        const hdf5::Quiet quiet;
        const Handle stored(H5Dget_type(dataset.id()), H5Tclose);
        const std::size_t width = H5Tget_size(stored.id());
        if (H5Tis_variable_str(stored.id()) != 0 || width == 0) fail("'" + name + "' is not text of a fixed width");
        if (rows > m_mapped->bytes().size() / width) fail("'" + name + "' reaches beyond the end of the file");
        return TextArray(SharedArray<char>(spanOf<char>(dataset.id(), name, rows, width), m_mapped), width);
    }

    H5T_class_t classOf(const std::string& name, std::size_t& bytes) const {
        const Handle dataset = open(name);
        const hdf5::Quiet quiet;
        const Handle stored(H5Dget_type(dataset.id()), H5Tclose);
        bytes = H5Tget_size(stored.id());
        return H5Tget_class(stored.id());
    }

private:
    template <typename T>
    std::span<const T> spanOf(hid_t dataset, const std::string& name, std::size_t count, std::size_t width = 1) const {
        const Handle space(H5Dget_space(dataset), H5Sclose);
        const hssize_t points = H5Sget_simple_extent_npoints(space.id());
        if (points < 0 || static_cast<std::size_t>(points) != count) {
            fail("'" + name + "' has " + std::to_string(points) + " values where " + std::to_string(count) +
                 " are needed");
        }
        const Handle create(H5Dget_create_plist(dataset), H5Pclose);
        const haddr_t offset = H5Dget_offset(dataset);
        if (H5Pget_layout(create.id()) != H5D_CONTIGUOUS || H5Pget_external_count(create.id()) != 0 ||
            offset == HADDR_UNDEF) {
            fail("'" + name + "' does not lie in one piece");
        }
        const std::span<const std::byte> bytes = m_mapped->bytes();
        if (offset > bytes.size() || count * width > (bytes.size() - offset) / sizeof(T)) {
            fail("'" + name + "' reaches beyond the end of the file");
        }
        if (offset % alignof(T) != 0) fail("'" + name + "' begins at an odd place");
        return {reinterpret_cast<const T*>(bytes.data() + offset), count * width};
    }

    std::string m_path;
    Handle m_file;
    std::shared_ptr<const MappedFile> m_mapped;
};

Column::Values mapValues(const NativeFile& file, const std::string& name, std::size_t rows) {
    std::size_t bytes = 0;
    const H5T_class_t kind = file.classOf(name, bytes);
    if (kind == H5T_STRING) return file.mapTexts(name, rows);
    if (kind == H5T_FLOAT && bytes == 4) return file.map<float>(name, H5T_NATIVE_FLOAT, rows);
    if (kind == H5T_FLOAT && bytes == 8) return file.map<double>(name, H5T_NATIVE_DOUBLE, rows);
    if (kind == H5T_INTEGER && bytes == 4) return file.map<std::int32_t>(name, H5T_NATIVE_INT32, rows);
    if (kind == H5T_INTEGER && bytes == 8) return file.map<std::int64_t>(name, H5T_NATIVE_INT64, rows);
    file.fail("'" + name + "' has a type that no column has");
}

std::vector<Column> mapColumns(const NativeFile& file, std::size_t rows) {
    std::vector<std::pair<std::int64_t, Column>> ordered;
    for (const std::string& link : hdf5::list(file.id(), "columns")) {
        const std::string path = "columns/" + link;
        const auto order = hdf5::readIntegerAttribute(file.id(), path, "order");
        const std::string name = file.text(path, "name");
        if (!order || native::linkName(name) != link) file.fail("'" + path + "' lacks its name or order");
        Column column(name, file.text(path, "unit"), mapValues(file, path, rows));
        column.setOrigin(file.text(path, "origin"));
        if (const std::string missing = "missing/" + link; hdf5::exists(file.id(), missing)) {
            const auto words = file.map<std::uint64_t>(missing, H5T_NATIVE_UINT64, (rows + 63) / 64);
            column.setMissing(BitSet::fromWords(rows, {words.begin(), words.end()}));
        }
        ordered.emplace_back(*order, std::move(column));
    }
    std::ranges::stable_sort(ordered, {}, [](const auto& one) { return one.first; });
    std::vector<Column> columns;
    columns.reserve(ordered.size());
    for (auto& [order, column] : ordered) {
        columns.push_back(std::move(column));
    }
    return columns;
}

SharedArray<float> mapCorrelations(const NativeFile& file, const std::string& name, std::size_t rows) {
    if (!hdf5::exists(file.id(), name)) return {};
    const std::vector<std::size_t> shape = hdf5::shape(file.id(), name);
    if (shape.size() != 2 || shape[0] != rows || shape[1] == 0 || shape[1] > 1000000) {
        file.fail("'" + name + "' has another shape than it should");
    }
    return file.map<float>(name, H5T_NATIVE_FLOAT, rows * shape[1]);
}

} // namespace

NativeContent readNativeContent(const std::filesystem::path& path) {
    const NativeFile file(path);
    NativeContent content;
    content.rows = file.count("rows");
    content.coefficientCount = file.count("coefficient_count");
    if (content.rows == 0) file.fail("it has no rows");
    if (content.coefficientCount > 100000) file.fail("its coefficient_count is too large");
    content.name = file.text(".", "name");
    content.sourceIds = file.map<std::int64_t>("source_id", H5T_NATIVE_INT64, content.rows);
    if (content.coefficientCount > 0) {
        // source_id lies in the file, so that this product cannot overflow.
        const std::size_t values = content.rows * content.coefficientCount;
        content.coefficients = file.map<float>("coefficients", H5T_NATIVE_FLOAT, values);
        content.errors = file.map<float>("coefficient_errors", H5T_NATIVE_FLOAT, values);
        content.flags = file.map<std::uint8_t>("flags", H5T_NATIVE_UINT8, content.rows);
        const auto hash = file.map<char>("content_hash", H5T_NATIVE_CHAR, 32);
        content.contentHash.assign(hash.begin(), hash.end());
        const auto origin = file.map<char>("g_flux_origin", H5T_NATIVE_CHAR, 256);
        content.gFluxOrigin.assign(origin.begin(), std::ranges::find(origin, '\0'));
        content.bpCorrelations = mapCorrelations(file, "correlations/bp", content.rows);
        content.rpCorrelations = mapCorrelations(file, "correlations/rp", content.rows);
    }
    content.columns = mapColumns(file, content.rows);
    const hdf5::Quiet quiet;
    const Handle meta(H5Gopen2(file.id(), "meta", H5P_DEFAULT), H5Gclose);
    if (!meta) file.fail("its group 'meta' cannot be opened");
    content.attributes = hdf5::readAttributesAsText(meta.id());
    return content;
}

bool isNativeCatalog(const std::filesystem::path& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) return false;
    const hdf5::Quiet quiet;
    const Handle file = hdf5::tryOpenFile(path);
    return file && hdf5::readTextAttribute(file.id(), ".", "format") == native::formatName;
}

Catalog openNativeCatalog(const std::filesystem::path& path, const JobContext& job) {
    job.throwIfCancelled();
    NativeContent content = readNativeContent(path);
    if (content.coefficientCount == 0) throw Error(path.string() + " holds labels without spectra, not a catalogue");
    Catalog catalog(path.stem().string(), content.coefficientCount, std::move(content.sourceIds),
                    std::move(content.coefficients), std::move(content.errors), std::move(content.columns),
                    std::move(content.flags));
    catalog.setPath(path);
    catalog.attributes() = std::move(content.attributes);
    if (!content.gFluxOrigin.empty()) catalog.setGFluxOrigin(std::move(content.gFluxOrigin));
    return catalog;
}

std::string writtenContentHash(const std::filesystem::path& path) {
    return readNativeContent(path).contentHash;
}

bool hasCorrelations(const std::filesystem::path& path) {
    const NativeContent content = readNativeContent(path);
    return !content.bpCorrelations.empty() || !content.rpCorrelations.empty();
}

Correlations openCorrelations(const std::filesystem::path& path) {
    NativeContent content = readNativeContent(path);
    if (content.bpCorrelations.empty() && content.rpCorrelations.empty()) {
        throw Error(path.string() + " has no coefficient correlations; import it again with --correlations");
    }
    Correlations correlations;
    correlations.bp = {content.bpCorrelations.data(), content.rows, content.bpCorrelations.size() / content.rows};
    correlations.rp = {content.rpCorrelations.data(), content.rows, content.rpCorrelations.size() / content.rows};
    correlations.bpValues = std::move(content.bpCorrelations);
    correlations.rpValues = std::move(content.rpCorrelations);
    return correlations;
}

} // namespace zscape
