#include "core/bench/bench.h"

#include "core/base/error.h"
#include "core/bench/scratch_catalog.h"
#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/mock/mock_catalog.h"

#include <filesystem>
#include <optional>

namespace zscape {

namespace {

constexpr std::size_t width = 110;

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
    writeReleasedScratch(scratch.path(), stars, job);
    job.report(0.3, "measuring reads");
    BenchResult read{.name = "read_catalogue", .unit = "s", .budget = 0.5 * static_cast<double>(stars) / 500000};
    read.note = std::to_string(stars) + " rows of " + std::to_string(releasedScratchRowBytes) + " bytes, warm";
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
