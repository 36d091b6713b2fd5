// From a table of labels to native files in the cache.
#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/build/label_plan.h"
#include "core/build/part_columns.h"
#include "core/build/read_spectra.h"
#include "core/catalog/native_write.h"

#include <algorithm>
#include <numeric>

namespace zscape {

namespace {

constexpr std::size_t partRows = 262144;

std::string settingsOf(const LabelMapping& mapping) {
    std::string settings = "labels 1 " + mapping.sourceId;
    for (const LabelColumn& column : mapping.columns) {
        settings += '\n' + column.name + '=' + column.from + ' ' + column.unit;
    }
    return settings;
}

void writePart(const std::filesystem::path& path, const std::string& name, const std::vector<std::int64_t>& ids,
               const std::vector<Column>& columns) {
    NativePlan plan;
    plan.name = name;
    plan.rows = ids.size();
    for (const Column& column : columns) {
        plan.columns.push_back(planColumn(column));
    }
    NativeWriter writer(path, std::move(plan));
    writer.writeSourceIds(0, ids);
    std::vector<std::size_t> rows(ids.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        gatherColumn(columns[i], writer.plan().columns[i].textWidth, rows, bytes);
        writer.writeColumn(i, 0, bytes);
        if (writer.plan().columns[i].hasMissing) writer.writeMissing(i, columns[i].missingBits());
    }
    writer.commit();
}

} // namespace

LabelMapping planLabels(const std::filesystem::path& path, const TableSchema& schema, const ImportOptions& options) {
    if (const auto own = options.mappings.find(path); own != options.mappings.end()) return own->second;
    const bool wantsAll = std::ranges::find(options.columns, "all") != options.columns.end();
    const LabelMapping known = mapLabels(schema, wantsAll);
    LabelMapping plan;
    plan.sourceId = known.sourceId;
    if (const auto named = options.names.find("source_id"); named != options.names.end()) {
        if (schema.find(named->second)) plan.sourceId = named->second;
    }
    if (plan.sourceId.empty()) {
        throw Error(schema.file + " has no column that can be the Gaia source_id; name it: --map source_id=COLUMN");
    }
    const auto add = [&](LabelColumn column) {
        const bool isThere =
            std::ranges::any_of(plan.columns, [&](const LabelColumn& one) { return one.name == column.name; });
        if (!isThere) plan.columns.push_back(std::move(column));
    };
    for (const auto& [name, from] : options.names) {
        const std::string base = from.substr(0, from.find('['));
        if (name == "source_id" || !(schema.find(from) || schema.find(base))) continue;
        LabelColumn column{name, from};
        for (const LabelName& label : labelNames()) {
            if (label.name == name) column.unit = label.unit;
        }
        add(column);
    }
    if (options.columns.empty() || wantsAll) {
        for (const LabelColumn& column : known.columns) {
            add(column);
        }
    }
    for (const std::string& name : options.columns) {
        const auto found = std::ranges::find_if(known.columns, [&](const LabelColumn& one) {
            return equalIgnoringCase(one.name, name) || equalIgnoringCase(one.from, name);
        });
        if (found != known.columns.end()) {
            add(*found);
        } else if (schema.find(name) || schema.find(name.substr(0, name.find('[')))) {
            add({name, name});
        }
    }
    // Duplicate rows are told apart by it.
    for (const LabelColumn& column : known.columns) {
        if (column.name == "SNR") add(column);
    }
    return plan;
}

CachedInput readLabels(const std::filesystem::path& path, const ImportOptions& options, const ImportCache& cache,
                       const JobContext& job) {
    CachedInput read;
    read.input.path = path;
    read.input.isLabels = true;
    ReadOptions how;
    how.threads = options.threads;
    if (options.skipProblems) {
        how.skipRow = [&](const std::string& sentence) {
            ++read.input.skipped;
            if (read.input.problems.size() < 20) read.input.problems.push_back(sentence);
        };
    }
    auto source = openTable(path, how, JobContext({}, job.cancelFlag()));
    const LabelMapping mapping = planLabels(path, source->schema(), options);
    const std::string settings = settingsOf(mapping);
    if (auto cached = cache.find(path, settings)) return std::move(*cached);
    const std::string name = path.filename().string();
    LabelReader reader(std::move(source), mapping);
    std::vector<std::int64_t> ids;
    std::vector<GrowingColumn> columns;
    std::size_t withoutId = 0;
    const auto flush = [&] {
        if (ids.empty()) return;
        std::vector<Column> done;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            done.push_back(columns[i].take());
            done.back().setOrigin(name + ": " + mapping.columns[i].from);
        }
        read.parts.push_back(cache.partPath(path, settings, read.parts.size()));
        writePart(read.parts.back(), name, ids, done);
        read.input.rows += ids.size();
        ids.clear();
    };
    LabelBatch batch;
    while (reader.next(batch)) {
        job.throwIfCancelled();
        for (std::size_t i = 0; i < batch.columns.size(); ++i) {
            if (i < columns.size()) {
                columns[i].add(batch.columns[i]);
            } else {
                columns.emplace_back(batch.columns[i]);
            }
        }
        // Rows without a source_id stay in the part, where nothing finds them: 0 is no star's.
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            ids.push_back(batch.hasSourceId[row] != 0 ? batch.sourceIds[row] : 0);
            withoutId += batch.hasSourceId[row] != 0 ? 0 : 1;
        }
        if (ids.size() >= partRows) flush();
        job.report(reader.fraction(), "reading " + name);
    }
    flush();
    if (read.input.rows == withoutId) throw Error(path.string() + " has no row with a Gaia source_id");
    if (withoutId > 0) {
        read.input.problems.push_back(std::to_string(withoutId) + " of its rows have no Gaia source_id");
    }
    for (const std::string& notice : reader.schema().notices) {
        read.input.problems.push_back(notice);
    }
    cache.store(read, settings);
    return read;
}

} // namespace zscape
