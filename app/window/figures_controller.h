#pragma once

#include "app/figure/figure_list.h"
#include "app/window/figure_sources.h"
#include "app/window/job_runner.h"

#include <QObject>
#include <QPointer>

#include <filesystem>

class QFileDialog;
class QMessageBox;
class QAction;
class QMenu;

namespace zscape {

class FigureDialog;
class MainWindow;

/// The Figures menu: each figure of the paper, and every view as it stands, through a dialog with a preview to a file.
/// Figures are drawn by a job; the window stays free. Child of the window.
class FiguresController : public QObject {
    Q_OBJECT
public:
    explicit FiguresController(MainWindow& window);

    /// Opens the dialog for a figure of the list, for a view by its id (viewsToDraw), or for "view": the one that was
    /// last used. A view that has nothing to draw is told to the user.
    void open(const std::string& name);
    FigureDialog* dialog() const; ///< null while none is open
    bool isBusy() const { return m_jobs.isRunning(); }
    /// Writes the figure that the dialog shows, its numbers beside it and what its command reads; asks nothing.
    /// Failures go to the dialog.
    void exportTo(const std::filesystem::path& path);

signals:
    /// The preview shows the dialog's present choice.
    void drawn();
    void exported(const QString& path);
    /// One sentence that the dialog shows.
    void exportFailed(const QString& message);

private:
    void fillMenu();
    void addExport();
    void fillViews(QMenu& menu);
    void followFocus();
    void show(FigureSource source, const std::string& name);
    void redraw();
    void chooseFile();
    void confirm(const std::filesystem::path& path);
    void remember(const std::filesystem::path& path) const;

    MainWindow& m_window;
    QAction* m_reproduce = nullptr; ///< every figure of the paper at once
    std::string m_lastView = "map";
    QPointer<FigureDialog> m_dialog;
    FigureSource m_source;
    std::string m_name; ///< of the recipe, or the view's id
    std::shared_ptr<SharedForests> m_forests =
        std::make_shared<SharedForests>();  ///< grown once for every size that is tried
    std::shared_ptr<const Figure> m_figure; ///< what the preview shows; null while it is drawn
    bool m_writing = false;
    JobRunner m_jobs;
};

} // namespace zscape
