#pragma once

#include <QDockWidget>

namespace zscape {

/// A panel that can be docked, tabbed and floated, with a PanelTitleBar. Floating, it has a thin frame, and it moves a
/// step aside when it is let go, so that one sees that it was.
class PanelDock : public QDockWidget {
    Q_OBJECT
public:
    PanelDock(const QString& id, const QString& title, QWidget* parent);

    /// Floats it, or docks it again, as its button does.
    void toggleFloating();

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace zscape
