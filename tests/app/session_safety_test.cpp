// Nothing a user has saved or worked on gets lost: crashes, files opened in part, failed openings, closing.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"
#include "tests/app/session_example.h"

#include <QUndoStack>

#include <chrono>

namespace zscape {

class SessionSafetyTest : public test::SessionExample {
    Q_OBJECT
private slots:
    void initTestCase() { makeExample(); }

    void whatACrashLeavesIsOfferedAndAnEndIsNot() {
        QVERIFY(SessionController::leftBehind().empty());
        {
            const auto window = opened(path("data/work.zscape"));
            window->sessionFiles().keepCopy();
            QVERIFY(std::filesystem::exists(SessionController::copyPath()));
            // The copy of a program that runs is nobody else's.
            QVERIFY(SessionController::leftBehind().empty());
            // A program that was killed: its number is free again and its copy is there.
            std::filesystem::copy_file(SessionController::copyPath(), copyOfACrash());
        }
        QVERIFY(!std::filesystem::exists(SessionController::copyPath()));
        QCOMPARE(SessionController::leftBehind().size(), std::size_t{1});
        MainWindow window(Theme::Light);
        window.show();
        QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
        window.sessionFiles().offerRecovery();
        auto* question = window.findChild<QMessageBox*>(QStringLiteral("recoverQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->findChild<QAbstractButton*>(QStringLiteral("recover")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QCOMPARE(window.session().catalog()->rows(), std::size_t{500});
        QVERIFY(SessionController::leftBehind().empty());
        // It is saved nowhere else yet.
        QVERIFY(window.sessionFiles().hasUnsaved());
        QVERIFY(window.sessionFiles().path().empty());
        QVERIFY(std::filesystem::exists(SessionController::copyPath()));
    }

    void aCopyStaysUntilAllOfItIsInTheWindow() {
        // Its catalogue is on a drive that is not there now.
        const auto copy = copyOfACrash();
        SessionContent content = readSession(path("data/work.zscape")).content;
        content.catalog.path = path("drive/stars.h5");
        writeSession(copy, content);
        {
            MainWindow window(Theme::Light);
            window.show();
            window.setErrorsQuiet(true);
            window.sessionFiles().locate = [](const QString&) { return QString(); };
            QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
            answerRecovery(window, "recover");
            QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
            QVERIFY(std::filesystem::exists(copy));
            const QStringList recent = QSettings().value(QStringLiteral("recentFiles")).toStringList();
            QVERIFY(recent.filter(QStringLiteral("autosave")).isEmpty());
        }
        // "Not now" keeps it, "Delete it" does not.
        MainWindow window(Theme::Light);
        window.show();
        answerRecovery(window, "recoverLater");
        QCOMPARE(SessionController::leftBehind().size(), std::size_t{1});
        answerRecovery(window, "recoverNever");
        QVERIFY(SessionController::leftBehind().empty());
    }

    void theDemosModelOnOnesOwnStarsComesBackAsThat() {
        {
            MainWindow window(Theme::Light);
            window.show();
            window.session().open(Session::Source{path("data/stars.h5"), {}, {}, false, true});
            QTRY_VERIFY_WITH_TIMEOUT(window.isIdle() && window.session().latents(), 60000);
            QVERIFY(window.sessionFiles().saveTo(path("data/demo model.zscape")));
        }
        const auto window = opened(path("data/demo model.zscape"));
        QCOMPARE(window->session().catalog()->path(), path("data/stars.h5"));
        QVERIFY(window->session().isDemoModel());
        QVERIFY(!window->session().isDemoCatalog());
    }

    void whatCannotBeOpenedLeavesWindowAndFileAsTheyWere() {
        std::filesystem::create_directories(path("junk"));
        std::filesystem::copy_file(path("data/stars.h5"), path("junk/stars.h5"));
        std::filesystem::copy_file(path("data/work.zscape"), path("junk/work.zscape"));
        write(path("junk/model.h5"), "junk");
        const std::string before = read(path("junk/work.zscape"));
        MainWindow window(Theme::Light);
        window.show();
        window.setErrorsQuiet(true);
        QSignalSpy failed(&window.session(), &Session::failed);
        window.sessionFiles().open(path("junk/work.zscape"));
        QTRY_VERIFY_WITH_TIMEOUT(failed.size() == 1 && window.isIdle(), 30000);
        // Ctrl+S asks for a file, and without one writes nothing.
        int asked = 0;
        window.sessionFiles().askPath = [&](const QString&) { return ++asked, QString(); };
        QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier);
        QCOMPARE(asked, 1);
        QCOMPARE(read(path("junk/work.zscape")), before);
    }

    void whatOpenedInPartIsNotWrittenOverUnasked_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::newRow("newer") << QStringLiteral("\"version\": 1") << QStringLiteral("\"version\": 9");
        QTest::newRow("odd view") << QStringLiteral("\"mode\": 0") << QStringLiteral("\"mode\": 77");
        QTest::newRow("other view") << QStringLiteral("\"scatter\"") << QStringLiteral("\"pie\"");
        QTest::newRow("odd selection") << QStringLiteral("\"colour\": \"#") << QStringLiteral("\"colour\": \"?");
        QTest::newRow("lost model") << QStringLiteral("model.h5") << QStringLiteral("lost.h5");
    }
    void whatOpenedInPartIsNotWrittenOverUnasked() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        std::string text = read(path("data/work.zscape"));
        // A view's mode, not the map's.
        const std::size_t at =
            text.find(from.toStdString(), from.contains(QStringLiteral("mode\"")) ? text.find("views") : 0);
        QVERIFY(at != std::string::npos);
        text.replace(at, from.size(), to.toStdString());
        const auto file = path("data/part.zscape");
        write(file, text);
        MainWindow window(Theme::Light);
        window.show();
        window.setErrorsQuiet(true);
        window.sessionFiles().locate = [](const QString&) { return QString(); };
        QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
        window.sessionFiles().open(file);
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QVERIFY(window.session().catalog());
        QVERIFY(!window.sessionFiles().lossWhenSaved().isEmpty());
        using Overwrite = SessionController::Overwrite;
        QString told;
        Overwrite answer = Overwrite::No;
        window.sessionFiles().askOverwrite = [&](const QString&, const QString& loss) { return told = loss, answer; };
        QVERIFY(!window.sessionFiles().save());
        QVERIFY(!told.isEmpty());
        QCOMPARE(read(file), text);
        answer = Overwrite::Elsewhere;
        window.sessionFiles().askPath = [&](const QString&) {
            return QString::fromStdString(path("data/elsewhere").string());
        };
        QVERIFY(window.sessionFiles().save());
        QCOMPARE(read(file), text);
        QCOMPARE(window.sessionFiles().path(), path("data/elsewhere.zscape"));
        QVERIFY(window.sessionFiles().lossWhenSaved().isEmpty());
    }

    void oneDamagedSelectionOrViewDoesNotTakeTheOthers() {
        SessionContent content = readSession(path("data/work.zscape")).content;
        Selection hot;
        hot.name = "hot";
        hot.definition.shape = ExpressionShape{"TEFF > 6000"};
        content.selections.push_back(hot);
        ViewState corner;
        corner.kind = "corner";
        corner.id = "2";
        content.views.push_back(corner);
        writeSession(path("data/two.zscape"), content);
        std::string text = read(path("data/two.zscape"));
        text.replace(text.find("\"expression\""), 12, "\"expletive!\"");
        text.replace(text.find("\"bins\": 100"), 11, "\"bins\": -10");
        write(path("data/two.zscape"), text);
        const ReadSession session = readSession(path("data/two.zscape"));
        QCOMPARE(session.problems.size(), std::size_t{2});
        QVERIFY(session.problems[0].find("a selection \"cool\"") != std::string::npos);
        QCOMPARE(session.content.selections.size(), std::size_t{1});
        QCOMPARE(session.content.selections[0].name, std::string("hot"));
        QCOMPARE(session.content.views.size(), std::size_t{1});
        QCOMPARE(session.content.views[0].kind, std::string("corner"));
    }

    void ofACutOffFileWhatStandsBeforeTheCutOpens() {
        const std::string text = read(path("data/work.zscape"));
        const std::size_t views = text.find("\"views\": [");
        QVERIFY(views != std::string::npos);
        write(path("data/cut.zscape"), text.substr(0, views + 40));
        const ReadSession cut = readSession(path("data/cut.zscape"));
        QCOMPARE(cut.problems.size(), std::size_t{1});
        QVERIFY2(cut.problems[0].find("cut off") != std::string::npos, cut.problems[0].c_str());
        QVERIFY(cut.hasCatalog && cut.hasModel);
        QCOMPARE(cut.content.catalog.path, readSession(path("data/work.zscape")).content.catalog.path);
        QVERIFY(cut.content.views.empty());
        const auto window = opened(path("data/cut.zscape"));
        QVERIFY(window->session().catalog());
        // At any place: one sentence, or what there is.
        for (std::size_t length = 0; length + 2 < text.size(); length += 13) {
            write(path("data/cut.zscape"), text.substr(0, length));
            try {
                QVERIFY(!readSession(path("data/cut.zscape")).problems.empty());
            } catch (const Error& error) {
                QVERIFY(std::string(error.what()).find("damaged") != std::string::npos);
            }
        }
    }

    void whatOnlyANewerZscapeKnowsIsWrittenBack() {
        std::string text = read(path("data/work.zscape"));
        text.replace(text.find("\"views\": ["), 10, "\"new_part\": {\"a\": 1}, \"views\": [");
        write(path("data/new part.zscape"), text);
        const auto window = opened(path("data/new part.zscape"));
        QVERIFY(window->sessionFiles().save());
        QVERIFY(read(path("data/new part.zscape")).find("\"new_part\"") != std::string::npos);
    }

    void aCancelledOpeningIsNotPutIntoTheNextCatalogue() {
        MainWindow window(Theme::Light);
        window.show();
        window.setErrorsQuiet(true);
        window.sessionFiles().open(path("data/work.zscape"));
        window.session().jobs().cancel();
        QTRY_VERIFY_WITH_TIMEOUT(window.isIdle(), 30000);
        QVERIFY(!window.session().catalog());
        window.session().openCatalog(path("data/others.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(window.isIdle() && window.session().catalog(), 30000);
        QVERIFY(window.session().selections().list().empty());
        QVERIFY(window.sessionFiles().path().empty());
        // As well when it takes the place of the opening at once.
        window.sessionFiles().open(path("data/work.zscape"));
        window.session().openCatalog(path("data/others.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(window.isIdle(), 30000);
        QCOMPARE(window.session().catalog()->path(), path("data/others.h5"));
        QVERIFY(window.session().selections().list().empty());
    }

    void otherStarsAreNotSavedOverASessionUnasked() {
        const auto window = opened(path("data/work.zscape"));
        QVERIFY(window->sessionFiles().lossWhenSaved().isEmpty());
        window->session().openCatalog(path("data/others.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(window->isIdle() && window->session().catalog()->rows() == 400, 30000);
        QVERIFY(window->sessionFiles().lossWhenSaved().contains(QStringLiteral("others.h5")));
    }

    void aCopyIsNotWrittenWhileASessionOpensNorWhenNothingChanged() {
        const auto window = opened(path("data/work.zscape"));
        const auto copy = SessionController::copyPath();
        std::filesystem::remove(copy);
        window->sessionFiles().open(path("data/work.zscape"));
        window->sessionFiles().keepCopy();
        QVERIFY(!std::filesystem::exists(copy));
        QSignalSpy restored(&window->sessionFiles(), &SessionController::restored);
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        window->sessionFiles().keepCopy();
        QVERIFY(std::filesystem::exists(copy));
        window->sessionFiles().content(); // its stars are hashed by now
        window->sessionFiles().keepCopy();
        const std::filesystem::file_time_type longAgo(std::chrono::hours(1));
        std::filesystem::last_write_time(copy, longAgo);
        window->sessionFiles().keepCopy();
        QVERIFY(std::filesystem::last_write_time(copy) == longAgo);
        window->session().selections().add(Selection(), QStringLiteral("add"));
        window->sessionFiles().keepCopy();
        QVERIFY(std::filesystem::last_write_time(copy) != longAgo);
    }

    void aFileNameThatIsNoTextIsKept() {
        const auto stars = path("data") / std::string("st\xE9rs.h5"); // Latin-1, as old archives have
        std::filesystem::copy_file(path("data/stars.h5"), stars);
        SessionContent content = readSession(path("data/work.zscape")).content;
        content.catalog.path = stars;
        writeSession(path("data/odd.zscape"), content);
        const ReadSession session = readSession(path("data/odd.zscape"));
        QVERIFY(session.problems.empty());
        QCOMPARE(session.content.catalog.path, stars);
    }

    void closingAndOpeningAskForWhatIsNotSaved() {
        const auto window = opened(path("data/work.zscape"));
        QVERIFY(!window->isWindowModified());
        QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier); // a step of the session's own history
        QVERIFY(window->sessionFiles().hasUnsaved());
        QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); // and the file's again
        QVERIFY(!window->sessionFiles().hasUnsaved());
        window->session().selections().remove(0);
        QVERIFY(window->isWindowModified());
        QVERIFY(!window->close());
        const auto answer = [&](const char* button) {
            auto* question = window->findChild<QMessageBox*>(QStringLiteral("saveQuestion"));
            QVERIFY(question);
            QTest::mouseClick(question->findChild<QAbstractButton*>(QLatin1String(button)), Qt::LeftButton);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        };
        QTest::keyClick(window->findChild<QMessageBox*>(QStringLiteral("saveQuestion")), Qt::Key_Escape);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(window->isVisible());
        // Opening another session asks, too: saved first, then opened.
        window->sessionFiles().saveTo(path("data/mine.zscape"));
        window->session().undo().undo();
        QVERIFY(window->sessionFiles().hasUnsaved());
        QSignalSpy restored(&window->sessionFiles(), &SessionController::restored);
        window->openPath(path("data/work.zscape"));
        answer("saveFirst");
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QCOMPARE(readSession(path("data/mine.zscape")).content.selections.size(), std::size_t{1});
        QVERIFY(!window->sessionFiles().hasUnsaved());
        window->session().selections().remove(0);
        window->close();
        answer("dontSave");
        QVERIFY(!window->isVisible());
        QCOMPARE(readSession(path("data/work.zscape")).content.selections.size(), std::size_t{1});
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::SessionSafetyTest>(argc, argv);
}

#include "session_safety_test.moc"
