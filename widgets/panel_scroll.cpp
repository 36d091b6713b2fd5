#include "widgets/panel_scroll.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QScrollBar>

#include <algorithm>

namespace zscape {

namespace {

constexpr int leastHeight = 14 * gridUnit; ///< a heading and some lines

} // namespace

PanelScroll::PanelScroll(QWidget* panel) {
    setWidget(panel);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus); // what is inside has it
    viewport()->setAutoFillBackground(false);
    panel->setAutoFillBackground(false);
    panel->installEventFilter(this);
}

QSize PanelScroll::sizeHint() const {
    return widget()->sizeHint() + QSize(verticalScrollBar()->sizeHint().width(), 0);
}

QSize PanelScroll::minimumSizeHint() const {
    const QSize panel = widget()->minimumSizeHint().expandedTo(widget()->minimumSize());
    return {panel.width() + verticalScrollBar()->sizeHint().width(), std::min(panel.height(), leastHeight)};
}

bool PanelScroll::eventFilter(QObject* object, QEvent* event) {
    if (object == widget() && event->type() == QEvent::LayoutRequest) updateGeometry();
    return QScrollArea::eventFilter(object, event);
}

} // namespace zscape
