// The import wizard as a person uses it: from the File menu to the catalogue in the window.
#include "app/window/import_controller.h"
#include "app/window/main_window.h"
#include "core/catalog/catalog_file.h"
#include "tests/support/archive_files.h"
#include "tests/support/temporary_folder.h"
#include "widgets/import_wizard.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QStyleOptionViewItem>
#include <QTabWidget>
#include <QTableWidget>
#include <QTest>

#include <filesystem>
#include <memory>

namespace zscape {

class ImportWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        test::writeSpectra(path("a.csv"), {{1, 10, 11}, {2, 20, 21}, {3, 30, 31}});
        test::writeSpectra(path("b.csv"), {{3, 1, 1}, {4, 40, 41}});
        test::writeText(path("labels.csv"),
                        "source_id,teff,phot_g_mean_mag,t_other\n1,4100,12,7\n2,4200,13,8\n4,4400,18,9\n");
        test::writeText(path("noid.csv"), "name,teff\nx,4100\n");
    }
    void init() {
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->resize(1400, 880);
        m_window->show();
        m_window->findChild<QAction*>(QStringLiteral("importAction"))->trigger();
        m_wizard = m_window->findChild<ImportWizard*>();
        QVERIFY(QTest::qWaitForWindowExposed(m_wizard));
    }
    void cleanup() { m_window.reset(); }

    void standsInTheFileMenu() {
        const QList<QAction*> actions = m_window->menu(MainMenu::File).actions();
        QVERIFY(actions.contains(m_window->findChild<QAction*>(QStringLiteral("importAction"))));
    }

    void goesFromFilesToTheCatalogueInTheWindow() {
        QVERIFY(!next()->isEnabled()); // nothing to import yet
        m_wizard->files().addSpectra({file("a.csv"), file("b.csv")});
        m_wizard->files().addLabels({file("labels.csv")});
        save("wizard_files");
        click(next());
        auto* columns = m_wizard->findChild<QTableWidget*>(QStringLiteral("importColumns"));
        // The aliases are preselected: teff is TEFF; t_other is no label that Zscape knows.
        QCOMPARE(textOf(*columns, QStringLiteral("teff"), 1), QStringLiteral("TEFF"));
        QCOMPARE(itemOf(*columns, QStringLiteral("teff"))->checkState(), Qt::Checked);
        QCOMPARE(itemOf(*columns, QStringLiteral("t_other"))->checkState(), Qt::Unchecked);
        toggle(*columns, QStringLiteral("t_other"));
        QCOMPARE(itemOf(*columns, QStringLiteral("t_other"))->checkState(), Qt::Checked);
        save("wizard_columns");
        click(next());
        auto* formulas = m_wizard->findChild<QPlainTextEdit*>(QStringLiteral("importFormulas"));
        formulas->setFocus();
        QTest::keyClicks(formulas, QStringLiteral("G < 17"));
        save("wizard_stars");
        click(next());
        typeOut("o.h5");
        QCOMPARE(next()->text(), QStringLiteral("&Import"));
        click(next());
        QTRY_VERIFY_WITH_TIMEOUT(finish()->isEnabled(), 30000);
        save("wizard_report");
        const QString report = m_wizard->findChild<QPlainTextEdit*>(QStringLiteral("importReport"))->toPlainText();
        QVERIFY2(report.contains(QStringLiteral("has no row in labels.csv")), qPrintable(report));
        QVERIFY2(report.contains(QStringLiteral("cut G < 17")), qPrintable(report));
        const Catalog catalog = readCatalog(path("o.h5"));
        QCOMPARE(catalog.rows(), std::size_t{2}); // 3 has no labels, 4 is too faint
        QCOMPARE(catalog.require("TEFF").number(1), 4200.0);
        QCOMPARE(catalog.require("t_other").number(1), 8.0);
        QSignalSpy changed(&m_window->session(), &Session::changed);
        click(finish());
        QVERIFY(changed.wait(30000));
        QCOMPARE(m_window->session().catalog()->rows(), std::size_t{2});
    }

    void withoutLabelsItSkipsTheirPage() {
        m_wizard->files().addSpectra({file("a.csv")});
        click(next());
        QVERIFY(m_wizard->findChild<QRadioButton*>(QStringLiteral("importAll"))->isVisible());
    }

    void asksForTheSourceIdOfATableWithout() {
        m_wizard->files().addSpectra({file("a.csv")});
        m_wizard->files().addLabels({file("noid.csv")});
        click(next());
        QVERIFY(!next()->isEnabled());
        QVERIFY(m_wizard->findChild<QLabel*>(QStringLiteral("importColumnsProblem"))
                    ->text()
                    .contains(QStringLiteral("source_id")));
    }

    void twoColumnsOfOneNameAreRefusedAtOnce() {
        m_wizard->files().addSpectra({file("a.csv")});
        m_wizard->files().addLabels({file("labels.csv")});
        click(next());
        auto* columns = m_wizard->findChild<QTableWidget*>(QStringLiteral("importColumns"));
        toggle(*columns, QStringLiteral("t_other"));
        QVERIFY(next()->isEnabled());
        columns->item(itemOf(*columns, QStringLiteral("t_other"))->row(), 1)->setText(QStringLiteral("teff"));
        QVERIFY(!next()->isEnabled());
    }

    void aTickIsSeenOnTheSelectedRow() {
        m_wizard->files().addSpectra({file("a.csv")});
        m_wizard->files().addLabels({file("labels.csv")});
        click(next());
        auto* columns = m_wizard->findChild<QTableWidget*>(QStringLiteral("importColumns"));
        columns->setCurrentCell(0, 0);
        QCOMPARE(columns->item(0, 0)->checkState(), Qt::Checked);
        const QRect cell = columns->visualItemRect(columns->item(0, 0));
        QStyleOptionViewItem option;
        option.rect = cell;
        option.widget = columns;
        option.features = QStyleOptionViewItem::HasCheckIndicator;
        const QRect box = columns->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, columns);
        const QColor found =
            columns->viewport()->grab().toImage().pixelColor(box.center().x(), box.top() + box.height() / 5);
        const QColor row = columns->palette().color(QPalette::Highlight);
        QVERIFY2(std::abs(found.lightness() - row.lightness()) > 60, qPrintable(found.name() + u' ' + row.name()));
    }

    void aFailureIsOneSentenceAndGoingBackHelps() {
        m_wizard->files().addSpectra({file("a.csv")});
        click(next());
        auto* formulas = m_wizard->findChild<QPlainTextEdit*>(QStringLiteral("importFormulas"));
        QTest::keyClicks(formulas, QStringLiteral("nonsense > 3"));
        click(next());
        typeOut("f.h5");
        click(next());
        auto* text = m_wizard->findChild<QLabel*>(QStringLiteral("importText"));
        QTRY_VERIFY_WITH_TIMEOUT(text->text().contains(QStringLiteral("nonsense")), 30000);
        QVERIFY(!finish()->isEnabled());
        QVERIFY(!std::filesystem::exists(path("f.h5")));
        auto* back = m_wizard->button(QWizard::BackButton);
        click(back);
        click(back);
        formulas->clear();
        click(next());
        click(next());
        QTRY_VERIFY_WITH_TIMEOUT(finish()->isEnabled(), 30000);
        QVERIFY(std::filesystem::exists(path("f.h5")));
    }

    void outlivesAChangeOfTheme() {
        m_wizard->files().addSpectra({file("a.csv")});
        for (const Theme theme : {Theme::Dark, Theme::Light, Theme::Dark}) {
            m_window->setTheme(theme);
            click(next());
            click(m_wizard->button(QWizard::BackButton));
        }
        const QImage picture = m_wizard->grab().toImage();
        QVERIFY(picture.pixelColor(picture.width() / 2, picture.height() - 8).lightness() < 100);
        m_window->setTheme(Theme::Light);
    }

    void closingInTheMiddleStopsIt() {
        m_wizard->files().addSpectra({file("a.csv")});
        click(next());
        click(next());
        typeOut("g.h5");
        click(next());
        m_window.reset(); // joins the job's thread: a crash or a hang fails the test
    }

private:
    /// Pictures to look at in both themes, where somebody asks for them.
    void save(const std::string& name) {
        const QByteArray folder = qgetenv("ZSCAPE_TEST_PICTURES");
        if (folder.isEmpty()) return;
        for (const auto& [theme, ending] :
             {std::pair(Theme::Dark, "_dark.png"), std::pair(Theme::Light, "_light.png")}) {
            m_window->setTheme(theme);
            QTest::qWait(200);
            m_wizard->grab().save(QString::fromLocal8Bit(folder) + u'/' + QString::fromStdString(name + ending));
        }
    }
    QString file(const std::string& name) const { return QString::fromStdString(path(name).string()); }
    std::filesystem::path path(const std::string& name) const { return m_folder / name; }
    QAbstractButton* next() { return m_wizard->button(QWizard::NextButton); }
    QAbstractButton* finish() { return m_wizard->button(QWizard::FinishButton); }
    static void click(QAbstractButton* button) { QTest::mouseClick(button, Qt::LeftButton); }
    void typeOut(const std::string& name) {
        auto* out = m_wizard->findChild<QLineEdit*>(QStringLiteral("importOut"));
        out->clear();
        QTest::keyClicks(out, file(name));
    }
    static QTableWidgetItem* itemOf(const QTableWidget& table, const QString& from) {
        for (int row = 0; row < table.rowCount(); ++row) {
            if (table.item(row, 0)->text() == from) return table.item(row, 0);
        }
        return nullptr;
    }
    static QString textOf(const QTableWidget& table, const QString& from, int column) {
        return table.item(itemOf(table, from)->row(), column)->text();
    }
    /// Space on the row, as a person without a mouse does.
    static void toggle(QTableWidget& table, const QString& from) {
        table.setFocus();
        table.setCurrentItem(itemOf(table, from));
        QTest::keyClick(&table, Qt::Key_Space);
    }

    test::TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
    ImportWizard* m_wizard = nullptr;
};

} // namespace zscape

QTEST_MAIN(zscape::ImportWindowTest)
#include "import_window_test.moc"
