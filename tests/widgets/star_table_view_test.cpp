// The table of stars: sorting, exact ids, digits, and millions of rows.
#include "tests/widgets/shown_scatter.h"
#include "widgets/star_table_view.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QSignalSpy>

using namespace zscape;
using namespace zscape::test;

namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<const std::vector<std::int64_t>> someIds() {
    return std::make_shared<const std::vector<std::int64_t>>(
        std::vector<std::int64_t>{4408000000000000001, 4408000000000000003, 4408000000000000002, 7});
}

StarTableModel::Column tableColumn(std::vector<double> values) {
    return {QStringLiteral("TEFF"), QStringLiteral("Teff [K]"),
            std::make_shared<const std::vector<double>>(std::move(values)), QStringLiteral("Temperature")};
}

} // namespace

class StarTableViewTest : public QObject {
    Q_OBJECT
private slots:
    void tableSortsWithMissingLast();
    void tableShowsIdsExactlyAndCopiesRows();
    void tableRoundsAColumnAlike();
    void tableSortsMillions();
};

void StarTableViewTest::tableSortsWithMissingLast() {
    StarTableView view;
    view.resize(500, 300);
    view.stars().setStars(someIds(), {tableColumn({5000, missing, -1, 6000})});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy picked(&view, &StarTableView::starPicked);
    const auto header = [&](int section) {
        QTest::mouseClick(view.horizontalHeader()->viewport(), Qt::LeftButton, {},
                          QPoint(view.columnViewportPosition(section) + 30, view.horizontalHeader()->height() / 2));
    };
    const auto order = [&] {
        std::vector<std::size_t> stars;
        for (int row = 0; row < view.stars().rowCount(); ++row) {
            stars.push_back(view.stars().starOf(row));
        }
        return stars;
    };
    QCOMPARE(order(), (std::vector<std::size_t>{0, 1, 2, 3}));
    header(1);
    QCOMPARE(order(), (std::vector<std::size_t>{2, 0, 3, 1}));
    header(1);
    QCOMPARE(order(), (std::vector<std::size_t>{3, 0, 2, 1}));
    header(0);
    QCOMPARE(order(), (std::vector<std::size_t>{3, 0, 2, 1})); // ids differ in the last of 19 digits
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(view.model()->index(1, 1)).center());
    QCOMPARE(picked.size(), 1);
    QCOMPARE(picked.at(0).at(0).value<qsizetype>(), qsizetype{0});
    view.setPicked(2);
    QCOMPARE(view.currentIndex().row(), 2);
    QCOMPARE(picked.size(), 1); // told, not asked
    view.stars().setShown(bits(4, {1, 3}));
    QCOMPARE(order(), (std::vector<std::size_t>{3, 1}));
    QCOMPARE(view.stars().rowOf(0), -1);
}

void StarTableViewTest::tableShowsIdsExactlyAndCopiesRows() {
    StarTableView view;
    view.resize(500, 300);
    view.stars().setStars(someIds(), {tableColumn({5000.123456789, missing, -1, 6000})});
    view.setHighlights({{bits(4, {1}), 0xFFE69F00}, {bits(4, {2}), 0xFFE69F00, ClassMark::Up}});
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const auto cell = [&](int row, int section, int role = Qt::DisplayRole) {
        return view.model()->data(view.model()->index(row, section), role);
    };
    QCOMPARE(cell(1, 0).toString(), QStringLiteral("4408000000000000003"));
    QCOMPARE(cell(1, 1).toString(), QStringLiteral("—"));
    const auto mark = [&](int row) { return cell(row, 0, Qt::DecorationRole).value<QIcon>().pixmap(14).toImage(); };
    QCOMPARE(mark(1).pixelColor(mark(1).rect().center()), QColor(0xE69F00));
    QCOMPARE(mark(2).pixelColor(mark(2).rect().center()), QColor(0xE69F00));
    QVERIFY(mark(1) != mark(2)); // of one colour, by their shapes
    QVERIFY(!cell(0, 0, Qt::DecorationRole).isValid());
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(view.model()->index(0, 1)).center());
    QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::ShiftModifier,
                      view.visualRect(view.model()->index(1, 1)).center());
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(),
             QStringLiteral("source_id\tTEFF\n4408000000000000001\t5000.123456789\n4408000000000000003\tnan\n"));
}

void StarTableViewTest::tableRoundsAColumnAlike() {
    StarTableModel model;
    auto ids = std::make_shared<const std::vector<std::int64_t>>(std::vector<std::int64_t>{1, 2, 3});
    const auto column = [](const char* id, std::vector<double> values) {
        return StarTableModel::Column{
            QLatin1String(id), QLatin1String(id), std::make_shared<const std::vector<double>>(std::move(values)), {}};
    };
    model.setStars(ids, {column("z", {0.855172, -9.65075e-5, -1.05756}), column("teff", {4799.31, 5210.7, 3900}),
                         column("flag", {0, 1048576, 3}), column("tiny", {1.5e-17, 2.25e-17, std::nan("")})});
    const auto texts = [&](int section) {
        QStringList all;
        for (int row = 0; row < 3; ++row) {
            all += model.index(row, section).data().toString();
        }
        return all.join(u' ');
    };
    QCOMPARE(texts(1), QStringLiteral("0.8552 −0.0001 −1.0576"));
    QCOMPARE(texts(2), QStringLiteral("4,799 5,211 3,900"));
    QCOMPARE(texts(3), QStringLiteral("0 1,048,576 3"));
    QCOMPARE(texts(4), QStringLiteral("1.500×10⁻¹⁷ 2.250×10⁻¹⁷ —"));
    QVERIFY(model.headerData(1, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignRight);
}

void StarTableViewTest::tableSortsMillions() {
    std::vector<double> values(1000003);
    std::vector<std::uint32_t> rows(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] = k % 1000 == 0 ? missing : static_cast<double>((k * 7919) % 10007);
        rows[k] = static_cast<std::uint32_t>(k);
    }
    const std::vector<std::uint32_t> sorted = sortedRows(values, rows, false);
    std::vector<std::uint32_t> expected = rows;
    std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (std::isnan(values[a]) || std::isnan(values[b])) return !std::isnan(values[a]) && std::isnan(values[b]);
        return values[a] < values[b];
    });
    QCOMPARE(sorted, expected);
}

QTEST_MAIN(StarTableViewTest)
#include "star_table_view_test.moc"
