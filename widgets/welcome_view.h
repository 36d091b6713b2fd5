#pragma once

#include <QWidget>

class QPushButton;

namespace zscape {

/// What an empty window says: open a catalogue, or try the demo.
class WelcomeView : public QWidget {
    Q_OBJECT
public:
    explicit WelcomeView(QWidget* parent = nullptr);

signals:
    void openRequested();
    void demoRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintIcons();

    QPushButton *m_open = nullptr, *m_demo = nullptr;
};

} // namespace zscape
