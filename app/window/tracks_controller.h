#pragma once

#include "app/window/explore_state.h"
#include "app/window/job_runner.h"
#include "app/window/selection_choice.h"
#include "core/generate/latent_path.h"
#include "core/tracks/track_options.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace zscape {

class MainWindow;
class StarTable;
class TraverseAnimation;
class TraversePanel;

/// Makes tracks of the open catalogue, has them drawn in every view, and moves the latent point
/// along them or along the line between two points. Adds the Tracks and Traverse panels and the Tracks menu. Child of
/// the window, lives on the UI thread; tracks are made as a job.
class TracksController : public QObject {
    Q_OBJECT
public:
    explicit TracksController(MainWindow& window);
    ~TracksController() override;

    const std::vector<Track>& tracks() const { return m_tracks; }
    TracksPanel& panel() { return *m_panel; }
    TraversePanel& traverse() { return *m_traverse; }
    /// The path that the slider moves along; nothing when there is none.
    const std::optional<LatentPath>& path() const { return m_path; }
    /// Writes the spectra along the path by the file's ending. Throws Error.
    void writeSpectra(const QString& file);
    /// Writes pictures of the window's map and spectrum along the path: F_0001.png ..., or one .mp4 or .gif.
    void writeAnimation(const QString& file);
    bool isBusy() const;

    const TracksPanel::Request& request() const { return m_request; }
    /// As the panel shows it.
    TraverseChoice traverseChoice() const;
    /// As a session file has them: not a step to undo.
    void restore(const TracksPanel::Request& request, const TraverseChoice& choice);

signals:
    void tracksMade();
    void animationWritten(const QString& message);
    /// Other tracks are asked for, by the user or by undoing.
    void requestShown();

private:
    void makePanels();
    void adoptData();
    /// The user's selections are others now, or their stars are.
    void adoptSelections();
    void make();
    void showMade(std::vector<Track> tracks);
    void giveUp(const QString& message);
    const SelectionChoice* choiceNamed(const std::string& name) const;
    std::vector<float> endOfLine(int index) const;
    void draw();
    /// What the user asks for becomes a step of the undo stack and is shown.
    void ask(const TracksPanel::Request& request, const QString& what);
    void put(const TracksPanel::Request& request);
    void takeDrawn(DrawnOptions drawn);
    void chooseColour(const std::string& name);
    void listMade();
    void fillPaths();
    void follow(const TraverseChoice& choice, const QString& what);
    void putChoice(const TraverseChoice& choice);
    void takeChoice();
    void keepPoint(bool asStart);
    void choosePath();
    void movePoint(double fraction);
    void exportSpectra();
    void exportAnimation();

    MainWindow& m_window;
    std::shared_ptr<const StarTable> m_table;
    std::vector<SelectionChoice> m_choices; ///< what the panels offer
    std::vector<Track> m_tracks;
    std::optional<LatentPath> m_path;
    TracksPanel::Request m_request; ///< what is made and shown
    TraverseChoice m_choice;
    QStringList m_pathNames, m_endNames; ///< as the panel lists them

    TracksPanel* m_panel = nullptr;
    TraversePanel* m_traverse = nullptr;
    TraverseAnimation* m_animation = nullptr; ///< child
    JobRunner m_jobs;                         ///< last: joined before what its work reads goes away
};

} // namespace zscape
