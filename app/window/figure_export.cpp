#include "app/window/figure_export.h"

#include "app/figure/command_words.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "widgets/figure/figure_csv.h"
#include "widgets/figure/write_figure.h"

namespace zscape {

namespace {

std::filesystem::path companionOf(const std::filesystem::path& path, const std::string& ending) {
    return path.parent_path() / companionName(path.stem().string(), ending);
}

} // namespace

std::vector<std::filesystem::path> exportedFiles(const FigureSource& source, const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files{path, csvBeside(path)};
    for (const auto& [ending, text] : source.companions) {
        files.push_back(companionOf(path, ending));
    }
    return files;
}

void exportFigure(const Figure& figure, const FigureSource& source, const std::filesystem::path& path) {
    figureFormatOf(path); // before anything is written
    Figure named = figure;
    for (const auto& [ending, text] : source.companions) {
        const std::filesystem::path file = companionOf(path, ending);
        const std::string drawn = " " + companionName("view", ending);
        const std::size_t at = named.origin.command.find(drawn);
        if (at != std::string::npos) {
            named.origin.command.replace(at, drawn.size(), " " + shellWord(file.filename().string()));
        }
        writeFileAtomically(file, text);
    }
    writeFigure(named, path);
}

} // namespace zscape
