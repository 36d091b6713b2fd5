#pragma once

#include "app/cli/commands.h"
#include "app/cli/train_options.h"
#include "core/generate/latent_path.h"
#include "core/tracks/track.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace zscape::cli {

/// How tracks are made: shared by `zscape tracks` and `zscape traverse`.
struct TrackChoice {
    std::string preset = "paper";  ///< or "released"
    std::filesystem::path options; ///< JSON of track options, "" for the preset's
    std::string among;             ///< "all", a built-in selection or a formula; "" as the paper
    int minimumStars = 0;          ///< 0: as the options say
};

struct TracksOptions {
    std::filesystem::path catalog;
    ModelChoice model; ///< "" for none: labels without latents
    std::string which = "ms,gb";
    TrackChoice tracks;
    std::filesystem::path out;         ///< "" only prints
    std::filesystem::path saveOptions; ///< writes the options in use, to edit
};
void runTracks(const TracksOptions& options, const JobContext& job);

struct TraverseOptions {
    std::filesystem::path catalog;
    ModelChoice model;
    std::string track; ///< name of a kind of track; or
    std::string from;  ///< a source_id, or a selection's name or formula: the mean of its stars
    std::string to;
    TrackChoice tracks;
    int steps = 50;
    double gMag = 15;             ///< brightness of the spectra
    std::filesystem::path out;    ///< a table; "" for none
    std::filesystem::path film;   ///< .mp4 or .gif; "" for none
    std::filesystem::path frames; ///< a folder of pictures; "" for none
    int width = 1400, height = 880;
    std::string theme = "light";
    std::string x, y, colour; ///< columns on the film's map; "" leaves them to the window
};

/// A film of the window's map and spectrum along a path. Drawing needs Qt (no display), so it is handed in by main.
struct FilmRequest {
    TraverseOptions options;
    LatentPath path;
    std::vector<Track> tracks; ///< drawn on the map
};
/// Writes it; throws Error, Cancelled.
using FilmMaking = std::function<void(const FilmRequest&, int argc, char** argv, const JobContext&)>;

/// Declares both commands; `tracks`, `traverse` and `work` must outlive the parsing.
void addTracksCommands(CLI::App& app, TracksOptions& tracks, TraverseOptions& traverse, Work& work,
                       const FilmMaking& film, int argc, char** argv);

} // namespace zscape::cli
