#pragma once

#include "app/window/shown_tracks.h"
#include "core/plot/classes.h"
#include "core/select/definition.h"
#include "core/tracks/track_options.h"
#include "widgets/plot_shape.h"

#include <QObject>

#include <functional>
#include <optional>
#include <vector>

class QAction;
class QActionGroup;
class QToolBar;

namespace zscape {

class MainWindow;
class ScatterView;
class Session;

/// Links views through the session: what is selected, hovered or picked in one is seen in all, and the tools of the
/// tool bar are those of every view. Lives on the UI thread, owned by the window.
class ViewLinks : public QObject {
    Q_OBJECT

public:
    explicit ViewLinks(MainWindow& window);

    /// `axes` tells the ids on the view's axes when something is drawn there. The view may be destroyed at any time.
    void link(ScatterView& view, const std::function<PlaneAxes()>& axes);
    /// What is selected and shown, for setHighlights() of every view.
    const HighlightSet& highlights() const { return m_highlights; }
    /// A shape drawn in a view with these ids on its axes.
    void take(const PlotShape& shape, ShapeModifier modifier, const PlaneAxes& axes);
    /// Hands the highlights to every view again: after other columns were put up.
    void refresh();
    /// Drawn in every view from now on.
    void setTracks(ShownTracks tracks);
    const ShownTracks& tracks() const { return m_tracks; }
    /// The stars nearest to the latent point, ringed in every view.
    void setNeighbours(const std::vector<std::size_t>& rows);
    const std::vector<std::size_t>& neighbours() const { return m_neighbours; }
    /// A line of PlotTool::Track in a view with these axes.
    void takeTrack(const PlotShape& shape, const PlaneAxes& axes, const AxisRange& x, const AxisRange& y);
    PlotTool tool() const { return m_tool; }
    void setTool(PlotTool tool);
    /// Actions of the tools, for menus and the tool bar; icons are the caller's.
    const std::vector<std::pair<QAction*, QString>>& toolActions() const { return m_actions; }

signals:
    void toolChanged(zscape::PlotTool tool);
    void highlightsChanged();
    void tracksChanged();
    void neighboursChanged();
    /// Someone drew a track in some view.
    void trackDrawn(const zscape::DrawnOptions& drawn);

private:
    void createActions();
    void showPath(ScatterView& view, const PlaneAxes& axes);

    MainWindow& m_window;
    Session& m_session;
    PlotTool m_tool = PlotTool::Pan;
    HighlightSet m_highlights;
    ShownTracks m_tracks;
    std::size_t m_tracksVersion = 0; ///< counts their changes
    std::vector<std::size_t> m_neighbours;
    std::vector<std::pair<QAction*, QString>> m_actions; ///< with the name of its icon
};

} // namespace zscape
