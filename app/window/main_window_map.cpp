// The map in the middle of the window: what stands on its axes, how its stars are drawn, and undoing that.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/undo_step.h"
#include "app/window/view_links.h"
#include "widgets/focus_return.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <QAction>
#include <QComboBox>
#include <QMenu>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace zscape {

namespace {

void choose(QComboBox& list, const QString& id) {
    const int index = list.findData(id);
    if (index >= 0) list.setCurrentIndex(index);
}

} // namespace

QString MainWindow::mapColour() const {
    return m_colourColumn->currentData().toString();
}

void MainWindow::setMapColumns(const QString& x, const QString& y, const QString& colour) {
    if (x.isEmpty() && y.isEmpty() && colour.isEmpty()) return;
    choose(*m_xColumn, x);
    choose(*m_yColumn, y);
    if (!colour.isEmpty()) choose(*m_colourColumn, colour);
    showColumns();
    m_map->fitToData();
    noteMap();
}

ScatterColumns MainWindow::chosenColumns() {
    const PlotColumns::Entry* x = m_columns.find(m_xColumn->currentData().toString());
    const PlotColumns::Entry* y = m_columns.find(m_yColumn->currentData().toString());
    const PlotColumns::Entry* colour = m_columns.find(m_colourColumn->currentData().toString());
    ScatterColumns columns;
    if (!x || !y) return columns;
    columns.x = m_columns.values(x->id);
    columns.y = m_columns.values(y->id);
    columns.xLabel = x->label;
    columns.yLabel = y->label;
    if (colour) {
        columns.labels = m_columns.values(colour->id);
        columns.colourLabel = colour->label;
    }
    return columns;
}

void MainWindow::putUp(const ScatterColumns& columns) {
    const PlotColumns::Entry* x = m_columns.find(m_xColumn->currentData().toString());
    const PlotColumns::Entry* y = m_columns.find(m_yColumn->currentData().toString());
    m_map->setColumns(columns);
    m_controller->setMapAxes({columns.x, x ? x->latent : -1}, {columns.y, y ? y->latent : -1});
    m_links->refresh();
}

void MainWindow::showColumns() {
    const PlotColumns::Entry* x = m_columns.find(m_xColumn->currentData().toString());
    const PlotColumns::Entry* y = m_columns.find(m_yColumn->currentData().toString());
    const ScatterColumns columns = chosenColumns();
    if (columns.labels) {
        const ValueRange range = percentileRange(*columns.labels, 1, 99);
        ColourScale scale;
        scale.lower = range.lower;
        scale.upper = range.upper;
        scale.logarithmic = m_colourScale.logarithmic->isChecked();
        scale.flipped = m_colourScale.backwards->isChecked();
        m_map->setColourScale(scale);
    }
    const bool axesChanged = m_shownX != (x ? x->id : QString()) || m_shownY != (y ? y->id : QString());
    m_shownX = x ? x->id : QString();
    m_shownY = y ? y->id : QString();
    putUp(columns);
    if (axesChanged && x && y) {
        m_xScale.backwards->setChecked(PlotColumns::runsBackwards(x->id));
        m_yScale.backwards->setChecked(PlotColumns::runsBackwards(y->id));
        m_xScale.logarithmic->setChecked(false);
        m_yScale.logarithmic->setChecked(false);
        showScales();
        m_map->fitToData();
    }
}

void MainWindow::showScales() {
    AxisRange x = m_map->xAxis();
    AxisRange y = m_map->yAxis();
    x.logarithmic = m_xScale.logarithmic->isChecked();
    x.flipped = m_xScale.backwards->isChecked();
    y.logarithmic = m_yScale.logarithmic->isChecked();
    y.flipped = m_yScale.backwards->isChecked();
    if (x != m_map->xAxis() || y != m_map->yAxis()) {
        m_map->setAxes(x, y);
        m_map->fitToData();
    }
    ColourScale colour = m_map->colourScale();
    colour.logarithmic = m_colourScale.logarithmic->isChecked();
    colour.flipped = m_colourScale.backwards->isChecked();
    m_map->setColourScale(colour);
}

void MainWindow::showRasterStyle() {
    RasterStyle style;
    style.reduction = static_cast<Reduction>(m_reduction->currentData().toInt());
    style.pointSize = m_pointSize->value();
    m_map->setRasterStyle(style);
}

ViewState MainWindow::mapState() const {
    ViewState state;
    state.kind = "scatter";
    state.id = "map";
    if (!m_shownX.isEmpty()) state.columns = {m_shownX.toStdString(), m_shownY.toStdString()};
    state.colour = mapColour().toStdString();
    state.mode = static_cast<int>(m_map->drawMode());
    state.reduction = m_reduction->currentData().toInt();
    state.pointSize = m_pointSize->value();
    state.logX = m_xScale.logarithmic->isChecked();
    state.flipX = m_xScale.backwards->isChecked();
    state.logY = m_yScale.logarithmic->isChecked();
    state.flipY = m_yScale.backwards->isChecked();
    state.logColour = m_colourScale.logarithmic->isChecked();
    state.flipColour = m_colourScale.backwards->isChecked();
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
        choose(*m_xColumn, QString::fromStdString(state.columns[0]));
        choose(*m_yColumn, QString::fromStdString(state.columns[1]));
        choose(*m_colourColumn, QString::fromStdString(state.colour));
    }
    m_mode->setCurrentIndex(m_mode->findData(state.mode));
    m_reduction->setCurrentIndex(m_reduction->findData(state.reduction));
    if (state.pointSize > 0) m_pointSize->setValue(state.pointSize);
    m_colourScale.logarithmic->setChecked(state.logColour);
    m_colourScale.backwards->setChecked(state.flipColour);
    showColumns();
    m_xScale.logarithmic->setChecked(state.logX);
    m_xScale.backwards->setChecked(state.flipX);
    m_yScale.logarithmic->setChecked(state.logY);
    m_yScale.backwards->setChecked(state.flipY);
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
    for (QComboBox* list : {m_xColumn, m_yColumn, m_colourColumn, m_mode, m_reduction}) {
        returnFocus(*list, *m_map);
    }
    returnFocus(*m_pointSize, *m_map);
    for (QComboBox* list : {m_xColumn, m_yColumn, m_colourColumn}) {
        connect(list, &QComboBox::activated, this, [this] {
            showColumns();
            mapSet();
        });
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
    for (const ScaleActions& scale : {m_xScale, m_yScale, m_colourScale}) {
        for (const QAction* action : {scale.logarithmic, scale.backwards}) {
            connect(action, &QAction::triggered, this, [this] {
                showScales();
                mapSet();
            });
        }
    }
    connect(m_spectrum, &SpectrumView::modeChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::residualChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::linesVisibleChanged, this, &MainWindow::spectrumSet);
    connect(m_spectrum, &SpectrumView::lineGroupChanged, this, &MainWindow::spectrumSet);
    m_notedSpectrum = spectrumSettings();
}

MainWindow::SpectrumSettings MainWindow::spectrumSettings() const {
    SpectrumSettings settings{
        static_cast<int>(m_spectrum->mode()), static_cast<int>(m_spectrum->residual()), m_spectrum->linesVisible(), {}};
    for (const LineGroup group : lineGroups) {
        if (!m_spectrum->lineGroupVisible(group)) settings.hiddenLines.push_back(static_cast<int>(group));
    }
    return settings;
}

void MainWindow::setSpectrumSettings(const SpectrumSettings& settings) {
    const QSignalBlocker blocker(m_spectrum);
    m_spectrum->setMode(static_cast<SpectrumMode>(settings.mode));
    m_spectrum->setResidual(static_cast<Residual>(settings.residual));
    m_spectrum->setLinesVisible(settings.lines);
    for (const LineGroup group : lineGroups) {
        const bool hidden =
            std::ranges::find(settings.hiddenLines, static_cast<int>(group)) != settings.hiddenLines.end();
        m_spectrum->setLineGroupVisible(group, !hidden);
    }
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
