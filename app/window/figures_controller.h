#pragma once

#include "app/figure/figure_list.h"
#include "app/figure/view_figure.h"
#include "app/window/job_runner.h"

#include <QObject>
#include <QPointer>

#include <filesystem>
#include <functional>

namespace zscape {

class FigureDialog;
class MainWindow;

/// The Figures menu: each figure of the paper, and the map as it stands, through a dialog with a preview to a file.
/// Figures are drawn by a job; the window stays free. Child of the window.
class FiguresController : public QObject {
    Q_OBJECT
public:
    explicit FiguresController(MainWindow& window);

    /// Opens the dialog for a figure of the list, or for "view".
    void open(const std::string& name);
    FigureDialog* dialog() const; ///< null while none is open
    /// Writes the figure that the dialog shows, and its numbers beside it. Failures go to the dialog.
    void exportTo(const std::filesystem::path& path);

signals:
    /// The preview shows the dialog's present choice.
    void drawn();
    void exported(const QString& path);

private:
    using Make = std::function<Figure(const FigureInput&, const FigureChoice&, const JobContext&)>;
    void show(const QString& title, double width_mm, Make make);
    void redraw();
    void chooseFile();
    FigureInput input() const;
    ViewOptions view() const;

    MainWindow& m_window;
    QPointer<FigureDialog> m_dialog;
    Make m_make;
    std::shared_ptr<const Figure> m_figure; ///< what the preview shows; null while it is drawn
    JobRunner m_jobs;
};

} // namespace zscape
