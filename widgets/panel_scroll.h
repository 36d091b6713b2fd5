#pragma once

#include <QScrollArea>

namespace zscape {

/// Lets a tall panel scroll upright where a screen has no room for all of it; never sideways. Owns the panel.
class PanelScroll : public QScrollArea {
    Q_OBJECT
public:
    explicit PanelScroll(QWidget* panel);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject* object, QEvent* event) override; ///< of the panel: its width may have grown
};

} // namespace zscape
