#pragma once

#include "app/window/job_runner.h"

#include <QObject>
#include <QPointer>

namespace zscape {

class ImportWizard;
class MainWindow;

/// File > Import…: shows the wizard, looks into label tables for it, and runs the import on a thread of its own. The
/// window stays free meanwhile. Lives on the UI thread; destroying it cancels and joins.
class ImportController : public QObject {
    Q_OBJECT

public:
    explicit ImportController(MainWindow& window);
    ~ImportController() override;

    /// The wizard that is open, made if there is none.
    ImportWizard& show();
    bool isRunning() const { return m_job.isRunning(); }

private:
    void lookIntoTables(const QStringList& paths);
    void start();

    MainWindow& m_window;
    JobRunner m_job;
    QPointer<ImportWizard> m_wizard;
};

} // namespace zscape
