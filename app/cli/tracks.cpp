#include "app/cli/tracks.h"

#include "app/cli/format.h"
#include "app/cli/window_size.h"
#include "app/open.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/generate/latent_path.h"
#include "core/generate/selection_spectra.h"
#include "core/tracks/track_stars.h"
#include "core/xp/xp_instrument.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <tuple>

namespace zscape::cli {

namespace {

void addModel(CLI::App& command, ModelChoice& choice, bool required) {
    CLI::Option* model = command.add_option("--model", choice.model,
                                            "model: PyTorch checkpoint (.pt) or native (.h5); demo: the bundled one");
    if (required) model->required();
    command.add_option("--norm", choice.normalization, "normalisation (.npz), for a model without one")->needs(model);
    command.add_option("--threads", choice.threads, "threads; 0 takes every core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
}

void addTrackChoice(CLI::App& command, TrackChoice& choice) {
    command.add_option("--preset", choice.preset, "paper; released takes the giant branch 0.2 K wide, by a slip")
        ->check(CLI::IsMember({"paper", "released"}))
        ->capture_default_str();
    command.add_option("--options", choice.options, "points, widths and drawn tracks: JSON that --save-options wrote");
    command.add_option("--among", choice.among,
                       "stars: all, a built-in selection or a formula; good labels unless said, pristine for alpha");
    command.add_option("--minimum-stars", choice.minimumStars, "a bin with fewer does not appear")
        ->check(CLI::Range(1, 1000000000));
}

std::string readText(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw Error("cannot read " + path.string() + "; check the name and its permissions");
    return text.str();
}

TrackFlavour flavourOf(const TrackChoice& choice) {
    return choice.preset == "released" ? TrackFlavour::Released : TrackFlavour::Paper;
}

TrackOptions trackOptionsOf(const TrackChoice& choice) {
    TrackOptions options = TrackOptions::of(flavourOf(choice));
    if (!choice.options.empty()) options = trackOptionsFromJson(readText(choice.options));
    if (choice.minimumStars > 0) options.minimumStars = static_cast<std::size_t>(choice.minimumStars);
    return options;
}

/// The catalogue with its latents; `model` stays null without one.
struct Opened {
    std::shared_ptr<const Catalog> catalog;
    std::shared_ptr<const SpectralModel> model;
    std::shared_ptr<const StarTable> table;
};

Opened open(const std::filesystem::path& path, const ModelChoice& choice, const JobContext& job) {
    Opened opened;
    opened.catalog = std::make_shared<const Catalog>(openCatalog(path, job));
    std::shared_ptr<const Latents> latents;
    if (!choice.model.empty()) {
        opened.model = makeEngine(openModel(choice.model, choice.normalization), choice.engine, choice.threads);
        latents = std::make_shared<const Latents>(encodeCatalog(*opened.catalog, *opened.model, job));
    }
    opened.table = std::make_shared<const StarTable>(opened.catalog, latents);
    return opened;
}

void printTracks(const std::vector<Track>& tracks, bool mock) {
    if (mock) std::printf("mock stars\n");
    std::printf("%-24s %7s %9s   along\n", "track", "points", "stars");
    for (const Track& track : tracks) {
        std::printf("%-24s %3zu /%3zu %9s   %s", track.name.c_str(), track.points.size(), track.bins,
                    grouped(track.stars()).c_str(), track.alongName.c_str());
        if (!track.points.empty()) {
            std::printf(" %g to %g %s", track.points.front().along, track.points.back().along, track.alongUnit.c_str());
        }
        std::printf("\n");
    }
}

/// An end of a straight traverse: a star's latent point, or the mean of a selection's.
std::vector<float> latentOf(const Opened& opened, const std::string& end, TrackFlavour flavour, const JobContext& job) {
    const Latents& latents = *opened.table->latents();
    std::int64_t id = 0;
    const auto [stop, code] = std::from_chars(end.data(), end.data() + end.size(), id);
    if (code == std::errc() && stop == end.data() + end.size()) {
        const std::optional<std::size_t> row = opened.catalog->rowOf(id);
        if (!row) throw Error("the catalogue has no star with source_id " + end + "; check the number");
        const std::span<const float> latent = latents.muView().row(*row);
        return {latent.begin(), latent.end()};
    }
    const TrackStars stars = trackStarsNamed(*opened.table, end, flavour, job);
    return meanLatent(latents, stars ? *stars : BitSet(latents.rows, true), end).asFloats();
}

/// The path, and the track it runs along.
struct Way {
    LatentPath path;
    std::vector<Track> tracks;
};

Way wayOf(const Opened& opened, const TraverseOptions& options, const JobContext& job) {
    const TrackFlavour flavour = flavourOf(options.tracks);
    if (options.track.empty()) {
        return {LatentPath::straight(latentOf(opened, options.from, flavour, job),
                                     latentOf(opened, options.to, flavour, job), options.from + " to " + options.to),
                {}};
    }
    // NAME or NAME:INDEX, for kinds that are several tracks.
    const std::size_t colon = options.track.find(':');
    const std::vector<Track> tracks =
        makeTracksAmong(*opened.table, {trackKindFromName(options.track.substr(0, colon))},
                        trackOptionsOf(options.tracks), options.tracks.among, flavour, job);
    std::size_t index = 1;
    if (colon != std::string::npos) {
        const std::string text = options.track.substr(colon + 1);
        const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), index);
        if (code != std::errc() || stop != text.data() + text.size()) index = 0;
    }
    if (index < 1 || index > tracks.size()) {
        throw Error("there are " + std::to_string(tracks.size()) + " tracks of '" + options.track.substr(0, colon) +
                    "'; choose one as " + options.track.substr(0, colon) + ":1 and so on");
    }
    return {LatentPath::alongTrack(tracks[index - 1]), {tracks[index - 1]}};
}

void writeTraverse(const TraverseOptions& options, const Opened& opened, const LatentPath& path,
                   const JobContext& job) {
    const SpectrumGenerator generator(opened.model, XpInstrument::builtIn());
    NumericTable table = traverseTable(path, options.steps, generator, gFluxFromMagnitude(options.gMag), job);
    table.attributes["catalogue"] = opened.catalog->name();
    table.attributes["catalogue_hash"] = opened.catalog->contentHash();
    if (opened.catalog->isMock()) table.attributes["mock"] = "true";
    writeTable(options.out, table, job);
    job.report(1, "");
    std::printf("%d spectra along %s to %s\n", options.steps, path.name().c_str(), options.out.string().c_str());
}

} // namespace

void runTracks(const TracksOptions& options, const JobContext& job) {
    if (!options.out.empty()) tableFormatOf(options.out); // before long work
    const TrackOptions trackOptions = trackOptionsOf(options.tracks);
    if (!options.saveOptions.empty()) {
        AtomicFile file(options.saveOptions);
        std::ofstream stream(file.temporaryPath(), std::ios::binary);
        stream << toJson(trackOptions) << '\n';
        stream.close();
        if (!stream) throw Error("cannot write " + options.saveOptions.string() + "; is the disk full?");
        file.commit();
    }
    const std::vector<TrackKind> kinds = trackKindsNamed(options.which);
    const Opened opened = open(options.catalog, options.model, job);
    const std::vector<Track> tracks =
        makeTracksAmong(*opened.table, kinds, trackOptions, options.tracks.among, flavourOf(options.tracks), job);
    job.report(1, "");
    printTracks(tracks, opened.catalog->isMock());
    if (options.out.empty()) return;
    NumericTable table = trackTable(tracks);
    table.attributes["catalogue"] = opened.catalog->name();
    table.attributes["catalogue_hash"] = opened.catalog->contentHash();
    if (opened.catalog->isMock()) table.attributes["mock"] = "true";
    writeTable(options.out, table, job);
}

namespace {

/// The path that was followed; the table is written, the catalogue let go of.
Way runTable(const TraverseOptions& options, const JobContext& job) {
    if (!options.out.empty()) tableFormatOf(options.out);
    const Opened opened = open(options.catalog, options.model, job);
    Way way = wayOf(opened, options, job);
    if (!options.out.empty()) writeTraverse(options, opened, way.path, job);
    return way;
}

void runTraverse(const TraverseOptions& options, const FilmMaking& film, int argc, char** argv, const JobContext& job) {
    if (options.track.empty() == (options.from.empty() || options.to.empty())) {
        throw Error("a traverse runs along a track (--track ms) or between two ends (--from and --to); give one of "
                    "the two");
    }
    const bool moving = !options.film.empty() || !options.frames.empty();
    if (options.out.empty() && !moving) {
        throw Error("a traverse is written as a table (--out), a film (--film) or pictures (--frames); give one");
    }
    if (moving && !film)
        throw Error("this zscape was built without its window, which films are drawn with; take --out");
    Way way = runTable(options, job);
    if (moving) film({options, std::move(way.path), std::move(way.tracks)}, argc, argv, job);
}

void addFilmOptions(CLI::App& travel, TraverseOptions& traverse) {
    const std::string group = "film";
    const CLI::Validator ending(
        [](const std::string& name) {
            const std::string end = std::filesystem::path(name).extension().string();
            return end == ".mp4" || end == ".gif" ? std::string() : "end its name in .mp4 or .gif";
        },
        "F.mp4|gif");
    travel.add_option("--film", traverse.film, "map and spectrum along the way, by the ffmpeg program")
        ->check(ending)
        ->group(group);
    travel.add_option("--frames", traverse.frames, "folder for the same as pictures, frame_0001.png and so on")
        ->group(group);
    travel
        .add_option_function<std::string>(
            "--size",
            [&traverse](const std::string& text) { std::tie(traverse.width, traverse.height) = windowSize(text); },
            "of the window that is drawn, e.g. 1400x880")
        ->group(group);
    travel.add_option("--theme", traverse.theme, "light or dark")
        ->check(CLI::IsMember({"light", "dark"}))
        ->group(group)
        ->capture_default_str();
    travel.add_option("--x", traverse.x, "column on the map's horizontal axis")->group(group);
    travel.add_option("--y", traverse.y, "column on its vertical axis")->group(group);
    travel.add_option("--colour,--color", traverse.colour, "column that colours its stars")->group(group);
}

} // namespace

void addTracksCommands(CLI::App& app, TracksOptions& tracks, TraverseOptions& traverse, Work& work,
                       const FilmMaking& film, int argc, char** argv) {
    CLI::App* make = app.add_subcommand("tracks", "mean labels and latents of stars binned along the paper's tracks");
    make->add_option("CATALOGUE", tracks.catalog)->required();
    addModel(*make, tracks.model, false);
    make->add_option("--which", tracks.which,
                     "ms, gb, metallicity-ms, metallicity-gb, high-alpha, low-alpha, fixed-metallicity, drawn; or "
                     "metallicity, alpha, all; several with commas")
        ->capture_default_str();
    addTrackChoice(*make, tracks.tracks);
    make->add_option("--out", tracks.out, ".h5, .csv or .ecsv: a row a point");
    make->add_option("--save-options", tracks.saveOptions, "writes the options in use as JSON, to edit");
    make->callback([&tracks, &work] { work = [&tracks](const JobContext& job) { runTracks(tracks, job); }; });

    CLI::App* travel = app.add_subcommand("traverse", "spectra along a track, or between stars or selections");
    travel->add_option("CATALOGUE", traverse.catalog)->required();
    addModel(*travel, traverse.model, true);
    CLI::Option* track = travel->add_option("--track", traverse.track, "along a track: ms, gb, metallicity-gb:3, ...");
    travel->add_option("--from", traverse.from, "a source_id, a built-in selection or a formula: the mean of its stars")
        ->excludes(track);
    travel->add_option("--to", traverse.to, "the other end")->excludes(track);
    addTrackChoice(*travel, traverse.tracks);
    travel->add_option("--steps", traverse.steps, "spectra")->check(CLI::Range(2, 100000))->capture_default_str();
    travel->add_option("--g-mag", traverse.gMag, "G magnitude of the spectra")
        ->check(CLI::Range(-5.0, 30.0))
        ->capture_default_str();
    travel->add_option("--out", traverse.out, "the spectra: .h5, .csv or .ecsv");
    addFilmOptions(*travel, traverse);
    travel->callback([&traverse, &work, film, argc, argv] {
        work = [&traverse, film, argc, argv](const JobContext& job) { runTraverse(traverse, film, argc, argv, job); };
    });
}

} // namespace zscape::cli
