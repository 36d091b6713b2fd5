// Zscape's own layout beside HDF5's own read, and the import of an archive's text file.
#include "core/bench/bench.h"

#include "core/base/error.h"
#include "core/build/import.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/native_writer.h"
#include "core/io/hdf5.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace zscape {

namespace {

constexpr std::size_t width = 110;
constexpr std::size_t labels = 20;

/// A scratch folder of the measurement, removed at its end.
class ScratchFolder {
public:
    ScratchFolder()
        : m_path(std::filesystem::temp_directory_path() / ("zscape-bench-native-" + std::to_string(::getpid()))) {
        std::filesystem::create_directory(m_path);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    std::filesystem::path operator/(const char* name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

/// Written block by block, so that its size is bounded by the disk alone.
void writeScratch(const std::filesystem::path& path, std::size_t stars, const JobContext& job) {
    NativePlan plan;
    plan.name = "scratch";
    plan.rows = stars;
    plan.coefficientCount = width;
    plan.columns.push_back({"phot_g_mean_flux", "electron/s", "", ColumnType::Float64, 1, false});
    for (std::size_t i = 0; i < labels; ++i) {
        plan.columns.push_back({"label" + std::to_string(i), "", "", ColumnType::Float32, 1, false});
    }
    NativeWriter writer(path, std::move(plan));
    constexpr std::size_t block = 8192;
    std::vector<std::int64_t> ids(block);
    const std::vector<float> spectra(block * width, 1.5F);
    const std::vector<double> flux(block, 100);
    const std::vector<std::uint8_t> flags(block);
    for (std::size_t begin = 0; begin < stars; begin += block) {
        job.throwIfCancelled();
        const std::size_t count = std::min(block, stars - begin);
        for (std::size_t i = 0; i < count; ++i) {
            ids[i] = static_cast<std::int64_t>(begin + i + 1);
        }
        writer.writeSourceIds(begin, std::span(ids).first(count));
        writer.writeCoefficients(begin, std::span(spectra).first(count * width));
        writer.writeErrors(begin, std::span(spectra).first(count * width));
        writer.writeFlags(begin, std::span(flags).first(count));
        writer.writeColumn(0, begin, std::as_bytes(std::span(flux).first(count)));
        for (std::size_t i = 1; i <= labels; ++i) {
            writer.writeColumn(i, begin, std::as_bytes(std::span(spectra).first(count)));
        }
    }
    writer.commit();
}

void readByLibrary(const std::filesystem::path& path, std::vector<float>& values) {
    const hdf5::Handle file = hdf5::openFile(path);
    for (const char* name : {"coefficients", "coefficient_errors"}) {
        const hdf5::Handle dataset(H5Dopen2(file.id(), name, H5P_DEFAULT), H5Dclose);
        if (H5Dread(dataset.id(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
            throw Error("cannot read the scratch catalogue " + path.string());
        }
    }
}

/// XP_CONTINUOUS as the archive writes it, without correlations.
void writeText(const std::filesystem::path& path, std::size_t stars) {
    std::ofstream out(path);
    out << "source_id,bp_n_relevant_bases,bp_coefficients,bp_coefficient_errors,rp_n_relevant_bases,rp_coefficients,"
           "rp_coefficient_errors\n";
    std::string list = "\"(";
    for (std::size_t j = 0; j < width / 2; ++j) {
        char number[32];
        std::snprintf(number, sizeof number, "%s%.9e", j == 0 ? "" : ", ", 123.456789 / static_cast<double>(j + 1));
        list += number;
    }
    list += ")\"";
    for (std::size_t star = 1; star <= stars; ++star) {
        out << star << ",20," << list << ',' << list << ",20," << list << ',' << list << '\n';
    }
}

} // namespace

std::vector<BenchResult> benchmarkNative(std::size_t stars, const JobContext& job) {
    const ScratchFolder scratch;
    const double share = static_cast<double>(stars) / 500000;
    job.report(0, "writing a scratch catalogue in the native layout");
    BenchResult write{.name = "native_write", .unit = "s", .budget = 2 * std::max(share, 1.0)};
    write.value = medianSeconds([&] { writeScratch(scratch / "native.h5", stars, job); }, 1);
    write.note = std::to_string(stars) + " stars, synced to the disk";

    job.report(0.5, "measuring opens");
    BenchResult open{.name = "native_open", .unit = "s", .budget = 0.3 * std::max(share, 1.0)};
    open.counterpart = "HDF5's own read of coefficients and errors";
    open.note = std::to_string(stars) + " stars, with which of them are usable";
    open.value = medianSeconds([&] { openNativeCatalog(scratch / "native.h5"); }, 5);
    job.throwIfCancelled();
    std::vector<float> values(stars * width);
    open.counterpartValue = medianSeconds([&] { readByLibrary(scratch / "native.h5", values); }, 2);
    values = {};

    job.report(0.8, "measuring an import");
    constexpr std::size_t textStars = 5000;
    writeText(scratch / "text.csv", textStars);
    ImportOptions options;
    options.spectra = {scratch / "text.csv"};
    options.out = scratch / "imported.h5";
    options.keepCache = false;
    BenchResult import{.name = "import_csv", .unit = "us a star", .budget = 60};
    import.value = 1e6 * medianSeconds([&] { importCatalog(options);
}, 3) / static_cast<double>(textStars);
import.note = std::to_string(textStars) + " stars of XP_CONTINUOUS as CSV, synthetic G flux, to a catalogue";
return {write, open, import};
} // namespace zscape

} // namespace zscape
