// HDF5 out: one dataset a block, whole where the rows are known, in chunks where they come piece by piece.
#include "core/io/hdf5.h"
#include "core/io/table_sink.h"

#include <algorithm>
#include <set>

namespace zscape {

namespace {

hid_t typeOf(const NumericBlock& block) {
    switch (block.values.index()) {
    case 0:
        return H5T_NATIVE_FLOAT;
    case 1:
        return H5T_NATIVE_DOUBLE;
    case 2:
        return H5T_NATIVE_INT32;
    default:
        return H5T_NATIVE_INT64;
    }
}

/// One dataset that rows are written to, first to last.
class RowDataset {
public:
    RowDataset(hid_t file, std::string name, hdf5::Handle type, std::optional<std::size_t> columns,
               std::optional<std::size_t> rows)
        : m_name(std::move(name)),
          m_type(std::move(type)),
          m_columns(columns),
          m_grows(!rows) {
        const hdf5::Quiet quiet;
        std::vector<hsize_t> size{rows.value_or(0)};
        if (columns) size.push_back(*columns);
        std::vector<hsize_t> most = size;
        const hdf5::Handle create(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_obj_track_times(create.id(), false);
        if (m_grows) {
            most[0] = H5S_UNLIMITED;
            std::vector<hsize_t> chunk = size;
            const std::size_t rowBytes = std::max<std::size_t>(H5Tget_size(m_type.id()) * columns.value_or(1), 1);
            chunk[0] = std::clamp<std::size_t>((std::size_t{1} << 18) / rowBytes, 1, std::size_t{1} << 14);
            H5Pset_chunk(create.id(), static_cast<int>(chunk.size()), chunk.data());
        }
        const hdf5::Handle space(H5Screate_simple(static_cast<int>(size.size()), size.data(), most.data()), H5Sclose);
        m_dataset = {H5Dcreate2(file, m_name.c_str(), m_type.id(), space.id(), H5P_DEFAULT, create.id(), H5P_DEFAULT),
                     H5Dclose};
        if (!m_dataset) throw Error("cannot write dataset '" + m_name + "' to " + hdf5::fileName(file));
    }

    void append(const void* values, std::size_t rows) {
        const hdf5::Quiet quiet;
        std::vector<hsize_t> start{m_rows}, count{rows};
        if (m_columns) {
            start.push_back(0);
            count.push_back(*m_columns);
        }
        m_rows += rows;
        bool good = true;
        if (m_grows) {
            std::vector<hsize_t> size = count;
            size[0] = m_rows;
            good = H5Dset_extent(m_dataset.id(), size.data()) >= 0;
        }
        const hdf5::Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
        const hdf5::Handle space(H5Dget_space(m_dataset.id()), H5Sclose);
        good =
            good && H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0;
        good = good && H5Dwrite(m_dataset.id(), m_type.id(), memory.id(), space.id(), H5P_DEFAULT, values) >= 0;
        if (!good) {
            throw Error("cannot write dataset '" + m_name + "' to " + hdf5::fileName(m_dataset.id()) +
                        "; is the disk full?");
        }
    }
    std::size_t valueBytes() const { return H5Tget_size(m_type.id()); }

private:
    std::string m_name;
    hdf5::Handle m_type;
    hdf5::Handle m_dataset;
    std::optional<std::size_t> m_columns;
    bool m_grows;
    hsize_t m_rows = 0;
};

hdf5::Handle heldType(const NumericBlock& block) {
    if (!std::holds_alternative<std::vector<std::string>>(block.values)) return {H5Tcopy(typeOf(block)), H5Tclose};
    hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), textWidth(block));
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    return type;
}

class Hdf5Sink : public TableSink {
public:
    Hdf5Sink(const SinkTarget& target, const NumericTable& layout) : m_file(hdf5::createFile(target.path)) {
        if (!layout.sourceIds.empty()) {
            m_datasets.emplace_back(m_file.id(), "source_id", hdf5::Handle(H5Tcopy(H5T_NATIVE_INT64), H5Tclose),
                                    std::nullopt, target.rows);
        }
        for (const NumericBlock& block : layout.blocks) {
            const std::optional<std::size_t> columns =
                block.isMatrix ? std::optional<std::size_t>(block.columns) : std::nullopt;
            m_datasets.emplace_back(m_file.id(), block.name, heldType(block), columns, target.rows);
            describe(block);
        }
        for (const auto& [key, value] : layout.attributes) {
            hdf5::writeAttribute(m_file.id(), ".", key, value);
        }
    }

    void append(const NumericTable& piece, std::size_t begin, std::size_t rows) override {
        std::size_t at = 0;
        if (!piece.sourceIds.empty()) m_datasets[at++].append(piece.sourceIds.data() + begin, rows);
        for (const NumericBlock& block : piece.blocks) {
            RowDataset& dataset = m_datasets[at++];
            std::visit([&](const auto& values) { appendBlock(dataset, block, values, begin * block.columns, rows); },
                       block.values);
        }
    }

    void finish() override {
        m_datasets.clear();
        const hdf5::Quiet quiet;
        if (H5Fflush(m_file.id(), H5F_SCOPE_GLOBAL) < 0) {
            throw Error("cannot write " + hdf5::fileName(m_file.id()) + "; is the disk full?");
        }
    }

private:
    void describe(const NumericBlock& block) {
        const auto tell = [&](const char* attribute, const std::string& text) {
            if (!text.empty()) hdf5::writeAttribute(m_file.id(), block.name, attribute, text);
        };
        tell("unit", block.unit);
        tell("ucd", block.ucd);
        tell("description", block.description);
        if (block.values.index() == 2) {
            hdf5::writeAttribute(m_file.id(), block.name, "missing_value",
                                 static_cast<std::int64_t>(missingInteger<std::int32_t>));
        } else if (block.values.index() == 3) {
            hdf5::writeAttribute(m_file.id(), block.name, "missing_value", missingInteger<std::int64_t>);
        }
        if (!block.axis.empty() && m_axes.insert(block.axisName).second) {
            hdf5::writeDataset(m_file.id(), block.axisName, std::span(block.axis), {block.axis.size()});
        }
    }

    template <typename T>
    static void appendBlock(RowDataset& dataset, const NumericBlock& block, const std::vector<T>& values,
                            std::size_t first, std::size_t rows) {
        const std::size_t count = rows * block.columns;
        if constexpr (std::is_same_v<T, std::string>) {
            const std::size_t width = dataset.valueBytes();
            std::string bytes(count * width, '\0');
            for (std::size_t k = 0; k < count; ++k) {
                if (block.isMissing(first + k)) continue;
                if (values[first + k].size() > width) {
                    throw Error("internal: a text of '" + block.name + "' is longer than the layout's");
                }
                values[first + k].copy(bytes.data() + k * width, width);
            }
            dataset.append(bytes.data(), rows);
        } else if (std::is_floating_point_v<T> && block.missing.size() == 0) {
            dataset.append(values.data() + first, rows);
        } else {
            std::vector<T> stored(count);
            for (std::size_t k = 0; k < count; ++k) {
                stored[k] = storedNumber(block, values, first + k);
            }
            dataset.append(stored.data(), rows);
        }
    }

    hdf5::Quiet m_quiet; ///< also while the handles close: on a full disk HDF5 has much to say of what is told already
    hdf5::Handle m_file; ///< before what lies in it
    std::vector<RowDataset> m_datasets;
    std::set<std::string> m_axes;
};

} // namespace

std::unique_ptr<TableSink> makeHdf5Sink(const SinkTarget& target, const NumericTable& layout) {
    return std::make_unique<Hdf5Sink>(target, layout);
}

} // namespace zscape
