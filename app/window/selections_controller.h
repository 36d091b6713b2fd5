#pragma once

#include "core/select/built_in.h"
#include "core/select/evaluate.h"

#include <QObject>

#include <QTimer>

#include <filesystem>
#include <optional>

class QAction;
class QLabel;
class QMenu;

namespace zscape {

class ElidedLabel;
class MainWindow;
class SelectionPanel;
class SelectionStore;
class Session;

/// What can be done with selections in the window: the SELECTIONS panel, the Select and Edit menus, the count in the
/// status bar, files of source_ids in and selected stars out. Lives on the UI thread, owned by the window.
class SelectionsController : public QObject {
    Q_OBJECT

public:
    explicit SelectionsController(MainWindow& window);

    SelectionPanel& panel() { return *m_panel; }
    /// What shapes drawn in a view do. Replace takes the place of the last drawn selection while it is as it was drawn,
    /// says so in the status bar, and else begins a new one.
    enum class How { Replace, Add, Remove };
    void take(Definition shape, How how);
    void addFromFile(const std::filesystem::path& path);
    void addBuiltIn(const std::string& name, SelectionPreset preset);
    /// Columns ("teff, J-H", "all") of the current selection's stars as a table, by the file's ending; a job.
    void exportCurrent(const std::filesystem::path& path, const QString& columns);
    /// Opens the dialog.
    void edit(std::size_t row);

signals:
    void exported(const QString& path);

private:
    void fillMenus();
    void fillNewMenu();
    void fillCombineMenu();
    void combine(Combination how);
    /// Opens the dialog; what is agreed to is added to the list.
    void begin(const std::string& name, Definition definition);
    void beginRange();
    void beginCurve();
    void beginNearest();
    void beginDensity();
    bool mapAxes(PlaneAxes& axes); ///< false, and says so, where there is no map
    void chooseColour(std::size_t row);
    bool isAsDrawn(std::size_t row) const;
    void replaceDrawn(std::size_t row, Definition shape);
    void chooseExport();
    void showList();
    void showContextMenu(const QPoint& at);
    Rgb nextColour() const;

    MainWindow& m_window;
    Session& m_session;
    SelectionStore& m_store;
    QMenu *m_new = nullptr, *m_combine = nullptr;
    SelectionPanel* m_panel = nullptr;
    QAction *m_edit = nullptr, *m_rename = nullptr, *m_recolour = nullptr, *m_delete = nullptr, *m_export = nullptr;
    QLabel* m_count = nullptr;
    ElidedLabel* m_replaced = nullptr;
    QTimer m_replacedShown;             ///< how long that is told
    std::optional<Selection> m_asDrawn; ///< the last drawn one, as it was then
};

} // namespace zscape
