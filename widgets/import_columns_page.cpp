#include "widgets/import_pages.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QCompleter>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableWidget>

#include <set>

namespace zscape {

namespace {

enum Place { From, Name, Unit, Meaning, Places };

/// Offers Zscape's names for labels while one is typed.
class NameDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const override {
        QStringList names;
        for (const LabelName& label : labelNames()) {
            names << QString::fromUtf8(label.name.data(), static_cast<int>(label.name.size()));
        }
        auto* editor = new QLineEdit(parent);
        auto* completer = new QCompleter(names, editor);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        editor->setCompleter(completer);
        return editor;
    }
};

QTableWidgetItem* makeItem(const QString& text, bool isEditable) {
    auto* item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled | (isEditable ? Qt::ItemIsEditable : Qt::NoItemFlags));
    item->setToolTip(text);
    return item;
}

} // namespace

ImportColumnsPage::ImportColumnsPage(QWidget* parent) : QWizardPage(parent) {
    setTitle(tr("Columns"));
    setSubTitle(tr("Tick what the catalogue is to have; double-click a name or a unit to change it."));
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("importTables"));
    m_tabs->setAccessibleName(tr("Label tables"));
    m_problem = new QLabel;
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("importColumnsProblem"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_problem);
}

void ImportColumnsPage::setTables(const std::vector<ImportTable>& tables) {
    m_contents.clear();
    while (m_tabs->count() > 0) {
        delete m_tabs->widget(0);
    }
    m_contents.reserve(tables.size());
    for (const ImportTable& table : tables) {
        Tab& tab = m_contents.emplace_back();
        tab.path = table.path;
        tab.problem = table.problem;
        QWidget* content = makeTab(table, tab);
        m_tabs->addTab(content, QFileInfo(table.path).fileName());
    }
    checkNames();
}

QWidget* ImportColumnsPage::makeTab(const ImportTable& table, Tab& tab) {
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    if (!table.problem.isEmpty()) {
        auto* label = new QLabel(table.problem);
        label->setWordWrap(true);
        layout->addWidget(label);
        layout->addStretch();
        return content;
    }
    auto* row = new QHBoxLayout;
    auto* caption = new QLabel(tr("&Gaia source_id"));
    tab.sourceId = new QComboBox;
    tab.sourceId->setObjectName(QStringLiteral("importSourceId"));
    tab.sourceId->addItems(table.sourceIdChoices);
    tab.sourceId->setCurrentIndex(static_cast<int>(table.sourceIdChoices.indexOf(table.sourceId)));
    tab.sourceId->setPlaceholderText(tr("choose a column"));
    caption->setBuddy(tab.sourceId);
    connect(tab.sourceId, &QComboBox::currentIndexChanged, this, &ImportColumnsPage::checkNames);
    auto* filter = new QLineEdit;
    filter->setPlaceholderText(tr("Find a column"));
    filter->setClearButtonEnabled(true);
    filter->setObjectName(QStringLiteral("importFilter"));
    row->addWidget(caption);
    row->addWidget(tab.sourceId);
    row->addStretch(1);
    row->addWidget(filter, 1);
    layout->addLayout(row);

    tab.columns = new QTableWidget(static_cast<int>(table.columns.size()), Places);
    QTableWidget* columns = tab.columns;
    columns->setObjectName(QStringLiteral("importColumns"));
    columns->setAccessibleName(tr("Columns of %1").arg(QFileInfo(table.path).fileName()));
    columns->setHorizontalHeaderLabels({tr("In the file"), tr("In the catalogue"), tr("Unit"), tr("Meaning")});
    columns->verticalHeader()->hide();
    columns->setShowGrid(false);
    columns->setAlternatingRowColors(true);
    columns->setSelectionBehavior(QAbstractItemView::SelectRows);
    columns->horizontalHeader()->setStretchLastSection(true);
    columns->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    columns->setItemDelegateForColumn(Name, new NameDelegate(columns));
    for (int i = 0; i < columns->rowCount(); ++i) {
        const ImportColumn& column = table.columns[static_cast<std::size_t>(i)];
        QTableWidgetItem* from = makeItem(column.from, false);
        from->setFlags(from->flags() | Qt::ItemIsUserCheckable);
        from->setCheckState(column.isTaken ? Qt::Checked : Qt::Unchecked);
        columns->setItem(i, From, from);
        columns->setItem(i, Name, makeItem(column.name, true));
        columns->setItem(i, Unit, makeItem(column.unit, true));
        columns->setItem(i, Meaning, makeItem(column.meaning, false));
    }
    columns->resizeColumnsToContents();
    for (const int place : {From, Name}) {
        columns->setColumnWidth(place, std::clamp(columns->columnWidth(place) + 2 * gridUnit, 150, 280));
    }
    columns->setColumnWidth(Unit, 110);
    connect(columns, &QTableWidget::itemChanged, this, &ImportColumnsPage::checkNames);
    connect(filter, &QLineEdit::textChanged, columns, [columns](const QString& text) {
        for (int i = 0; i < columns->rowCount(); ++i) {
            const bool fits = columns->item(i, From)->text().contains(text, Qt::CaseInsensitive) ||
                              columns->item(i, Name)->text().contains(text, Qt::CaseInsensitive);
            columns->setRowHidden(i, !fits);
        }
    });
    layout->addWidget(columns, 1);
    return content;
}

QStringList ImportColumnsPage::paths() const {
    QStringList paths;
    for (const Tab& tab : m_contents) {
        paths << tab.path;
    }
    return paths;
}

bool ImportColumnsPage::isComplete() const {
    return m_problem->text().isEmpty();
}

void ImportColumnsPage::checkNames() {
    QString problem;
    for (const Tab& tab : m_contents) {
        const QString file = QFileInfo(tab.path).fileName();
        if (!tab.problem.isEmpty()) {
            problem = tr("%1 cannot be used; go back and remove it.").arg(file);
            break;
        }
        if (!tab.sourceId || !tab.columns) continue;
        if (tab.sourceId->currentIndex() < 0) {
            problem = tr("Choose which column of %1 is the Gaia source_id.").arg(file);
            break;
        }
        std::set<QString> names;
        for (int i = 0; i < tab.columns->rowCount(); ++i) {
            const QTableWidgetItem* name = tab.columns->item(i, Name);
            if (!name || tab.columns->item(i, From)->checkState() != Qt::Checked) continue;
            if (name->text().trimmed().isEmpty()) {
                problem = tr("%1 of %2 has no name in the catalogue.").arg(tab.columns->item(i, From)->text(), file);
            } else if (!names.insert(name->text().trimmed().toLower()).second) {
                problem = tr("Two columns of %1 are named %2.").arg(file, name->text());
            }
        }
    }
    m_problem->setText(problem);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, errorColour(colours));
    m_problem->setPalette(colours);
    emit completeChanged();
}

void ImportColumnsPage::fill(ImportOptions& options) const {
    for (const Tab& tab : m_contents) {
        if (!tab.columns) continue;
        LabelMapping mapping;
        mapping.sourceId = tab.sourceId->currentText().toStdString();
        for (int i = 0; i < tab.columns->rowCount(); ++i) {
            if (tab.columns->item(i, From)->checkState() != Qt::Checked) continue;
            mapping.columns.push_back({tab.columns->item(i, Name)->text().trimmed().toStdString(),
                                       tab.columns->item(i, From)->text().toStdString(),
                                       tab.columns->item(i, Unit)->text().trimmed().toStdString(), std::nullopt});
        }
        options.mappings[tab.path.toStdString()] = std::move(mapping);
    }
}

} // namespace zscape
