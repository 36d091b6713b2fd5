#include "widgets/import_pages.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QFileDialog>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>

namespace zscape {

namespace {

void addPaths(QListWidget& list, const QStringList& paths) {
    for (const QString& path : paths) {
        if (list.findItems(path, Qt::MatchExactly).isEmpty()) list.addItem(path);
    }
}

QStringList pathsOf(const QListWidget& list) {
    QStringList paths;
    for (int i = 0; i < list.count(); ++i) {
        paths << list.item(i)->text();
    }
    return paths;
}

QListWidget* makeList(const QString& name, const QString& objectName) {
    auto* list = new QListWidget;
    list->setObjectName(objectName);
    list->setAccessibleName(name);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setTextElideMode(Qt::ElideMiddle);
    list->setAlternatingRowColors(true);
    return list;
}

} // namespace

ImportFilesPage::ImportFilesPage(QWidget* parent) : QWizardPage(parent) {
    setTitle(tr("Files"));
    setSubTitle(
        tr("Spectra as the Gaia archive delivers them (XP_CONTINUOUS as CSV, ECSV, FITS or VOTable, also in gzip "
           "or zip) or catalogues, and tables with stellar labels."));
    m_spectra = makeList(tr("Files with spectra"), QStringLiteral("importSpectra"));
    m_labels = makeList(tr("Label tables"), QStringLiteral("importLabels"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gridUnit);
    const auto addBlock = [&](const QString& title, QListWidget* list, bool takesFolders) {
        layout->addWidget(new QLabel(title));
        auto* row = new QHBoxLayout;
        row->addWidget(list, 1);
        auto* buttons = new QVBoxLayout;
        auto* add = new QPushButton(tr("Add…"));
        add->setMinimumWidth(15 * gridUnit); // both lists are as wide
        buttons->addWidget(add);
        connect(add, &QPushButton::clicked, this, [this, list] {
            addPaths(*list, QFileDialog::getOpenFileNames(this, tr("Files to import")));
            emit completeChanged();
        });
        if (takesFolders) {
            auto* folder = new QPushButton(tr("Add a folder…"));
            buttons->addWidget(folder);
            connect(folder, &QPushButton::clicked, this, [this, list] {
                const QString path = QFileDialog::getExistingDirectory(this, tr("A folder with files of spectra"));
                if (!path.isEmpty()) addPaths(*list, {path});
                emit completeChanged();
            });
        }
        auto* remove = new QPushButton(tr("Remove"));
        remove->setEnabled(false);
        buttons->addWidget(remove);
        buttons->addStretch();
        connect(list, &QListWidget::itemSelectionChanged, remove,
                [list, remove] { remove->setEnabled(!list->selectedItems().isEmpty()); });
        connect(remove, &QPushButton::clicked, this, [this, list] {
            qDeleteAll(list->selectedItems());
            emit completeChanged();
        });
        row->addLayout(buttons);
        layout->addLayout(row, 1);
    };
    addBlock(tr("Spectra"), m_spectra, true);
    addBlock(tr("Labels (optional): gaia_source, APOGEE allStar, any table with a Gaia source_id"), m_labels, false);
}

void ImportFilesPage::addSpectra(const QStringList& paths) {
    addPaths(*m_spectra, paths);
    emit completeChanged();
}
void ImportFilesPage::addLabels(const QStringList& paths) {
    addPaths(*m_labels, paths);
    emit completeChanged();
}
QStringList ImportFilesPage::spectra() const {
    return pathsOf(*m_spectra);
}
QStringList ImportFilesPage::labels() const {
    return pathsOf(*m_labels);
}

bool ImportFilesPage::isComplete() const {
    return m_spectra->count() > 0;
}

bool ImportFilesPage::validatePage() {
    emit labelsChosen(labels());
    return true;
}

} // namespace zscape
