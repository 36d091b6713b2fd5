#pragma once

#include <QFrame>
#include <QPointer>
#include <QString>

#include <vector>

class QLabel;
class QPushButton;

namespace zscape {

/// One stop of the tour: a part of the window, and what it is for.
struct TourStep {
    QPointer<QWidget> target;
    QString title;
    QString text;
};

/// A few notes over a window, one at a time, each beside what it speaks of, which is framed. Next (Enter), Back and
/// Skip (Esc). A step whose target is hidden is left out. Child of the window; deletes itself at the end.
class Tour : public QFrame {
    Q_OBJECT
public:
    /// Shows the first step at once; without any visible target nothing is shown and finished() comes with the event
    /// loop.
    Tour(QWidget& window, std::vector<TourStep> steps);
    int step() const { return m_step; } ///< counted from 0
    int steps() const { return static_cast<int>(m_steps.size()); }

signals:
    void finished();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void go(int step);
    void place();
    void finish();

    QWidget& m_window;
    std::vector<TourStep> m_steps;
    int m_step = 0;
    QFrame* m_frame = nullptr; ///< around the target; child of the window
    QLabel* m_title = nullptr;
    QLabel* m_text = nullptr;
    QLabel* m_count = nullptr;
    QPushButton* m_back = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_skip = nullptr;
};

} // namespace zscape
