#pragma once

#include "core/plot/class_mark.h"

#include <QColor>
#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QAction;
class QLabel;
class QMenu;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace zscape {

/// The SELECTIONS panel: a list of named selections, their colours and shapes, with how many stars each has. Passive:
/// rows in, wishes out. F2 renames, Space shows or hides, Delete deletes, Enter edits.
class SelectionPanel : public QWidget {
    Q_OBJECT

public:
    struct Row {
        QString name;
        QColor colour;
        ClassMark mark = ClassMark::Circle; ///< its shape in views
        bool visible = true;
        QString count;   ///< "31,204", "…" while it is found, "no column" where it cannot be
        QString percent; ///< "6.2 %"
        QString tip;     ///< what it is, or what is wrong with it
        bool wrong = false;
        bool operator==(const Row&) const = default;
    };

    /// The menus stay the caller's.
    SelectionPanel(QMenu& newMenu, QMenu& combineMenu, QWidget* parent = nullptr);

    void setRows(const std::vector<Row>& rows, std::optional<std::size_t> current);
    /// Marked ones, from the top; what is to be combined.
    std::vector<std::size_t> marked() const;
    void beginRename();
    QTreeWidget& list() { return *m_list; }

signals:
    void currentChanged(std::size_t row);
    void visibleChanged(std::size_t row, bool visible);
    void renamed(std::size_t row, const QString& name);
    void colourRequested(std::size_t row);
    void editRequested(std::size_t row);
    void deleteRequested(std::size_t row);
    void contextMenuRequested(const QPoint& at); ///< global

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void itemChanged(QTreeWidgetItem* item);
    void showMark(QTreeWidgetItem& item, const Row& row) const;
    void paintIcons();

    std::vector<Row> m_rows;
    bool m_filling = false;
    QTreeWidget* m_list = nullptr;
    QLabel* m_empty = nullptr;
    QToolButton *m_new = nullptr, *m_combine = nullptr, *m_edit = nullptr, *m_delete = nullptr;
};

} // namespace zscape
