// Writing the released layout: packed compound rows, astropy's column metadata beside them.
#include "core/base/atomic_file.h"
#include "core/base/thread_pool.h"
#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/io/table_meta.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>

namespace zscape {

namespace {

using hdf5::Handle;

constexpr const char* fluxUnit = "electron/s";

/// One member of the row to write and how its bytes are made.
struct Field {
    ColumnMeta meta;
    Handle type;
    std::size_t bytes = 0;
    std::size_t offset = 0;
    std::function<void(std::size_t row, std::byte* out)> put; ///< writes `bytes` bytes; called from several threads
};

Handle boolType() {
    // The enum h5py and numpy read as bool.
    Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose);
    const std::int8_t no = 0;
    const std::int8_t yes = 1;
    H5Tenum_insert(type.id(), "FALSE", &no);
    H5Tenum_insert(type.id(), "TRUE", &yes);
    return type;
}

Handle textType(std::size_t width) {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), width);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    return type;
}

hid_t nativeType(ColumnType type) {
    switch (type) {
    case ColumnType::Float32:
        return H5T_NATIVE_FLOAT;
    case ColumnType::Float64:
        return H5T_NATIVE_DOUBLE;
    case ColumnType::Int32:
        return H5T_NATIVE_INT32;
    default:
        return H5T_NATIVE_INT64;
    }
}

Field arrayField(std::string_view name, MatrixView<const float> values) {
    Field field;
    const hsize_t width = values.cols;
    field.meta = {std::string(name), fluxUnit, "float32", values.cols, false};
    field.type = Handle(H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &width), H5Tclose);
    field.bytes = values.cols * sizeof(float);
    field.put = [values](std::size_t row, std::byte* out) {
        std::memcpy(out, values.row(row).data(), values.cols * sizeof(float));
    };
    return field;
}

Field textField(const Column& column) {
    const auto& values = std::get<TextArray>(column.values());
    const std::size_t width = values.width();
    Field field;
    field.meta = {column.name(), column.unit(), "string", 0, false};
    field.type = textType(width);
    field.bytes = width;
    field.put = [&values, width](std::size_t row, std::byte* out) {
        const std::string_view text = values[row];
        std::memset(out, 0, width);
        std::memcpy(out, text.data(), text.size());
    };
    return field;
}

Field columnField(const Column& column) {
    if (column.type() == ColumnType::String) return textField(column);
    Field field;
    field.meta = {column.name(), column.unit(), std::string(columnTypeName(column.type())), 0, false};
    field.type = Handle(H5Tcopy(nativeType(column.type())), H5Tclose);
    field.bytes = H5Tget_size(field.type.id());
    std::visit(
        [&field](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_arithmetic_v<T>) {
                field.put = [data = values.data()](std::size_t row, std::byte* out) {
                    std::memcpy(out, data + row, sizeof(T));
                };
            }
        },
        column.values());
    return field;
}

Field idField(std::span<const std::int64_t> ids) {
    Field field;
    field.meta = {std::string(column::sourceId), "", "int64", 0, false};
    field.type = Handle(H5Tcopy(H5T_NATIVE_INT64), H5Tclose);
    field.bytes = sizeof(std::int64_t);
    field.put = [ids](std::size_t row, std::byte* out) { std::memcpy(out, &ids[row], sizeof(std::int64_t)); };
    return field;
}

Field maskField(const Column& column) {
    Field field;
    field.meta = {column.name() + ".mask", "", "bool", 0, false};
    field.type = boolType();
    field.bytes = 1;
    field.put = [&missing = column.missingBits()](std::size_t row, std::byte* out) {
        *out = std::byte{missing.test(row)};
    };
    return field;
}

std::vector<Field> planFields(const Catalog& catalog) {
    std::vector<Field> fields;
    fields.push_back(idField(catalog.sourceIds()));
    fields.push_back(arrayField(column::coefficients, catalog.coefficients()));
    fields.push_back(arrayField(column::coefficientErrors, catalog.coefficientErrors()));
    for (const Column& column : catalog.columns()) {
        fields.push_back(columnField(column));
        if (column.missingBits().count() == 0) continue;
        fields.back().meta.hasMask = true;
        fields.push_back(maskField(column));
    }
    std::size_t offset = 0;
    for (Field& field : fields) {
        field.offset = offset;
        offset += field.bytes;
    }
    return fields;
}

Handle createTable(hid_t file, const std::vector<Field>& fields, hid_t rowType, std::size_t rows) {
    for (const Field& field : fields) {
        if (H5Tinsert(rowType, field.meta.name.c_str(), field.offset, field.type.id()) < 0) {
            throw Error("cannot write column '" + field.meta.name + "' to " + hdf5::fileName(file) + " (" +
                        hdf5::lastErrorText() + ")");
        }
    }
    const hsize_t size = rows;
    const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
    const Handle create(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    // Every row is written below, so that filling the dataset first would only cost time.
    H5Pset_fill_time(create.id(), H5D_FILL_TIME_NEVER);
    Handle dataset(H5Dcreate2(file, released::tableName, rowType, space.id(), H5P_DEFAULT, create.id(), H5P_DEFAULT),
                   H5Dclose);
    if (!dataset) {
        throw Error("cannot write the table of " + std::to_string(fields.size()) + " columns to " +
                    hdf5::fileName(file) + " (" + hdf5::lastErrorText() + ")");
    }
    return dataset;
}

void writeRows(hid_t dataset, const std::vector<Field>& fields, hid_t rowType, std::size_t rows,
               const JobContext& job) {
    const std::size_t rowBytes = H5Tget_size(rowType);
    constexpr std::size_t blockRows = 4096;
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(blockRows * rowBytes);
    const Handle fileSpace(H5Dget_space(dataset), H5Sclose);
    ThreadPool pool;
    for (std::size_t begin = 0; begin < rows; begin += blockRows) {
        job.throwIfCancelled();
        const std::size_t count = std::min(blockRows, rows - begin);
        pool.forChunks(count, 512, [&](std::size_t first, std::size_t last, int) {
            for (std::size_t row = first; row < last; ++row) {
                std::byte* out = buffer.get() + row * rowBytes;
                for (const Field& field : fields) {
                    field.put(begin + row, out + field.offset);
                }
            }
        });
        const hsize_t start = begin;
        const hsize_t size = count;
        const Handle memorySpace(H5Screate_simple(1, &size, nullptr), H5Sclose);
        H5Sselect_hyperslab(fileSpace.id(), H5S_SELECT_SET, &start, nullptr, &size, nullptr);
        if (H5Dwrite(dataset, rowType, memorySpace.id(), fileSpace.id(), H5P_DEFAULT, buffer.get()) < 0) {
            throw Error("cannot write to " + hdf5::fileName(dataset) + " (" + hdf5::lastErrorText() +
                        "); is the disk full?");
        }
        job.report(static_cast<double>(begin + count) / static_cast<double>(rows), "writing stars");
    }
}

} // namespace

void writeReleasedCatalog(const Catalog& catalog, const std::filesystem::path& path, const JobContext& job) {
    AtomicFile target(path);
    const std::vector<Field> fields = planFields(catalog);
    {
        const hdf5::Quiet quiet;
        Handle file = hdf5::createFile(target.temporaryPath());
        const Handle rowType(H5Tcreate(H5T_COMPOUND, fields.back().offset + fields.back().bytes), H5Tclose);
        Handle dataset = createTable(file.id(), fields, rowType.id(), catalog.rows());
        writeRows(dataset.id(), fields, rowType.id(), catalog.rows(), job);
        for (const auto& [key, value] : catalog.attributes()) {
            hdf5::writeAttribute(dataset.id(), ".", key, value);
        }
        std::vector<ColumnMeta> columns;
        columns.reserve(fields.size());
        for (const Field& field : fields) {
            columns.push_back(field.meta);
        }
        hdf5::writeLines(file.id(), released::metaName, formatTableMeta(columns, catalog.attributes()));
        if (H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0) {
            throw Error("cannot finish " + path.string() + " (" + hdf5::lastErrorText() + "); is the disk full?");
        }
    }
    target.commit();
}

} // namespace zscape
