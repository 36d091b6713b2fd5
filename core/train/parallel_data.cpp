#include "core/train/parallel_data.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/catalog/find_duplicates.h"
#include "core/train/run_start.h"
#include "core/train/star_moments.h"
#include "core/xp/fill_g_flux.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace zscape {
namespace {

std::vector<std::uint32_t> rowsBetween(std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    return rows;
}

std::pair<std::size_t, std::size_t> shareOf(std::size_t count, const Collective& collective) {
    return partRange(count, static_cast<std::size_t>(collective.size()), static_cast<std::size_t>(collective.rank()));
}

/// Rows of the file with their G flux, filled where it is missing.
Catalog readRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows, const std::string& splitColumn,
                 const JobContext& job) {
    std::vector<std::string> columns{std::string(column::gFlux), std::string(column::gMag)};
    if (!splitColumn.empty()) columns.push_back(splitColumn);
    Catalog catalog = readCatalogRows(path, rows, columns, job);
    if (catalog.usability().badFlux > 0) fillMissingGFlux(catalog, XpInstrument::builtIn(), {{}, job.cancelFlag()});
    return catalog;
}

/// What all processes know of all rows.
struct KnownRows {
    std::vector<std::int64_t> ids;
    std::vector<double> flux;
    std::vector<std::uint8_t> usable;
    std::vector<double> splitValues;
    UsabilityCounts counts;
};

KnownRows exchangeRows(const Catalog& share, const std::string& splitColumn, Collective& collective) {
    KnownRows known;
    known.ids = gatherParts(collective, std::vector<std::int64_t>(share.sourceIds().begin(), share.sourceIds().end()));
    known.flux = gatherParts(collective, std::vector<double>(share.gFlux().begin(), share.gFlux().end()));
    std::vector<std::uint8_t> usable(share.rows());
    for (std::size_t row = 0; row < share.rows(); ++row) {
        usable[row] = share.usable().test(row) ? 1 : 0;
    }
    known.usable = gatherParts(collective, usable);
    if (!splitColumn.empty()) {
        std::vector<double> values;
        doTogether(&collective, [&] {
            values = splitNumbers(share.require(splitColumn), share.name(), rowsBetween(0, share.rows()));
        });
        known.splitValues = gatherParts(collective, values);
    }
    for (const UsabilityCounts& one : gatherValues(collective, share.usability())) {
        known.counts.rows += one.rows;
        known.counts.badCoefficients += one.badCoefficients;
        known.counts.badErrors += one.badErrors;
        known.counts.badFlux += one.badFlux;
    }
    const BitSet duplicates = findDuplicates(known.ids);
    for (std::size_t row = 0; row < known.ids.size(); ++row) {
        if (duplicates.test(row)) known.usable[row] = 0;
    }
    known.counts.usable = static_cast<std::size_t>(std::count(known.usable.begin(), known.usable.end(), 1));
    known.counts.duplicates = known.counts.rows - known.counts.usable - known.counts.badCoefficients -
                              known.counts.badErrors - known.counts.badFlux;
    return known;
}

/// Catalog::contentHash of the whole, as each process adds its rows in turn.
std::string sharedHash(const KnownRows& known, const Catalog& share, Collective& collective) {
    ContentHash hash;
    hash.addValue(std::uint64_t{known.ids.size()});
    hash.addValue(std::uint64_t{share.coefficientCount()});
    hash.add(std::span<const std::int64_t>(known.ids));
    for (const MatrixView<const float>& block : {share.coefficients(), share.coefficientErrors()}) {
        for (int rank = 0; rank < collective.size(); ++rank) {
            if (rank == collective.rank()) hash.add(block.values());
            std::vector<std::byte> state = hash.state();
            collective.broadcast(std::span<std::byte>(state), rank);
            hash.setState(state);
        }
    }
    return hash.text();
}

std::vector<std::string> noticesOf(const UsabilityCounts& counts) {
    std::vector<std::string> notices;
    const auto say = [&](std::size_t count, const std::string& why) {
        if (count == 0) return;
        notices.push_back(std::to_string(count) + (count == 1 ? " star" : " stars") +
                          " cannot be used with a model: " + why + ".");
    };
    say(counts.badCoefficients, "a coefficient is not a finite number");
    say(counts.badErrors, "a coefficient error is not a positive number");
    say(counts.badFlux, "phot_g_mean_flux is missing, zero or negative");
    say(counts.duplicates, "the source_id stands in an earlier row too");
    return notices;
}

std::vector<std::uint32_t> chosenRows(const KnownRows& known, const Checkpoint* checkpoint) {
    std::vector<std::uint32_t> rows;
    if (checkpoint && !checkpoint->catalogRows.empty()) {
        for (const std::uint32_t row : checkpoint->catalogRows) {
            if (row < known.usable.size() && known.usable[row]) rows.push_back(row);
        }
        return rows;
    }
    for (std::size_t row = 0; row < known.usable.size(); ++row) {
        if (known.usable[row]) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
}

/// Mean and spread: each process reads some chunks of stars, one at a time, and all merge all chunks in order.
Normalization sharedNormalization(const std::filesystem::path& path, const TrainingData& data, Collective& collective,
                                  const JobContext& job) {
    const std::size_t chunks = (data.rows + momentChunk - 1) / momentChunk;
    const auto own = shareOf(chunks, collective);
    std::vector<double> numbers; // of a chunk: count, means, squares
    doTogether(&collective, [&] {
        for (std::size_t chunk = own.first; chunk < own.second; ++chunk) {
            const std::size_t begin = chunk * momentChunk;
            const std::size_t count = std::min(momentChunk, data.rows - begin);
            const Catalog stars = readRows(path, std::span(data.catalogRows).subspan(begin, count), "", job);
            const StarMoments part = momentsOf(stars.coefficients(), stars.gFlux(), rowsBetween(0, count));
            numbers.push_back(part.count);
            numbers.insert(numbers.end(), part.mean.begin(), part.mean.end());
            numbers.insert(numbers.end(), part.squares.begin(), part.squares.end());
        }
    });
    numbers = gatherParts(collective, numbers);
    StarMoments total;
    const auto width = static_cast<std::ptrdiff_t>(data.inputSize);
    for (auto at = numbers.begin(); at != numbers.end(); at += 1 + 2 * width) {
        merge(total, {*at, {at + 1, at + 1 + width}, {at + 1 + width, at + 1 + 2 * width}});
    }
    return normalizationFrom(total, data.provenance.catalogName);
}

/// Reads the coefficients of a process's own stars.
void holdOwnStars(TrainingData& data, const Split& own, const std::filesystem::path& path, const JobContext& job) {
    std::vector<std::uint32_t> stars(own.training);
    stars.insert(stars.end(), own.validation.begin(), own.validation.end());
    std::sort(stars.begin(), stars.end());
    std::vector<std::uint32_t> rows;
    rows.reserve(stars.size());
    data.blockRows.assign(data.rows, TrainingData::notHeld);
    for (const std::uint32_t star : stars) {
        data.blockRows[star] = static_cast<std::uint32_t>(rows.size());
        rows.push_back(data.catalogRows[star]);
    }
    data.catalog = std::make_shared<const Catalog>(readRows(path, rows, "", job));
    data.coefficients = data.catalog->coefficients();
    data.errors = data.catalog->coefficientErrors();
}

/// Everything that a look at a share of the rows tells, when all processes tell theirs.
SharedData knowStars(const std::filesystem::path& path, const SharedRun& run, Collective& collective,
                     const JobContext& job) {
    std::size_t rows = 0;
    doTogether(&collective, [&] { rows = countCatalogRows(path); });
    for (const std::uint64_t other : gatherValues(collective, std::uint64_t{rows})) {
        if (other != rows || rows < static_cast<std::size_t>(collective.size())) {
            throw Error(other != rows ? path.string() + " is another file for some of the processes: give one that all "
                                                        "machines see"
                                      : path.string() + " has fewer stars than there are processes: start fewer");
        }
    }
    const std::string splitColumn = run.checkpoint ? "" : run.options.splitColumn;
    std::optional<Catalog> share;
    doTogether(&collective, [&] {
        const auto [begin, end] = shareOf(rows, collective);
        share = readRows(path, rowsBetween(begin, end), splitColumn, job);
    });
    const KnownRows known = exchangeRows(*share, splitColumn, collective);
    SharedData shared;
    shared.notices = noticesOf(known.counts);
    TrainingData& data = shared.data;
    data.collective = &collective;
    data.inputSize = share->coefficientCount();
    data.provenance.catalogName = share->name();
    data.provenance.catalogHash = sharedHash(known, *share, collective);
    data.provenance.mockData = share->isMock();
    data.catalogRows = chosenRows(known, run.checkpoint);
    data.rows = data.catalogRows.size();
    data.isSelection = data.rows != known.counts.usable;
    if (data.rows < 2) {
        throw Error("Training needs at least two usable stars, but \"" + share->name() + "\" has " +
                    std::to_string(data.rows) + " of " + std::to_string(rows) +
                    ": check its coefficients, errors and phot_g_mean_flux.");
    }
    for (const std::uint32_t row : data.catalogRows) {
        data.inverseFlux.push_back(1.0 / known.flux[row]);
        if (!splitColumn.empty()) data.splitValues.push_back(known.splitValues[row]);
    }
    return shared;
}

} // namespace

void requireShareable(int batchSize, int processes) {
    constexpr int mostProcesses = 16; // as batchParts has it
    const bool fits = processes <= mostProcesses && (processes & (processes - 1)) == 0;
    if (!fits) {
        throw Error(std::to_string(processes) + " processes cannot share a batch: start 2, 4, 8 or " +
                    std::to_string(mostProcesses) + ", and give each more threads.");
    }
    if (batchSize % processes == 0) return;
    throw Error(std::to_string(processes) + " processes cannot share a batch of " + std::to_string(batchSize) +
                " stars: take a multiple of " + std::to_string(processes) + ", for instance " +
                std::to_string((batchSize / processes + 1) * processes) + ".");
}

Split ownStars(const Split& split, int batchSize, const Collective& collective) {
    const std::size_t parts = batchParts(static_cast<std::size_t>(batchSize));
    const auto [firstPart, lastPart] = shareOf(parts, collective);
    const std::size_t first = partRange(split.training.size(), parts, firstPart).first;
    const std::size_t last = partRange(split.training.size(), parts, lastPart - 1).second;
    const auto [firstValidation, lastValidation] = shareOf(split.validation.size(), collective);
    const auto copy = [](const std::vector<std::uint32_t>& stars, std::size_t begin, std::size_t end) {
        return std::vector<std::uint32_t>(stars.begin() + static_cast<std::ptrdiff_t>(begin),
                                          stars.begin() + static_cast<std::ptrdiff_t>(end));
    };
    return {copy(split.training, first, last), copy(split.validation, firstValidation, lastValidation)};
}

SharedData prepareSharedData(const std::filesystem::path& catalogue, const SharedRun& run, Collective& collective,
                             const JobContext& job) {
    requireShareable(run.options.batchSize, collective.size());
    SharedData shared = knowStars(catalogue, run, collective, job);
    TrainingData& data = shared.data;
    if (run.checkpoint && run.checkpoint->model.provenance.catalogHash != data.provenance.catalogHash) {
        throw Error("\"" + data.provenance.catalogName +
                    "\" is another catalogue than the checkpoint's run was trained on (\"" +
                    run.checkpoint->model.provenance.catalogName +
                    "\"): give that one to go on, or start a new run from "
                    "the model.");
    }
    if (run.normalization && run.normalization->mu.size() != data.inputSize) {
        throw Error("The normalisation is for " + std::to_string(run.normalization->mu.size()) +
                    " coefficients, but \"" + data.provenance.catalogName + "\" has " + std::to_string(data.inputSize) +
                    ": give that of such spectra.");
    }
    data.normalization = run.normalization ? *run.normalization : sharedNormalization(catalogue, data, collective, job);
    if (run.checkpoint && run.checkpoint->dataHash != trainingDataHash(data)) {
        throw Error(
            "\"" + data.provenance.catalogName +
            "\" has the spectra of the checkpoint's run, but other G fluxes or usable stars: give the catalogue "
            "it was trained on.");
    }
    const Split split = run.checkpoint ? run.checkpoint->split : splitStars(data, run.options);
    doTogether(&collective,
               [&] { holdOwnStars(data, ownStars(split, run.options.batchSize, collective), catalogue, job); });
    return shared;
}

} // namespace zscape
