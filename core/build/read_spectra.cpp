// From files of spectra to native files in the cache.
#include "core/build/read_spectra.h"

#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/build/part_columns.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/native_writer.h"
#include "core/catalog/released_layout.h"
#include "core/catalog/row_flags.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t sentencesKept = 20;
/// What a part may hold in memory before it is written.
constexpr std::size_t partBytes = std::size_t{96} << 20;

void note(ImportInput& input, const std::string& sentence) {
    ++input.skipped;
    if (input.problems.size() < sentencesKept) input.problems.push_back(sentence);
}

bool isReleased(const std::filesystem::path& path) {
    try {
        return countReleasedRows(path) > 0;
    } catch (const Error&) {
        return false;
    }
}

/// One band of the stars gathered so far; rows before the band was first seen are filled up.
struct Band {
    std::size_t count = 0;
    std::vector<float> coefficients, errors, correlations;
    std::vector<std::int32_t> relevantBases, measurements;

    std::size_t correlationCount() const { return count > 0 ? count * (count - 1) / 2 : 0; }

    void add(const XpBandColumns& more, std::size_t rowsBefore, std::size_t rows, bool withCorrelations) {
        const float missing = std::nanf("");
        if (more.count > 0 && count == 0) {
            count = more.count;
            coefficients.assign(rowsBefore * count, missing);
            errors.assign(rowsBefore * count, missing);
            if (withCorrelations) correlations.assign(rowsBefore * correlationCount(), missing);
        }
        if (more.count > 0) {
            for (const double value : more.coefficients) {
                coefficients.push_back(static_cast<float>(value));
            }
            errors.insert(errors.end(), more.errors.begin(), more.errors.end());
        }
        const std::size_t all = rowsBefore + rows;
        coefficients.resize(all * count, missing);
        errors.resize(all * count, missing);
        if (withCorrelations) {
            correlations.insert(correlations.end(), more.correlations.begin(), more.correlations.end());
            correlations.resize(all * correlationCount(), missing);
        }
        relevantBases.insert(relevantBases.end(), more.relevantBases.begin(), more.relevantBases.end());
        relevantBases.resize(all, -1);
        measurements.insert(measurements.end(), more.measurements.begin(), more.measurements.end());
        measurements.resize(all, -1);
    }
};

/// Stars of one part, to be written when they are enough.
struct Gathered {
    std::vector<std::int64_t> ids;
    Band bp, rp;

    std::size_t bytes() const {
        return 8 * ids.size() +
               4 * (bp.coefficients.size() + bp.errors.size() + bp.correlations.size() + rp.coefficients.size() +
                    rp.errors.size() + rp.correlations.size() + 4 * ids.size());
    }
};

std::vector<float> sideBySide(const std::vector<float>& a, std::size_t aWidth, const std::vector<float>& b,
                              std::size_t bWidth, std::size_t rows) {
    std::vector<float> out(rows * (aWidth + bWidth));
    for (std::size_t row = 0; row < rows; ++row) {
        float* to = out.data() + row * (aWidth + bWidth);
        std::copy_n(a.data() + row * aWidth, aWidth, to);
        std::copy_n(b.data() + row * bWidth, bWidth, to + aWidth);
    }
    return out;
}

void writePart(const std::filesystem::path& path, const Gathered& stars, const std::string& origin) {
    const std::size_t rows = stars.ids.size();
    std::vector<Column> columns;
    columns.push_back(integersWhereNotNegative("bp_n_relevant_bases", stars.bp.relevantBases, origin));
    columns.push_back(integersWhereNotNegative("rp_n_relevant_bases", stars.rp.relevantBases, origin));
    columns.push_back(integersWhereNotNegative("bp_n_measurements", stars.bp.measurements, origin));
    columns.push_back(integersWhereNotNegative("rp_n_measurements", stars.rp.measurements, origin));
    std::erase_if(columns, [rows](const Column& column) { return column.missingBits().count() == rows; });
    NativePlan plan;
    plan.name = origin;
    plan.rows = rows;
    plan.coefficientCount = stars.bp.count + stars.rp.count;
    plan.bpCorrelations = stars.bp.correlations.size() / rows;
    plan.rpCorrelations = stars.rp.correlations.size() / rows;
    plan.attributes["bp_coefficients"] = std::to_string(stars.bp.count);
    plan.attributes["rp_coefficients"] = std::to_string(stars.rp.count);
    for (const Column& column : columns) {
        plan.columns.push_back(
            {column.name(), column.unit(), column.origin(), column.type(), 1, column.missingBits().count() > 0});
    }
    NativeWriter writer(path, std::move(plan));
    writer.writeSourceIds(0, stars.ids);
    writer.writeCoefficients(
        0, sideBySide(stars.bp.coefficients, stars.bp.count, stars.rp.coefficients, stars.rp.count, rows));
    writer.writeErrors(0, sideBySide(stars.bp.errors, stars.bp.count, stars.rp.errors, stars.rp.count, rows));
    writer.writeFlags(0, std::vector<std::uint8_t>(rows)); // told when the catalogue is put together
    if (!stars.bp.correlations.empty()) writer.writeBpCorrelations(0, stars.bp.correlations);
    if (!stars.rp.correlations.empty()) writer.writeRpCorrelations(0, stars.rp.correlations);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& values = std::get<SharedArray<std::int32_t>>(columns[i].values());
        writer.writeColumn(i, 0, std::as_bytes(values.span()));
        if (writer.plan().columns[i].hasMissing) writer.writeMissing(i, columns[i].missingBits());
    }
    writer.commit();
}

/// A catalogue among the inputs: a native one is a part as it is.
void readCatalogInput(CachedInput& read, const ImportCache& cache, const std::string& settings, const JobContext& job) {
    const std::filesystem::path& path = read.input.path;
    std::filesystem::path part = path;
    if (!isNativeCatalog(path)) {
        Catalog catalog = readReleasedCatalog(path, JobContext({}, job.cancelFlag()));
        part = cache.partPath(path, settings, 0);
        writeNativeCatalog(catalog, part, JobContext({}, job.cancelFlag()));
    }
    read.input.rows = openNativeCatalog(part).rows();
    read.parts = {part};
}

void readXpInput(CachedInput& read, const ImportOptions& options, const ImportCache& cache, const std::string& settings,
                 int threads, const JobContext& job) {
    const std::filesystem::path& path = read.input.path;
    XpReadOptions how;
    how.correlations = options.correlations;
    how.threads = threads;
    if (options.skipProblems) how.skip = [&](const std::string& sentence) { note(read.input, sentence); };
    XpContinuousReader reader(path, how, JobContext({}, job.cancelFlag()));
    const std::string origin = path.filename().string();
    Gathered stars;
    const auto flush = [&] {
        if (stars.ids.empty()) return;
        if (stars.bp.count + stars.rp.count == 0) throw Error(path.string() + " has no star with coefficients");
        read.parts.push_back(cache.partPath(path, settings, read.parts.size()));
        writePart(read.parts.back(), stars, origin);
        read.input.rows += stars.ids.size();
        read.bp = std::max(read.bp, stars.bp.count);
        read.rp = std::max(read.rp, stars.rp.count);
        stars = {};
    };
    XpBatch batch;
    while (reader.next(batch)) {
        job.throwIfCancelled();
        // Another number of coefficients, as another file of a zip archive may have, begins a part of its own.
        const auto differs = [](const Band& band, const XpBandColumns& more) {
            return band.count > 0 && more.count > 0 && band.count != more.count;
        };
        if (differs(stars.bp, batch.bp) || differs(stars.rp, batch.rp)) flush();
        const std::size_t before = stars.ids.size();
        stars.ids.insert(stars.ids.end(), batch.sourceIds.begin(), batch.sourceIds.end());
        stars.bp.add(batch.bp, before, batch.rows(), options.correlations && batch.bp.hasCorrelations());
        stars.rp.add(batch.rp, before, batch.rows(), options.correlations && batch.rp.hasCorrelations());
        if (stars.bytes() > partBytes) flush();
        job.report(reader.fraction(), "reading " + origin);
    }
    flush();
    if (read.parts.empty()) throw Error(path.string() + " has no star that can be read");
}

bool holdsSpectra(const std::filesystem::path& path) {
    if (isNativeCatalog(path)) return true;
    for (const TableEntry& entry : tablesIn(path)) {
        if (entry.format == TableFileFormat::Hdf5 && isReleased(path)) return true;
        if (hasXpContinuous(openTable(entry)->schema())) return true;
    }
    return false;
}

} // namespace

std::vector<std::filesystem::path> spectraFiles(const std::vector<std::filesystem::path>& named,
                                                std::vector<ImportInput>& leftOut) {
    std::vector<std::filesystem::path> files;
    for (const std::filesystem::path& one : named) {
        std::error_code code;
        if (!std::filesystem::is_directory(one, code)) {
            files.push_back(one);
            continue;
        }
        std::vector<std::filesystem::path> inside;
        for (std::filesystem::directory_iterator entry(one, code), end; !code && entry != end; entry.increment(code)) {
            const bool isHidden = entry->path().filename().string().starts_with('.');
            if (entry->is_regular_file(code) && !isHidden) inside.push_back(entry->path());
        }
        if (code) throw Error("cannot list the folder " + one.string() + ": " + code.message());
        std::ranges::sort(inside);
        const std::size_t before = files.size();
        for (const std::filesystem::path& path : inside) {
            ImportInput other;
            other.path = path;
            other.isFailed = true;
            try {
                if (holdsSpectra(path)) {
                    files.push_back(path);
                    continue;
                }
                other.problems.emplace_back("holds no spectra and was left out");
            } catch (const Error& error) {
                other.problems.emplace_back(std::string("was left out: ") + error.what());
            }
            leftOut.push_back(std::move(other));
        }
        if (files.size() == before) throw Error("no file in " + one.string() + " holds spectra");
    }
    return files;
}

CachedInput readSpectra(const std::filesystem::path& path, const ImportOptions& options, const ImportCache& cache,
                        int threads, const JobContext& job) {
    const std::string settings = options.correlations ? "spectra 1 with correlations" : "spectra 1";
    if (auto cached = cache.find(path, settings)) return std::move(*cached);
    CachedInput read;
    read.input.path = path;
    if (isNativeCatalog(path) || isReleased(path)) {
        readCatalogInput(read, cache, settings, job);
        if (read.parts.front() == path) return read; // nothing to keep
    } else {
        readXpInput(read, options, cache, settings, threads, job);
    }
    cache.store(read, settings);
    return read;
}

} // namespace zscape
