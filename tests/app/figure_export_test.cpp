// Figures of views through the window: buttons, menu, dialog and files, with the mouse and the keyboard.
#include "app/window/figures_controller.h"
#include "app/window/main_window.h"
#include "app/window/paper_figures.h"
#include "app/window/view_manager.h"
#include "app/window/view_panel.h"
#include "tests/app/figure_example.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/scatter_view.h"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace zscape;

class FigureExportTest : public test::FigureExample {
    Q_OBJECT
private slots:
    void initTestCase() { openExample(); }
    void cleanupTestCase() { m_window.reset(); }

    void theButtonOfAViewExportsItWithTheMouse() {
        ViewManager& views = m_window->views();
        const std::string id = views.add(views.kiel());
        ViewPanel* panel = views.panel(id);
        QTRY_VERIFY(panel->isVisible());
        auto* button = panel->findChild<QToolButton*>(QStringLiteral("figureOfView"));
        QVERIFY(button);
        QSignalSpy drawn(m_controller, &FiguresController::drawn);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(m_controller->dialog());
        QVERIFY(drawn.wait(20000));
        FigureDialog* dialog = m_controller->dialog();
        choosePng(*dialog);

        QSignalSpy exported(m_controller, &FiguresController::exported);
        exportAs("kiel view");
        QVERIFY(exported.wait(20000));
        QVERIFY(std::filesystem::exists(m_folder / "kiel view.png"));
        QVERIFY2(dialog->message().startsWith(QStringLiteral("Wrote ")) &&
                     dialog->message().contains(QStringLiteral("kiel view.csv")),
                 qPrintable(dialog->message()));
        const QImage image(QString::fromStdString((m_folder / "kiel view.png").string()));
        QCOMPARE(image.pixel(2, 2), qRgb(255, 255, 255)); // light in the dark theme, too

        // Once more: asked first; Cancel leaves the files, Replace writes them.
        std::ofstream(m_folder / "kiel view.csv") << "mine";
        exportAs("kiel view");
        auto* question = waitFor<QMessageBox>(QStringLiteral("replaceFigure"));
        QVERIFY(question);
        QVERIFY(question->text().contains(QStringLiteral("kiel view.png, kiel view.csv")));
        QTest::keyClick(question, Qt::Key_Escape);
        QTRY_VERIFY(!dialog->findChild<QMessageBox*>(QStringLiteral("replaceFigure")));
        QCOMPARE(read(m_folder / "kiel view.csv"), std::string("mine"));
        exportAs("kiel view");
        question = waitFor<QMessageBox>(QStringLiteral("replaceFigure"));
        QVERIFY(question);
        for (QAbstractButton* one : question->buttons())
            if (question->buttonRole(one) == QMessageBox::AcceptRole) QTest::mouseClick(one, Qt::LeftButton);
        QVERIFY(exported.wait(20000));
        QVERIFY(read(m_folder / "kiel view.csv") != "mine");

        // A folder that cannot be: one sentence, and the preview stays.
        QSignalSpy failed(m_controller, &FiguresController::exportFailed);
        m_controller->exportTo(m_folder / "nowhere" / "x.png");
        QVERIFY(failed.wait(20000));
        QVERIFY2(dialog->message().contains(QStringLiteral("nowhere")) && !dialog->message().contains(u'\n'),
                 qPrintable(dialog->message()));
        QVERIFY(dialog->findChild<QPushButton*>(QStringLiteral("exportFigure"))->isEnabled());
        dialog->close();
    }

    void theMenuListsViewsAndRemembersWhatWasChosen() {
        auto* menu = m_window->findChild<QMenu*>(QStringLiteral("figureViews"));
        QVERIFY(menu);
        // From Qt 6.5 on a menu wants the pointer moved before it takes a click.
        QTest::mouseMove(m_window->windowHandle(), QPoint(700, 600));
        menu->popup(m_window->mapToGlobal(QPoint(200, 200)));
        QTRY_VERIFY(menu->isVisible());
        QAction* spectrum = nullptr;
        for (QAction* action : menu->actions())
            if (action->objectName() == QStringLiteral("figureOf-spectrum")) spectrum = action;
        QVERIFY(spectrum);
        QSignalSpy drawn(m_controller, &FiguresController::drawn);
        QTest::mouseClick(menu, Qt::LeftButton, Qt::NoModifier, menu->actionGeometry(spectrum).center());
        QVERIFY(drawn.wait(20000));
        // The format of the last export.
        QCOMPARE(m_controller->dialog()->ending(), QStringLiteral(".png"));
        QVERIFY(!m_controller->dialog()->findChild<QComboBox*>(QStringLiteral("figurePreset"))->isVisible());
        m_controller->dialog()->close();
    }

    void panelsAreOpenedByTheirNamesFromTheCommandLine() {
        const std::string picture = (m_folder / "panels.png").string();
        const std::string window = (m_folder / "mock.h5").string() + " --model demo --screenshot " + picture;
        const test::ProgramResult two = test::runZscape(window + " --panels tracks,response");
        QVERIFY2(two.exitCode == 0, two.err.c_str());
        QVERIFY(std::filesystem::exists(picture));
        const test::ProgramResult none = test::runZscape(window + " --panels tracks,nosuch");
        QCOMPARE(none.exitCode, 1);
        QVERIFY2(none.err.find("'nosuch'") != std::string::npos && none.err.find("response") != std::string::npos,
                 none.err.c_str());
    }

    void thisViewIsTheOneThatHadTheFocus() {
        ViewManager& views = m_window->views();
        ViewState histogram;
        histogram.kind = "histogram";
        histogram.columns = {"LOGG"};
        const std::string id = views.add(histogram);
        QTRY_VERIFY(views.panel(id)->isVisible());
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QSignalSpy drawn(m_controller, &FiguresController::drawn);
        for (const bool onHistogram : {true, false}) {
            QWidget* focus =
                onHistogram ? views.panel(id)->findChild<QComboBox*>() : static_cast<QWidget*>(&m_window->map());
            focus->setFocus();
            QTest::keyClick(focus, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(drawn.wait(20000));
            QCOMPARE(m_controller->dialog()->windowTitle() == QStringLiteral("Histogram of LOGG"), onHistogram);
            m_controller->dialog()->close();
            QTRY_VERIFY(!m_controller->dialog());
            m_window->activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        }
    }

    void theToolBarExportsTheMap() {
        auto* button = m_window->findChild<QToolButton*>(QStringLiteral("export"));
        const QSize before = m_window->size();
        m_window->resize(1366, 768);
        QCOMPARE(m_window->width(), 1366);
        QTRY_VERIFY(button->isVisible()); // on a small laptop, too
        QTest::mouseClick(button, Qt::LeftButton, {}, {12, button->height() / 2});
        FigureDialog* dialog = m_controller->dialog();
        QVERIFY(dialog);
        QCOMPARE(dialog->windowTitle(), QStringLiteral("The map as a figure"));
        dialog->close();
        m_window->resize(before);
    }

    void thePaperIsReproducedIntoAFolder() {
        QSettings().setValue("figure/format", ".svg");
        QSettings().setValue("figure/dpi", 300);
        auto* action = m_window->findChild<QAction*>(QStringLiteral("reproducePaper"));
        const std::filesystem::path folder = m_folder / "paper";
        std::filesystem::create_directories(folder);
        action->trigger();
        auto* folders = m_window->findChild<QFileDialog*>(QStringLiteral("paperFolder"));
        QVERIFY(folders);
        folders->setDirectory(QString::fromStdString(folder.parent_path().string()));
        folders->selectFile(QStringLiteral("paper"));
        QSignalSpy drawn(m_window->findChild<PaperFigures*>(), &PaperFigures::drawn);
        QSignalSpy failed(&m_window->session(), &Session::failed);
        auto* open = folders->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Open);
        QTRY_VERIFY(open->isEnabled());
        QTest::mouseClick(open, Qt::LeftButton);
        QTRY_VERIFY(!m_window->isIdle()); // a job of the window, with its progress and Cancel
        QVERIFY(m_window->findChild<QPushButton*>(QStringLiteral("cancelJob"))->isVisible());
        QVERIFY(drawn.wait(120000));
        const QStringList leftOut = drawn.front().front().toStringList();
        std::size_t written = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            written += entry.path().extension() == ".svg";
        QCOMPARE(written + static_cast<std::size_t>(leftOut.size()), figureRecipes().size());
        QVERIFY2(written >= 6, qPrintable(leftOut.join(u'|')));
        // What is left out is told once, all of it.
        QCOMPARE(failed.count(), leftOut.isEmpty() ? 0 : 1);
        for (const QString& one : leftOut)
            QVERIFY(failed.front().front().toString().contains(one));
    }

    void cancelEndsThePaper() {
        auto* paper = m_window->findChild<PaperFigures*>();
        QSignalSpy drawn(paper, &PaperFigures::drawn);
        paper->draw(m_folder / "stopped");
        QVERIFY(!m_window->isIdle());
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("cancelJob")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->isIdle(), 20000);
        QCOMPARE(drawn.count(), 0);
        QVERIFY(!std::filesystem::exists(m_folder / "stopped" / "corner.svg"));
    }

private:
    void choosePng(FigureDialog& dialog) {
        auto* format = dialog.findChild<QComboBox*>(QStringLiteral("figureFormat"));
        format->setFocus();
        QTest::keyClick(format, Qt::Key_End);
        QCOMPARE(dialog.ending(), QStringLiteral(".png"));
    }
    /// Export with the mouse, the file's name with the keyboard.
    void exportAs(const std::string& name) {
        FigureDialog* dialog = m_controller->dialog();
        auto* button = dialog->findChild<QPushButton*>(QStringLiteral("exportFigure"));
        QTRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        auto* files = waitFor<QFileDialog>(QStringLiteral("figureFile"));
        QVERIFY(files);
        auto* line = files->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        QVERIFY(line);
        line->selectAll();
        QTest::keyClicks(line, QString::fromStdString(name));
        QTest::mouseClick(files->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
    }
    template <typename Widget>
    Widget* waitFor(const QString& name) {
        Widget* found = nullptr;
        const auto look = [&] {
            for (Widget* one : m_controller->dialog()->findChildren<Widget*>(name))
                if (one->isVisible()) found = one;
            return found != nullptr;
        };
        return QTest::qWaitFor(look, 10000) ? found : nullptr;
    }
};

QTEST_MAIN(FigureExportTest)
#include "figure_export_test.moc"
