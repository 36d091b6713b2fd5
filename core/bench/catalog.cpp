#include "core/bench/bench.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/mock/mock_catalog.h"

#include <filesystem>
#include <unistd.h>

namespace zscape {

namespace {

/// A scratch file of the measurement, removed at its end.
class ScratchFile {
public:
    ScratchFile()
        : m_path(std::filesystem::temp_directory_path() / ("zscape-bench-" + std::to_string(::getpid()) + ".h5")) {}
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

constexpr std::size_t width = 110;

/// Rows as the release stores them: int64, then float64 flux, coefficients, errors, and a few labels (1.8 kB a row).
struct FileRow {
    std::int64_t ids;
    double gFlux;
    double coefficients[width];
    double errors[width];
    float teff, logg, mH, alphaM;
    double parallax;
};

hdf5::Handle rowType() {
    hdf5::Handle type(H5Tcreate(H5T_COMPOUND, sizeof(FileRow)), H5Tclose);
    const hsize_t size = width;
    const hdf5::Handle array(H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &size), H5Tclose);
    H5Tinsert(type.id(), "ids", HOFFSET(FileRow, ids), H5T_NATIVE_INT64);
    H5Tinsert(type.id(), "phot_g_mean_flux", HOFFSET(FileRow, gFlux), H5T_NATIVE_DOUBLE);
    H5Tinsert(type.id(), "coeffs", HOFFSET(FileRow, coefficients), array.id());
    H5Tinsert(type.id(), "coeff_errs", HOFFSET(FileRow, errors), array.id());
    H5Tinsert(type.id(), "TEFF", HOFFSET(FileRow, teff), H5T_NATIVE_FLOAT);
    H5Tinsert(type.id(), "LOGG", HOFFSET(FileRow, logg), H5T_NATIVE_FLOAT);
    H5Tinsert(type.id(), "M_H", HOFFSET(FileRow, mH), H5T_NATIVE_FLOAT);
    H5Tinsert(type.id(), "ALPHA_M", HOFFSET(FileRow, alphaM), H5T_NATIVE_FLOAT);
    H5Tinsert(type.id(), "GAIAEDR3_PARALLAX", HOFFSET(FileRow, parallax), H5T_NATIVE_DOUBLE);
    return type;
}

void writeRows(const std::filesystem::path& path, std::size_t stars, const JobContext& job) {
    const hdf5::Handle file = hdf5::createFile(path);
    const hsize_t count = stars;
    const hdf5::Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const hdf5::Handle type = rowType();
    const hdf5::Handle dataset(
        H5Dcreate2(file.id(), "__astropy_table__", type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose);
    std::vector<FileRow> rows(std::min<std::size_t>(stars, 2048));
    for (std::size_t begin = 0; begin < stars; begin += rows.size()) {
        job.throwIfCancelled();
        const std::size_t size = std::min(rows.size(), stars - begin);
        for (std::size_t i = 0; i < size; ++i) {
            FileRow& row = rows[i];
            row = FileRow{};
            row.ids = static_cast<std::int64_t>(begin + i + 1);
            row.gFlux = 1000;
            for (std::size_t j = 0; j < width; ++j) {
                row.coefficients[j] = static_cast<double>(i + j);
                row.errors[j] = 1;
            }
        }
        const hsize_t from = begin;
        const hsize_t extent = size;
        const hdf5::Handle memory(H5Screate_simple(1, &extent, nullptr), H5Sclose);
        H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &from, nullptr, &extent, nullptr);
        if (H5Dwrite(dataset.id(), type.id(), memory.id(), space.id(), H5P_DEFAULT, rows.data()) < 0) {
            throw Error("cannot write the scratch catalogue " + path.string() + "; is the disk full?");
        }
    }
}

/// HDF5's own way: one H5Dread a column, the library converting to float32.
void readByLibrary(const std::filesystem::path& path, std::size_t stars) {
    const hdf5::Handle file = hdf5::openFile(path);
    const hdf5::Handle dataset(H5Dopen2(file.id(), "__astropy_table__", H5P_DEFAULT), H5Dclose);
    const hsize_t size = width;
    const hdf5::Handle array(H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &size), H5Tclose);
    std::vector<float> block(stars * width);
    for (const char* name : {"coeffs", "coeff_errs"}) {
        const hdf5::Handle type(H5Tcreate(H5T_COMPOUND, width * sizeof(float)), H5Tclose);
        H5Tinsert(type.id(), name, 0, array.id());
        if (H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, block.data()) < 0) {
            throw Error("cannot read the scratch catalogue " + path.string());
        }
    }
}

} // namespace

std::vector<BenchResult> benchmarkCatalog(std::size_t stars, const JobContext& job) {
    const ScratchFile scratch;
    job.report(0, "writing a scratch catalogue");
    writeRows(scratch.path(), stars, job);
    job.report(0.3, "measuring reads");
    BenchResult read{.name = "read_catalogue", .unit = "s", .budget = 0.5 * static_cast<double>(stars) / 500000};
    read.note = std::to_string(stars) + " rows of " + std::to_string(sizeof(FileRow)) + " bytes, warm";
    read.counterpart = "HDF5's own conversion of coefficients and errors alone";
    // The library's conversion takes seconds, so it is measured once.
    read.counterpartValue = medianSeconds([&] { readByLibrary(scratch.path(), stars); }, 1);
    job.throwIfCancelled();
    read.value = medianSeconds([&] { readReleasedCatalog(scratch.path()); }, 5);

    job.report(0.7, "measuring memory and the mock catalogue");
    BenchResult mock{.name = "mock_50k", .unit = "s", .budget = 5};
    mock.note = "50,000 mock stars, every column";
    std::optional<Catalog> catalog;
    mock.value = medianSeconds([&] { catalog.emplace(generateMockCatalog({50000, 1, 0}, job)); }, 3);

    BenchResult memory{.name = "catalogue_memory", .unit = "x float32 payload", .budget = 1.15};
    const double payload =
        4.0 * static_cast<double>(catalog->rows()) *
        (2.0 * static_cast<double>(catalog->coefficientCount()) + static_cast<double>(catalog->columns().size() + 1));
    memory.value = static_cast<double>(catalog->bytes()) / payload;
    memory.note = "all columns of the mock catalogue";
    return {read, memory, mock};
}

} // namespace zscape
