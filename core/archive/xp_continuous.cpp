#include "core/archive/xp_continuous.h"

#include "core/archive/xp_layout.h"
#include "core/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace zscape {

struct XpContinuousReader::State {
    XpReadOptions options;
    JobContext job;
    std::vector<TableEntry> entries;
    std::size_t nextEntry = 0;
    std::unique_ptr<TableSource> source;
    std::string member;
    XpLayout layout;
    std::size_t bpCount = 0;
    std::size_t rpCount = 0;
    TableBatch table;

    void adopt(std::unique_ptr<TableSource> opened) {
        layout = findXpLayout(opened->schema(), options.correlations, options.precise);
        opened->select(layout.requests);
        source = std::move(opened);
    }

    /// Opens the next member that is one of spectra; false when there is none. In an archive other tables may lie
    /// beside the spectra; a file by itself must be one.
    bool openNext() {
        while (nextEntry < entries.size()) {
            const TableEntry& entry = entries[nextEntry++];
            std::unique_ptr<TableSource> opened = openTable(entry, {options.threads, options.skip}, job);
            if (entries.size() > 1 && !hasXpContinuous(opened->schema())) continue;
            member = entry.member;
            adopt(std::move(opened));
            hasSpectra = true;
            return true;
        }
        if (!hasSpectra && !entries.empty())
            throw Error("no XP spectra in " + entries.front().path.string() +
                        ": none of its tables has source_id and coefficients");
        return false;
    }
    bool hasSpectra = false;

    /// Appends a row, or reports it.
    void append(std::size_t row, XpBatch& batch) {
        std::string problem = idProblem(row);
        if (problem.empty()) problem = appendBand(table, row, layout.bp, "bp", bpCount, batch.bp);
        if (problem.empty()) {
            problem = appendBand(table, row, layout.rp, "rp", rpCount, batch.rp);
            if (!problem.empty()) dropLastRow(batch.bp);
        }
        if (problem.empty()) {
            batch.sourceIds.push_back(table.columns[layout.sourceId].as<std::int64_t>()[row]);
            batch.rowNumbers.push_back(table.rowNumber(row));
            return;
        }
        problem = source->schema().file + ", row " + std::to_string(table.rowNumber(row) + 1) + ", " + problem;
        if (!options.skip) throw Error(problem);
        options.skip(problem);
    }

    std::string idProblem(std::size_t row) const {
        const ColumnValues& ids = table.columns[layout.sourceId];
        const std::int64_t id = ids.as<std::int64_t>()[row];
        if (!ids.isMissing(row) && id > 0) return {};
        return "column '" + source->schema().columns[layout.requests[layout.sourceId].column].name + "': " +
               (ids.isMissing(row) ? std::string("no source_id")
                                   : std::to_string(id) + " is no source_id, which is a whole number above 0");
    }

    /// Takes all rows at once where nothing is wrong or missing in any of them; false: nothing was taken.
    bool takeWhole(XpBatch& batch) {
        if (!isWholeBand(table, layout.bp, "bp", bpCount) || !isWholeBand(table, layout.rp, "rp", rpCount))
            return false;
        for (std::size_t row = 0; row < table.rows; ++row) {
            if (!idProblem(row).empty()) return false;
        }
        takeBand(table, layout.bp, bpCount, batch.bp);
        takeBand(table, layout.rp, rpCount, batch.rp);
        batch.sourceIds = table.columns[layout.sourceId].as<std::int64_t>();
        for (std::size_t row = 0; row < table.rows; ++row) {
            batch.rowNumbers.push_back(table.rowNumber(row));
        }
        return true;
    }

    void reserve(XpBatch& batch, std::size_t rows) const {
        const auto reserveBand = [rows, precise = options.precise](XpBandColumns& band, std::size_t count,
                                                                   bool withCorrelations) {
            band.count = 0;
            band.present.reserve(rows);
            band.coefficients.reserve(rows * count);
            const std::size_t pairs = withCorrelations && count > 0 ? rows * count * (count - 1) / 2 : 0;
            if (precise) {
                band.preciseErrors.reserve(rows * count);
                band.preciseCorrelations.reserve(pairs);
            } else {
                band.errors.reserve(rows * count);
                band.correlations.reserve(pairs);
            }
        };
        batch.sourceIds.reserve(rows);
        batch.rowNumbers.reserve(rows);
        reserveBand(batch.bp, bpCount, layout.bp.correlations.has_value());
        reserveBand(batch.rp, rpCount, layout.rp.correlations.has_value());
    }
};

XpContinuousReader::XpContinuousReader(const std::filesystem::path& path, XpReadOptions options, JobContext job)
    : m_state(std::make_unique<State>()) {
    m_state->options = std::move(options);
    m_state->job = std::move(job);
    m_state->entries = tablesIn(path);
    m_state->openNext();
}

XpContinuousReader::XpContinuousReader(std::unique_ptr<TableSource> source, XpReadOptions options)
    : m_state(std::make_unique<State>()) {
    m_state->options = std::move(options);
    m_state->adopt(std::move(source));
}

XpContinuousReader::~XpContinuousReader() = default;

bool XpContinuousReader::next(XpBatch& batch) {
    State& state = *m_state;
    while (state.source) {
        while (state.source->next(state.table)) {
            batch = XpBatch{};
            batch.member = state.member;
            if (state.takeWhole(batch)) return true;
            state.reserve(batch, state.table.rows);
            for (std::size_t row = 0; row < state.table.rows; ++row) {
                state.append(row, batch);
            }
            if (batch.rows() > 0) return true;
        }
        state.source.reset();
        state.openNext();
    }
    return false;
}

double XpContinuousReader::fraction() const {
    const State& state = *m_state;
    if (!state.source) return 1;
    const double entries = static_cast<double>(std::max<std::size_t>(state.entries.size(), 1));
    const double before = state.nextEntry > 0 ? static_cast<double>(state.nextEntry - 1) : 0;
    return std::min(1.0, (before + state.source->fraction()) / entries);
}

void readXpFiles(const std::vector<std::filesystem::path>& files, const XpReadOptions& options,
                 const std::function<void(XpBatch&&)>& take, const JobContext& job) {
    const int cores = options.threads > 0 ? options.threads : availableCores();
    const int readers = static_cast<int>(std::min<std::size_t>(files.size(), static_cast<std::size_t>(cores)));
    if (readers == 0) return;
    std::mutex mutex; // of take and skip
    std::atomic<bool> isFailed = false;
    std::atomic<std::size_t> finished = 0;
    XpReadOptions each = options;
    each.threads = std::max(1, cores / readers);
    if (options.skip) {
        each.skip = [&](const std::string& sentence) {
            const std::lock_guard lock(mutex);
            options.skip(sentence);
        };
    }
    const JobContext quiet({}, job.cancelFlag());
    const auto readFile = [&](std::size_t file) {
        XpContinuousReader reader(files[file], each, quiet);
        XpBatch batch;
        while (!isFailed && reader.next(batch)) {
            batch.file = file;
            const std::lock_guard lock(mutex);
            try {
                take(std::move(batch));
            } catch (...) {
                isFailed = true; // what the caller throws is no problem of a file and is never skipped
                throw;
            }
            job.report((static_cast<double>(finished) + reader.fraction()) / static_cast<double>(files.size()),
                       "reading " + files[file].filename().string());
        }
        ++finished;
    };
    ThreadPool pool(readers);
    pool.forChunks(files.size(), 1, [&](std::size_t file, std::size_t, int) {
        if (isFailed) return;
        try {
            readFile(file);
        } catch (const Cancelled&) {
            isFailed = true;
            throw;
        } catch (const Error& error) {
            if (!options.skip || isFailed) {
                isFailed = true;
                throw;
            }
            const std::lock_guard lock(mutex);
            options.skip(error.what());
        } catch (...) {
            isFailed = true;
            throw;
        }
    });
}

} // namespace zscape
