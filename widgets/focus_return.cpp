#include "widgets/focus_return.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QKeyEvent>
#include <QPointer>
#include <QSpinBox>

namespace zscape {

namespace {

bool isEnter(const QEvent& event) {
    if (event.type() != QEvent::KeyPress) return false;
    const int key = static_cast<const QKeyEvent&>(event).key();
    return key == Qt::Key_Return || key == Qt::Key_Enter;
}

/// Tells a choice by the mouse or from the open list from one that keys made in the closed list. A child of the list.
class ListFocus : public QObject {
public:
    ListFocus(QComboBox& list, QWidget& plot) : QObject(&list), m_list(list), m_plot(&plot) {
        list.installEventFilter(this);
        list.view()->window()->installEventFilter(this);
        connect(&list, &QComboBox::activated, this, [this] {
            if (!m_byKey) leave();
        });
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        const bool list = watched == &m_list;
        if (list && event->type() == QEvent::KeyPress) m_byKey = true;
        if (list && (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::Wheel)) m_byKey = false;
        if (!list && event->type() == QEvent::Show) m_byKey = false;
        if (list && m_list.isEditable() && isEnter(*event)) {
            // Once the text is taken, which may turn out to be none.
            QMetaObject::invokeMethod(this, &ListFocus::leave, Qt::QueuedConnection);
        }
        return false;
    }

private:
    void leave() {
        if (m_plot && m_plot->isVisible() && !m_list.property("problem").toBool()) m_plot->setFocus();
    }
    QComboBox& m_list;
    QPointer<QWidget> m_plot;
    bool m_byKey = false;
};

/// The arrows of a number are its own; its text is a child, so that a click in it does not come by here.
class NumberFocus : public QObject {
public:
    NumberFocus(QSpinBox& number, QWidget& plot) : QObject(&number), m_plot(&plot) { number.installEventFilter(this); }
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::MouseButtonRelease || event->type() == QEvent::Wheel || isEnter(*event)) {
            QMetaObject::invokeMethod(
                this,
                [this] {
                    if (m_plot && m_plot->isVisible()) m_plot->setFocus();
                },
                Qt::QueuedConnection);
        }
        return false;
    }

private:
    QPointer<QWidget> m_plot;
};

} // namespace

void returnFocus(QComboBox& list, QWidget& plot) {
    new ListFocus(list, plot);
}

void returnFocus(QSpinBox& number, QWidget& plot) {
    new NumberFocus(number, plot);
}

} // namespace zscape
