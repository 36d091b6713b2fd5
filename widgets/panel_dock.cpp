#include "widgets/panel_dock.h"

#include "widgets/panel_title_bar.h"
#include "widgets/theme.h"

#include <QPainter>

namespace zscape {

PanelDock::PanelDock(const QString& id, const QString& title, QWidget* parent) : QDockWidget(title, parent) {
    setObjectName(id); // names the dock in saved layouts
    setAccessibleName(title);
    auto* bar = new PanelTitleBar(*this);
    setTitleBarWidget(bar);
    connect(bar, &PanelTitleBar::floatWished, this, &PanelDock::toggleFloating);
}

void PanelDock::toggleFloating() {
    setFloating(!isFloating());
    if (isFloating()) move(pos() + QPoint(3 * gridUnit, 3 * gridUnit));
}

void PanelDock::paintEvent(QPaintEvent* event) {
    QDockWidget::paintEvent(event);
    if (!isFloating()) return;
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace zscape
