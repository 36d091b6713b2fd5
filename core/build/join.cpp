// The cross-match by source_id: a hash join, duplicates resolved by a stated rule.
#include "core/base/error.h"
#include "core/build/assemble.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

std::vector<std::filesystem::path> partsOf(const std::vector<CachedInput>& inputs) {
    std::vector<std::filesystem::path> parts;
    for (const CachedInput& input : inputs) {
        parts.insert(parts.end(), input.parts.begin(), input.parts.end());
    }
    return parts;
}

bool hasWholeSpectrum(const PartTable& table, std::size_t row) {
    const auto [partIndex, at] = table.place(row);
    const NativeContent& part = table.parts()[partIndex];
    const auto spectrum = part.coefficients.span().subspan(at * part.coefficientCount, part.coefficientCount);
    // The lowest order of a band that is missing is NaN, and so are all others.
    return !std::isnan(spectrum.front()) && !std::isnan(spectrum.back());
}

double signalOf(const PartTable& table, std::size_t row) {
    const auto [partIndex, at] = table.place(row);
    for (const Column& column : table.parts()[partIndex].columns) {
        if (column.name() == "SNR" && column.isNumeric()) return column.number(at);
    }
    return std::nan("");
}

ImportStep spectraStep(const IdIndex& index, std::size_t kept) {
    ImportStep step{"one spectrum a star", kept, {}, "of several the first with both bands is kept, else the first"};
    if (index.duplicates() > 0) step.fell["repeats the source_id of another spectrum"] = index.duplicates();
    std::size_t withoutId = 0;
    for (const std::int64_t id : index.ids()) {
        withoutId += id == 0 ? 1 : 0;
    }
    if (withoutId > 0) step.fell["has no source_id"] = withoutId;
    return step;
}

/// Keeps the stars whose row in the newest table is known.
void keepMatched(std::vector<std::vector<std::uint32_t>>& rows) {
    const std::vector<std::uint32_t> newest = rows.back();
    for (std::vector<std::uint32_t>& list : rows) {
        std::size_t to = 0;
        for (std::size_t star = 0; star < newest.size(); ++star) {
            if (newest[star] != IdIndex::none) list[to++] = list[star];
        }
        list.resize(to);
    }
}

} // namespace

JoinedRows joinInputs(const std::vector<CachedInput>& spectra, const std::vector<CachedInput>& labels,
                      const ImportOptions& options, ImportReport& report, const JobContext& job) {
    JoinedRows joined;
    joined.spectra = std::make_unique<PartTable>(partsOf(spectra));
    const PartTable& table = *joined.spectra;
    std::vector<std::uint32_t> kept;
    std::vector<std::int64_t> ids;
    {
        const IdIndex index(table.sourceIds(), [&table](std::size_t row, std::size_t other) {
            return hasWholeSpectrum(table, row) && !hasWholeSpectrum(table, other);
        });
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (index.find(index.ids()[row]) != row) continue;
            kept.push_back(static_cast<std::uint32_t>(row));
            ids.push_back(index.ids()[row]);
        }
        report.steps.push_back(spectraStep(index, kept.size()));
    }
    std::vector<std::vector<std::uint32_t>> rows{std::move(kept)}; // spectra first, until all labels are matched
    for (const CachedInput& input : labels) {
        job.throwIfCancelled();
        joined.labels.push_back(std::make_unique<PartTable>(input.parts));
        const PartTable& other = *joined.labels.back();
        const IdIndex index(other.sourceIds(), [&other](std::size_t row, std::size_t before) {
            return signalOf(other, row) > signalOf(other, before);
        });
        std::vector<std::uint32_t>& matches = rows.emplace_back();
        std::size_t missing = 0;
        for (const std::uint32_t row : rows.front()) {
            const auto [part, at] = table.place(row);
            matches.push_back(index.find(table.parts()[part].sourceIds[at]));
            missing += matches.back() == IdIndex::none ? 1 : 0;
        }
        const std::string name = input.input.path.filename().string();
        ImportStep step{"match with " + name, rows.front().size(), {}, ""};
        if (index.duplicates() > 0) {
            step.note = std::to_string(index.duplicates()) +
                        " of its rows repeat a source_id: that of the largest SNR is taken, else the first";
        }
        if (options.join == JoinRule::Matched) {
            keepMatched(rows);
            step.kept = rows.front().size();
            if (missing > 0) step.fell["has no row in " + name] = missing;
        } else if (missing > 0) {
            step.note += (step.note.empty() ? "" : "; ") + std::to_string(missing) + " stars have no row in it";
        }
        report.steps.push_back(std::move(step));
        if (rows.front().empty()) {
            throw Error("no star has both a spectrum and a row in " + input.input.path.string() +
                        "; are its source_ids those of the same Gaia release? (--join all keeps stars without labels)");
        }
    }
    std::rotate(rows.begin(), rows.begin() + 1, rows.end());
    joined.rows = std::move(rows);
    return joined;
}

} // namespace zscape
