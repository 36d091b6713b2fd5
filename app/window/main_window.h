#pragma once

#include "app/window/plot_columns.h"
#include "app/window/session.h"
#include "widgets/theme.h"

#include <QMainWindow>

class QAction;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolBar;
class QStackedWidget;

namespace zscape {

class CatalogPanel;
class LatentController;
class LatentPointPanel;
class ScatterView;
class SpectrumView;
class StarPanel;
class WelcomeView;

/// The one window: latent map in the middle, catalogue and star at the left, spectrum and latent point at the right,
/// progress at the bottom. Lays out and connects; the session owns the data, the controller the latent point.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(Theme theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return m_session; }
    LatentController& controller() { return *m_controller; }
    ScatterView& map() { return *m_map; }
    SpectrumView& spectrum() { return *m_spectrum; }
    Theme theme() const { return m_theme; }
    void setTheme(Theme theme);

    /// Column ids on the map's axes ("z1", "TEFF"); ids the data lack are ignored.
    void setMapColumns(const QString& x, const QString& y, const QString& colour);
    /// Errors are left to whoever listens to the session: for pictures made without a person.
    void setErrorsQuiet(bool quiet) { m_quietErrors = quiet; }
    /// Nothing runs and nothing waits to be drawn.
    bool isIdle() const;
    /// Emits becameIdle as soon as no job runs, at once if none does.
    void reportIdleWhenDone();

signals:
    void becameIdle();
    void firstPainted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createViews();
    void createToolBar();
    void createStatusBar();
    void connectSession();

    void chooseCatalog();
    void chooseModel();
    void openPath(const std::filesystem::path& path);
    void dataChanged();
    void fillColumnLists();
    void showColumns();
    void showRasterStyle();
    void createScaleMenu(QToolBar& bar);
    void showScales();
    void updateCatalogPanel();
    void updateCounts();
    void showError(const QString& message);

    Theme m_theme;
    Session m_session;
    PlotColumns m_columns;
    LatentController* m_controller = nullptr;

    QStackedWidget* m_pages = nullptr; ///< welcome, or the map
    WelcomeView* m_welcome = nullptr;
    ScatterView* m_map = nullptr;
    SpectrumView* m_spectrum = nullptr;
    LatentPointPanel* m_latentPanel = nullptr;
    CatalogPanel* m_catalogPanel = nullptr;
    StarPanel* m_starPanel = nullptr;

    QComboBox* m_xColumn = nullptr;
    QComboBox* m_yColumn = nullptr;
    QComboBox* m_colourColumn = nullptr;
    QComboBox* m_reduction = nullptr;
    QSpinBox* m_pointSize = nullptr;
    QAction* m_openAction = nullptr;
    QAction* m_modelAction = nullptr;
    QAction* m_demoAction = nullptr;
    QAction* m_fitAction = nullptr;
    QAction* m_themeAction = nullptr;
    /// Checkable: how an axis or the colours run.
    struct ScaleActions {
        QAction* logarithmic = nullptr;
        QAction* backwards = nullptr;
    };
    ScaleActions m_xScale, m_yScale, m_colourScale;

    QLabel* m_countLabel = nullptr;
    QLabel* m_cursorLabel = nullptr;
    QLabel* m_frameLabel = nullptr;
    QLabel* m_jobLabel = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_cancel = nullptr;
    QString m_shownX;
    QString m_shownY;
    bool m_painted = false;
    bool m_quietErrors = false;
};

} // namespace zscape
