// Views that count stars or list them: histogram, corner plot and table.
#include "app/window/column_list.h"
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/star_spectrum_panel.h"
#include "app/window/view_links.h"
#include "app/window/view_panels.h"
#include "core/base/error.h"
#include "core/select/export_selection.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"
#include "widgets/star_table_view.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <utility>

namespace zscape {

HistogramPanel::HistogramPanel(MainWindow& window, ViewState state)
    : ViewPanel(window, std::move(state)),
      m_ranges(ViewPanel::state().ranges) {
    m_column = addColumn(tr("column"), tr("Column whose values are counted"), false);
    m_bins = new QSpinBox;
    m_bins->setRange(5, 1000);
    m_bins->setSuffix(tr(" bins"));
    m_bins->setAccessibleName(tr("Number of bins"));
    m_bins->setToolTip(tr("Into how many equal steps the axis is parted"));
    m_bins->setKeyboardTracking(false);
    m_logarithmic = new QCheckBox(tr("log counts"));
    m_logarithmic->setToolTip(tr("Counts on a logarithmic axis, so that rare values are seen beside common ones (G)"));
    m_controls->addWidget(m_bins);
    m_controls->addWidget(m_logarithmic);
    m_view = new HistogramView;
    setContent(*m_view);
    connect(m_column, &ColumnList::columnChanged, this,
            [this] { wish([&](ViewState& one) { one.columns = {m_column->column()}; }); });
    connect(m_bins, &QSpinBox::valueChanged, this,
            [this](int bins) { wish([&](ViewState& one) { one.bins = bins; }); });
    connect(m_logarithmic, &QCheckBox::clicked, this,
            [this](bool on) { wish([&](ViewState& one) { one.logY = on; }); });
    m_view->setTool(window.links().tool());
    connect(&window.links(), &ViewLinks::toolChanged, m_view, &HistogramView::setTool);
    connect(m_view, &HistogramView::toolChanged, &window.links(), &ViewLinks::setTool);
    connect(m_view, &HistogramView::shapeDrawn, this, [this](const PlotShape& shape, ShapeModifier modifier) {
        m_window.links().take(shape, modifier, {ViewPanel::state().columns[0], {}, false, false});
    });
    connect(&window.session(), &Session::hoveredChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setHovered(row);
    });
    connect(&window.links(), &ViewLinks::highlightsChanged, this, [this] {
        if (m_rows == m_window.session().table()->rows()) m_view->setHighlights(m_window.links().highlights());
    });
    connect(&window.dropped(), &DroppedStars::changed, this, [this] {
        if (m_rows > 0) m_view->setMarkedStars(m_window.dropped().marks(ViewPanel::state().columns[0]));
    });
    connect(m_view, &HistogramView::markedStarPicked, &window.dropped(), &DroppedStars::pick);
    connect(&window.links(), &ViewLinks::tracksChanged, this, &HistogramPanel::showTracks);
}

void HistogramPanel::showEvent(QShowEvent* event) {
    ViewPanel::showEvent(event);
    showTracks();
}

void HistogramPanel::showTracks() {
    if (m_rows == 0 || m_rows != m_window.session().table()->rows() || !isVisible()) return;
    m_view->setTracks(tracksInHistogram(m_window.links().tracks(), state().columns.at(0), m_window.theme()),
                      alongScale());
}

void HistogramPanel::showData() {
    const ViewState& now = state();
    m_bins->setValue(now.bins);
    m_logarithmic->setChecked(now.logY);
    HistogramView::Columns columns;
    columns.values = values(now.columns.at(0), m_column);
    if (!columns.values) throw Error(tr("Choose a column.").toStdString());
    columns.label = labelOf(now.columns[0]);
    if (columns.values->size() != m_rows) m_view->setHighlights({});
    m_view->setColumns(columns);
    m_rows = columns.values->size();
    m_view->setBins(now.bins);
    m_view->setCountsLogarithmic(now.logY);
    const std::vector<double> ends = std::exchange(m_ranges, {});
    if (ends.size() == 2) {
        AxisRange axis = m_view->axis();
        axis.lower = ends[0];
        axis.upper = ends[1];
        m_view->setAxis(axis);
    }
    m_view->setCumulativeShown(!now.flipY);
    m_view->setHighlights(m_window.links().highlights());
    m_view->setMarkedStars(m_window.dropped().marks(now.columns[0]));
    showTracks();
}

ViewState HistogramPanel::snapshot() const {
    ViewState now = state();
    now.ranges = m_rows > 0 && m_ranges.empty() ? std::vector{m_view->axis().lower, m_view->axis().upper} : m_ranges;
    now.flipY = m_rows > 0 ? !m_view->cumulativeShown() : now.flipY;
    return now;
}

void HistogramPanel::setTheme(Theme theme) {
    m_view->setTheme(theme);
}

CornerPanel::CornerPanel(MainWindow& window, ViewState state) : ViewPanel(window, std::move(state)) {
    auto* text = new QLineEdit;
    text->setPlaceholderText(tr("all latents"));
    text->setAccessibleName(tr("Columns of the corner plot"));
    text->setToolTip(
        tr("Columns, parted by commas, e.g. z1, z4, TEFF, M_H; empty for all latents. Click a panel to open "
           "it as a view of its own."));
    QStringList shown;
    for (const std::string& column : ViewPanel::state().columns) {
        shown += QString::fromStdString(column);
    }
    text->setText(shown.join(QStringLiteral(", ")));
    m_controls->addWidget(text, 4);
    m_view = new CornerView;
    setContent(*m_view);
    connect(text, &QLineEdit::editingFinished, this, [this, text] {
        wish([&](ViewState& one) {
            one.columns.clear();
            for (const QString& part : text->text().split(u',', Qt::SkipEmptyParts)) {
                if (!part.trimmed().isEmpty()) one.columns.push_back(part.trimmed().toStdString());
            }
        });
    });
    connect(
        m_view, &CornerView::shapeDrawn, this, [this](int x, int y, const PlotShape& shape, ShapeModifier modifier) {
            const std::vector<std::string> all = columns();
            m_window.links().take(shape, modifier,
                                  {all[static_cast<std::size_t>(x)], all[static_cast<std::size_t>(y)], false, false});
        });
    connect(m_view, &CornerView::panelActivated, this, [this](int x, int y) {
        const std::vector<std::string> all = columns();
        ViewState view;
        view.kind = x == y ? "histogram" : "scatter";
        view.columns = {all[static_cast<std::size_t>(x)]};
        if (x != y) view.columns.push_back(all[static_cast<std::size_t>(y)]);
        emit viewWished(view);
    });
    connect(&window.links(), &ViewLinks::toolChanged, m_view, &CornerView::setTool);
    connect(m_view, &CornerView::toolChanged, &window.links(), &ViewLinks::setTool);
    connect(&window.session(), &Session::hoveredChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setHovered(row);
    });
    connect(&window.links(), &ViewLinks::highlightsChanged, this, [this] {
        if (m_rows == m_window.session().table()->rows()) m_view->setHighlights(m_window.links().highlights());
    });
    connect(&window.dropped(), &DroppedStars::changed, this, [this] {
        if (m_rows > 0) m_view->setMarkedStars(m_window.dropped().marks(columns()));
    });
    m_view->setTool(window.links().tool());
    connect(m_view, &CornerView::trackDrawn, this, [this](int x, int y, const PlotShape& shape) {
        const std::vector<std::string> all = columns();
        const std::vector<AxisRange>& limits = m_view->limits();
        const auto xAt = static_cast<std::size_t>(x);
        const auto yAt = static_cast<std::size_t>(y);
        m_window.links().takeTrack(shape, {all[xAt], all[yAt], false, false}, limits[xAt], limits[yAt]);
    });
    connect(&window.links(), &ViewLinks::tracksChanged, this, &CornerPanel::showTracks);
    connect(&window.links(), &ViewLinks::neighboursChanged, this,
            [this] { m_view->setNeighbours(m_window.links().neighbours()); });
}

void CornerPanel::showEvent(QShowEvent* event) {
    ViewPanel::showEvent(event);
    showTracks();
}

void CornerPanel::showTracks() {
    if (m_rows == 0 || m_rows != m_window.session().table()->rows() || !isVisible()) return;
    m_view->setTracks(tracksInCorner(m_window.links().tracks(), columns(), m_window.theme()), alongScale());
}

std::vector<std::string> CornerPanel::columns() const {
    if (!state().columns.empty()) return state().columns;
    std::vector<std::string> latents;
    for (const StarTable::Entry& entry : m_window.session().table()->entries()) {
        if (entry.latent >= 0 && latents.size() < 16) latents.push_back(entry.id);
    }
    return latents;
}

void CornerPanel::showData() {
    CornerView::Columns shown;
    for (const std::string& column : columns()) {
        shown.values.push_back(values(column, nullptr));
        shown.labels.push_back(labelOf(column));
    }
    if (shown.values.empty()) throw Error(tr("A corner plot of latents wants a model; open one.").toStdString());
    const std::size_t rows = shown.values.front()->size();
    if (rows != m_rows) m_view->setHighlights({});
    m_view->setColumns(shown);
    m_rows = rows;
    m_view->setHighlights(m_window.links().highlights());
    m_view->setMarkedStars(m_window.dropped().marks(columns()));
    m_view->setNeighbours(m_window.links().neighbours());
    showTracks();
}

bool CornerPanel::showNothing(const QString& why) {
    m_rows = 0;
    m_view->setHighlights({});
    m_view->setColumns({});
    m_view->setEmptyText(why);
    return true;
}

void CornerPanel::setTheme(Theme theme) {
    m_view->setTheme(theme);
}

TablePanel::TablePanel(MainWindow& window, ViewState state) : ViewPanel(window, std::move(state)) {
    m_onlySelected = new QCheckBox(tr("only the current selection"));
    m_onlySelected->setToolTip(tr("Rows of the stars in the selection that is marked in the Selections panel"));
    m_controls->addWidget(m_onlySelected);
    auto* write = new QPushButton(tr("Export…"));
    write->setObjectName(QStringLiteral("exportRows"));
    write->setToolTip(tr("Write the rows as they are shown, in this order, with every column"));
    connect(write, &QPushButton::clicked, this, &TablePanel::chooseExport);
    m_controls->addWidget(write);
    m_view = new StarTableView;
    setContent(*m_view);
    Session& session = window.session();
    connect(m_onlySelected, &QCheckBox::clicked, this,
            [this](bool on) { wish([&](ViewState& one) { one.flipX = on; }); });
    connect(m_view->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
            [this](int section, Qt::SortOrder order) {
                if (m_filling) return;
                wish([&](ViewState& one) {
                    one.sorted = m_view->stars().idOf(section).toStdString();
                    one.descending = order == Qt::DescendingOrder;
                });
            });
    connect(m_view, &StarTableView::starPicked, &session,
            [&session](qsizetype row) { session.setPicked(static_cast<std::size_t>(row)); });
    connect(m_view, &StarTableView::hovered, &session, [&session](std::optional<qsizetype> row) {
        session.setHovered(row ? std::optional(static_cast<std::size_t>(*row)) : std::nullopt);
    });
    connect(&session, &Session::hoveredChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setHovered(row);
    });
    connect(&session, &Session::pickedChanged, this, [this](std::optional<std::size_t> row) {
        if (m_rows > 0) m_view->setPicked(row);
    });
    connect(&window.links(), &ViewLinks::highlightsChanged, this, &TablePanel::showSelected);
}

void TablePanel::showData() {
    m_onlySelected->setChecked(state().flipX);
    const std::shared_ptr<const StarTable>& table = m_window.session().table();
    std::vector<StarTableModel::Column> columns;
    for (const StarTable::Entry& entry : table->entries()) {
        const QString id = QString::fromStdString(entry.id);
        const PlotColumns::Entry* label = m_window.columns().find(id);
        columns.push_back({id, label ? label->plain : id, table->exact(entry.id), {}});
    }
    std::shared_ptr<const std::vector<std::int64_t>> ids;
    if (table->catalog()) {
        const auto& all = table->catalog()->sourceIds();
        ids = std::make_shared<const std::vector<std::int64_t>>(all.begin(), all.end());
    }
    m_view->stars().setShown(nullptr);
    m_view->setHighlights({});
    m_view->stars().setStars(std::move(ids), std::move(columns));
    m_filling = true;
    m_view->sortByColumn(m_view->stars().sectionOf(QString::fromStdString(state().sorted)),
                         state().descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    m_filling = false;
    m_rows = table->rows();
    showSelected();
    m_view->setPicked(m_window.session().picked());
}

void TablePanel::chooseExport() {
    auto* files = new QFileDialog(this, tr("Export the rows"), QString(),
                                  tr("CSV (*.csv);;ECSV (*.ecsv);;HDF5 (*.h5);;FITS (*.fits);;VOTable (*.vot)"));
    files->setObjectName(QStringLiteral("rowsFile"));
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setAcceptMode(QFileDialog::AcceptSave);
    files->setDefaultSuffix(QStringLiteral("csv"));
    connect(files, &QFileDialog::fileSelected, this, [this](const QString& path) { exportRows(path.toStdString()); });
    files->open();
}

void TablePanel::exportRows(const std::filesystem::path& path) {
    Session& session = m_window.session();
    if (m_rows != session.table()->rows()) return; // of a catalogue that is gone
    session.jobs().start<bool>(
        tr("Writing %1").arg(QString::fromStdString(path.filename().string())),
        [path, table = session.table(), rows = m_view->stars().order()](const JobContext& job) {
            writeTable(path, exportStars(*table, rows, columnList("all", *table), job), job);
            return true;
        },
        [this, path](bool) { emit exported(QString::fromStdString(path.string())); });
}

void TablePanel::showSelected() {
    if (m_rows == 0 || m_rows != m_window.session().table()->rows() || !isVisible()) return;
    const SelectionStore& store = m_window.session().selections();
    const bool only = state().flipX && store.current() && store.stars(*store.current());
    m_view->stars().setShown(only ? store.stars(*store.current()) : nullptr);
    m_view->setHighlights(m_window.links().highlights().list());
}

void TablePanel::setTheme(Theme theme) {
    static_cast<void>(theme); // follows the palette
}

ViewPanel* makeViewPanel(MainWindow& window, const ViewState& state) {
    if (state.kind == "scatter" && state.columns.size() == 2) return new ScatterPanel(window, state);
    if (state.kind == "sky" && state.columns.size() == 2) return new SkyPanel(window, state);
    if (state.kind == "histogram" && state.columns.size() == 1) return new HistogramPanel(window, state);
    if (state.kind == "corner") return new CornerPanel(window, state);
    if (state.kind == "table") return new TablePanel(window, state);
    if (state.kind == "spectrum") return new StarSpectrumPanel(window, state);
    throw Error("there is no view of the kind '" + state.kind + "' with " + std::to_string(state.columns.size()) +
                " columns; a newer Zscape may have it");
}

} // namespace zscape
