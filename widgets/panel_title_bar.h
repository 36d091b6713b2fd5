#pragma once

#include <QWidget>

class QDockWidget;
class QLabel;
class QToolButton;

namespace zscape {

/// The heading of a dock panel: its title, quiet as a section's, and buttons that float and close it. Dragging it moves
/// the panel, a double click floats it, as on every dock. Owned by the dock it is made for.
class PanelTitleBar : public QWidget {
    Q_OBJECT
public:
    explicit PanelTitleBar(QDockWidget& dock);

signals:
    void floatWished(); ///< float, or dock again

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintIcons();
    void showFeatures();

    QDockWidget& m_dock;
    QLabel* m_title = nullptr;
    QToolButton *m_float = nullptr, *m_close = nullptr;
};

} // namespace zscape
