// Views that draw stars one by one: scatter plots, with the Kiel and alpha diagrams, and the sky.
#include "app/window/column_list.h"
#include "app/window/contour_job.h"
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/scales_menu.h"
#include "app/window/view_links.h"
#include "app/window/view_panels.h"
#include "core/base/error.h"
#include "widgets/scatter_view.h"
#include "widgets/sky_view.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QStatusBar>

#include <utility>

namespace zscape {

namespace {

QComboBox* makeChoice(const QString& purpose, const QStringList& names) {
    auto* list = new QComboBox;
    list->addItems(names);
    list->setToolTip(purpose);
    list->setAccessibleName(purpose);
    return list;
}

std::vector<double> rangesOf(const ScatterView& view) {
    return {view.xAxis().lower, view.xAxis().upper, view.yAxis().lower, view.yAxis().upper};
}

/// Once: what a session file says is where the view begins.
void zoomTo(ScatterView& view, std::vector<double>& ranges) {
    const std::vector<double> ends = std::exchange(ranges, {});
    if (ends.size() != 4) return;
    AxisRange x = view.xAxis();
    AxisRange y = view.yAxis();
    x.lower = ends[0];
    x.upper = ends[1];
    y.lower = ends[2];
    y.upper = ends[3];
    view.setAxes(x, y);
}

} // namespace

ScatterPanel::ScatterPanel(MainWindow& window, ViewState state)
    : ViewPanel(window, std::move(state)),
      m_ranges(ViewPanel::state().ranges) {
    m_x = addColumn(tr("x"), tr("Horizontal axis"), false);
    m_y = addColumn(tr("y"), tr("Vertical axis"), false);
    m_colour = addColumn(tr("colour"), tr("Colour"), true);
    m_mode = makeChoice(tr("How stars are drawn (keys S, D, C)"), {tr("stars"), tr("density"), tr("contours")});
    m_reduction = makeChoice(tr("What a pixel shows of the stars that fall on it"),
                             {tr("mean"), tr("median"), tr("minimum"), tr("maximum"), tr("count"), tr("random top"),
                              tr("fraction selected")});
    m_controls->addWidget(m_mode);
    m_controls->addWidget(m_reduction);
    m_scales = addScales(ScalesMenu::Axes::Both);
    m_view = new ScatterView;
    m_view->setRobustFit(true);
    setContent(*m_view);
    connect(m_x, &ColumnList::columnChanged, this, [this] { chooseAxis(0, m_x->column()); });
    connect(m_y, &ColumnList::columnChanged, this, [this] { chooseAxis(1, m_y->column()); });
    connect(m_colour, &ColumnList::columnChanged, this, [this] { chooseColour(m_colour->column()); });
    connect(m_mode, &QComboBox::activated, this, [this](int mode) { wish([&](ViewState& one) { one.mode = mode; }); });
    connect(m_reduction, &QComboBox::activated, this,
            [this](int reduction) { wish([&](ViewState& one) { one.reduction = reduction; }); });
    connect(m_view, &ScatterView::drawModeChanged, this,
            [this](DrawMode mode) { wish([&](ViewState& one) { one.mode = static_cast<int>(mode); }); });
    connect(m_view, &ScatterView::starPicked, &window.session(),
            [&window](qsizetype row) { window.session().setPicked(static_cast<std::size_t>(row)); });
    connect(m_view, &ScatterView::nothingPicked, &window.session(), [&window] { window.session().setPicked({}); });
    connect(&window.session(), &Session::pickedChanged, this, &ScatterPanel::showPicked);
    window.links().link(*m_view, [this] {
        return PlaneAxes{ViewPanel::state().columns[0], ViewPanel::state().columns[1], m_view->xAxis().logarithmic,
                         m_view->yAxis().logarithmic};
    });
}

void ScatterPanel::chooseAxis(std::size_t which, const std::string& column) {
    wish([&](ViewState& one) {
        one.columns[which] = column;
        const bool backwards = PlotColumns::runsBackwards(QString::fromStdString(column));
        (which == 0 ? one.logX : one.logY) = false;
        (which == 0 ? one.flipX : one.flipY) = backwards;
    });
}

void ScatterPanel::showData() {
    const ViewState& now = state();
    m_mode->setCurrentIndex(now.mode);
    m_reduction->setCurrentIndex(now.reduction);
    m_scales->show(now);
    ScatterColumns columns;
    columns.x = values(now.columns[0], m_x);
    columns.y = values(now.columns[1], m_y);
    columns.labels = values(now.colour, m_colour);
    columns.xLabel = labelOf(now.columns[0]);
    columns.yLabel = labelOf(now.columns[1]);
    if (columns.labels) {
        columns.colourLabel = labelOf(now.colour);
    }
    // Without labels of counts.
    const ColourScale scale = colourScaleOf(columns.labels ? *columns.labels : std::vector<float>(),
                                            scaleChoiceOf(now, columns.labels && zeroMatters(now.colour)));
    m_scales->setShown(scale);
    m_view->setColourScale(scale);
    m_shown = columns;
    m_view->setHighlightsByLabel(now.selectedByLabel);
    m_view->setColumns(columns);
    RasterStyle style = rasterStyleOf(now);
    style.pointSize = m_window.session().table()->rows() < 20000 ? 4 : 2;
    m_view->setRasterStyle(style);
    m_view->setDrawMode(static_cast<DrawMode>(now.mode));
    AxisRange x = m_view->xAxis();
    AxisRange y = m_view->yAxis();
    const std::tuple axes(columns.x, columns.y, now.logX, now.logY, now.flipX, now.flipY);
    if (axes != m_fitted) {
        x.logarithmic = now.logX;
        x.flipped = now.flipX;
        y.logarithmic = now.logY;
        y.flipped = now.flipY;
        m_view->setAxes(x, y);
        m_view->fitToData();
        m_fitted = axes;
        zoomTo(*m_view, m_ranges);
    }
    m_window.links().refresh();
    showPicked();
}

bool ScatterPanel::showNothing(const QString& why) {
    m_shown = {};
    m_fitted = {};
    m_view->setColumns({});
    m_view->setPicked({});
    m_view->setEmptyText(why);
    m_scales->show(state());
    return true;
}

void ScatterPanel::showPicked() {
    const std::optional<std::size_t> row = m_window.session().picked();
    std::optional<QPointF> at;
    if (row && m_shown.x && m_shown.y && *row < m_shown.x->size()) {
        at = QPointF((*m_shown.x)[*row], (*m_shown.y)[*row]);
    }
    m_view->setPicked(at);
}

ViewState ScatterPanel::snapshot() const {
    ViewState now = state();
    now.ranges = m_shown.x && m_ranges.empty() ? rangesOf(*m_view) : m_ranges;
    return now;
}

void ScatterPanel::setTheme(Theme theme) {
    m_view->setTheme(theme);
}

SkyPanel::SkyPanel(MainWindow& window, ViewState state)
    : ViewPanel(window, std::move(state)),
      m_ranges(ViewPanel::state().ranges) {
    m_longitude = addColumn(tr("longitude"), tr("Longitude [deg]: l or right ascension"), false);
    m_latitude = addColumn(tr("latitude"), tr("Latitude [deg]: b or declination"), false);
    m_colour = addColumn(tr("colour"), tr("Colour"), true);
    m_scales = addScales(ScalesMenu::Axes::None);
    m_view = new SkyView;
    new ContourJob(m_view->map(), window.session());
    setContent(*m_view);
    const auto choose = [this](std::size_t which, ColumnList* list) {
        wish([&](ViewState& one) { one.columns[which] = list->column(); });
    };
    connect(m_longitude, &ColumnList::columnChanged, this, [this, choose] { choose(0, m_longitude); });
    connect(m_latitude, &ColumnList::columnChanged, this, [this, choose] { choose(1, m_latitude); });
    connect(m_colour, &ColumnList::columnChanged, this, [this] { chooseColour(m_colour->column()); });
    Session& session = window.session();
    connect(m_view, &SkyView::starPicked, &session,
            [&session](qsizetype row) { session.setPicked(static_cast<std::size_t>(row)); });
    connect(m_view, &SkyView::nothingPicked, &session, [&session] { session.setPicked({}); });
    connect(m_view, &SkyView::hovered, &session, [&session](std::optional<qsizetype> row) {
        session.setHovered(row ? std::optional(static_cast<std::size_t>(*row)) : std::nullopt);
    });
    connect(&session, &Session::hoveredChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setHovered(row);
    });
    connect(&session, &Session::pickedChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setPicked(row);
    });
    connect(m_view, &SkyView::shapeDrawn, this, [this](const PlotShape& shape, ShapeModifier modifier) {
        const ViewState& now = ViewPanel::state();
        m_window.links().take(shape, modifier, {now.columns[0], now.columns[1], false, false});
    });
    connect(&window.links(), &ViewLinks::toolChanged, m_view, &SkyView::setTool);
    connect(&m_view->map(), &ScatterView::toolChanged, &window.links(), &ViewLinks::setTool);
    connect(&window.links(), &ViewLinks::highlightsChanged, this, [this] {
        if (m_rows == m_window.session().table()->rows()) m_view->setHighlights(m_window.links().highlights());
    });
    connect(&window.dropped(), &DroppedStars::changed, this, [this] {
        const std::vector<std::string>& now = ViewPanel::state().columns;
        if (m_rows > 0) m_view->setMarkedStars(m_window.dropped().marks(now[0], now[1]));
    });
    connect(m_view, &SkyView::markedStarPicked, &window.dropped(), &DroppedStars::pick);
    connect(&window.links(), &ViewLinks::neighboursChanged, this,
            [this] { m_view->map().setNeighbours(m_window.links().neighbours()); });
    connect(&m_view->map(), &ScatterView::trackDrawn, this, [this] {
        m_window.statusBar()->showMessage(tr("A track is drawn in a plane of two columns or latents, not on the sky."),
                                          10'000);
    });
    m_view->setTool(window.links().tool());
    m_view->map().setNeighbours(window.links().neighbours());
}

void SkyPanel::showData() {
    const ViewState& now = state();
    SkyView::Columns columns;
    // What a new sky map asks for; many catalogues have neither.
    const StarTable& table = *m_window.session().table();
    const bool absent = now.columns == std::vector<std::string>{"l", "b"} && !(table.find("l") && table.find("b"));
    if (absent) {
        m_longitude->setColumn("l");
        m_latitude->setColumn("b");
    } else {
        columns.longitude = values(now.columns[0], m_longitude);
        columns.latitude = values(now.columns[1], m_latitude);
    }
    if (!columns.longitude || !columns.latitude) {
        throw Error(tr("This catalogue has no positions (l and b, or RA and Dec): choose two columns in degrees.")
                        .toStdString());
    }
    columns.labels = values(now.colour, m_colour);
    m_scales->show(now);
    columns.longitudeLabel = QString::fromStdString(now.columns[0]);
    columns.latitudeLabel = QString::fromStdString(now.columns[1]);
    if (columns.labels) {
        columns.colourLabel = labelOf(now.colour);
    }
    // Without labels of counts.
    const ColourScale scale = colourScaleOf(columns.labels ? *columns.labels : std::vector<float>(),
                                            scaleChoiceOf(now, columns.labels && zeroMatters(now.colour)));
    m_scales->setShown(scale);
    m_view->setColourScale(scale);
    m_view->setRasterStyle(rasterStyleOf(now));
    m_view->map().setHighlightsByLabel(now.selectedByLabel);
    const bool equatorial =
        QString::fromStdString(now.columns[0]).startsWith(QStringLiteral("ra"), Qt::CaseInsensitive);
    m_view->setColumns(columns, equatorial ? 180 : 0);
    m_rows = columns.longitude->size();
    zoomTo(m_view->map(), m_ranges);
    m_view->setHighlights(m_window.links().highlights());
    m_view->setMarkedStars(m_window.dropped().marks(now.columns[0], now.columns[1]));
    m_view->setPicked(m_window.session().picked());
}

bool SkyPanel::showNothing(const QString& why) {
    m_rows = 0;
    m_view->setMarkedStars({});
    m_view->setColumns({});
    m_view->map().setEmptyText(why);
    m_scales->show(state());
    return true;
}

ViewState SkyPanel::snapshot() const {
    ViewState now = state();
    now.ranges = m_rows > 0 && m_ranges.empty() ? rangesOf(m_view->map()) : m_ranges;
    return now;
}

void SkyPanel::setTheme(Theme theme) {
    m_view->setTheme(theme);
}

} // namespace zscape
