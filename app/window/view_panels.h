#pragma once

#include "app/window/view_panel.h"
#include "widgets/scatter_view.h"

#include <tuple>
#include <utility>
#include <vector>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace zscape {

class CornerView;
class HistogramView;
class ScalesMenu;
class SkyView;
class StarTableView;

/// Any two columns: also the Kiel and alpha diagrams.
class ScatterPanel : public ViewPanel {
    Q_OBJECT
public:
    ScatterPanel(MainWindow& window, ViewState state);
    ScatterView& view() { return *m_view; }
    void setTheme(Theme theme) override;
    ViewState snapshot() const override;

protected:
    void showData() override;
    bool showNothing(const QString& why) override;

private:
    void chooseAxis(std::size_t which, const std::string& column);
    void showPicked();

    using Values = std::shared_ptr<const std::vector<float>>;
    ScatterView* m_view = nullptr;
    ColumnList *m_x = nullptr, *m_y = nullptr, *m_colour = nullptr;
    QComboBox *m_mode = nullptr, *m_reduction = nullptr;
    ScalesMenu* m_scales = nullptr;
    ScatterColumns m_shown;
    std::vector<double> m_ranges;                                ///< to zoom to once the stars are there
    std::tuple<Values, Values, bool, bool, bool, bool> m_fitted; ///< what the axes were last fitted to
};

class SkyPanel : public ViewPanel {
    Q_OBJECT
public:
    SkyPanel(MainWindow& window, ViewState state);
    SkyView& view() { return *m_view; }
    void setTheme(Theme theme) override;
    ViewState snapshot() const override;

protected:
    void showData() override;
    bool showNothing(const QString& why) override;

private:
    SkyView* m_view = nullptr;
    ColumnList *m_longitude = nullptr, *m_latitude = nullptr, *m_colour = nullptr;
    ScalesMenu* m_scales = nullptr;
    std::size_t m_rows = 0;       ///< that the view has
    std::vector<double> m_ranges; ///< to zoom to once the stars are there
};

class HistogramPanel : public ViewPanel {
    Q_OBJECT
public:
    HistogramPanel(MainWindow& window, ViewState state);
    HistogramView& view() { return *m_view; }
    void setTheme(Theme theme) override;
    ViewState snapshot() const override;

protected:
    void showData() override;

private:
    void showEvent(QShowEvent* event) override;
    void showTracks();

    HistogramView* m_view = nullptr;
    ColumnList* m_column = nullptr;
    QSpinBox* m_bins = nullptr;
    QCheckBox* m_logarithmic = nullptr;
    std::size_t m_rows = 0;
    std::vector<double> m_ranges; ///< to zoom to once the stars are there
};

/// All latents against each other, or other columns by the state.
class CornerPanel : public ViewPanel {
    Q_OBJECT
public:
    CornerPanel(MainWindow& window, ViewState state);
    CornerView& view() { return *m_view; }
    void setTheme(Theme theme) override;

protected:
    void showData() override;
    bool showNothing(const QString& why) override;

private:
    void showEvent(QShowEvent* event) override;
    std::vector<std::string> columns() const;
    void showTracks();

    CornerView* m_view = nullptr;
    std::size_t m_rows = 0;
};

class TablePanel : public ViewPanel {
    Q_OBJECT
public:
    TablePanel(MainWindow& window, ViewState state);
    StarTableView& view() { return *m_view; }
    void setTheme(Theme theme) override;
    /// Writes the rows that are shown, in their order, with all columns, by the file's ending; as a job.
    void exportRows(const std::filesystem::path& path);

signals:
    void exported(const QString& path);

protected:
    void showData() override;

private:
    void chooseExport();
    void showSelected();

    StarTableView* m_view = nullptr;
    QCheckBox* m_onlySelected = nullptr;
    bool m_filling = false;
    std::size_t m_rows = 0;
};

} // namespace zscape
