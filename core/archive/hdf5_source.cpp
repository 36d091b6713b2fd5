// HDF5 tables: a compound dataset (astropy's layout) or datasets of one length side by side in a group.
#include "core/archive/formats.h"
#include "core/archive/hdf5_table.h"
#include "core/io/hdf5.h"
#include "core/io/hdf5_trial.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <set>

namespace zscape {

namespace {

using hdf5::Handle;

constexpr std::size_t batchBytes = std::size_t{4} << 20;
constexpr std::size_t mostRows = 65536;

/// Debian's HDF5 has no locks of its own: sources that are read in several threads take turns.
std::mutex& hdf5Mutex() {
    static std::mutex mutex;
    return mutex;
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

class Hdf5Source : public TableSource {
public:
    Hdf5Source(std::vector<std::byte> image, Handle file, const std::string& name, const std::string& table,
               JobContext job)
        : m_image(std::move(image)),
          m_job(std::move(job)),
          m_file(std::move(file)) {
        m_schema.file = name;
        Hdf5Table found = findHdf5Table(m_file.id(), name, table);
        m_parts = std::move(found.parts);
        m_rowCount = found.rows;
        m_units = std::move(found.units);
        m_schema.table = std::move(found.name);
        m_schema.notices = std::move(found.notices);
        nameColumns();
        requireUniqueNames();
        for (std::size_t index = 0; index < m_schema.columns.size(); ++index) {
            m_selected.push_back({index});
        }
        std::size_t rowBytes = 1;
        for (const Hdf5Part& part : m_parts) {
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
            const Hdf5Place& place = m_places[m_selected[index].column];
            takeHdf5Values(m_parts[place.part], place, m_count, m_row, m_schema.file, batch.columns[index]);
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
        for (const Hdf5Part& part : m_parts) {
            stored += static_cast<double>(H5Dget_storage_size(part.dataset.id()));
        }
        const double size = static_cast<double>(m_rowCount) * static_cast<double>(rowBytes);
        if (size > largest && size > stored * ratio) {
            throw Error(m_schema.file + " claims " + std::to_string(m_rowCount) +
                        " rows and holds hardly any; it is damaged or made to harm");
        }
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
                Hdf5Place place{part, index, std::nullopt};
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

    /// Throws Error naming the filter without which this part cannot be read: h5py has some of its own.
    void requireFilters(const Hdf5Part& part) const {
        const Handle properties(H5Dget_create_plist(part.dataset.id()), H5Pclose);
        const int count = H5Pget_nfilters(properties.id());
        for (int index = 0; index < count; ++index) {
            unsigned flags = 0;
            std::size_t values = 0;
            std::array<char, 64> name{};
            const H5Z_filter_t filter = H5Pget_filter2(properties.id(), static_cast<unsigned>(index), &flags, &values,
                                                       nullptr, name.size() - 1, name.data(), nullptr);
            if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
            throw Error("column '" + part.layout.members.front().name + "' of " + m_schema.file +
                        " is compressed with the filter '" +
                        (name[0] != 0 ? std::string(name.data()) : std::to_string(filter)) +
                        "', which HDF5 lacks here; write it with gzip or without compression");
        }
    }

    void readPart(Hdf5Part& part) {
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
            const std::string problem = hdf5::lastErrorText();
            requireFilters(part);
            throw Error("cannot read " + m_schema.file + " at row " + std::to_string(m_row + 1) + " (" + problem +
                        "); it may be cut off, copy it again");
        }
    }
    void reclaim(Hdf5Part& part) const {
        if (!part.layout.hasVariableText || part.bytes.empty()) return;
        std::vector<hsize_t> count = part.extent;
        count[0] = m_count;
        const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
        H5Dvlen_reclaim(part.layout.type.id(), memory.id(), H5P_DEFAULT, part.bytes.data());
    }

    std::vector<std::byte> m_image; ///< of a file held in memory; outlives m_file
    JobContext m_job;
    Handle m_file;
    std::vector<Hdf5Part> m_parts;
    std::vector<Hdf5Place> m_places; ///< a column each
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
