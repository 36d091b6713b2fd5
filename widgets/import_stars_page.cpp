#include "widgets/import_pages.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>

namespace zscape {

namespace {

QLabel* makeNote(const QString& text) {
    QLabel* note = makeMutedLabel(text);
    note->setWordWrap(true);
    return note;
}

} // namespace

ImportStarsPage::ImportStarsPage(QWidget* parent) : QWizardPage(parent) {
    setTitle(tr("Stars"));
    setSubTitle(tr("Spectra and labels are matched by source_id; then every cut must be passed."));
    m_matched = new QRadioButton(tr("&Stars that stand in every label table"));
    m_matched->setObjectName(QStringLiteral("importMatched"));
    m_matched->setChecked(true);
    m_all = new QRadioButton(tr("&All stars with a spectrum; labels they lack are missing"));
    m_all->setObjectName(QStringLiteral("importAll"));
    m_quality = new QComboBox;
    m_quality->setObjectName(QStringLiteral("importQuality"));
    m_quality->setToolTip(tr("The paper's cuts on the uncertainties and flags of the labels"));
    m_quality->addItem(tr("none: the full catalogue"), QString());
    m_quality->addItem(tr("good labels, as released"), QStringLiteral("good"));
    m_quality->addItem(tr("good labels, as in the paper's text"), QStringLiteral("good-paper"));
    m_quality->addItem(tr("pristine labels, as released"), QStringLiteral("pristine"));
    m_quality->addItem(tr("pristine labels, as in the paper's text"), QStringLiteral("pristine-paper"));
    m_usable = new QCheckBox(tr("&Leave out stars that no model can use (a band or the G flux is missing)"));
    m_usable->setObjectName(QStringLiteral("importUsable"));
    m_formulas = new QPlainTextEdit;
    m_formulas->setObjectName(QStringLiteral("importFormulas"));
    m_formulas->setAccessibleName(tr("Cuts, one formula a line"));
    m_formulas->setPlaceholderText(tr("One formula a line, for example\nG < 17.5\nparallax/parallax_error > 10"));
    m_formulas->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_formulas->setTabChangesFocus(true);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_matched);
    layout->addWidget(m_all);
    layout->addWidget(makeNote(tr("Of several spectra with one source_id the first with both bands is kept, else the "
                                  "first; of label rows that of the largest SNR, else the first. The report counts "
                                  "them.")));
    layout->addSpacing(gridUnit);
    auto* row = new QHBoxLayout;
    auto* caption = new QLabel(tr("&Quality cut"));
    caption->setBuddy(m_quality);
    row->addWidget(caption);
    row->addWidget(m_quality);
    row->addStretch();
    layout->addLayout(row);
    auto* formula = makeNote({});
    formula->setObjectName(QStringLiteral("importQualityFormula"));
    formula->hide();
    connect(m_quality, &QComboBox::currentIndexChanged, this, [this, formula] {
        const std::string cut = m_quality->currentData().toString().toStdString();
        formula->setText(cut.empty() ? QString() : QString::fromStdString(formulaOf(cut)));
        formula->setVisible(!cut.empty());
    });
    layout->addWidget(formula);
    layout->addWidget(m_usable);
    auto* more = new QLabel(tr("&Further cuts"));
    more->setBuddy(m_formulas);
    layout->addWidget(more);
    layout->addWidget(m_formulas, 1);
}

void ImportStarsPage::initializePage() {}

void ImportStarsPage::fill(ImportOptions& options) const {
    options.join = m_all->isChecked() ? JoinRule::All : JoinRule::Matched;
    options.cuts.clear();
    if (const QString quality = m_quality->currentData().toString(); !quality.isEmpty()) {
        options.cuts.push_back(quality.toStdString());
    }
    for (const QString& line : m_formulas->toPlainText().split(QLatin1Char('\n'))) {
        if (!line.trimmed().isEmpty()) options.cuts.push_back(line.trimmed().toStdString());
    }
    if (m_usable->isChecked()) options.cuts.emplace_back(usableCut);
}

ImportOutputPage::ImportOutputPage(QWidget* parent) : QWizardPage(parent) {
    setTitle(tr("Catalogue"));
    setSubTitle(tr("Where the catalogue goes. It appears only when it is complete."));
    m_path = new QLineEdit;
    m_path->setObjectName(QStringLiteral("importOut"));
    m_path->setAccessibleName(tr("File of the catalogue"));
    auto* browse = new QPushButton(tr("Browse…"));
    m_native = new QRadioButton(tr("&Zscape's own: opens at once at any size"));
    m_native->setChecked(true);
    m_released = new QRadioButton(tr("The &released layout: astropy reads it"));
    m_released->setObjectName(QStringLiteral("importReleased"));
    m_correlations = new QCheckBox(tr("Keep the &correlations of the coefficients (14 times the size)"));
    m_skip = new QCheckBox(tr("Go &on when a file or row cannot be read, and say so in the report"));
    m_skip->setObjectName(QStringLiteral("importSkip"));
    m_keepCache = new QCheckBox(tr("&Keep what was read, so that the next import reads only what has changed"));
    m_keepCache->setObjectName(QStringLiteral("importKeepCache"));
    m_keepCache->setChecked(true);
    m_note = makeNote({});
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gridUnit);
    auto* row = new QHBoxLayout;
    row->addWidget(m_path, 1);
    row->addWidget(browse);
    layout->addLayout(row);
    layout->addWidget(m_note);
    layout->addSpacing(gridUnit);
    layout->addWidget(new QLabel(tr("Layout")));
    layout->addWidget(m_native);
    layout->addWidget(m_released);
    layout->addWidget(m_correlations);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_skip);
    layout->addWidget(m_keepCache);
    layout->addStretch();
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Write the catalogue to"), m_path->text(),
                                                          tr("Catalogues (*.h5 *.hdf5)"));
        if (!path.isEmpty()) setPath(path);
    });
    connect(m_released, &QRadioButton::toggled, this, [this](bool isReleased) {
        m_correlations->setEnabled(!isReleased);
        if (isReleased) m_correlations->setChecked(false);
    });
    connect(m_path, &QLineEdit::textChanged, this, [this] {
        const QString path = m_path->text();
        const bool ends = path.endsWith(QStringLiteral(".h5")) || path.endsWith(QStringLiteral(".hdf5"));
        m_note->setText(path.isEmpty() || ends
                            ? QFileInfo::exists(path) ? tr("This file exists and will be replaced.") : QString()
                            : tr("A catalogue is HDF5: end its name in .h5."));
        emit completeChanged();
    });
}

void ImportOutputPage::setPath(const QString& path) {
    m_path->setText(path.endsWith(QStringLiteral(".h5")) || path.endsWith(QStringLiteral(".hdf5"))
                        ? path
                        : path + QStringLiteral(".h5"));
}

bool ImportOutputPage::isComplete() const {
    const QFileInfo file(m_path->text());
    return (file.suffix() == QStringLiteral("h5") || file.suffix() == QStringLiteral("hdf5")) && file.dir().exists();
}

void ImportOutputPage::fill(ImportOptions& options) const {
    options.out = m_path->text().toStdString();
    options.layout = m_released->isChecked() ? CatalogLayout::Released : CatalogLayout::Native;
    options.correlations = m_correlations->isChecked();
    options.skipProblems = m_skip->isChecked();
    options.keepCache = m_keepCache->isChecked();
}

} // namespace zscape
