#pragma once

#include "core/base/bit_set.h"
#include "core/plot/classes.h"

#include <QAbstractTableModel>
#include <QIcon>
#include <QTableView>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace zscape {

/// The stars as rows of a table that is never built: cells are made when they are looked at. Numbers of a column
/// have the same decimals, as many as its values tell apart; ids are exact. Sorting makes one permutation of row
/// numbers.
class StarTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Column {
        QString id;                                        ///< "z1", "TEFF"; for copies
        QString title;                                     ///< plain text
        std::shared_ptr<const std::vector<double>> values; ///< one a star, NaN missing
        QString description;                               ///< tool tip of the header
    };
    explicit StarTableModel(QObject* parent = nullptr);
    /// Throws Error when lengths differ.
    void setStars(std::shared_ptr<const std::vector<std::int64_t>> ids, std::vector<Column> columns);
    /// Only these stars have rows; nullptr: all.
    void setShown(std::shared_ptr<const BitSet> shown);
    void setHighlights(std::vector<Highlight> highlights);
    /// In bold.
    void setHovered(std::optional<std::size_t> star) { m_hovered = star; }

    std::size_t starOf(int row) const { return m_order[static_cast<std::size_t>(row)]; }
    /// The star of each row, from the top.
    const std::vector<std::uint32_t>& order() const { return m_order; }
    /// -1 for a star without a row.
    int rowOf(std::size_t star) const;
    /// The id of a column of the table, "source_id" for the first; "" for none such.
    QString idOf(int section) const;
    int sectionOf(const QString& id) const; ///< -1 for none such
    /// Tab-separated with a header line, numbers with all their digits.
    QString textOf(const std::vector<int>& rows) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Missing values come last in both directions; equal ones keep the order of the catalogue.
    void sort(int column, Qt::SortOrder order) override;

private:
    void reorder();
    QString cellText(std::size_t star, int column) const;

    std::shared_ptr<const std::vector<std::int64_t>> m_ids;
    std::vector<Column> m_columns;
    std::vector<int> m_decimals; ///< of each column; -1 for powers of ten
    std::shared_ptr<const BitSet> m_shown;
    std::vector<Highlight> m_highlights;
    std::vector<QIcon> m_marks;         ///< of the highlights
    std::vector<std::uint32_t> m_order; ///< star of each row
    std::optional<std::size_t> m_hovered;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

/// Row numbers in the order of a column: the permutation behind a sorted table, made on all cores. NaN last; equal
/// values keep their order. Any thread.
std::vector<std::uint32_t> sortedRows(std::span<const double> values, const std::vector<std::uint32_t>& rows,
                                      bool descending);

/// A table of stars. Click a header to sort, click a row to pick its star, Ctrl+C copies the chosen rows.
class StarTableView : public QTableView {
    Q_OBJECT
public:
    explicit StarTableView(QWidget* parent = nullptr);
    StarTableModel& stars() { return *m_model; }
    void setHighlights(std::vector<Highlight> highlights);
    /// Marks a star that the pointer is on in another view; does not scroll.
    void setHovered(std::optional<std::size_t> star);
    /// Makes the star's row current and scrolls to it.
    void setPicked(std::optional<std::size_t> star);

signals:
    void starPicked(qsizetype star);
    void hovered(std::optional<qsizetype> star);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void copyRows() const;

    StarTableModel* m_model; // child
    bool m_settingPicked = false, m_pickedByPress = false;
};

} // namespace zscape
