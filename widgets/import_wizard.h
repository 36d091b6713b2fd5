#pragma once

#include "widgets/import_pages.h"

#include <QWizard>

namespace zscape {

/// The import as a wizard: files, columns, stars, catalogue, run. Passive: it asks for tables to be looked into and for
/// the run to start, and shows what comes of it. Lives on the UI thread.
class ImportWizard : public QWizard {
    Q_OBJECT

public:
    explicit ImportWizard(QWidget* parent = nullptr);

    ImportFilesPage& files() { return *m_files; }
    ImportColumnsPage& columns() { return *m_columns; }
    ImportOutputPage& output() { return *m_output; }
    ImportRunPage& runPage() { return *m_run; }
    /// What the pages say.
    ImportOptions options() const;
    int nextId() const override;

signals:
    void labelsChosen(const QStringList& paths);
    void startRequested();
    void cancelRequested();
    /// Finished, and the catalogue is wanted in the window.
    void openRequested(const QString& path);

protected:
    void done(int result) override;
    bool event(QEvent* event) override;

private:
    enum Page { Files, Columns, Stars, Output, Run };

    ImportFilesPage* m_files = nullptr;
    ImportColumnsPage* m_columns = nullptr;
    ImportStarsPage* m_stars = nullptr;
    ImportOutputPage* m_output = nullptr;
    ImportRunPage* m_run = nullptr;
};

} // namespace zscape
