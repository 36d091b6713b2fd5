#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/open.h"

#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/catalog/native_layout.h"
#include "core/model/file_kind.h"
#include "core/model/model.h"
#include "core/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>

namespace zscape::cli {

namespace {

using nlohmann::ordered_json;

/// Names in a file may be in any encoding; what is not UTF-8 is shown as such.
std::string jsonText(const ordered_json& json) {
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json describeCatalog(const Catalog& catalog) {
    const UsabilityCounts& counts = catalog.usability();
    ordered_json json;
    json["kind"] = "catalogue";
    json["name"] = catalog.name();
    json["layout"] = layoutName(catalogLayoutOf(catalog.path()));
    json["mock"] = catalog.isMock();
    json["rows"] = counts.rows;
    json["usable"] = counts.usable;
    json["unusable"] = {{"bad_coefficients", counts.badCoefficients},
                        {"bad_errors", counts.badErrors},
                        {"bad_flux", counts.badFlux},
                        {"duplicate_source_id", counts.duplicates}};
    json["coefficients"] = catalog.coefficientCount();
    json["g_flux_from"] = catalog.gFluxOrigin();
    json["content_hash"] = catalog.contentHash();
    json["notices"] = catalog.notices();
    ordered_json columns = ordered_json::array();
    for (const Column& column : catalog.columns()) {
        columns.push_back({{"name", column.name()},
                           {"type", columnTypeName(column.type())},
                           {"unit", column.unit()},
                           {"missing", column.missingCount()}});
        if (!column.origin().empty()) columns.back()["origin"] = column.origin();
    }
    json["columns"] = std::move(columns);
    json["attributes"] = catalog.attributes();
    return json;
}

void printCatalog(const Catalog& catalog) {
    const UsabilityCounts& counts = catalog.usability();
    std::cout << "catalogue    " << catalog.name() << (catalog.isMock() ? "  (mock data)" : "") << '\n'
              << "layout       " << layoutName(catalogLayoutOf(catalog.path())) << '\n'
              << "stars        " << grouped(counts.rows) << ", " << grouped(counts.usable) << " usable\n"
              << "coefficients " << catalog.coefficientCount() << " a star, with errors [electron/s]\n"
              << "G flux       from " << catalog.gFluxOrigin() << '\n'
              << "content      xxh3-128 " << catalog.contentHash() << '\n';
    for (const std::string& notice : catalog.notices()) {
        std::cout << "note         " << notice << '\n';
    }
    std::printf("\n%-30s %-8s %-16s %s\n", "column", "type", "unit", "missing");
    for (const Column& column : catalog.columns()) {
        std::printf("%-30s %-8s %-16s %s\n", column.name().c_str(), std::string(columnTypeName(column.type())).c_str(),
                    column.unit().empty() ? "-" : column.unit().c_str(), grouped(column.missingCount()).c_str());
    }
}

ordered_json describeModel(const Model& model) {
    ordered_json json;
    json["kind"] = "model";
    json["preset"] = presetName(model.architecture.preset);
    json["input_size"] = model.architecture.inputSize;
    json["latent_size"] = model.architecture.latentSize;
    json["layers"] = model.architecture.layers;
    json["parameters"] = parameterCount(model.architecture);
    json["normalisation"] = model.normalization.has_value();
    json["epoch"] = model.epoch;
    json["history_epochs"] = model.history.size();
    const Provenance& provenance = model.provenance;
    json["provenance"] = {{"program", provenance.program},
                          {"catalogue", provenance.catalogName},
                          {"catalogue_hash", provenance.catalogHash},
                          {"command", provenance.command},
                          {"date", provenance.date},
                          {"seed", provenance.seed >= 0 ? ordered_json(provenance.seed) : ordered_json()},
                          {"mock_data", provenance.mockData}};
    return json;
}

void printModel(const Model& model) {
    std::cout << "model         scatter VAE, preset " << presetName(model.architecture.preset) << '\n'
              << "sizes         " << model.architecture.inputSize;
    for (const int width : model.architecture.layers) {
        std::cout << '-' << width;
    }
    std::cout << '-' << model.architecture.latentSize << " (latent)\n"
              << "parameters    " << grouped(parameterCount(model.architecture)) << '\n'
              << "normalisation "
              << (model.normalization ? "present (" + model.normalization->origin + ")"
                                      : "absent; give one with --norm F.npz to use it on spectra")
              << '\n'
              << "epoch         " << model.epoch << '\n';
    const Provenance& provenance = model.provenance;
    if (!provenance.program.empty()) std::cout << "made by       " << provenance.program << '\n';
    if (!provenance.catalogName.empty()) {
        std::cout << "trained on    " << provenance.catalogName << (provenance.mockData ? "  (mock data)" : "") << '\n';
    }
    if (!provenance.command.empty()) std::cout << "command       " << provenance.command << '\n';
    if (provenance.seed >= 0) std::cout << "seed          " << provenance.seed << '\n';
    if (!provenance.date.empty()) std::cout << "date          " << provenance.date << '\n';
}

ordered_json describeCheckpoint(const Checkpoint& checkpoint) {
    ordered_json json = describeModel(checkpoint.model);
    json["kind"] = "checkpoint";
    const TrainingOptions& options = checkpoint.options;
    json["run"] = {{"epochs", options.epochs},
                   {"epochs_done", checkpoint.model.epoch},
                   {"steps_into_epoch", checkpoint.step},
                   {"optimiser_steps", checkpoint.engine.steps},
                   {"batch_size", options.batchSize},
                   {"learning_rate", options.learningRate},
                   {"schedule", scheduleName(options.schedule)},
                   {"engine", options.engine},
                   {"training_stars", checkpoint.split.training.size()},
                   {"validation_stars", checkpoint.split.validation.size()},
                   {"best_epoch", checkpoint.best ? ordered_json(checkpoint.best->epoch) : ordered_json()}};
    return json;
}

void printCheckpoint(const Checkpoint& checkpoint, const std::filesystem::path& path) {
    const TrainingOptions& options = checkpoint.options;
    std::cout << "checkpoint    of a training run: " << grouped(static_cast<std::size_t>(checkpoint.model.epoch))
              << " of " << grouped(static_cast<std::size_t>(options.epochs)) << " epochs done";
    if (checkpoint.step > 0) std::cout << ", " << grouped(checkpoint.step) << " steps into the next";
    std::cout << "\nrun           batch " << options.batchSize << ", learning rate " << options.learningRate << " ("
              << scheduleName(options.schedule) << "), " << grouped(checkpoint.split.training.size())
              << " stars train, " << grouped(checkpoint.split.validation.size()) << " validate\n";
    if (checkpoint.best) std::cout << "best          epoch " << checkpoint.best->epoch << '\n';
    std::cout << "go on with    zscape train CATALOGUE --resume " << path.string() << " --out MODEL\n\n"
              << "As a model, after the last whole epoch:\n";
    printModel(checkpoint.model);
}

} // namespace

void runInfo(const InfoOptions& options, const JobContext& job) {
    if (isCheckpointFile(options.file)) {
        const Checkpoint checkpoint = readCheckpoint(options.file);
        if (options.json) {
            std::cout << jsonText(describeCheckpoint(checkpoint)) << '\n';
        } else {
            printCheckpoint(checkpoint, options.file);
        }
        return;
    }
    if (isModelFile(options.file)) {
        const Model model = loadModel(options.file);
        if (options.json) {
            std::cout << jsonText(describeModel(model)) << '\n';
        } else {
            printModel(model);
        }
        return;
    }
    const Catalog catalog = openCatalog(options.file, job); // as every other command sees it
    if (isNativeCatalog(options.file) && writtenContentHash(options.file) != catalog.contentHash()) {
        throw Error(options.file.string() + " is damaged: its spectra are not those that were written; copy it again");
    }
    if (options.json) {
        std::cout << jsonText(describeCatalog(catalog)) << '\n';
    } else {
        printCatalog(catalog);
    }
}

} // namespace zscape::cli
