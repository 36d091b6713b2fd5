#include "core/bench/scratch_catalog.h"

#include "core/base/error.h"
#include "core/io/hdf5.h"

#include <algorithm>
#include <string>
#include <unistd.h>
#include <vector>

namespace zscape {

ScratchFile::ScratchFile()
    : m_path(std::filesystem::temp_directory_path() / ("zscape-bench-" + std::to_string(::getpid()) + ".h5")) {}

ScratchFile::~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

namespace {

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

} // namespace

static_assert(sizeof(FileRow) == releasedScratchRowBytes);

void writeReleasedScratch(const std::filesystem::path& path, std::size_t stars, const JobContext& job) {
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
            // Labels and brightness spread as real ones are, so that a plot of them has something to draw.
            const auto part = [&](std::size_t of) {
                return static_cast<float>((begin + i) * 7919 % of) / static_cast<float>(of);
            };
            row.gFlux = 1000 + 9000 * static_cast<double>(part(10007));
            row.teff = 4000 + 2500 * part(1009);
            row.logg = 5 * part(2003);
            row.mH = 2.5f * part(3001) - 2;
            row.alphaM = 0.4f * part(4001);
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

} // namespace zscape
