#include "core/build/read_stars.h"

#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/build/import.h"
#include "core/catalog/catalog_file.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/released_layout.h"
#include "core/xp/fill_g_flux.h"

#include <stdlib.h> // NOLINT: mkdtemp() is POSIX, not of <cstdlib>

#include <cerrno>
#include <cstring>

namespace zscape {

namespace {

/// A folder of its own below the system's for temporary files, gone with its owner.
class Scratch {
public:
    Scratch() {
        std::string pattern = (std::filesystem::temp_directory_path() / "zscape-stars-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) {
            throw Error("cannot make a folder for temporary files in " +
                        std::filesystem::temp_directory_path().string() + ": " + std::strerror(errno));
        }
        m_path = pattern;
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

void requireFew(const std::filesystem::path& path, std::size_t rows, std::size_t most) {
    if (rows <= most) return;
    throw Error(path.string() + " holds more than " + std::to_string(most) +
                " stars; make a catalogue of it (Import, or zscape import) and open that");
}

void countSpectra(const std::filesystem::path& path, std::size_t most, const JobContext& job) {
    XpReadOptions options;
    options.correlations = false;
    XpContinuousReader reader(path, options, JobContext({}, job.cancelFlag()));
    XpBatch batch;
    std::size_t rows = 0;
    while (reader.next(batch)) {
        rows += batch.rows();
        requireFew(path, rows, most);
    }
}

/// Tables in which labels stand beside the spectra, as wide tables have them.
bool hasLabels(const std::filesystem::path& path) {
    const std::vector<TableEntry> tables = tablesIn(path);
    if (tables.size() != 1) return false;
    const LabelMapping mapping = mapLabels(openTable(tables.front())->schema());
    return !mapping.sourceId.empty() && !mapping.columns.empty();
}

} // namespace

bool isCatalogFile(const std::filesystem::path& path) {
    try {
        return isNativeCatalog(path) || countReleasedRows(path) > 0;
    } catch (const Error&) {
        return false;
    }
}

Catalog readStars(const std::filesystem::path& path, std::size_t most, const JobContext& job) {
    if (isCatalogFile(path)) {
        requireFew(path, countCatalogRows(path), most);
        Catalog catalog = readCatalog(path, job);
        if (catalog.usability().badFlux > 0) fillMissingGFlux(catalog, XpInstrument::builtIn(), job);
        return catalog;
    }
    countSpectra(path, most, job);
    const Scratch scratch;
    ImportOptions options;
    options.spectra = {path};
    if (hasLabels(path)) options.labels = {path};
    options.join = JoinRule::All;
    options.out = scratch.path() / (path.stem().string() + ".h5");
    options.keepCache = false;
    importCatalog(options, job);
    // Mapped: it stays readable when the folder is gone.
    Catalog catalog = openNativeCatalog(options.out, job);
    catalog.setPath(path);
    return catalog;
}

} // namespace zscape
