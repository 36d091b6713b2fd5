#pragma once

#include "app/window/explore_state.h"
#include "app/window/selection_history.h"
#include "app/window/view_state.h"
#include "core/select/definition.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// What a session holds, as a value; how a file says it is session_file.cpp's alone.
struct SessionContent {
    /// A file the session was made with. In the session file its path is relative to that.
    struct File {
        std::filesystem::path path; ///< absolute; "" for none
        std::string hash;           ///< of its content, "" where unknown
        bool operator==(const File&) const = default;
    };
    bool demoCatalog = false, demoModel = false; ///< the built-in ones, instead of files
    File catalog, model, normalization;
    ViewState map;             ///< two columns, or none without stars
    SpectrumSettings spectrum; ///< of the spectrum panel
    std::vector<Selection> selections;
    std::optional<std::size_t> currentSelection;
    SelectionHistory history; ///< of the selections: what can be undone once the session is open
    std::vector<ViewState> views;
    std::vector<File> dropped;  ///< whose stars are marked
    std::vector<bool> received; ///< of `dropped`: sent by another program, gone with the window; not saved
    /// What was reckoned in the window of all stars (session_columns.h).
    struct Columns {
        File file; ///< columnsFileOf the session's, so that both can be moved
        struct One {
            std::string name, unit, origin;
        };
        std::vector<One> list; ///< empty: there is no file
    };
    Columns columns;
    std::vector<float> latent;              ///< the latent point; empty for none
    std::optional<std::int64_t> pickedStar; ///< its source_id
    ExploreState explore;
    std::string arrangement; ///< of the panels, as QMainWindow::saveState gives it, in base 64
    std::string unknown;     ///< members that only a newer Zscape knows, a JSON object: written back as they were;
                             ///< those of a view are its own
};

/// The text of a session file in this folder.
std::string toJson(const SessionContent& session, const std::filesystem::path& folder);
/// Writes it atomically. Throws Error.
void writeSession(const std::filesystem::path& path, const SessionContent& session);

/// What could be read, and a sentence for each part that could not. While there is one, writing the content over the
/// file would lose something.
struct ReadSession {
    SessionContent content;
    std::vector<std::string> problems;
    /// Whether the session has stars or a model, also when what it says of them cannot be read.
    bool hasCatalog = false, hasModel = false;
};
/// Throws Error when the file cannot be opened or is no session file at all; a part that is damaged, or that a newer
/// Zscape writes in another way, is left out and told.
ReadSession readSession(const std::filesystem::path& path);

/// Where a session keeps reckoned columns: those of work.zscape are in work.zscape-columns.h5.
std::filesystem::path columnsFileOf(const std::filesystem::path& session);

/// Copies files that live no longer than the window into a session's folder, each named by its content, and refers to
/// the copies. Throws Error.
void keepReceived(SessionContent& session, const std::filesystem::path& folder);
/// Removes those copies in a folder that no session file there names.
void removeUnnamed(const std::filesystem::path& folder);

/// Of a file's bytes, for model files.
std::string hashOfFile(const std::filesystem::path& path);

inline constexpr const char* sessionEnding = ".zscape";

} // namespace zscape
