#include "widgets/dropped_stars_panel.h"

#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>

namespace zscape {

DroppedStarsPanel::DroppedStarsPanel(QWidget* parent) : QWidget(parent) {
    m_message = makeMutedLabel({});
    m_message->setObjectName(QStringLiteral("droppedMessage"));
    m_message->setWordWrap(true);
    m_clear = new QPushButton(tr("Clear"));
    m_clear->setObjectName(QStringLiteral("clearDropped"));
    m_clear->setToolTip(tr("Take all dropped stars off the views (Ctrl+Z brings them back)"));
    m_table = new QTableWidget(0, 3);
    m_table->setObjectName(QStringLiteral("droppedStars"));
    m_table->setAccessibleName(tr("Dropped stars"));
    m_table->setHorizontalHeaderLabels({tr("source_id"), tr("G"), tr("File")});
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + gridUnit / 2);
    m_table->setShowGrid(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_message, 1);
    foot->addWidget(m_clear, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(new SectionTitle(tr("Dropped stars")));
    layout->addWidget(m_table, 1);
    layout->addLayout(foot);
    connect(m_clear, &QPushButton::clicked, this, &DroppedStarsPanel::clearRequested);
    connect(m_table, &QTableWidget::currentCellChanged, this, [this](int row) {
        if (row >= 0) emit starPicked(static_cast<std::size_t>(row));
    });
    // The current line again: after a star of the catalogue was looked at.
    connect(m_table, &QTableWidget::cellClicked, this,
            [this](int row) { emit starPicked(static_cast<std::size_t>(row)); });
}

void DroppedStarsPanel::setStars(const std::vector<Line>& lines) {
    const QSignalBlocker quiet(m_table);
    m_table->clearContents();
    m_table->setRowCount(static_cast<int>(lines.size()));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& line = lines[i];
        const QString cells[] = {line.name, line.magnitude, line.file};
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setToolTip(line.remark.isEmpty() ? cells[column] : line.remark);
            if (!line.remark.isEmpty()) item->setForeground(palette().placeholderText());
            if (column == 1) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(static_cast<int>(i), column, item);
        }
    }
    m_clear->setEnabled(!lines.empty());
}

void DroppedStarsPanel::setPicked(std::optional<std::size_t> star) {
    const QSignalBlocker quiet(m_table);
    if (star) {
        m_table->setCurrentCell(static_cast<int>(*star), 0);
    } else {
        m_table->setCurrentItem(nullptr);
    }
}

void DroppedStarsPanel::setMessage(const QString& text) {
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

QString DroppedStarsPanel::message() const {
    return m_message->text();
}

} // namespace zscape
