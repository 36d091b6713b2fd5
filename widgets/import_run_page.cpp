#include "widgets/import_pages.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>

#include <cmath>

namespace zscape {

ImportRunPage::ImportRunPage(QWidget* parent) : QWizardPage(parent) {
    setTitle(tr("Import"));
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("importProgress"));
    m_bar->setRange(0, 1000);
    m_text = new QLabel;
    m_text->setObjectName(QStringLiteral("importText"));
    m_text->setWordWrap(true);
    m_report = new QPlainTextEdit;
    m_report->setObjectName(QStringLiteral("importReport"));
    m_report->setAccessibleName(tr("Report of the import"));
    m_report->setReadOnly(true);
    m_report->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_report->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_open = new QCheckBox(tr("&Open the catalogue"));
    m_open->setObjectName(QStringLiteral("importOpen"));
    m_open->setChecked(true);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_bar);
    layout->addWidget(m_text);
    layout->addWidget(m_report, 1);
    layout->addWidget(m_open);
    layout->addStretch(); // keeps the text at the top while there is no report
}

void ImportRunPage::initializePage() {
    m_isDone = false;
    setSubTitle(tr("Reading, matching and writing. Going back or closing stops it; what was read stays read."));
    m_bar->show();
    m_bar->setRange(0, 0);
    m_report->clear();
    m_report->hide();
    m_open->hide();
    m_text->setText(tr("Starting"));
    m_text->setPalette(palette());
    emit completeChanged();
    emit startRequested();
}

void ImportRunPage::cleanupPage() {
    emit cancelRequested();
}

void ImportRunPage::setProgress(double fraction, const QString& text) {
    if (m_isDone) return;
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) m_bar->setValue(static_cast<int>(std::lround(1000 * fraction)));
    if (!text.isEmpty()) m_text->setText(text);
}

void ImportRunPage::setReport(const QString& report) {
    m_isDone = true;
    setSubTitle(tr("Done: how many stars each step kept, and why the others fell."));
    m_bar->hide();
    m_text->clear();
    m_text->hide();
    m_report->setPlainText(report);
    m_report->show();
    m_open->show();
    emit completeChanged();
}

void ImportRunPage::setFailed(const QString& message) {
    setSubTitle(tr("It did not work, and nothing was written. Go back to change what is wrong."));
    m_bar->hide();
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, errorColour(colours));
    m_text->setPalette(colours);
    m_text->setText(message);
    m_text->show();
}

bool ImportRunPage::wantsOpen() const {
    return m_open->isChecked();
}

} // namespace zscape
