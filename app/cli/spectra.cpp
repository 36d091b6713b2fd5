#include "app/cli/spectra.h"

#include "app/cli/format.h"
#include "app/open.h"
#include "core/base/error.h"
#include "core/generate/spectra_table.h"
#include "core/tracks/track_stars.h"
#include "core/xp/xp_instrument.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace zscape::cli {

namespace {

BitSet starsOf(const SpectraOptions& options, const std::shared_ptr<const Catalog>& catalog,
               const std::shared_ptr<const Latents>& latents, const JobContext& job) {
    if (options.stars.empty()) {
        const TrackFlavour flavour = options.preset == "paper" ? TrackFlavour::Paper : TrackFlavour::Released;
        const TrackStars stars = trackStarsNamed(StarTable(catalog, latents), options.among, flavour, job);
        return stars ? *stars : BitSet(catalog->rows(), true);
    }
    BitSet rows(catalog->rows());
    for (const std::int64_t id : options.stars) {
        const std::optional<std::size_t> row = catalog->rowOf(id);
        if (!row) {
            throw Error("the catalogue has no star with source_id " + std::to_string(id) + "; check the number");
        }
        rows.set(*row);
    }
    return rows;
}

void writeLatentPoint(const SpectraOptions& options, const SpectraContent& content, const Catalog& catalog,
                      const SpectrumGenerator& generator, const JobContext& job) {
    const auto size = static_cast<std::size_t>(generator.model().model().architecture.latentSize);
    if (options.latent.size() != size) {
        throw Error("the model has " + std::to_string(size) + " latents and --latent gives " +
                    std::to_string(options.latent.size()) + "; give one number each, with commas");
    }
    NumericTable table = generatedSpectrumTable(options.latent, gFluxFromMagnitude(options.gMag), content, generator);
    table.attributes["catalogue"] = catalog.name();
    writeTable(options.out, table, job);
    std::printf("the spectrum of a latent point, written to %s\n", options.out.string().c_str());
}

} // namespace

void addSpectraCommand(CLI::App& app, SpectraOptions& options, Work& work) {
    CLI::App* command = app.add_subcommand("spectra", "spectra of stars, observed and reconstructed, or of a latent "
                                                      "point, as a table");
    command->add_option("CATALOGUE", options.catalog)->required();
    CLI::Option* model = command->add_option("--model", options.model.model,
                                             "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one");
    command->add_option("--norm", options.model.normalization, "normalisation (.npz), for a model without one")
        ->needs(model);
    command->add_option("--threads", options.model.threads, "threads; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    CLI::Option* star = command->add_option("--star", options.stars, "source_ids of stars");
    CLI::Option* among =
        command->add_option("--among", options.among, "stars: all, a built-in selection or a formula")->excludes(star);
    command->add_option("--latent", options.latent, "a latent point in place of stars: one number a latent, by commas")
        ->delimiter(',')
        ->needs(model)
        ->excludes(star)
        ->excludes(among);
    command->add_option("--g-mag", options.gMag, "G magnitude of a latent point's spectrum")
        ->check(CLI::Range(-5.0, 30.0))
        ->capture_default_str();
    command->add_option("--what", options.what, "observed, reconstructed, or both by commas")->capture_default_str();
    command->add_option("--space", options.space, "flux, coefficients, or both by commas")->capture_default_str();
    command->add_option("--preset", options.preset, "which variant of the built-in cuts: released or paper")
        ->check(CLI::IsMember({"released", "paper"}))
        ->capture_default_str();
    command->add_option("--out", options.out, ".csv, .ecsv, .fits, .h5 or .vot")->required();
    command->callback([&options, &work] { work = [&options](const JobContext& job) { runSpectra(options, job); }; });
}

void runSpectra(const SpectraOptions& options, const JobContext& job) {
    tableFormatOf(options.out); // a bad ending is told before the work
    SpectraContent content = spectraContentOf(options.what, options.space);
    if (options.stars.empty() && options.among.empty() && options.latent.empty()) {
        throw Error("say whose spectra: --star ID, --among all|NAME|FORMULA, or --latent z1,z2,...");
    }
    const auto catalog = std::make_shared<const Catalog>(openCatalog(options.catalog, job));
    if (options.model.model.empty() && content.observed) content.reconstructed = false;
    std::shared_ptr<const SpectralModel> model;
    std::shared_ptr<const Latents> latents;
    std::optional<SpectrumGenerator> generator;
    const XpInstrument instrument = XpInstrument::builtIn();
    if (!options.model.model.empty()) {
        model = makeEngine(openModel(options.model.model, options.model.normalization), options.model.engine,
                           options.model.threads);
        generator.emplace(model, instrument);
        if (!options.latent.empty()) return writeLatentPoint(options, content, *catalog, *generator, job);
        latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *model, job));
    }
    const BitSet stars = starsOf(options, catalog, latents, job);
    writeStarSpectra(options.out, *catalog, stars, content, instrument, latents.get(),
                     generator ? &*generator : nullptr, job);
    job.report(1, "");
    std::printf("spectra of %s stars, written to %s\n", grouped(stars.count()).c_str(), options.out.string().c_str());
}

} // namespace zscape::cli
