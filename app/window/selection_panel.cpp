#include "app/window/selection_panel.h"

#include "widgets/class_marks.h"
#include "widgets/icons.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QToolButton>
#include <QTreeWidget>

#include <utility>

namespace zscape {

namespace {

enum Column { nameColumn, countColumn, percentColumn };

QToolButton* makeButton(const QString& text, const QString& tip, QMenu* menu) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    if (menu) {
        button->setMenu(menu);
        button->setPopupMode(QToolButton::InstantPopup);
    }
    return button;
}

} // namespace

SelectionPanel::SelectionPanel(QMenu& newMenu, QMenu& combineMenu, QWidget* parent) : QWidget(parent) {
    m_list = new QTreeWidget;
    m_list->setObjectName(QStringLiteral("selectionList"));
    m_list->setAccessibleName(tr("Selections"));
    m_list->setColumnCount(3);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setIndentation(0);
    m_list->setUniformRowHeights(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(nameColumn, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(countColumn, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(percentColumn, QHeaderView::ResizeToContents);
    m_list->installEventFilter(this);
    m_empty = makeMutedLabel(tr("No selections yet. Draw one in a view (R rectangle, L lasso, B brush), or begin with "
                                "one of the paper’s under New."));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_new = makeButton(tr("New"), tr("A selection from a formula, a file, the latent point, or one of the paper’s"),
                       &newMenu);
    m_combine = makeButton(tr("Combine"),
                           tr("And, or, exclusive or, minus, not of the marked selections (Ctrl+click marks several)"),
                           &combineMenu);
    m_edit = makeButton(tr("Edit…"), tr("Change what the selection means (Enter)"), nullptr);
    m_delete = makeButton(tr("Delete"), tr("Delete the selection (Del); Ctrl+Z brings it back"), nullptr);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(gridUnit / 4);
    for (QToolButton* button : {m_new, m_combine, m_edit}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    buttons->addWidget(m_delete);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit / 2, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(m_empty);
    layout->addWidget(m_list, 1);
    layout->addStretch(0);
    layout->addLayout(buttons);

    const auto current = [this] {
        return static_cast<std::size_t>(m_list->indexOfTopLevelItem(m_list->currentItem()));
    };
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this, current](QTreeWidgetItem* item) {
        if (!m_filling && item) emit currentChanged(current());
    });
    connect(m_list, &QTreeWidget::itemChanged, this, &SelectionPanel::itemChanged);
    connect(m_list, &QTreeWidget::itemActivated, this, [this, current] { emit editRequested(current()); });
    connect(m_list, &QTreeWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { emit contextMenuRequested(m_list->viewport()->mapToGlobal(at)); });
    connect(m_edit, &QToolButton::clicked, this, [this, current] { emit editRequested(current()); });
    connect(m_delete, &QToolButton::clicked, this, [this, current] { emit deleteRequested(current()); });
    setRows({}, std::nullopt);
    paintIcons();
}

void SelectionPanel::setRows(const std::vector<Row>& rows, std::optional<std::size_t> current) {
    m_filling = true;
    while (m_list->topLevelItemCount() > static_cast<int>(rows.size())) {
        delete m_list->takeTopLevelItem(m_list->topLevelItemCount() - 1);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        QTreeWidgetItem* item = m_list->topLevelItem(static_cast<int>(i));
        if (!item) {
            item = new QTreeWidgetItem(m_list);
            item->setFlags(item->flags() | Qt::ItemIsEditable | Qt::ItemIsUserCheckable);
            item->setTextAlignment(countColumn, Qt::AlignRight | Qt::AlignVCenter);
            item->setTextAlignment(percentColumn, Qt::AlignRight | Qt::AlignVCenter);
        } else if (i < m_rows.size() && m_rows[i] == row) {
            continue;
        }
        item->setText(nameColumn, row.name);
        showMark(*item, row);
        item->setCheckState(nameColumn, row.visible ? Qt::Checked : Qt::Unchecked);
        item->setText(countColumn, row.count);
        item->setText(percentColumn, row.percent);
        const QBrush ink = row.wrong ? QBrush(errorColour(palette())) : QBrush();
        for (const int column : {nameColumn, countColumn, percentColumn}) {
            item->setToolTip(column, row.tip);
            if (row.wrong) {
                item->setForeground(column, ink);
            } else {
                item->setData(column, Qt::ForegroundRole, QVariant());
            }
        }
    }
    m_rows = rows;
    if (current) {
        QTreeWidgetItem* item = m_list->topLevelItem(static_cast<int>(*current));
        if (m_list->currentItem() != item) m_list->setCurrentItem(item);
    }
    m_filling = false;
    m_empty->setVisible(rows.empty());
    m_list->setVisible(!rows.empty());
    for (QToolButton* button : {m_combine, m_edit, m_delete}) {
        button->setEnabled(!rows.empty());
    }
}

std::vector<std::size_t> SelectionPanel::marked() const {
    std::vector<std::size_t> marked;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        if (m_list->topLevelItem(i)->isSelected()) marked.push_back(static_cast<std::size_t>(i));
    }
    return marked;
}

void SelectionPanel::beginRename() {
    if (m_list->currentItem()) m_list->editItem(m_list->currentItem(), nameColumn);
}

void SelectionPanel::itemChanged(QTreeWidgetItem* item) {
    if (m_filling) return;
    const auto row = static_cast<std::size_t>(m_list->indexOfTopLevelItem(item));
    if (row >= m_rows.size()) return;
    const bool visible = item->checkState(nameColumn) == Qt::Checked;
    const QString name = item->text(nameColumn).trimmed();
    if (visible != m_rows[row].visible) {
        m_rows[row].visible = visible;
        emit visibleChanged(row, visible);
    } else if (name != m_rows[row].name) {
        const std::vector<Row> shown = m_rows;
        m_rows[row].name.clear(); // written anew by what comes back
        if (name.isEmpty()) {
            setRows(shown, row);
        } else {
            emit renamed(row, name);
        }
    }
}

bool SelectionPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_list && event->type() == QEvent::KeyPress && m_list->currentItem()) {
        const auto row = static_cast<std::size_t>(m_list->indexOfTopLevelItem(m_list->currentItem()));
        if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
            emit deleteRequested(row);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void SelectionPanel::showMark(QTreeWidgetItem& item, const Row& row) const {
    item.setIcon(nameColumn, classMarkIcon(row.mark, row.colour, palette().color(QPalette::WindowText)));
    item.setData(nameColumn, Qt::AccessibleDescriptionRole, tr("Shape in views: %1").arg(markName(row.mark)));
}

void SelectionPanel::paintIcons() {
    QPalette flat = palette();
    flat.setColor(QPalette::Base, flat.color(QPalette::Window));
    m_list->setPalette(flat);
    const bool filling = std::exchange(m_filling, true);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        showMark(*m_list->topLevelItem(static_cast<int>(i)), m_rows[i]);
    }
    m_filling = filling;
}

void SelectionPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_list != nullptr) paintIcons();
    QWidget::changeEvent(event);
}

} // namespace zscape
