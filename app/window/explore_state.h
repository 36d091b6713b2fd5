#pragma once

#include "widgets/spectra_panel.h"
#include "widgets/tracks_panel.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

class MainWindow;

/// A latent point that was kept as an end of a straight line.
struct KeptPoint {
    std::string name; ///< as the panel calls it
    std::vector<float> latent;
    bool operator==(const KeptPoint&) const = default;
};

/// What the traverse panel follows. Tracks and ends are named, since their lists change.
struct TraverseChoice {
    std::optional<std::string> track; ///< "" for the straight line; nothing for the first path there is
    std::string from, to;
    std::optional<KeptPoint> start, end;
    int steps = 50; ///< of exports
    bool operator==(const TraverseChoice&) const = default;
};

/// What the panel of selections' spectra shows.
struct SpectraChoice {
    SpectraShown shown = SpectraShown::Mean;
    std::string first, second; ///< selections' names
    bool operator==(const SpectraChoice&) const = default;
};

/// What tracks, traverse, response and spectra panels are set to: undone step by step, and saved with a session.
struct ExploreState {
    TracksPanel::Request tracks;
    TraverseChoice traverse;
    SpectraChoice spectra;
    std::set<int> hiddenResponses; ///< latents without a curve, counted from 0
    bool operator==(const ExploreState&) const = default;
};

std::string toJson(const ExploreState& state);
/// What is missing is as it is at first. Throws Error for what cannot be read.
ExploreState exploreStateFromJson(std::string_view text);

ExploreState exploreStateOf(const MainWindow& window);
/// As a session file has it: not a step to undo.
void restore(MainWindow& window, const ExploreState& state);

} // namespace zscape
