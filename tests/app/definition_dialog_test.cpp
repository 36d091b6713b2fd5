// The dialog in which a selection is typed: fields for its kind, the text of the definition below them, errors at once.
#include "app/window/definition_dialog.h"
#include "app/window/latent_controller.h"
#include "app/window/selections_controller.h"
#include "tests/app/selections_example.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace zscape {

class DefinitionDialogTest : public test::SelectionsExample {
    Q_OBJECT

private slots:
    void initTestCase() { makeExample(); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void aRangeIsTypedInThreeFields() {
        choose(QStringLiteral("From a ran&ge of a column…"));
        QVERIFY2(ok()->isEnabled(), qPrintable(dialog()->message())); // sensible to begin with
        QVERIFY(!dialog()->text().isVisible());
        type("Column", "TEFF");
        type("From, first", "4500");
        type("From, second", "");
        QVERIFY(dialog()->text().toPlainText().contains(QStringLiteral("4500")));
        agree();
        const auto& range = std::get<RangeShape>(store().list()[0].definition.shape);
        QCOMPARE(range.column, std::string("TEFF"));
        QVERIFY(std::isinf(range.high));
        QCOMPARE(store().count(0), countWhere([t = teff()](std::size_t row) { return t[row] >= 4500; }));
    }

    void whatIsWrongIsSaidAtOnceAndCannotBeAgreedTo() {
        choose(QStringLiteral("From a ran&ge of a column…"));
        const std::pair<const char*, const char*> wrong[] = {{"From, first", "warm"}, {"From, first", "1e400"}};
        for (const auto& [name, text] : wrong) {
            type(name, text);
            QVERIFY(!ok()->isEnabled());
            QVERIFY2(dialog()->message().contains(QString::fromLatin1(text)), qPrintable(dialog()->message()));
        }
        type("From, first", "9");
        type("From, second", "-3,5"); // below the low end
        QVERIFY2(dialog()->message().contains(QStringLiteral("empty")), qPrintable(dialog()->message()));
        type("From, first", "-7");
        QVERIFY2(ok()->isEnabled(), qPrintable(dialog()->message()));
        type("Column", "no_such_column");
        QVERIFY2(dialog()->message().contains(QStringLiteral("lacks no_such_column")), qPrintable(dialog()->message()));
        type("Column", "TEFF +* 2");
        QVERIFY(!ok()->isEnabled());
    }

    void aCurveIsTypedAsAFormulaOrAsPointsWithItsSide() {
        choose(QStringLiteral("Above or below a typed &curve…"));
        QVERIFY2(ok()->isEnabled(), qPrintable(dialog()->message()));
        type("x", "TEFF");
        type("y", "LOGG");
        type("y of x", "5.9 - 0.4*x/");
        QVERIFY(!ok()->isEnabled());
        type("y of x", "5.9 - 0.4*x/1000");
        pick("Stars", 1); // below
        agree();
        const std::vector<double> logg = *m_window->session().table()->exact("LOGG");
        const std::vector<double> t = teff();
        const auto below = [&](std::size_t row) { return logg[row] < 5.9 - 0.4 * t[row] / 1000; };
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), countWhere(below));
        QVERIFY(store().count(0) > 20 && store().count(0) < 1980);
        // The same line by two of its points.
        m_window->selections().edit(0);
        pick("Curve as", 1);
        auto* points = dialog()->findChild<QPlainTextEdit*>(QStringLiteral("curvePoints"));
        QTest::keyClicks(points, QStringLiteral("4000, 4.3"));
        QVERIFY2(dialog()->message().contains(QStringLiteral("two points")), qPrintable(dialog()->message()));
        QTest::keyClick(points, Qt::Key_Return);
        QTest::keyClicks(points, QStringLiteral("5000 x"));
        QVERIFY2(dialog()->message().contains(QStringLiteral("“5000 x”")), qPrintable(dialog()->message()));
        QTest::keyClick(points, Qt::Key_Backspace);
        QTest::keyClicks(points, QStringLiteral("3.9"));
        QTest::keyClick(dialog()->findChild<QAbstractButton*>(QStringLiteral("curveExtended")), Qt::Key_Space);
        agree();
        const auto& curve = std::get<CurveShape>(store().list()[0].definition.shape);
        QVERIFY(curve.line == (std::vector<DataPoint>{{4000, 4.3}, {5000, 3.9}}));
        QVERIFY(curve.formula.empty() && curve.extended && curve.side == CurveSide::Below);
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), countWhere(below));
    }

    void howManyOfTheNearestStarsIsAsked() {
        choose(QStringLiteral("&Nearest stars of the latent point…"));
        type("Stars", "2.5");
        QVERIFY(!ok()->isEnabled());
        type("Stars", "37");
        agree();
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), std::size_t{37});
        const auto& shape = std::get<NearestShape>(store().list()[0].definition.shape);
        const std::vector<float>& point = m_window->controller().latent();
        QCOMPARE(shape.point.size(), point.size());
        for (std::size_t k = 0; k < point.size(); ++k) {
            QVERIFY(std::abs(shape.point[k] - static_cast<double>(point[k])) <
                    1e-5 * std::max(1.0, std::abs(shape.point[k])));
        }
    }

    void theShareOfTheDensestStarsIsAsked() {
        choose(QStringLiteral("&Densest part of the map…"));
        type("Threshold", "120");
        QVERIFY2(dialog()->message().contains(QStringLiteral("100 %")), qPrintable(dialog()->message()));
        type("Threshold", "10");
        type("Bins along x, y, first", "20");
        type("Bins along x, y, second", "20");
        agree();
        const auto& shape = std::get<DensityShape>(store().list()[0].definition.shape);
        QCOMPARE(shape.threshold, 0.1);
        QVERIFY(shape.rule == DensityRule::Densest && shape.binsX == 20);
        QTRY_VERIFY(store().stars(0));
        QVERIFY2(store().count(0) >= 200 && store().count(0) < 300, std::to_string(store().count(0)).c_str());
    }

    void fieldsAndTextShowTheSameDefinition() {
        RectangleShape box;
        box.axes = {"z1", "z2", false, false};
        box.from = {-1, -2};
        box.to = {0.1, 2};
        store().add({"box", 0xFFE69F00, true, box}, QStringLiteral("new"));
        m_window->selections().edit(0);
        QCOMPARE(field("x from, second")->text(), QStringLiteral("0.1"));
        QTest::mouseClick(&dialog()->advanced(), Qt::LeftButton);
        QVERIFY(dialog()->text().isVisible());
        type("x from, second", "0.75");
        QVERIFY(dialog()->text().toPlainText().contains(QStringLiteral("0.75")));
        replaceText(QStringLiteral(R"({"type": "rectangle", "x": "z1", "y": "z3", "from": [0, 0], "to": [1, 4.5]})"));
        QCOMPARE(field("y from, second")->text(), QStringLiteral("4.5"));
        QCOMPARE(dialog()->findChild<QComboBox*>()->currentText(), QStringLiteral("z1"));
        // Another kind has other fields, what cannot be read leaves them.
        replaceText(QStringLiteral(R"({"type": "range", "column": "TEFF", "low": 4000})"));
        QVERIFY(!field("y from, second"));
        QCOMPARE(field("From, first")->text(), QStringLiteral("4000"));
        replaceText(QStringLiteral("{"));
        QVERIFY(!ok()->isEnabled());
        replaceText(QStringLiteral(R"({"type": "range", "column": "TEFF", "low": 4200})"));
        agree();
        QCOMPARE(std::get<RangeShape>(store().list()[0].definition.shape).low, 4200.0);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(store().list()[0].definition == Definition(box));
    }

    void aLassoHasOnlyItsTextAndARenamedOneKeepsEveryDigit() {
        PolygonShape lasso;
        lasso.axes = {"z1", "z2", false, false};
        lasso.vertices = {{-1.0 / 3, -1}, {1, -1}, {0, 1}};
        store().add({"lasso", 0xFFE69F00, true, lasso}, QStringLiteral("new"));
        m_window->selections().edit(0);
        QVERIFY(dialog()->text().isVisible());
        dialog()->name().selectAll();
        QTest::keyClicks(&dialog()->name(), QStringLiteral("thirds"));
        agree();
        QCOMPARE(names(), QStringLiteral("thirds"));
        QVERIFY(store().list()[0].definition == Definition(lasso));
    }

private:
    void choose(const QString& entry) {
        chooseInMenu(entry);
        QVERIFY(dialog());
    }
    DefinitionDialog* dialog() { return m_window->findChild<DefinitionDialog*>(); }
    QPushButton* ok() { return dialog()->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok); }
    /// By the name that a screen reader says.
    QLineEdit* field(const char* name) {
        for (QLineEdit* line : dialog()->findChildren<QLineEdit*>()) {
            const auto* list = qobject_cast<QComboBox*>(line->parentWidget());
            if ((list ? list->accessibleName() : line->accessibleName()) == QLatin1String(name)) return line;
        }
        return nullptr;
    }
    void type(const char* name, const char* text) {
        QLineEdit* line = field(name);
        QVERIFY2(line, name);
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, QString::fromLatin1(text));
    }
    void pick(const char* name, int index) {
        for (QComboBox* list : dialog()->findChildren<QComboBox*>()) {
            if (list->accessibleName() != QLatin1String(name)) continue;
            QTest::keyClick(list, Qt::Key_Home);
            for (int k = 0; k < index; ++k) {
                QTest::keyClick(list, Qt::Key_Down);
            }
            QCOMPARE(list->currentIndex(), index);
        }
    }
    void replaceText(const QString& text) {
        dialog()->text().selectAll();
        QTest::keyClicks(&dialog()->text(), text);
    }
    void agree() {
        QVERIFY2(ok()->isEnabled(), qPrintable(dialog()->message()));
        QTest::mouseClick(ok(), Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!dialog());
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
};

} // namespace zscape

QTEST_MAIN(zscape::DefinitionDialogTest)
#include "definition_dialog_test.moc"
