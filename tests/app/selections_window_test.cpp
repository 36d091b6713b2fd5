// Selections in the window as a person makes them: real files, real jobs, real mouse and key events.
#include "app/window/definition_dialog.h"
#include "app/window/selection_panel.h"
#include "app/window/selections_controller.h"
#include "app/window/view_links.h"
#include "core/mock/mock_catalog.h"
#include "tests/app/selections_example.h"
#include "tests/support/temporary_folder.h"
#include "widgets/number_text.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeWidget>
#include <QUndoStack>

#include <fstream>

namespace zscape {

class SelectionsWindowTest : public test::SelectionsExample {
    Q_OBJECT

private slots:
    void initTestCase() { makeExample(); }

    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void aFormulaSelectsTheStarsItHoldsForAndSaysHowMany() {
        addFormula("cool", "teff < 5000");
        const std::size_t expected = countWhere([&](std::size_t row) { return teff()[row] < 5000; });
        QVERIFY(expected > 0 && expected < 2000);
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), expected);
        const auto* count = m_window->findChild<QLabel*>(QStringLiteral("selectedCount"));
        QCOMPARE(count->text(), QStringLiteral("%1 of 2,000 (%2 %) selected")
                                    .arg(withThousands(static_cast<qint64>(expected)))
                                    .arg(100.0 * static_cast<double>(expected) / 2000, 0, 'f', 1));
    }

    void undoAndRedoTakeBackAndRepeatEveryStep() {
        addFormula("cool", "z1 < 0");
        addFormula("hot", "z1 >= 0");
        store().rename(0, "cold");
        QCOMPARE(names(), QStringLiteral("cold,hot"));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(names(), QStringLiteral("cool,hot"));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(names(), QStringLiteral("cool"));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(names(), QStringLiteral("cold,hot"));
        QTRY_VERIFY(store().stars(0) && store().stars(1));
        QCOMPARE(store().count(0) + store().count(1), std::size_t{2000});
    }

    void theListAndTheViewsTellSelectionsApartWithoutTheirColours() {
        addFormula("cool", "z1 < 0");
        addFormula("hot", "z1 >= 0"); // of the same colour
        auto* list = m_window->findChild<QTreeWidget*>(QStringLiteral("selectionList"));
        const auto grey = [&](int row) {
            const QImage icon = list->topLevelItem(row)->icon(0).pixmap(28).toImage();
            return icon.convertToFormat(QImage::Format_Grayscale8);
        };
        QVERIFY(grey(0) != grey(1));
        const auto told = [&](int row) {
            return list->topLevelItem(row)->data(0, Qt::AccessibleDescriptionRole).toString();
        };
        QVERIFY2(told(0).contains(QStringLiteral("circle")), qPrintable(told(0)));
        QVERIFY2(told(1).contains(QStringLiteral("square")), qPrintable(told(1)));
        QTRY_VERIFY(store().stars(0) && store().stars(1));
        // Hiding the first leaves the second its shape, in the list and in the views.
        const QImage second = grey(1);
        Selection hidden = store().list()[0];
        hidden.visible = false;
        store().change(0, hidden, QStringLiteral("hide"));
        QCOMPARE(grey(1), second);
        const std::vector<Highlight> shown = m_window->links().highlights().list();
        QCOMPARE(shown.size(), std::size_t{1});
        QVERIFY(shown[0].mark == ClassMark::Square);
    }

    void theDialogNamesTheCharacterThatIsWrongAndAcceptsOnlyWhatIsRight() {
        addFormula("cool", "teff < 5000");
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier);
        auto* dialog = m_window->findChild<DefinitionDialog*>();
        QVERIFY(dialog);
        auto* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        dialog->formula().selectAll();
        QTest::keyClicks(&dialog->formula(), QStringLiteral("teff < < 4000"));
        QVERIFY(!ok->isEnabled());
        QVERIFY2(dialog->message().contains(QStringLiteral("character 8")), qPrintable(dialog->message()));
        dialog->formula().selectAll();
        QTest::keyClicks(&dialog->formula(), QStringLiteral("teff < 4500"));
        QVERIFY(ok->isEnabled());
        QTest::mouseClick(ok, Qt::LeftButton);
        const std::size_t expected = countWhere([&](std::size_t row) { return teff()[row] < 4500; });
        QTRY_VERIFY(store().stars(0) && store().count(0) == expected);
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(std::get<ExpressionShape>(store().list()[0].definition.shape).expression, std::string("teff < 5000"));
    }

    void aRectangleDrawnOnTheMapSelectsTheStarsInItWhateverTheZoom() {
        ScatterView& map = m_window->map();
        QTest::keyClick(&map, Qt::Key_R);
        const QRect area = map.plotArea();
        drag(area.topLeft() + QPoint(60, 80), area.center(), Qt::NoModifier);
        QCOMPARE(names(), QStringLiteral("drawn"));
        const auto shape = std::get<RectangleShape>(store().list()[0].definition.shape);
        const std::vector<double> x = *m_window->session().table()->exact(shape.axes.x);
        const std::vector<double> y = *m_window->session().table()->exact(shape.axes.y);
        const std::size_t expected = countWhere([&](std::size_t row) {
            return x[row] >= std::min(shape.from.x, shape.to.x) && x[row] <= std::max(shape.from.x, shape.to.x) &&
                   y[row] >= std::min(shape.from.y, shape.to.y) && y[row] <= std::max(shape.from.y, shape.to.y);
        });
        QVERIFY(expected > 20 && expected < 2000);
        QCOMPARE(store().count(0), expected);
        QCOMPARE(map.highlights().list().size(), std::size_t{1});
        m_window->resize(1100, 700);
        QTest::keyClick(&map, Qt::Key_Plus);
        QCOMPARE(store().count(0), expected);
        // Ctrl takes out what the same rectangle holds: nothing is left, and one undo brings it back.
        map.fitToData();
        QTest::keyClick(&map, Qt::Key_R);
        drag(map.plotArea().topLeft() + QPoint(1, 1), map.plotArea().bottomRight() - QPoint(1, 1), Qt::ControlModifier);
        QVERIFY(store().count(0) < expected);
        m_window->activateWindow();
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(store().count(0), expected);
    }

    void otherStarsHaveOtherSelectionsOfTheSameDefinitions() {
        addFormula("left", "z1 < 0");
        QTRY_VERIFY(store().stars(0));
        auto small = std::make_shared<const Catalog>(generateMockCatalog({300, 4, 0}));
        auto latents = std::make_shared<const Latents>(m_model->encode({small->coefficients(), small->gFlux()}, {}));
        m_window->session().setData(small, m_model, latents);
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().stars(0)->size(), std::size_t{300});
        QTRY_COMPARE(m_window->map().highlights().list().size(), std::size_t{1});
    }

    void theListHidesRenamesAndDeletesByKey() {
        addFormula("cool", "teff < 5000");
        addFormula("hot", "teff >= 5000");
        QTreeWidget& list = m_window->selections().panel().list();
        list.setCurrentItem(list.topLevelItem(1));
        QCOMPARE(store().current(), std::optional<std::size_t>(1));
        QTest::keyClick(&list, Qt::Key_Space);
        QVERIFY(!store().list()[1].visible);
        m_window->selections().panel().beginRename();
        auto* editor = list.findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, QStringLiteral("warm"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(names(), QStringLiteral("cool,warm")); // the list takes an editor's text in the next turn
        QTest::keyClick(&list, Qt::Key_Delete);
        QCOMPARE(names(), QStringLiteral("cool"));
        QCOMPARE(m_window->session().undo().count(), 5);
    }

    void combinationsFollowTheirPartsAndTheirNames() {
        addFormula("cool", "teff < 5000");
        addFormula("bright", "G < 15");
        QTreeWidget& list = m_window->selections().panel().list();
        list.selectAll();
        store().add(
            {"both", 0xFF009E73, true, combined(Combination::And, ReferenceShape{"cool"}, ReferenceShape{"bright"})},
            QStringLiteral("combine"));
        store().rename(0, "red");
        QTRY_VERIFY(store().stars(2));
        BitSet expected = *store().stars(0);
        expected &= *store().stars(1);
        QVERIFY(*store().stars(2) == expected);
    }

    void theCombineMenuMakesAnExclusiveOr() {
        addFormula("cool", "teff < 5000");
        addFormula("left", "z1 < 0");
        addFormula("odd", "z2 < 0");
        m_window->selections().panel().list().selectAll();
        chooseInMenu(QStringLiteral("E&xclusive or"));
        QCOMPARE(names(), QStringLiteral("cool,left,odd,cool xor left xor odd"));
        QTRY_VERIFY(store().stars(3));
        const std::vector<double> z1 = *m_window->session().table()->exact("z1");
        const std::vector<double> z2 = *m_window->session().table()->exact("z2");
        const std::vector<double> temperature = teff();
        std::size_t wrong = 0;
        for (std::size_t row = 0; row < 2000; ++row) {
            const int in = (temperature[row] < 5000 ? 1 : 0) + (z1[row] < 0 ? 1 : 0) + (z2[row] < 0 ? 1 : 0);
            if (store().stars(3)->test(row) != (in % 2 == 1)) ++wrong;
        }
        QCOMPARE(wrong, std::size_t{0});
        QVERIFY(store().count(3) > 0 && store().count(3) < 2000);
    }

    void theBuiltInsAreThereAndOneWithoutItsColumnsSaysWhichOneIsMissing() {
        m_window->selections().addBuiltIn("giants", SelectionPreset::Released);
        QTRY_VERIFY(store().stars(0));
        QVERIFY(store().count(0) > 0);
        store().add({"odd", 0xFF009E73, true, ExpressionShape{"no_such_column > 1"}}, QStringLiteral("odd"));
        QTRY_VERIFY(!store().problem(1).isEmpty());
        QVERIFY(store().problem(1).contains(QStringLiteral("no_such_column")));
        const QTreeWidget& list = m_window->selections().panel().list();
        QCOMPARE(list.topLevelItem(1)->text(1), QStringLiteral("no column"));
        QVERIFY(list.topLevelItem(1)->toolTip(1).contains(QStringLiteral("no_such_column")));
        QVERIFY(m_window->findChild<QLabel*>(QStringLiteral("selectedCount"))->text().endsWith(u"odd: no column"));
    }

    void aSelectionOfLatentsWithoutAModelSaysThatOneIsWanted() {
        addFormula("left", "z1 < 0");
        addFormula("bad", "teff <");
        store().add({"of none", 0xFF009E73, true, ReferenceShape{"nobody"}}, QStringLiteral("of none"));
        m_window->session().setData(m_catalog, nullptr, nullptr);
        const QTreeWidget& list = m_window->selections().panel().list();
        QTRY_COMPARE(list.topLevelItem(0)->text(1), QStringLiteral("no model"));
        QVERIFY(list.topLevelItem(0)->toolTip(1).contains(QStringLiteral("z1")));
        QCOMPARE(list.topLevelItem(1)->text(1), QStringLiteral("no formula"));
        QCOMPARE(list.topLevelItem(2)->text(1), QStringLiteral("no selection"));
        QVERIFY(list.topLevelItem(2)->toolTip(1).contains(QStringLiteral("nobody")));
    }

    void exportWritesTheStarsThatAreSelected() {
        addFormula("cool", "teff < 5000");
        QTRY_VERIFY(store().stars(0));
        QSignalSpy exported(&m_window->selections(), &SelectionsController::exported);
        const std::filesystem::path file = m_folder / "cool.csv";
        m_window->selections().exportCurrent(file, QStringLiteral("TEFF, z1"));
        QVERIFY(exported.wait(10000));
        std::ifstream stream(file);
        std::string line;
        std::getline(stream, line);
        QCOMPARE(line, std::string("source_id,TEFF,z1"));
        std::size_t lines = 0;
        while (std::getline(stream, line)) {
            ++lines;
        }
        QCOMPARE(lines, store().count(0));
    }

    void idsFromAFileBecomeASelection() {
        std::ofstream(m_folder / "mine.txt") << m_catalog->sourceIds()[5] << '\n' << m_catalog->sourceIds()[7] << '\n';
        m_window->selections().addFromFile(m_folder / "mine.txt");
        QTRY_COMPARE(names(), QStringLiteral("mine"));
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), std::size_t{2});
        QVERIFY(store().stars(0)->test(5) && store().stars(0)->test(7));
    }

private:
    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::SelectionsWindowTest)
#include "selections_window_test.moc"
