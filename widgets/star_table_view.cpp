#include "widgets/star_table_view.h"

#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "widgets/class_marks.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace zscape {

namespace {

constexpr int digits = 4;
constexpr std::size_t looked = 2000; ///< values from which a column's decimals are chosen

/// Whole numbers as such; else so many that a typical value has four digits, and the points stand below each other. -1
/// where that would be zeros mostly.
int decimalsOf(const std::vector<double>& values) {
    const std::size_t step = values.size() / looked + 1;
    std::vector<double> sizes;
    bool whole = true;
    for (std::size_t row = 0; row < values.size(); row += step) {
        const double size = std::abs(values[row]);
        if (!std::isfinite(size)) continue;
        whole = whole && size == std::floor(size);
        if (size > 0) sizes.push_back(size);
    }
    if (sizes.empty()) return whole ? 0 : digits - 1;
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    const int power = static_cast<int>(std::floor(std::log10(*middle)));
    if (power < -3 || power > 9) return -1;
    return whole ? 0 : std::max(0, digits - 1 - power);
}

/// Values as integers that sort as they do: IEEE 754 bits, negative numbers turned around; NaN after all others.
std::uint64_t sortKey(double value, bool descending) {
    if (std::isnan(value)) return ~std::uint64_t{0};
    const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
    const std::uint64_t key = bits >> 63 ? ~bits : bits | std::uint64_t{1} << 63;
    return descending ? ~key - 1 : key;
}

struct Keyed {
    std::uint64_t key;
    std::uint32_t position, row;
    bool operator<(const Keyed& other) const { return key != other.key ? key < other.key : position < other.position; }
};

std::vector<std::uint32_t> mergedRows(std::vector<Keyed>& keyed, ThreadPool& pool) {
    const std::size_t pieces = std::bit_ceil(static_cast<std::size_t>(pool.threadCount()));
    const auto edge = [&](std::size_t piece, std::size_t of) {
        return keyed.begin() + static_cast<std::ptrdiff_t>(keyed.size() * piece / of);
    };
    pool.forChunks(pieces, 1, [&](std::size_t piece, std::size_t, int) {
        std::sort(edge(piece, pieces), edge(piece + 1, pieces));
    });
    for (std::size_t parts = pieces / 2; parts >= 1; parts /= 2) {
        pool.forChunks(parts, 1, [&](std::size_t part, std::size_t, int) {
            std::inplace_merge(edge(2 * part, 2 * parts), edge(2 * part + 1, 2 * parts), edge(2 * part + 2, 2 * parts));
        });
    }
    std::vector<std::uint32_t> rows(keyed.size());
    std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const Keyed& each) { return each.row; });
    return rows;
}

} // namespace

std::vector<std::uint32_t> sortedRows(std::span<const double> values, const std::vector<std::uint32_t>& rows,
                                      bool descending) {
    std::vector<Keyed> keyed(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
        keyed[k] = {sortKey(values[rows[k]], descending), static_cast<std::uint32_t>(k), rows[k]};
    }
    ThreadPool pool(std::min(availableCores(), 8));
    return mergedRows(keyed, pool);
}

StarTableModel::StarTableModel(QObject* parent) : QAbstractTableModel(parent) {}

void StarTableModel::setStars(std::shared_ptr<const std::vector<std::int64_t>> ids, std::vector<Column> columns) {
    const std::size_t stars = ids ? ids->size() : 0;
    for (const Column& column : columns) {
        if (column.values && column.values->size() == stars) continue;
        throw Error("the columns of the star table differ in length from its ids; give both of the same catalogue");
    }
    beginResetModel();
    if (!m_ids || m_ids->size() != stars) {
        m_shown.reset();
        m_highlights.clear();
    }
    m_ids = std::move(ids);
    m_columns = std::move(columns);
    m_decimals.clear();
    for (const Column& column : m_columns) {
        m_decimals.push_back(decimalsOf(*column.values));
    }
    if (m_sortColumn > static_cast<int>(m_columns.size())) m_sortColumn = -1;
    reorder();
    endResetModel();
}

void StarTableModel::setShown(std::shared_ptr<const BitSet> shown) {
    if (shown && m_ids && shown->size() < m_ids->size()) {
        throw Error("the shown stars of the star table are of another catalogue; give a set of its stars");
    }
    beginResetModel();
    m_shown = std::move(shown);
    reorder();
    endResetModel();
}

void StarTableModel::setHighlights(std::vector<Highlight> highlights) {
    m_highlights = std::move(highlights);
    m_marks.clear();
    for (const Highlight& one : m_highlights) {
        const QColor colour = QColor::fromRgb(one.colour);
        m_marks.push_back(classMarkIcon(one.mark, colour, colour.darker(150))); // seen in both themes
    }
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DecorationRole});
}

void StarTableModel::reorder() {
    m_order.clear();
    const std::size_t stars = m_ids ? m_ids->size() : 0;
    m_order.reserve(m_shown ? m_shown->count() : stars);
    for (std::size_t star = 0; star < stars; ++star) {
        if (!m_shown || m_shown->test(star)) m_order.push_back(static_cast<std::uint32_t>(star));
    }
    if (m_sortColumn < 0) return;
    const bool descending = m_sortOrder == Qt::DescendingOrder;
    if (m_sortColumn > 0) {
        m_order = sortedRows(*m_columns[static_cast<std::size_t>(m_sortColumn) - 1].values, m_order, descending);
        return;
    }
    // Ids have more digits than a double.
    const std::vector<std::int64_t>& ids = *m_ids;
    std::stable_sort(m_order.begin(), m_order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return descending ? ids[a] > ids[b] : ids[a] < ids[b]; });
}

void StarTableModel::sort(int column, Qt::SortOrder order) {
    if (column > static_cast<int>(m_columns.size())) return;
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::size_t> stars;
    for (const QModelIndex& each : before) {
        stars.push_back(starOf(each.row()));
    }
    m_sortColumn = column;
    m_sortOrder = order;
    reorder();
    QModelIndexList after;
    for (qsizetype k = 0; k < before.size(); ++k) {
        after.append(index(rowOf(stars[static_cast<std::size_t>(k)]), before[k].column()));
    }
    changePersistentIndexList(before, after);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

int StarTableModel::rowOf(std::size_t star) const {
    if (m_sortColumn < 0 && !m_shown) return star < m_order.size() ? static_cast<int>(star) : -1;
    const auto found = std::find(m_order.begin(), m_order.end(), static_cast<std::uint32_t>(star));
    return found == m_order.end() ? -1 : static_cast<int>(found - m_order.begin());
}

int StarTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}
int StarTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size()) + 1;
}

QString StarTableModel::cellText(std::size_t star, int column) const {
    if (column == 0) return QString::number((*m_ids)[star]);
    const auto at = static_cast<std::size_t>(column) - 1;
    const double value = (*m_columns[at].values)[star];
    return m_decimals[at] < 0 ? significantText(value, digits) : fixedText(value, m_decimals[at]);
}

QVariant StarTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const std::size_t star = starOf(index.row());
    if (role == Qt::DisplayRole) return cellText(star, index.column());
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::FontRole && m_hovered == star) {
        QFont font = QApplication::font();
        font.setBold(true);
        return font;
    }
    if (role == Qt::DecorationRole && index.column() == 0) {
        for (std::size_t k = m_highlights.size(); k-- > 0;) {
            const BitSet& stars = *m_highlights[k].stars;
            if (star < stars.size() && stars.test(star)) return m_marks[k];
        }
    }
    return {};
}

QString StarTableModel::idOf(int section) const {
    if (section < 0 || section > static_cast<int>(m_columns.size())) return {};
    return section == 0 ? QStringLiteral("source_id") : m_columns[static_cast<std::size_t>(section) - 1].id;
}

int StarTableModel::sectionOf(const QString& id) const {
    for (int section = 0; section < columnCount(); ++section) {
        if (idOf(section) == id) return section;
    }
    return -1;
}

QVariant StarTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical) {
        if (role == Qt::DisplayRole) return withThousands(section + 1);
        return {};
    }
    if (section > static_cast<int>(m_columns.size())) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DisplayRole) return section == 0 ? tr("source_id") : m_columns[std::size_t(section) - 1].title;
    if (role == Qt::ToolTipRole) {
        const QString what =
            section == 0 ? tr("Gaia's identifier of the star") : m_columns[std::size_t(section) - 1].description;
        return what.isEmpty() ? tr("Click to sort") : what + QStringLiteral("\n") + tr("Click to sort");
    }
    return {};
}

QString StarTableModel::textOf(const std::vector<int>& rows) const {
    QString text = QStringLiteral("source_id");
    for (const Column& column : m_columns) {
        text += u'\t' + column.id;
    }
    text += u'\n';
    for (const int row : rows) {
        const std::size_t star = starOf(row);
        text += QString::number((*m_ids)[star]);
        for (const Column& column : m_columns) {
            text += u'\t' + QString::number((*column.values)[star], 'g', QLocale::FloatingPointShortest);
        }
        text += u'\n';
    }
    return text;
}

StarTableView::StarTableView(QWidget* parent) : QTableView(parent), m_model(new StarTableModel(this)) {
    setModel(m_model);
    setAccessibleName(tr("Star table"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(3 * gridUnit);
    horizontalHeader()->setDefaultSectionSize(14 * gridUnit);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (!current.isValid() || m_settingPicked) return;
        m_pickedByPress = true;
        emit starPicked(static_cast<qsizetype>(m_model->starOf(current.row())));
    });
    connect(this, &QTableView::pressed, this, [this](const QModelIndex& index) {
        // The current row can be picked again.
        if (!std::exchange(m_pickedByPress, false))
            emit starPicked(static_cast<qsizetype>(m_model->starOf(index.row())));
    });
    connect(this, &QTableView::entered, this,
            [this](const QModelIndex& index) { emit hovered(static_cast<qsizetype>(m_model->starOf(index.row()))); });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        if (m_model->columnCount() > 0) setColumnWidth(0, 22 * gridUnit);
    });
}

void StarTableView::setHighlights(std::vector<Highlight> highlights) {
    m_model->setHighlights(std::move(highlights));
    viewport()->update();
}

void StarTableView::setHovered(std::optional<std::size_t> star) {
    m_model->setHovered(star);
    viewport()->update();
}

void StarTableView::setPicked(std::optional<std::size_t> star) {
    m_settingPicked = true;
    const int row = star ? m_model->rowOf(*star) : -1;
    if (row < 0) {
        selectionModel()->clear();
    } else {
        selectionModel()->setCurrentIndex(m_model->index(row, 0),
                                          QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        scrollTo(m_model->index(row, 0), PositionAtCenter);
    }
    m_settingPicked = false;
}

void StarTableView::copyRows() const {
    std::vector<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows()) {
        rows.push_back(index.row());
    }
    std::sort(rows.begin(), rows.end());
    if (!rows.empty()) QApplication::clipboard()->setText(m_model->textOf(rows));
}

void StarTableView::mousePressEvent(QMouseEvent* event) {
    m_pickedByPress = false;
    QTableView::mousePressEvent(event);
}

void StarTableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copyRows();
    QTableView::keyPressEvent(event);
}

void StarTableView::leaveEvent(QEvent* event) {
    emit hovered(std::nullopt);
    QTableView::leaveEvent(event);
}

} // namespace zscape
