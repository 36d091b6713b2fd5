// HDF5 tables: a compound dataset (astropy's layout) or datasets of one length side by side in a group.
#include "core/archive/formats.h"
#include "core/catalog/row_layout.h"
#include "core/io/hdf5.h"
#include "core/io/hdf5_trial.h"
#include "core/io/table_meta.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <set>

namespace zscape {

namespace {

using hdf5::Handle;

constexpr std::size_t batchBytes = std::size_t{4} << 20;
constexpr std::size_t mostRows = 65536;
constexpr std::size_t largestRow = std::size_t{64} << 20;
constexpr const char* astropyTable = "__astropy_table__";

/// Debian's HDF5 has no locks of its own: sources that are read in several threads take turns.
std::mutex& hdf5Mutex() {
    static std::mutex mutex;
    return mutex;
}

/// A dataset whose rows are cells of one column, or whole rows when it is a compound.
struct Part {
    Handle dataset;
    Handle fileSpace;
    RowLayout layout; ///< of a column by itself: one member
    std::vector<hsize_t> extent;
    std::vector<std::byte> bytes;
};

/// A column: a member of a part, and the member that marks its missing values.
struct Place {
    std::size_t part = 0;
    std::size_t member = 0;
    std::optional<std::size_t> mask;
};

template <typename T>
T nativeValue(const std::byte* at, bool isSwapped) {
    std::byte raw[sizeof(T)];
    std::memcpy(raw, at, sizeof(T));
    if (isSwapped) std::reverse(raw, raw + sizeof(T));
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
}

std::string typeName(ElementKind kind) {
    switch (kind) {
    case ElementKind::Float32:
        return "float32";
    case ElementKind::Float64:
        return "float64";
    case ElementKind::Int8:
        return "int8";
    case ElementKind::UInt8:
        return "uint8";
    case ElementKind::Int16:
        return "int16";
    case ElementKind::UInt16:
        return "uint16";
    case ElementKind::Int32:
        return "int32";
    case ElementKind::UInt32:
        return "uint32";
    case ElementKind::Int64:
        return "int64";
    case ElementKind::UInt64:
        return "uint64";
    default:
        return "string";
    }
}

ValueKind valueKindOf(const RowMember& member) {
    if (!member.isNumeric()) return ValueKind::Text;
    if (member.kind == ElementKind::Float32) return ValueKind::Float32;
    return member.kind == ElementKind::Float64 ? ValueKind::Float64 : ValueKind::Integer;
}

std::vector<hsize_t> extentOf(hid_t space) {
    if (H5Sget_simple_extent_type(space) != H5S_SIMPLE) return {};
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 1) return {};
    std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, extent.data(), nullptr);
    return extent;
}

/// The memory type of a dataset of plain numbers or texts as a row of one member; nothing for other types.
std::optional<RowLayout> describeColumn(hid_t dataset, const std::string& name, std::size_t count, bool isArray) {
    const Handle type(H5Dget_type(dataset), H5Tclose);
    RowLayout layout;
    RowMember member;
    member.name = name;
    member.count = count;
    member.isArray = isArray;
    switch (H5Tget_class(type.id())) {
    case H5T_INTEGER: {
        const bool isUnsigned = H5Tget_sign(type.id()) == H5T_SGN_NONE && H5Tget_size(type.id()) == 8;
        member.kind = isUnsigned ? ElementKind::UInt64 : ElementKind::Int64;
        member.elementBytes = 8;
        layout.type = Handle(H5Tcopy(isUnsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64), H5Tclose);
        break;
    }
    case H5T_FLOAT: {
        const bool isWide = H5Tget_size(type.id()) > 4;
        member.kind = isWide ? ElementKind::Float64 : ElementKind::Float32;
        member.elementBytes = isWide ? 8 : 4;
        layout.type = Handle(H5Tcopy(isWide ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT), H5Tclose);
        break;
    }
    case H5T_ENUM:
        if (H5Tget_size(type.id()) != 1) return std::nullopt;
        member.kind = ElementKind::Int8;
        member.elementBytes = 1;
        layout.type = Handle(H5Tcopy(type.id()), H5Tclose);
        break;
    case H5T_STRING:
        member.kind = H5Tis_variable_str(type.id()) > 0 ? ElementKind::VariableText : ElementKind::FixedText;
        member.elementBytes = H5Tget_size(type.id());
        layout.type = Handle(H5Tcopy(type.id()), H5Tclose);
        layout.hasVariableText = member.kind == ElementKind::VariableText;
        break;
    default:
        return std::nullopt;
    }
    if (member.elementBytes == 0 || count > largestRow / member.elementBytes) return std::nullopt;
    layout.rowBytes = member.elementBytes * count;
    layout.members.push_back(std::move(member));
    return layout;
}

class Hdf5Source : public TableSource {
public:
    Hdf5Source(std::vector<std::byte> image, Handle file, const std::string& name, const std::string& table,
               JobContext job)
        : m_image(std::move(image)),
          m_job(std::move(job)),
          m_file(std::move(file)) {
        m_schema.file = name;
        findTable(table);
        nameColumns();
        requireUniqueNames();
        for (std::size_t index = 0; index < m_schema.columns.size(); ++index) {
            m_selected.push_back({index});
        }
        std::size_t rowBytes = 1;
        for (const Part& part : m_parts) {
            rowBytes += part.layout.rowBytes;
        }
        m_rowsPerBatch = std::clamp<std::size_t>(batchBytes / rowBytes, 1, mostRows);
        m_schema.rows = m_rowCount;
        refuseEmptyVastness(rowBytes);
    }
    ~Hdf5Source() override {
        const std::lock_guard lock(hdf5Mutex());
        m_parts.clear();
        m_file = Handle();
    }

    bool next(TableBatch& batch) override {
        m_job.throwIfCancelled();
        if (m_row >= m_rowCount) return false;
        const std::lock_guard lock(hdf5Mutex());
        const hdf5::Quiet quiet;
        m_count = static_cast<std::size_t>(std::min<std::uint64_t>(m_rowsPerBatch, m_rowCount - m_row));
        prepare(batch);
        batch.firstRow = m_row;
        batch.rows = m_count;
        std::set<std::size_t> needed;
        for (const ColumnRequest& request : m_selected) {
            needed.insert(m_places[request.column].part);
        }
        for (const std::size_t part : needed) {
            readPart(m_parts[part]);
        }
        for (std::size_t index = 0; index < m_selected.size(); ++index) {
            fill(m_places[m_selected[index].column], batch.columns[index]);
        }
        for (const std::size_t part : needed) {
            reclaim(m_parts[part]);
        }
        m_row += m_count;
        return true;
    }
    double fraction() const override {
        return m_rowCount > 0 ? static_cast<double>(m_row) / static_cast<double>(m_rowCount) : 1;
    }

private:
    /// A file of a few bytes can claim any number of rows that it does not hold.
    void refuseEmptyVastness(std::size_t rowBytes) const {
        constexpr double largest = 1e9;
        constexpr double ratio = 200;
        double stored = 0;
        for (const Part& part : m_parts) {
            stored += static_cast<double>(H5Dget_storage_size(part.dataset.id()));
        }
        const double size = static_cast<double>(m_rowCount) * static_cast<double>(rowBytes);
        if (size > largest && size > stored * ratio) {
            throw Error(m_schema.file + " claims " + std::to_string(m_rowCount) +
                        " rows and holds hardly any; it is damaged or made to harm");
        }
    }

    void findTable(const std::string& table) {
        const hdf5::Quiet quiet;
        if (!table.empty()) {
            if (!openCompound(table) && !openGroup(table)) throw Error("no table '" + table + "' in " + m_schema.file);
            return;
        }
        if (openCompound(astropyTable)) return;
        const std::vector<std::string> names = hdf5::list(m_file.id());
        for (const std::string& name : names) {
            if (openCompound(name)) return;
        }
        if (openGroup(".")) return;
        for (const std::string& name : names) {
            if (openGroup(name)) return;
        }
        throw Error(m_schema.file +
                    " holds no table: neither a dataset of rows nor datasets of one length side by side");
    }

    bool openCompound(const std::string& name) {
        if (!hdf5::exists(m_file.id(), name)) return false;
        Part part;
        part.dataset = Handle(H5Dopen2(m_file.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
        if (!part.dataset) return false;
        const Handle type(H5Dget_type(part.dataset.id()), H5Tclose);
        if (H5Tget_class(type.id()) != H5T_COMPOUND) return false;
        part.fileSpace = Handle(H5Dget_space(part.dataset.id()), H5Sclose);
        part.extent = extentOf(part.fileSpace.id());
        if (part.extent.size() != 1) return false;
        part.layout = describeRows(part.dataset.id(), "'" + name + "' in " + m_schema.file);
        if (part.layout.rowBytes == 0 || part.layout.rowBytes > largestRow)
            throw Error("the rows of '" + name + "' in " + m_schema.file + " are too long; it is damaged");
        for (const std::string& member : part.layout.unsupported) {
            m_schema.notices.push_back("column '" + member + "' of " + m_schema.file +
                                       " was left out: it holds no numbers or texts");
        }
        m_rowCount = part.extent[0];
        m_schema.table = name;
        const std::string meta = name + ".__table_column_meta__";
        if (hdf5::exists(m_file.id(), meta)) {
            std::string yaml;
            for (const std::string& line : hdf5::readLines(m_file.id(), meta)) {
                yaml += line + '\n';
            }
            m_units = parseTableMeta(yaml).units;
        }
        m_parts.push_back(std::move(part));
        return true;
    }

    bool openGroup(const std::string& group) {
        if (group != "." && !hdf5::exists(m_file.id(), group)) return false;
        const Handle object(H5Gopen2(m_file.id(), group.c_str(), H5P_DEFAULT), H5Gclose);
        if (!object) return false;
        std::vector<Part> parts;
        // The length that most datasets have is that of the table; an axis or a comment beside it has another.
        std::map<hsize_t, std::size_t> lengths;
        for (const std::string& name : hdf5::list(object.id())) {
            Part part;
            part.dataset = Handle(H5Dopen2(object.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
            if (!part.dataset) continue;
            part.fileSpace = Handle(H5Dget_space(part.dataset.id()), H5Sclose);
            part.extent = extentOf(part.fileSpace.id());
            if (part.extent.empty() || part.extent.size() > 2) continue;
            const std::size_t count = part.extent.size() > 1 ? static_cast<std::size_t>(part.extent[1]) : 1;
            auto layout = describeColumn(part.dataset.id(), name, count, part.extent.size() > 1);
            if (!layout) {
                m_schema.notices.push_back("dataset '" + name + "' of " + m_schema.file +
                                           " was left out: it holds no numbers or texts");
                continue;
            }
            part.layout = std::move(*layout);
            if (const auto unit = hdf5::readTextAttribute(object.id(), name, "unit")) m_units[name] = *unit;
            ++lengths[part.extent[0]];
            parts.push_back(std::move(part));
        }
        if (parts.empty()) return false;
        const auto common = std::max_element(lengths.begin(), lengths.end(),
                                             [](const auto& a, const auto& b) { return a.second < b.second; });
        m_rowCount = common->first;
        for (Part& part : parts) {
            if (part.extent[0] == m_rowCount) {
                m_parts.push_back(std::move(part));
            } else {
                m_schema.notices.push_back("dataset '" + part.layout.members.front().name + "' of " + m_schema.file +
                                           " was left out: it has " + std::to_string(part.extent[0]) +
                                           " entries, the table " + std::to_string(m_rowCount) + " rows");
            }
        }
        m_schema.table = group == "." ? "" : group;
        return true;
    }

    void nameColumns() {
        for (std::size_t part = 0; part < m_parts.size(); ++part) {
            const std::vector<RowMember>& members = m_parts[part].layout.members;
            for (std::size_t index = 0; index < members.size(); ++index) {
                const RowMember& member = members[index];
                constexpr std::string_view maskEnding = ".mask";
                if (m_parts.size() == 1 && member.name.ends_with(maskEnding) && member.isInteger() &&
                    findMember(members, member.name.substr(0, member.name.size() - maskEnding.size()))) {
                    continue;
                }
                ColumnInfo info;
                info.name = member.name;
                if (const auto unit = m_units.find(member.name); unit != m_units.end()) info.unit = unit->second;
                info.type = typeName(member.kind);
                info.kind = valueKindOf(member);
                info.isArray = member.isArray;
                info.count = member.isArray ? member.count : 0;
                m_schema.columns.push_back(std::move(info));
                Place place{part, index, std::nullopt};
                if (m_parts.size() == 1) place.mask = findMember(members, member.name + std::string(maskEnding));
                m_places.push_back(place);
            }
        }
        if (m_schema.columns.empty()) throw Error("the table of " + m_schema.file + " has no column that can be read");
    }

    static std::optional<std::size_t> findMember(const std::vector<RowMember>& members, const std::string& name) {
        for (std::size_t index = 0; index < members.size(); ++index) {
            if (members[index].name == name) return index;
        }
        return std::nullopt;
    }

    void readPart(Part& part) {
        part.bytes.assign(m_count * part.layout.rowBytes, std::byte{0});
        if (part.bytes.empty()) return;
        std::vector<hsize_t> start(part.extent.size(), 0);
        std::vector<hsize_t> count = part.extent;
        start[0] = m_row;
        count[0] = m_count;
        H5Sselect_hyperslab(part.fileSpace.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
        const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
        if (H5Dread(part.dataset.id(), part.layout.type.id(), memory.id(), part.fileSpace.id(), H5P_DEFAULT,
                    part.bytes.data()) < 0) {
            throw Error("cannot read " + m_schema.file + " at row " + std::to_string(m_row + 1) + " (" +
                        hdf5::lastErrorText() + "); it may be cut off, copy it again");
        }
    }
    void reclaim(Part& part) const {
        if (!part.layout.hasVariableText || part.bytes.empty()) return;
        std::vector<hsize_t> count = part.extent;
        count[0] = m_count;
        const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
        H5Dvlen_reclaim(part.layout.type.id(), memory.id(), H5P_DEFAULT, part.bytes.data());
    }

    void fill(const Place& place, ColumnValues& out) {
        const Part& part = m_parts[place.part];
        const RowMember& member = part.layout.members[place.member];
        const RowMember* const mask = place.mask ? &part.layout.members[*place.mask] : nullptr;
        const auto push = [&](auto& values) {
            values.reserve(m_count * member.count);
            for (std::size_t row = 0; row < m_count; ++row) {
                const std::byte* const bytes = part.bytes.data() + row * part.layout.rowBytes;
                for (std::size_t element = 0; element < member.count; ++element) {
                    const bool isMasked =
                        mask &&
                        bytes[mask->offset + mask->elementBytes * std::min(element, mask->count - 1)] != std::byte{0};
                    pushElement(member, bytes + member.offset + element * member.elementBytes, row, isMasked, out,
                                values);
                }
                if (!out.offsets.empty()) out.offsets.push_back(values.size());
            }
            if (!out.missingMarks.empty()) out.missingMarks.resize(values.size(), 0);
        };
        std::visit(push, out.values);
    }

    template <typename T>
    void pushElement(const RowMember& member, const std::byte* at, std::size_t row, bool isMasked, ColumnValues& out,
                     std::vector<T>& values) const {
        if constexpr (std::is_same_v<T, std::string>) {
            values.push_back(isMasked ? std::string{} : textOf(member, at));
        } else {
            T value{};
            if (isMasked) {
                if constexpr (std::is_floating_point_v<T>) {
                    value = std::numeric_limits<T>::quiet_NaN();
                } else {
                    out.missingMarks.resize(values.size(), 0);
                    out.missingMarks.push_back(1);
                }
            } else {
                value = numberOf<T>(member, at, row);
            }
            values.push_back(value);
        }
    }

    static std::string textOf(const RowMember& member, const std::byte* at) {
        std::string text;
        if (member.kind == ElementKind::VariableText) {
            const char* pointer = nullptr;
            std::memcpy(&pointer, at, sizeof pointer);
            text = pointer ? pointer : "";
        } else {
            text.assign(reinterpret_cast<const char*>(at), member.elementBytes);
            text.resize(std::min(text.size(), text.find('\0')));
        }
        while (!text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        return text;
    }

    template <typename T>
    T numberOf(const RowMember& member, const std::byte* at, std::size_t row) const {
        switch (member.kind) {
        case ElementKind::Float32:
            return real<T>(member, static_cast<double>(nativeValue<float>(at, member.isSwapped)), row);
        case ElementKind::Float64:
            return real<T>(member, nativeValue<double>(at, member.isSwapped), row);
        case ElementKind::Int8:
            return static_cast<T>(nativeValue<std::int8_t>(at, false));
        case ElementKind::UInt8:
            return static_cast<T>(nativeValue<std::uint8_t>(at, false));
        case ElementKind::Int16:
            return static_cast<T>(nativeValue<std::int16_t>(at, member.isSwapped));
        case ElementKind::UInt16:
            return static_cast<T>(nativeValue<std::uint16_t>(at, member.isSwapped));
        case ElementKind::Int32:
            return static_cast<T>(nativeValue<std::int32_t>(at, member.isSwapped));
        case ElementKind::UInt32:
            return static_cast<T>(nativeValue<std::uint32_t>(at, member.isSwapped));
        case ElementKind::Int64:
            return static_cast<T>(nativeValue<std::int64_t>(at, member.isSwapped));
        default: {
            const auto value = nativeValue<std::uint64_t>(at, member.isSwapped);
            if (std::is_integral_v<T> && value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                fail(member, row, std::to_string(value) + " is beyond 2^63 - 1, the largest that can be held");
            }
            return static_cast<T>(value);
        }
        }
    }

    template <typename T>
    T real(const RowMember& member, double value, std::size_t row) const {
        if constexpr (std::is_integral_v<T>) {
            constexpr double exact = 9007199254740992.0;
            if (!(std::abs(value) <= exact) || value != std::floor(value))
                fail(member, row, std::to_string(value) + " is not a whole number that can be held exactly");
        }
        return static_cast<T>(value);
    }

    [[noreturn]] void fail(const RowMember& member, std::size_t row, const std::string& what) const {
        throw Error(m_schema.file + ", row " + std::to_string(m_row + row + 1) + ", column '" + member.name +
                    "': " + what);
    }

    std::vector<std::byte> m_image; ///< of a file held in memory; outlives m_file
    JobContext m_job;
    Handle m_file;
    std::vector<Part> m_parts;
    std::vector<Place> m_places; ///< a column each
    std::map<std::string, std::string> m_units;
    std::uint64_t m_rowCount = 0;
    std::uint64_t m_row = 0;
    std::size_t m_rowsPerBatch = 1;
    std::size_t m_count = 0; ///< rows of the batch being read
};

} // namespace

std::unique_ptr<TableSource> openHdf5Table(std::vector<std::byte> bytes, const std::string& name,
                                           const std::string& table, const ReadOptions&, const JobContext& job) {
    const std::lock_guard lock(hdf5Mutex());
    hdf5::requireHarmless(bytes, name);
    Handle file = hdf5::openImage(bytes, name);
    return std::make_unique<Hdf5Source>(std::move(bytes), std::move(file), name, table, job);
}

std::unique_ptr<TableSource> openHdf5Table(const TableEntry& entry, const ReadOptions& options, const JobContext& job) {
    const std::string name = nameOf(entry);
    if (entry.member.empty() && !readFileStart(entry.path).isGzip) {
        const std::lock_guard lock(hdf5Mutex());
        return std::make_unique<Hdf5Source>(std::vector<std::byte>{}, hdf5::openFile(entry.path), name, entry.table,
                                            job);
    }
    return openHdf5Table(readWhole(*streamOf(entry), largestInMemory, name, "a packed HDF5 file"), name, entry.table,
                         options, job);
}

} // namespace zscape
