#include "widgets/import_wizard.h"

#include "widgets/theme.h"

#include <QAbstractButton>
#include <QEvent>

namespace zscape {

ImportWizard::ImportWizard(QWidget* parent) : QWizard(parent) {
    setWindowTitle(tr("Import"));
    setWizardStyle(QWizard::ModernStyle);
    setOption(QWizard::NoBackButtonOnStartPage);
    setButtonText(QWizard::FinishButton, tr("&Finish"));
    resize(96 * gridUnit, 72 * gridUnit);
    m_files = new ImportFilesPage;
    m_columns = new ImportColumnsPage;
    m_stars = new ImportStarsPage;
    m_output = new ImportOutputPage;
    m_run = new ImportRunPage;
    setPage(Files, m_files);
    setPage(Columns, m_columns);
    setPage(Stars, m_stars);
    setPage(Output, m_output);
    setPage(Run, m_run);
    // QWizard gives its buttons the style of now, which a change of theme deletes under them.
    for (const WizardButton which : {BackButton, NextButton, CommitButton, FinishButton, CancelButton}) {
        button(which)->setStyle(nullptr);
    }
    m_output->setButtonText(QWizard::NextButton, tr("&Import"));
    connect(m_files, &ImportFilesPage::labelsChosen, this, &ImportWizard::labelsChosen);
    connect(m_run, &ImportRunPage::startRequested, this, &ImportWizard::startRequested);
    connect(m_run, &ImportRunPage::cancelRequested, this, &ImportWizard::cancelRequested);
}

int ImportWizard::nextId() const {
    if (currentId() == Files && m_files->labels().isEmpty()) return Stars;
    return currentId() == Run ? -1 : currentId() + 1;
}

ImportOptions ImportWizard::options() const {
    ImportOptions options;
    for (const QString& path : m_files->spectra()) {
        options.spectra.emplace_back(path.toStdString());
    }
    for (const QString& path : m_files->labels()) {
        options.labels.emplace_back(path.toStdString());
    }
    m_columns->fill(options);
    m_stars->fill(options);
    m_output->fill(options);
    return options;
}

bool ImportWizard::event(QEvent* event) {
    // QWizard would hand the new style to all its widgets, as above; they follow the application by themselves.
    // NOLINTNEXTLINE(bugprone-parent-virtual-call): QWizard's own part is what must not happen
    return event->type() == QEvent::StyleChange ? QDialog::event(event) : QWizard::event(event);
}

void ImportWizard::done(int result) {
    emit cancelRequested(); // nothing runs any more when it is finished
    if (result == QDialog::Accepted && m_run->wantsOpen()) {
        emit openRequested(QString::fromStdString(options().out.string()));
    }
    QWizard::done(result);
}

} // namespace zscape
