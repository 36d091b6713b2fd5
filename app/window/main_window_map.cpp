// The map in the middle of the window: what stands on its axes, how its stars are drawn, and undoing that.
#include "app/window/column_list.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/scales_menu.h"
#include "app/window/star_spectra.h"
#include "app/window/undo_step.h"
#include "app/window/view_links.h"
#include "core/base/error.h"
#include "widgets/focus_return.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <QAction>
#include <QComboBox>
#include <QMenu>
#include <QSpinBox>
#include <QStatusBar>

namespace zscape {

namespace {

constexpr int problemShown_ms = 15'000;

/// As the lists have it: "teff" is TEFF. Throws Error for what the data lack, and for bad formulas.
QString resolved(const PlotColumns& columns, const QString& text) {
    if (columns.find(text)) return text;
    if (const StarTable::Entry* entry = columns.table()->find(text.toStdString())) {
        return QString::fromStdString(entry->id);
    }
    if (!columns.canShow(text)) columns.table()->values(text.toStdString()); // throws, and says why
    return text;
}

} // namespace

QString MainWindow::mapColour() const {
    return usable(*m_colourColumn, m_shownColour);
}

QString MainWindow::usable(const ColumnList& list, const QString& shown) const {
    const QString text = QString::fromStdString(list.column());
    const bool none = text.isEmpty() && &list == m_colourColumn;
    return none || m_columns.canShow(text) ? text : shown;
}

void MainWindow::setMapColumns(const QString& x, const QString& y, const QString& colour) {
    if (x.isEmpty() && y.isEmpty() && colour.isEmpty()) return;
    std::vector<std::pair<ColumnList*, std::string>> chosen;
    for (const auto& [list, text] : {std::pair(m_xColumn, &x), {m_yColumn, &y}, {m_colourColumn, &colour}}) {
        if (!text->isEmpty()) chosen.emplace_back(list, resolved(m_columns, *text).toStdString());
    }
    for (const auto& [list, column] : chosen) {
        list->setColumn(column);
        list->setProblem({});
    }
    showColumns();
    m_map->fitToData();
    noteMap();
}

ScatterColumns MainWindow::chosenColumns() {
    const QString x = usable(*m_xColumn, m_shownX), y = usable(*m_yColumn, m_shownY), colour = mapColour();
    ScatterColumns columns;
    if (!m_columns.canShow(x) || !m_columns.canShow(y)) return columns;
    columns.x = m_columns.values(x);
    columns.y = m_columns.values(y);
    columns.xLabel = m_columns.label(x);
    columns.yLabel = m_columns.label(y);
    if (m_columns.canShow(colour)) {
        columns.labels = m_columns.values(colour);
        columns.colourLabel = m_columns.label(colour);
    }
    return columns;
}

void MainWindow::putUp(const ScatterColumns& columns) {
    const PlotColumns::Entry* x = m_columns.find(usable(*m_xColumn, m_shownX));
    const PlotColumns::Entry* y = m_columns.find(usable(*m_yColumn, m_shownY));
    m_map->setColumns(columns);
    m_controller->setMapAxes({columns.x, x ? x->latent : -1}, {columns.y, y ? y->latent : -1});
    m_links->refresh();
}

void MainWindow::showColumns() {
    const ScatterColumns columns = chosenColumns();
    // Ends that were typed are of the column that was there.
    if (m_shownColour != mapColour() && !m_settingMap) m_scaleState.colourEnds.clear();
    showColours(columns.labels);
    const QString x = columns.x ? usable(*m_xColumn, m_shownX) : QString();
    const QString y = columns.y ? usable(*m_yColumn, m_shownY) : QString();
    const bool axesChanged = m_shownX != x || m_shownY != y;
    m_shownColour = columns.labels ? mapColour() : QString();
    m_shownX = x;
    m_shownY = y;
    putUp(columns);
    if (axesChanged && columns.x) {
        m_scaleState.flipX = PlotColumns::runsBackwards(x);
        m_scaleState.flipY = PlotColumns::runsBackwards(y);
        m_scaleState.logX = m_scaleState.logY = false;
        showScales();
        m_map->fitToData();
    }
}

void MainWindow::showScales() {
    AxisRange x = m_map->xAxis();
    AxisRange y = m_map->yAxis();
    x.logarithmic = m_scaleState.logX;
    x.flipped = m_scaleState.flipX;
    y.logarithmic = m_scaleState.logY;
    y.flipped = m_scaleState.flipY;
    if (x != m_map->xAxis() || y != m_map->yAxis()) {
        m_map->setAxes(x, y);
        m_map->fitToData();
    }
    m_scales->show(m_scaleState);
}

void MainWindow::showColours(const std::shared_ptr<const std::vector<float>>& labels) {
    const ColourScale scale = colourScaleOf(labels ? *labels : std::vector<float>(),
                                            scaleChoiceOf(m_scaleState, labels && m_columns.zeroMatters(mapColour())));
    m_scales->setShown(scale);
    m_map->setColourScale(scale);
    m_map->setHighlightsByLabel(m_scaleState.selectedByLabel);
    m_scales->show(m_scaleState);
}

void MainWindow::showRasterStyle() {
    ViewState state = m_scaleState;
    state.reduction = m_reduction->currentData().toInt();
    RasterStyle style = rasterStyleOf(state);
    style.pointSize = m_pointSize->value();
    m_map->setRasterStyle(style);
}

void MainWindow::setScales(const ViewState& state) {
    m_scaleState = {};
    m_scaleState.logX = state.logX;
    m_scaleState.flipX = state.flipX;
    m_scaleState.logY = state.logY;
    m_scaleState.flipY = state.flipY;
    m_scaleState.logColour = state.logColour;
    m_scaleState.flipColour = state.flipColour;
    m_scaleState.colourMap = state.colourMap;
    m_scaleState.colourPower = state.colourPower;
    m_scaleState.colourClip = state.colourClip;
    m_scaleState.colourEnds = state.colourEnds;
    m_scaleState.countScale = state.countScale;
    m_scaleState.selectedByLabel = state.selectedByLabel;
}

ViewState MainWindow::mapState() const {
    ViewState state = m_scaleState;
    state.kind = "scatter";
    state.id = "map";
    if (!m_shownX.isEmpty()) state.columns = {m_shownX.toStdString(), m_shownY.toStdString()};
    state.colour = mapColour().toStdString();
    state.mode = static_cast<int>(m_map->drawMode());
    state.reduction = m_reduction->currentData().toInt();
    state.pointSize = m_pointSize->value();
    if (!state.columns.empty()) {
        const AxisRange x = m_map->xAxis();
        const AxisRange y = m_map->yAxis();
        state.ranges = {x.lower, x.upper, y.lower, y.upper};
    }
    return state;
}

void MainWindow::setMapState(const ViewState& state) {
    m_settingMap = true;
    if (state.columns.size() == 2) {
        const std::pair<ColumnList*, const std::string*> wished[] = {
            {m_xColumn, &state.columns[0]}, {m_yColumn, &state.columns[1]}, {m_colourColumn, &state.colour}};
        for (const auto& [list, column] : wished) {
            const bool none = column->empty() && list == m_colourColumn;
            if (!none && !m_columns.canShow(QString::fromStdString(*column))) continue;
            list->setColumn(*column);
            list->setProblem({});
        }
    }
    m_mode->setCurrentIndex(m_mode->findData(state.mode));
    m_reduction->setCurrentIndex(m_reduction->findData(state.reduction));
    if (state.pointSize > 0) m_pointSize->setValue(state.pointSize);
    setScales(state);
    showColumns();
    setScales(state); // other columns have other usual directions
    showScales();
    showRasterStyle();
    m_map->setDrawMode(static_cast<DrawMode>(state.mode));
    const bool sameColumns = !state.columns.empty() && state.columns == mapState().columns;
    if (sameColumns && state.ranges.size() == 4) {
        AxisRange x = m_map->xAxis();
        AxisRange y = m_map->yAxis();
        x.lower = state.ranges[0];
        x.upper = state.ranges[1];
        y.lower = state.ranges[2];
        y.upper = state.ranges[3];
        m_map->setAxes(x, y);
    }
    m_settingMap = false;
    noteMap();
}

/// The map stays as it is while a list has what the data cannot show.
void MainWindow::columnSet(ColumnList& list) {
    const QString text = QString::fromStdString(list.column());
    try {
        if (text.isEmpty() && &list != m_colourColumn) throw Error("an axis wants a column or a formula");
        if (!text.isEmpty()) list.setColumn(resolved(m_columns, text).toStdString());
        list.setProblem({});
    } catch (const Error& error) {
        list.setProblem(QString::fromUtf8(error.what()));
        statusBar()->showMessage(QString::fromUtf8(error.what()), problemShown_ms);
        return;
    }
    showColumns();
    mapSet();
}

void MainWindow::noteMap() {
    m_notedMap = mapState();
    m_notedMap.ranges.clear();
}

void MainWindow::mapSet() {
    if (m_settingMap) return;
    const ViewState before = m_notedMap;
    noteMap();
    if (m_notedMap == before || before.columns.empty() || m_notedMap.columns.empty()) return;
    m_session.undo().push(new UndoStep(
        tr("change the map"), [this, before] { setMapState(before); },
        [this, after = m_notedMap] { setMapState(after); }));
}

void MainWindow::connectMap() {
    for (QComboBox* list :
         std::initializer_list<QComboBox*>{m_xColumn, m_yColumn, m_colourColumn, m_mode, m_reduction}) {
        returnFocus(*list, *m_map);
    }
    returnFocus(*m_pointSize, *m_map);
    for (ColumnList* list : {m_xColumn, m_yColumn, m_colourColumn}) {
        connect(list, &ColumnList::columnChanged, this, [this, list] { columnSet(*list); });
    }
    connect(m_mode, &QComboBox::activated, this,
            [this] { m_map->setDrawMode(static_cast<DrawMode>(m_mode->currentData().toInt())); });
    connect(m_map, &ScatterView::drawModeChanged, this, [this](DrawMode mode) {
        m_mode->setCurrentIndex(m_mode->findData(static_cast<int>(mode)));
        mapSet();
    });
    connect(m_reduction, &QComboBox::currentIndexChanged, this, &MainWindow::showRasterStyle);
    connect(m_reduction, &QComboBox::activated, this, &MainWindow::mapSet);
    connect(m_pointSize, &QSpinBox::valueChanged, this, [this] {
        showRasterStyle();
        // A new catalogue sets it, too.
        if (m_pointSize->hasFocus()) mapSet();
    });
    connect(m_scales, &ScalesMenu::wished, this, [this](const std::function<void(ViewState&)>& change) {
        change(m_scaleState);
        showScales();
        showColours(chosenColumns().labels);
        showRasterStyle();
        mapSet();
    });
    connect(m_spectrum, &SpectrumView::modeChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::residualChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::linesVisibleChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::lineGroupChanged, this, &MainWindow::spectrumSet);
    m_notedSpectrum = spectrumSettings();
}

SpectrumSettings MainWindow::spectrumSettings() const {
    return settingsOf(*m_spectrum);
}

void MainWindow::setSpectrumSettings(const SpectrumSettings& settings) {
    applySettings(*m_spectrum, settings);
    m_notedSpectrum = spectrumSettings();
}

void MainWindow::spectrumSet() {
    const SpectrumSettings before = m_notedSpectrum;
    m_notedSpectrum = spectrumSettings();
    if (before == m_notedSpectrum) return;
    m_session.undo().push(new UndoStep(
        tr("change the spectrum panel"), [this, before] { setSpectrumSettings(before); },
        [this, after = m_notedSpectrum] { setSpectrumSettings(after); }));
}

} // namespace zscape
