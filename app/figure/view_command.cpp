// The command that redraws a view.
#include "app/figure/command_words.h"
#include "app/figure/view_layers.h"

namespace zscape {

std::string viewWords(const ViewOptions& view) {
    // The catalogue comes right after the figure's name; options of the view follow it.
    std::string words;
    const auto add = [&](const char* option, const std::string& word) {
        if (!word.empty()) words += std::string(" --") + option + " " + shellWord(word);
    };
    if (view.mode == ViewMode::Corner) {
        if (!view.columns.empty()) words += " --columns";
        for (const std::string& column : view.columns) {
            words += " " + shellWord(column);
        }
    }
    if (!view.ranges.empty()) words += " --ranges";
    for (const AxisRange& range : view.ranges) {
        words += " " + numberWord(range.lower) + " " + numberWord(range.upper);
    }
    add("x", view.x);
    add("y", view.y);
    add("colour", view.colour);
    add("mode", viewModeNames[static_cast<std::size_t>(view.mode)]);
    if (view.reduction != Reduction::Mean) add("reduce", reductionNames[static_cast<std::size_t>(view.reduction)]);
    add("select", view.shownName);
    const auto axis = [&](const std::string& name, const std::optional<AxisRange>& range, const std::string& id,
                          bool log, bool flip) {
        const std::string option = " --" + name;
        if (range) words += option + "range " + numberWord(range->lower) + " " + numberWord(range->upper);
        if ((range && range->logarithmic) || log) words += option + "log";
        if (range ? range->flipped != usuallyBackwards(id) : flip) words += option + "flip";
    };
    axis("x", view.xRange, view.x, view.logX, view.flipX);
    axis("y", view.yRange, view.y, view.logY, view.flipY);
    if (view.map) add("cmap", colourMapNames[static_cast<std::size_t>(*view.map)]);
    if (view.colourRange) {
        words += " --crange " + numberWord(view.colourRange->first) + " " + numberWord(view.colourRange->second);
    }
    if (view.logColour) words += " --clog";
    if (view.colourPower != 1) words += " --cpower " + numberWord(view.colourPower);
    if (view.flipColour) words += " --cflip";
    if (view.mode == ViewMode::Density && view.countPower > 0) add("counts", view.countPower < 1 ? "root" : "linear");
    if (view.highlightsByLabel) words += " --selected label";
    if (view.bins != ViewOptions().bins) words += " --bins " + std::to_string(view.bins);
    if (!view.cumulative) words += " --no-cumulative";
    words += view.drawnWords;
    if (view.tracks.empty()) return words;
    if (!view.tracksAlong) words += " --track-points plain";
    for (const auto& [name, colour] : view.trackColours) {
        add("track-colour", name + "=" + QColor(colour).name().toStdString());
    }
    return words;
}

} // namespace zscape
