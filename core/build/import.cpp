#include "core/build/import.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/base/thread_pool.h"
#include "core/build/assemble.h"
#include "core/build/label_plan.h"
#include "core/build/read_spectra.h"
#include "core/catalog/native_layout.h"
#include "core/select/built_in.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>

namespace zscape {

namespace {

/// Progress of several files at once as one line; the fractions of the whole import are taken from `from` to `to`.
class Progress {
public:
    Progress(const JobContext& job, double from, double to) : m_job(job), m_from(from), m_to(to) {}

    JobContext part(double share) {
        return JobContext(
            [this, share, last = std::make_shared<double>(0)](double fraction, std::string_view text) {
                const std::scoped_lock lock(m_mutex);
                const double now = std::clamp(fraction, 0.0, 1.0);
                m_done += (now - *last) * share;
                *last = now;
                m_job.report(m_from + (m_to - m_from) * std::clamp(m_done, 0.0, 1.0), text);
            },
            m_job.cancelFlag());
    }

private:
    const JobContext& m_job;
    double m_from, m_to, m_done = 0;
    std::mutex m_mutex;
};

void checkOptions(const ImportOptions& options) {
    if (options.spectra.empty()) throw Error("name at least one file with spectra to import");
    if (options.out.extension() != ".h5" && options.out.extension() != ".hdf5") {
        throw Error("a catalogue is written as HDF5; end the name of " + options.out.string() + " in .h5");
    }
    if (options.correlations && options.layout == CatalogLayout::Released) {
        throw Error("the released layout has no place for correlations; write them with --layout native");
    }
    const AtomicFile probe(options.out); // work must not end at a misspelt folder
}

/// All inputs of one kind, several at once. `read` gives what came of one.
std::vector<CachedInput>
readAll(const std::vector<std::filesystem::path>& paths, bool isLabels, const ImportOptions& options, int atOnce,
        Progress& progress, const std::function<CachedInput(const std::filesystem::path&, const JobContext&)>& read) {
    std::vector<CachedInput> inputs(paths.size());
    ThreadPool pool(atOnce);
    std::atomic<bool> hasFailed{false};
    pool.forChunks(paths.size(), 1, [&](std::size_t i, std::size_t, int) {
        if (hasFailed) return; // its error is on the way
        const JobContext job = progress.part(1.0 / static_cast<double>(paths.size()));
        job.throwIfCancelled();
        try {
            inputs[i] = read(paths[i], job);
        } catch (const Cancelled&) {
            hasFailed = true;
            throw;
        } catch (const Error& error) {
            if (!options.skipProblems) {
                hasFailed = true;
                throw;
            }
            inputs[i].input = {paths[i], isLabels, false, 0, 0, {error.what()}, true};
            inputs[i].parts.clear();
        }
        job.report(1, paths[i].filename().string());
    });
    return inputs;
}

/// Every column asked for must be in some label table.
void checkColumns(const ImportOptions& options, const JoinedRows& joined) {
    const auto require = [&](const std::string& name) {
        for (const auto& table : joined.labels) {
            for (const Column& column : table->parts().front().columns) {
                const std::string& origin = column.origin();
                if (equalIgnoringCase(column.name(), name) || origin.ends_with(": " + name)) return;
            }
        }
        throw Error("no label table has a column '" + name + "'; see the columns of one with zscape info");
    };
    for (const std::string& name : options.columns) {
        if (name != "all") require(name);
    }
    for (const auto& [name, from] : options.names) {
        if (name != "source_id") require(name);
    }
}

ImportStep readStep(const std::vector<CachedInput>& spectra) {
    ImportStep step{"read", 0, {}, ""};
    std::size_t skipped = 0, files = 0;
    for (const CachedInput& input : spectra) {
        step.kept += input.input.rows;
        skipped += input.input.skipped;
        files += input.input.isFailed ? 0 : 1;
    }
    if (skipped > 0) step.fell["could not be read"] = skipped;
    step.note = std::to_string(files) + (files == 1 ? " file" : " files") + " with spectra";
    return step;
}

void finishReport(ImportReport& report, const ImportOptions& options, const Catalog& catalog) {
    report.out = options.out;
    report.layout = layoutName(options.layout);
    report.rows = catalog.rows();
    report.coefficientCount = catalog.coefficientCount();
    report.usability = catalog.usability();
    for (const Column& column : catalog.columns()) {
        report.columns.push_back(column.name() + (column.unit().empty() ? "" : " [" + column.unit() + "]") +
                                 (column.origin().empty() ? "" : " from " + column.origin()));
    }
}

/// What a part that no input uses any more takes of the disk.
void removeStale(const ImportCache& cache, const std::vector<const std::vector<CachedInput>*>& used) {
    std::vector<std::string> kept;
    for (const auto* inputs : used) {
        for (const CachedInput& input : *inputs) {
            for (const std::filesystem::path& part : input.parts) {
                const std::string name = part.filename().string();
                kept.push_back(name.substr(0, name.find('-')));
            }
        }
    }
    std::error_code code;
    std::vector<std::filesystem::path> stale;
    for (std::filesystem::directory_iterator entry(cache.folder(), code), end; !code && entry != end;
         entry.increment(code)) {
        const std::string name = entry->path().filename().string();
        const std::string key = name.substr(0, name.find_first_of("-."));
        // Keys are 32 hex digits: nothing else in the folder is ours, but what a killed run left under way.
        const bool isOurs = key.size() == 32 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
        const bool isLeft = name.starts_with('.') && name.find(".part-") != std::string::npos;
        if ((isOurs && std::ranges::find(kept, key) == kept.end()) || isLeft) stale.push_back(entry->path());
    }
    for (const std::filesystem::path& path : stale) {
        std::filesystem::remove(path, code);
    }
}

} // namespace

std::string_view joinRuleName(JoinRule rule) {
    return rule == JoinRule::All ? "all" : "matched";
}

JoinRule joinRuleFromName(std::string_view name) {
    if (name == "all") return JoinRule::All;
    if (name == "matched") return JoinRule::Matched;
    throw Error("there is no join '" + std::string(name) + "'; choose matched or all");
}

std::string formulaOf(const std::string& cut) {
    if (cut == "good") return labelCut(LabelQuality::Good, SelectionPreset::Released);
    if (cut == "good-paper") return labelCut(LabelQuality::Good, SelectionPreset::Paper);
    if (cut == "pristine") return labelCut(LabelQuality::Pristine, SelectionPreset::Released);
    if (cut == "pristine-paper") return labelCut(LabelQuality::Pristine, SelectionPreset::Paper);
    return cut;
}

std::filesystem::path importCacheFolder(const std::filesystem::path& out) {
    return out.parent_path() / (out.filename().string() + ".import");
}

ImportReport importCatalog(const ImportOptions& options, const JobContext& job) {
    const auto start = std::chrono::steady_clock::now();
    checkOptions(options);
    ImportReport report;
    std::vector<ImportInput> leftOut;
    const std::vector<std::filesystem::path> files = spectraFiles(options.spectra, leftOut);
    const ImportCache cache(importCacheFolder(options.out));
    const int cores = options.threads > 0 ? options.threads : availableCores();
    const int atOnce = static_cast<int>(std::min<std::size_t>(files.size(), static_cast<std::size_t>(cores)));
    Progress readingLabels(job, 0, 0.2);
    Progress reading(job, options.labels.empty() ? 0 : 0.2, 0.7);
    const std::vector<CachedInput> labels =
        readAll(options.labels, true, options, 1, readingLabels,
                [&](const auto& path, const JobContext& part) { return readLabels(path, options, cache, part); });
    const std::vector<CachedInput> spectra =
        readAll(files, false, options, atOnce, reading, [&](const auto& path, const JobContext& part) {
            return readSpectra(path, options, cache, std::max(1, cores / atOnce), part);
        });
    for (const auto* inputs : {&spectra, &labels}) {
        for (const CachedInput& input : *inputs) {
            report.inputs.push_back(input.input);
        }
    }
    report.inputs.insert(report.inputs.end(), leftOut.begin(), leftOut.end());
    report.steps.push_back(readStep(spectra));
    if (report.steps.back().kept == 0) throw Error("no star could be read: " + spectra.front().input.problems.front());
    std::vector<CachedInput> tables;
    std::ranges::copy_if(labels, std::back_inserter(tables),
                         [](const CachedInput& one) { return !one.input.isFailed; });

    const bool isDirect = options.cuts.empty() && options.layout == CatalogLayout::Native;
    const std::filesystem::path joinedPath = isDirect ? options.out : cache.folder() / "joined.h5";
    {
        const JoinedRows joined = joinInputs(spectra, tables, options, report, job);
        checkColumns(options, joined);
        Progress joining(job, 0.7, isDirect ? 1 : 0.85);
        assemble(joined, joinedPath, options, report, joining.part(1));
    }
    if (!isDirect) {
        auto catalog = std::make_shared<const Catalog>(openNativeCatalog(joinedPath));
        Progress writing(job, 0.85, 1);
        std::filesystem::path from = joinedPath;
        if (!options.cuts.empty()) {
            const BitSet kept = applyCuts(catalog, options, report, writing.part(0.3));
            from = options.layout == CatalogLayout::Native ? options.out : cache.folder() / "cut.h5";
            writeNativeCatalog(*catalog, from, writing.part(0.4), &kept);
        }
        if (options.layout == CatalogLayout::Released) {
            writeCatalog(openNativeCatalog(from), options.out, CatalogLayout::Released, writing.part(0.3));
        }
        finishReport(report, options, openNativeCatalog(from));
        std::error_code ignored;
        std::filesystem::remove(joinedPath, ignored);
        if (from != options.out) std::filesystem::remove(from, ignored);
    } else {
        finishReport(report, options, openNativeCatalog(options.out));
    }
    std::error_code ignored;
    if (options.keepCache) {
        removeStale(cache, {&spectra, &labels});
    } else {
        std::filesystem::remove_all(cache.folder(), ignored);
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    job.report(1, "");
    return report;
}

} // namespace zscape
