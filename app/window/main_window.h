#pragma once

#include "app/window/plot_columns.h"
#include "app/window/session.h"
#include "app/window/view_state.h"
#include "core/plot/viewport.h"
#include "core/select/definition.h"
#include "widgets/theme.h"

#include <QMainWindow>
#include <QPointer>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

class QAction;
class QComboBox;
class QDockWidget;
class QLabel;
class QMenu;
class QMessageBox;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolBar;
class QStackedWidget;
class QToolButton;

namespace zscape {

struct ScatterColumns;
class CatalogPanel;
class ColumnList;
class DroppedStars;
class ErrorsController;
class LatentController;
class LatentPointPanel;
class ScalesMenu;
class ScatterView;
class SelectionsController;
class SpectrumView;
class StarPanel;
class TrainingController;
class TrainingPanel;
class TrainingSetup;
class ViewLinks;
class ViewManager;
class SessionController;
class WelcomeView;

/// The setting that holds the theme the user chose last: "light" or "dark".
inline constexpr const char* themeKey = "theme";
inline constexpr const char* placeKey = "window/place"; ///< its size and place when it was closed last

/// The menus of the menu bar, in their order.
enum class MainMenu : std::uint8_t { File, Edit, View, Select, Tracks, Spectra, Figures, Tools, Help };
inline constexpr std::size_t mainMenuCount = 9;

/// The one window: latent map in the middle, around it panels in docks that can be moved, tabbed, floated and closed,
/// progress at the bottom. Lays out and connects; the session owns the data, the controllers what can be done with it.
/// A part of the window adds itself: its entries by menu(), its panels by addPanel().
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(Theme theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return m_session; }
    LatentController& controller() { return *m_controller; }
    ScatterView& map() { return *m_map; }
    SpectrumView& spectrum() { return *m_spectrum; }
    TrainingController& training() { return *m_training; }
    TrainingSetup& trainingSetup() { return *m_trainingSetup; }
    TrainingPanel& trainingPanel() { return *m_trainingPanel; }
    SelectionsController& selections() { return *m_selectionsController; }
    ErrorsController& errors() { return *m_errors; }
    ViewLinks& links() { return *m_links; }
    DroppedStars& dropped() { return *m_dropped; }
    ViewManager& views() { return *m_views; }
    SessionController& sessionFiles() { return *m_sessionFiles; }
    /// Labels of everything that can stand on an axis.
    const PlotColumns& columns() const { return m_columns; }
    /// Draws another run's history behind the curves of this one.
    void compareTraining(const std::filesystem::path& path);
    /// A menu of the menu bar, to add entries to.
    QMenu& menu(MainMenu which) { return *m_menus[static_cast<std::size_t>(which)]; }
    /// A panel in a dock of its own, listed in the View menu; its place is part of saved layouts under `id`. The dock
    /// shows `title`, so a SectionTitle of that text in the content is hidden. Shown at once unless told otherwise.
    QDockWidget* addPanel(const QString& id, const QString& title, QWidget* content, Qt::DockWidgetArea area,
                          bool shown = true);
    /// The dock that addPanel() made, null for an unknown id.
    QDockWidget* panel(const QString& id) const;
    /// Panels where they were at first.
    void resetArrangement();
    Theme theme() const { return m_theme; }
    void setTheme(Theme theme);

    /// Ids or formulas on the map's axes ("z1", "TEFF", "J-H"); an empty one leaves what is there. Throws Error for
    /// what the data lack, and for bad formulas, before anything changes.
    void setMapColumns(const QString& x, const QString& y, const QString& colour);
    /// The ids or formulas that are on the map's axes; "" without stars.
    std::pair<QString, QString> mapColumns() const { return {m_shownX, m_shownY}; }
    QString mapColour() const; ///< "" for one colour
    /// All that the user can set of the map, with where it is zoomed to; without columns while there are no stars.
    ViewState mapState() const;
    /// Not a step to undo. Columns that the data lack are ignored; without ranges a map of other axes shows all stars.
    void setMapState(const ViewState& state);
    /// What the spectrum panel is set to.
    SpectrumSettings spectrumSettings() const;
    void setSpectrumSettings(const SpectrumSettings& settings); ///< not a step to undo
    /// A catalogue, a model or a session, told apart by what they are.
    void openPath(const std::filesystem::path& path);
    /// The same of a file that was dropped or sent: one of XP spectra has its stars marked in the views. Of a
    /// catalogue, beside one that is open already, the user is asked which of the two is meant.
    void takeFile(const std::filesystem::path& path);
    /// Errors are left to whoever listens to the session: for pictures made without a person.
    void setErrorsQuiet(bool quiet) { m_quietErrors = quiet; }
    /// Nothing runs and nothing waits to be drawn.
    bool isIdle() const;
    /// Emits becameIdle as soon as no job runs, at once if none does.
    void reportIdleWhenDone();

signals:
    void themeChanged(zscape::Theme theme);
    void becameIdle();
    void firstPainted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    /// Asks while a training runs, and for what is not saved.
    void closeEvent(QCloseEvent* event) override;

private:
    void watchJobs(JobRunner& jobs);
    void createMenus();
    void fillMenus();
    void createViews();
    void createToolBar();
    void createStatusBar();
    void connectSession();
    void createTraining();
    void connectTraining();

    void openTraining();
    void showMovedLatents();
    void followAxes();
    void trainingEnded(const QString& summary, const QString& failure);
    void chooseCatalog();
    void chooseModel();
    void dataChanged();
    void fillColumnLists();
    void showAddedColumns();
    /// Of a list, or `shown` while what is typed there is none.
    QString usable(const ColumnList& list, const QString& shown) const;
    void columnSet(ColumnList& list);
    ScatterColumns chosenColumns();
    void putUp(const ScatterColumns& columns);
    void showColumns();
    void showRasterStyle();
    void addTools();
    PlaneAxes mapPlane() const;
    void createScaleMenu(QToolBar& bar);
    void showScales();
    void setScales(const ViewState& state);
    void showColours(const std::shared_ptr<const std::vector<float>>& labels); ///< null: of counts
    void connectMap();
    /// The user has set something of the map: a step to undo.
    void mapSet();
    void noteMap();
    void spectrumSet();
    void updateCatalogPanel();
    void updateCounts();
    void showError(const QString& message);

    Theme m_theme;
    Session m_session;
    PlotColumns m_columns;
    LatentController* m_controller = nullptr;

    std::array<QMenu*, mainMenuCount> m_menus{};
    QMenu* m_panelMenu = nullptr;
    QByteArray m_firstArrangement;
    QStackedWidget* m_pages = nullptr; ///< welcome, or the map
    WelcomeView* m_welcome = nullptr;
    ScatterView* m_map = nullptr;
    SpectrumView* m_spectrum = nullptr;
    LatentPointPanel* m_latentPanel = nullptr;
    CatalogPanel* m_catalogPanel = nullptr;
    StarPanel* m_starPanel = nullptr;

    ErrorsController* m_errors = nullptr;
    ViewLinks* m_links = nullptr;
    DroppedStars* m_dropped = nullptr;
    ViewManager* m_views = nullptr;
    SessionController* m_sessionFiles = nullptr;
    SelectionsController* m_selectionsController = nullptr;
    TrainingController* m_training = nullptr;
    TrainingSetup* m_trainingSetup = nullptr;
    TrainingPanel* m_trainingPanel = nullptr;
    QDockWidget* m_trainingDock = nullptr;
    QAction* m_trainAction = nullptr;
    QToolBar* m_bar = nullptr;
    QAction* m_axesAction = nullptr; ///< in the tool bar: where the axes' lists begin
    QToolButton* m_trainButton = nullptr;
    QPointer<QMessageBox> m_closeQuestion;
    bool m_closeWhenStopped = false;
    bool m_maySaveNothing = false; ///< the user said so, or it is saved
    /// The axes as they were last set for a training; others were set by the user.
    std::optional<std::pair<AxisRange, AxisRange>> m_followedAxes;

    ColumnList* m_xColumn = nullptr;
    ColumnList* m_yColumn = nullptr;
    ColumnList* m_colourColumn = nullptr;
    QComboBox* m_mode = nullptr;
    QComboBox* m_reduction = nullptr;
    QSpinBox* m_pointSize = nullptr;
    QAction* m_openAction = nullptr;
    QAction* m_modelAction = nullptr;
    QAction* m_demoAction = nullptr;
    QAction* m_fitAction = nullptr;
    QAction* m_themeAction = nullptr;
    ScalesMenu* m_scales = nullptr;
    ViewState m_scaleState; ///< of it only what m_scales sets
    ViewState m_notedMap;   ///< as the undo stack knows it, without ranges
    SpectrumSettings m_notedSpectrum;
    bool m_settingMap = false;

    QLabel* m_countLabel = nullptr;
    QLabel* m_cursorLabel = nullptr;
    QLabel* m_frameLabel = nullptr;
    QLabel* m_jobLabel = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_cancel = nullptr;
    QString m_shownX;
    QString m_shownY;
    QString m_shownColour;
    bool m_painted = false;
    bool m_quietErrors = false;
};

} // namespace zscape
