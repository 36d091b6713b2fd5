#pragma once

#include "app/window/view_state.h"

#include <QObject>

#include <optional>
#include <string>
#include <vector>

class QMenu;
class QString;

namespace zscape {

class MainWindow;
class ViewPanel;

/// The views beside the map: any number, each in a dock that can be moved, tabbed, floated and closed. Opening one and
/// changing what it shows are steps of the undo stack. Lives on the UI thread, owned by the window.
class ViewManager : public QObject {
    Q_OBJECT
public:
    explicit ViewManager(MainWindow& window);

    const std::vector<ViewState>& views() const { return m_views; }
    /// The same with where each is zoomed to, for a session file.
    std::vector<ViewState> snapshot() const;
    /// The panel of a view, by its id.
    ViewPanel* panel(const std::string& id) const;
    /// Opens a view; id and title are given to it where they are empty. Undoable. Returns its id.
    std::string add(ViewState state);
    void remove(const std::string& id);
    /// As a session file has them: not a step to undo. Views that cannot be are left out; returns their sentences.
    QStringList restore(const std::vector<ViewState>& views);

    // What the View menu opens; ofKind() by the names of the command line: "scatter", "kiel", "alpha", "magnesium",
    // "histogram", "corner", "sky", "table", "spectrum". Throws Error for another.
    ViewState ofKind(const std::string& kind) const;
    ViewState scatter() const;
    ViewState kiel() const;
    ViewState alpha(bool magnesium) const;
    ViewState sky() const;

signals:
    void changed();

private:
    class Edit;
    void fillMenu();
    void push(std::vector<ViewState> views, const QString& what);
    void put(const std::vector<ViewState>& views);
    void create(const ViewState& state);
    std::string column(const char* name) const; ///< the catalogue's own id of it, else the name
    std::string preferredColour() const;

    MainWindow& m_window;
    std::vector<ViewState> m_views;
};

} // namespace zscape
