// Which datasets of an HDF5 file are its table.
#include "core/archive/hdf5_table.h"

#include "core/base/error.h"
#include "core/io/table_meta.h"

#include <algorithm>

namespace zscape {

namespace {

using hdf5::Handle;

constexpr std::size_t largestRow = std::size_t{64} << 20;
constexpr const char* astropyTable = "__astropy_table__";

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

class Finder {
public:
    Finder(hid_t file, const std::string& fileName) : m_file(file), m_fileName(fileName) {}

    void find(const std::string& table) {
        const hdf5::Quiet quiet;
        if (!table.empty()) {
            if (!openCompound(table) && !openGroup(table)) throw Error("no table '" + table + "' in " + m_fileName);
            return;
        }
        if (openCompound(astropyTable)) return;
        if (findBelow(".", 0)) return;
        throw Error(m_fileName + " holds no table: neither a dataset of rows nor datasets of one length side by side");
    }

    Hdf5Table take() { return std::move(m_table); }

private:
    /// A dataset of rows in this group, else datasets side by side, else what is in its groups.
    bool findBelow(const std::string& group, int depth) {
        constexpr int deepest = 4;
        constexpr int mostGroups = 1000; // links may go round in circles
        if (depth > deepest || ++m_groups > mostGroups) return false;
        std::vector<std::string> paths = hdf5::list(m_file, group);
        for (std::string& path : paths) {
            if (group != ".") path.insert(0, group + "/");
            if (openCompound(path)) return true;
        }
        if (openGroup(group)) return true;
        return std::ranges::any_of(
            paths, [&](const std::string& path) { return isGroup(path) && findBelow(path, depth + 1); });
    }

    bool isGroup(const std::string& path) const {
        const Handle object(H5Oopen(m_file, path.c_str(), H5P_DEFAULT), H5Oclose);
        return object && H5Iget_type(object.id()) == H5I_GROUP;
    }

    bool openCompound(const std::string& name) {
        if (!hdf5::exists(m_file, name)) return false;
        Hdf5Part part;
        part.dataset = Handle(H5Dopen2(m_file, name.c_str(), H5P_DEFAULT), H5Dclose);
        if (!part.dataset) return false;
        const Handle type(H5Dget_type(part.dataset.id()), H5Tclose);
        if (H5Tget_class(type.id()) != H5T_COMPOUND) return false;
        part.fileSpace = Handle(H5Dget_space(part.dataset.id()), H5Sclose);
        part.extent = extentOf(part.fileSpace.id());
        if (part.extent.size() != 1) return false;
        part.layout = describeRows(part.dataset.id(), "'" + name + "' in " + m_fileName);
        if (part.layout.rowBytes == 0 || part.layout.rowBytes > largestRow)
            throw Error("the rows of '" + name + "' in " + m_fileName + " are too long; it is damaged");
        for (const std::string& member : part.layout.unsupported) {
            m_table.notices.push_back("column '" + member + "' of " + m_fileName +
                                      " was left out: it holds no numbers or texts");
        }
        m_table.rows = part.extent[0];
        m_table.name = name;
        const std::string meta = name + ".__table_column_meta__";
        if (hdf5::exists(m_file, meta)) {
            std::string yaml;
            for (const std::string& line : hdf5::readLines(m_file, meta)) {
                yaml += line + '\n';
            }
            m_table.units = parseTableMeta(yaml).units;
        }
        m_table.parts.push_back(std::move(part));
        return true;
    }

    bool openGroup(const std::string& group) {
        if (group != "." && !hdf5::exists(m_file, group)) return false;
        const Handle object(H5Gopen2(m_file, group.c_str(), H5P_DEFAULT), H5Gclose);
        if (!object) return false;
        std::vector<Hdf5Part> parts;
        // The length that most datasets have is that of the table; an axis or a comment beside it has another.
        std::map<hsize_t, std::size_t> lengths;
        for (const std::string& name : hdf5::list(object.id())) {
            Hdf5Part part;
            part.dataset = Handle(H5Dopen2(object.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
            if (!part.dataset) continue;
            part.fileSpace = Handle(H5Dget_space(part.dataset.id()), H5Sclose);
            part.extent = extentOf(part.fileSpace.id());
            if (part.extent.empty() || part.extent.size() > 2) continue;
            const std::size_t count = part.extent.size() > 1 ? static_cast<std::size_t>(part.extent[1]) : 1;
            auto layout = describeColumn(part.dataset.id(), name, count, part.extent.size() > 1);
            if (!layout) {
                m_table.notices.push_back("dataset '" + name + "' of " + m_fileName +
                                          " was left out: it holds no numbers or texts");
                continue;
            }
            part.layout = std::move(*layout);
            if (const auto unit = hdf5::readTextAttribute(object.id(), name, "unit")) m_table.units[name] = *unit;
            ++lengths[part.extent[0]];
            parts.push_back(std::move(part));
        }
        if (parts.empty()) return false;
        const auto common = std::max_element(lengths.begin(), lengths.end(),
                                             [](const auto& a, const auto& b) { return a.second < b.second; });
        m_table.rows = common->first;
        for (Hdf5Part& part : parts) {
            if (part.extent[0] == m_table.rows) {
                m_table.parts.push_back(std::move(part));
            } else {
                m_table.notices.push_back("dataset '" + part.layout.members.front().name + "' of " + m_fileName +
                                          " was left out: it has " + std::to_string(part.extent[0]) +
                                          " entries, the table " + std::to_string(m_table.rows) + " rows");
            }
        }
        m_table.name = group == "." ? "" : group;
        return true;
    }

    hid_t m_file;
    const std::string& m_fileName;
    int m_groups = 0; ///< looked into
    Hdf5Table m_table;
};

} // namespace

Hdf5Table findHdf5Table(hid_t file, const std::string& fileName, const std::string& wanted) {
    Finder finder(file, fileName);
    finder.find(wanted);
    return finder.take();
}

} // namespace zscape
