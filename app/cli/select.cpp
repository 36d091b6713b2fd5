#include "app/cli/select.h"

#include "app/cli/format.h"
#include "app/open.h"
#include "core/base/text_compare.h"
#include "core/explore/near_names.h"
#include "core/select/built_in.h"
#include "core/select/evaluate.h"
#include "core/select/export_selection.h"
#include "core/select/read_source_ids.h"
#include "core/select/selection_json.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace zscape::cli {

namespace {

std::string readText(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) throw Error("cannot read " + path.string() + "; is it there, and may you read it?");
    return text;
}

std::vector<Selection> readSelections(const std::filesystem::path& path) {
    try {
        return selectionsFromJson(readText(path));
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
}

/// The file's selections, then the built-in ones whose names they leave.
std::vector<Selection> allSelections(const SelectOptions& options) {
    std::vector<Selection> list;
    if (!options.selections.empty()) list = readSelections(options.selections);
    const auto preset = options.preset == "paper" ? SelectionPreset::Paper : SelectionPreset::Released;
    for (Selection& one : builtInSelections(preset)) {
        if (std::ranges::find(list, one.name, &Selection::name) == list.end()) list.push_back(std::move(one));
    }
    return list;
}

/// By the name, in any case, or by its beginning where only one begins so: "good" is "good labels".
const Selection& pick(const std::string& name, const std::vector<Selection>& list) {
    std::vector<std::string> names;
    std::vector<const Selection*> beginning;
    for (const Selection& one : list) {
        if (equalIgnoringCase(one.name, name)) return one;
        if (equalIgnoringCase(std::string_view(one.name).substr(0, name.size()), name)) beginning.push_back(&one);
        names.push_back(one.name);
    }
    if (beginning.size() == 1) return *beginning.front();
    std::string known;
    for (const std::string& one : names) {
        known += (known.empty() ? "" : ", ") + one;
    }
    throw Error("there is no selection '" + name + "'" + suggestion(name, names) + "; there are " + known);
}

/// All that was asked for, as one definition.
Definition wanted(const SelectOptions& options, const std::vector<Selection>& list, const JobContext& job) {
    std::vector<Definition> conditions;
    if (!options.where.empty()) conditions.emplace_back(ExpressionShape{options.where});
    if (!options.named.empty()) conditions.emplace_back(ReferenceShape{pick(options.named, list).name});
    if (options.named.empty() && !options.selections.empty()) {
        const std::size_t count = readSelections(options.selections).size();
        if (count != 1) {
            throw Error(options.selections.string() + " holds " + grouped(count) +
                        " selections; say which one with --named NAME");
        }
        conditions.emplace_back(ReferenceShape{list.front().name});
    }
    IdListShape ids;
    for (const std::filesystem::path& path : options.ids) {
        const std::vector<std::int64_t> more = readSourceIds(path, job);
        ids.ids.insert(ids.ids.end(), more.begin(), more.end());
    }
    if (!options.ids.empty()) conditions.emplace_back(std::move(ids));
    if (conditions.empty()) throw Error("say which stars: --where, --named, --selections or --ids");
    if (conditions.size() == 1) return std::move(conditions.front());
    return CombinationShape{Combination::And, std::move(conditions)};
}

std::string share(std::size_t count, std::size_t rows) {
    std::array<char, 32> percent{};
    const double value = rows > 0 ? 100.0 * static_cast<double>(count) / static_cast<double>(rows) : 0.0;
    std::snprintf(percent.data(), percent.size(), value < 0.1 && count > 0 ? "%.2g" : "%.1f", value);
    return grouped(count) + " of " + grouped(rows) + " (" + percent.data() + " %)";
}

void printList(const std::vector<Selection>& list, const StarTable& table, const JobContext& job) {
    for (const Selection& one : list) {
        const std::vector<std::string> missing = missingColumns(one.definition, table, list);
        std::string text;
        for (const std::string& name : missing) {
            text += (text.empty() ? "needs " : ", ") + name;
        }
        if (missing.empty()) text = share(evaluate(one.definition, table, list, job).count(), table.rows());
        std::cout << one.name << ": " << text << '\n';
    }
}

} // namespace

void addSelectCommand(CLI::App& app, SelectOptions& options, Work& work) {
    CLI::App* command = app.add_subcommand("select", "stars of a catalogue by formula, name, drawn shape or source_id");
    command->add_option("CATALOGUE", options.catalog)->required();
    CLI::Option* model =
        command->add_option("--model", options.model.model, "model, for selections in latent space (z1, z2, ...)");
    command->add_option("--norm", options.model.normalization, "its normalisation (.npz), if it has none")
        ->needs(model);
    command->add_option("--engine", options.model.engine, "fused or libtorch")
        ->check(CLI::IsMember({"fused", "libtorch"}))
        ->capture_default_str();
    command->add_option("--threads", options.model.threads, "threads that encode; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    command->add_option("--where", options.where, "formula, e.g. \"teff < 5000 && BP-RP > 1\"");
    command->add_option("--named", options.named, "a built-in selection, or one of --selections (see --list)");
    command->add_option("--selections", options.selections, "selections as JSON");
    command->add_option("--ids", options.ids, "files with source_ids: CSV, ECSV, text, HDF5");
    command->add_option("--preset", options.preset, "which variant of the built-in cuts: released or paper")
        ->check(CLI::IsMember({"released", "paper"}))
        ->capture_default_str();
    command->add_option("--out", options.out, "table to write; its ending says the format");
    command->add_option("--columns", options.columns, "columns beside source_id: names and formulas by commas, or all");
    command->add_flag("--list", options.list, "print every selection with its number of stars");
    command->callback([&] { work = [&](const JobContext& job) { runSelect(options, job); }; });
}

void runSelect(const SelectOptions& options, const JobContext& job) {
    if (!options.out.empty()) tableFormatOf(options.out); // a bad ending is told before the work
    const std::vector<Selection> list = allSelections(options);
    Definition definition;
    if (!options.list) definition = wanted(options, list, job);
    const auto catalog = std::make_shared<const Catalog>(openCatalog(options.catalog, job));
    std::shared_ptr<const Latents> latents;
    if (!options.model.model.empty()) {
        const auto engine = makeEngine(openModel(options.model.model, options.model.normalization),
                                       options.model.engine, options.model.threads);
        latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *engine, job));
    }
    const StarTable table(catalog, latents);
    if (options.list) {
        printList(list, table, job);
        return;
    }
    const BitSet rows = evaluate(definition, table, list, job);
    const std::string found = share(rows.count(), table.rows());
    if (options.out.empty()) {
        std::cout << "selected " << found << '\n';
        return;
    }
    std::vector<std::string> columns;
    if (!options.columns.empty()) columns = columnList(options.columns, table);
    NumericTable exported = exportStars(table, rows, columns, job);
    exported.attributes["program"] = "zscape " ZSCAPE_VERSION;
    exported.attributes["input"] = options.catalog.string();
    if (!options.model.model.empty()) exported.attributes["model"] = options.model.model.string();
    const std::string preset = options.named.empty() ? "" : " (" + options.preset + " cuts)";
    if (!options.where.empty()) exported.attributes["where"] = options.where;
    if (!options.named.empty()) exported.attributes["selection"] = pick(options.named, list).name + preset;
    if (!options.selections.empty()) exported.attributes["selections"] = options.selections.string();
    writeTable(options.out, exported, job);
    std::cout << "selected " << found << ", written to " << options.out.string() << '\n';
}

} // namespace zscape::cli
