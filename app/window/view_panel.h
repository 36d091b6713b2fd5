#pragma once

#include "app/window/scales_menu.h"
#include "app/window/view_state.h"
#include "widgets/theme.h"

#include <QWidget>

#include <functional>
#include <memory>

class QHBoxLayout;
class QLabel;

namespace zscape {

class ColumnList;
class MainWindow;

/// A view in a dock: a line of controls above a widget that shows the session's stars. Does nothing while it is hidden.
/// What the user changes comes out as a wish; the view manager puts the new state back in.
class ViewPanel : public QWidget {
    Q_OBJECT
public:
    ViewPanel(MainWindow& window, ViewState state);

    const ViewState& state() const { return m_state; }
    /// Why nothing is shown, one sentence; "" when all is well.
    QString problem() const;
    void setState(const ViewState& state);
    /// The state with what is no step to undo: where the view is zoomed to.
    virtual ViewState snapshot() const { return m_state; }
    /// Other data, or other latents: shown at once when visible, else when it is next.
    void refresh();
    virtual void setTheme(Theme theme) = 0;

signals:
    void changeWished(const zscape::ViewState& state);
    /// Another view of these columns: a panel of a corner plot was chosen.
    void viewWished(const zscape::ViewState& state);
    void figureWished();

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    /// Puts the state and the session's values into the widget. Throws Error for a formula that cannot be.
    virtual void showData() = 0;
    /// Nothing of the data can be shown: takes away what is, and says why in its place. False where the view has no
    /// place to say it.
    virtual bool showNothing(const QString& why);
    /// Sets `change` on a copy of the state, as the user's wish.
    void wish(const std::function<void(ViewState&)>& change);
    /// A button with the menu of how axes and colours run.
    ScalesMenu* addScales(ScalesMenu::Axes axes);
    void chooseColour(const std::string& column);
    ColumnList* addColumn(const QString& caption, const QString& purpose, bool none);
    /// Rich text of an id or formula, with unit.
    QString labelOf(const std::string& column) const;
    bool zeroMatters(const std::string& column) const;
    std::shared_ptr<const std::vector<float>> values(const std::string& column, ColumnList* list) const;

    MainWindow& m_window;
    QHBoxLayout* m_controls = nullptr;
    std::vector<ColumnList*> m_lists;

private:
    void showNow();
    QString lacking() const;
    void paintProblem();

    ViewState m_state;
    QLabel* m_problem = nullptr;
    bool m_stale = true;
    bool m_wrong = false; ///< the problem is one, and not only that there is nothing to show

protected:
    void setContent(QWidget& content);
};

/// Throws Error for a kind there is not.
ViewPanel* makeViewPanel(MainWindow& window, const ViewState& state);

} // namespace zscape
