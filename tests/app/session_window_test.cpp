// Session files, with the real window: what was saved comes back, what is damaged or gone is told.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/view_manager.h"
#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/temporary_folder.h"

#include <QAbstractButton>
#include <QMessageBox>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

#include <fstream>
#include <memory>
#include <unistd.h>

namespace zscape {

class SessionWindowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                           QString::fromStdString(path("settings").string()));
        QCoreApplication::setOrganizationName(QStringLiteral("Zscape"));
        QCoreApplication::setApplicationName(QStringLiteral("session test"));
        std::filesystem::create_directories(path("data"));
        writeReleasedCatalog(generateMockCatalog({500, 3, 0}), path("data/stars.h5"));
        writeReleasedCatalog(generateMockCatalog({400, 4, 0}), path("data/others.h5"));
        saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), path("data/model.h5"));
        saveExample(path("data/work.zscape"));
    }

    void everythingComesBack() {
        const auto window = opened(path("data/work.zscape"));
        QCOMPARE(window->session().catalog()->rows(), std::size_t{500});
        QCOMPARE(window->mapColumns(), std::pair(QStringLiteral("TEFF"), QStringLiteral("LOGG")));
        QCOMPARE(window->mapColour(), QStringLiteral("ALPHA_M"));
        SelectionStore& store = window->session().selections();
        QCOMPARE(store.list().size(), std::size_t{1});
        QCOMPARE(store.list()[0].name, std::string("cool"));
        QTRY_VERIFY(store.stars(0) && store.count(0) > 0);
        QCOMPARE(window->views().views().size(), std::size_t{1});
        QCOMPARE(window->views().views()[0].title, std::string("Kiel diagram"));
        QVERIFY(window->views().panel(window->views().views()[0].id));
        QCOMPARE(window->session().picked(), std::optional<std::size_t>(7));
        QCOMPARE(window->controller().latent(), m_latent);
    }

    void aMovedFolderKeepsItsSession() {
        std::filesystem::copy(path("data"), path("moved"));
        const auto window = opened(path("moved/work.zscape"));
        QCOMPARE(window->session().catalog()->path(), path("moved/stars.h5"));
    }

    void aFileThatIsGoneIsAskedFor() {
        std::filesystem::create_directories(path("gone"));
        std::filesystem::copy_file(path("data/work.zscape"), path("gone/work.zscape"));
        std::filesystem::copy_file(path("data/model.h5"), path("gone/model.h5"));
        MainWindow window(Theme::Light);
        QString asked;
        window.sessionFiles().locate = [&](const QString& missing) {
            asked = missing;
            return QString::fromStdString(path("data/others.h5").string());
        };
        QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
        QSignalSpy failed(&window.session(), &Session::failed);
        window.sessionFiles().open(path("gone/work.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QVERIFY(asked.endsWith(QStringLiteral("gone/stars.h5")));
        QCOMPARE(window.session().catalog()->rows(), std::size_t{400});
        // These are other stars, and it says so; the selection's definition is there all the same.
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("other stars")));
        QCOMPARE(window.session().selections().list().size(), std::size_t{1});
    }

    void aNewerFileOpensAsFarAsItIsKnown() {
        std::string text = read(path("data/work.zscape"));
        text.replace(text.find("\"version\": 1"), 12, "\"version\": 9");
        text.replace(text.find("\"views\": ["), 10, "\"views\": 5, \"old\": [");
        write(path("data/newer.zscape"), text);
        const ReadSession session = readSession(path("data/newer.zscape"));
        QCOMPARE(session.problems.size(), std::size_t{2});
        QVERIFY(session.problems[0].find("newer Zscape") != std::string::npos);
        QVERIFY(session.problems[1].find("views") != std::string::npos);
        QCOMPARE(session.content.selections.size(), std::size_t{1});
        QVERIFY(session.content.views.empty());
    }

    void whatIsNoSessionIsToldInOneSentence() {
        const std::string whole = read(path("data/work.zscape"));
        for (const std::string& text : {std::string(), std::string("{}"), std::string("[1, 2"), whole.substr(0, 200)}) {
            write(path("data/bad.zscape"), text);
            QVERIFY_EXCEPTION_THROWN(readSession(path("data/bad.zscape")), Error);
        }
        MainWindow window(Theme::Light);
        QSignalSpy failed(&window.session(), &Session::failed);
        window.sessionFiles().open(path("data/bad.zscape"));
        QCOMPARE(failed.size(), 1);
        QVERIFY(!window.session().catalog());
    }

    void aFolderThatCannotBeWrittenIsToldAndTheFormerFileStays() {
        const auto window = opened(path("data/work.zscape"));
        QSignalSpy failed(&window->session(), &Session::failed);
        QVERIFY(!window->sessionFiles().saveTo(path("no such folder/work.zscape")));
        QCOMPARE(failed.size(), 1);
        QVERIFY(window->sessionFiles().saveTo(path("data/again.zscape")));
        // But for the arrangement: a window that was shown once has its sizes in other places.
        const SessionContent before = readSession(path("data/work.zscape")).content;
        const SessionContent after = readSession(path("data/again.zscape")).content;
        QVERIFY(after.catalog == before.catalog && after.model == before.model);
        QVERIFY(after.selections == before.selections && after.views == before.views);
        QVERIFY(after.latent == before.latent && after.pickedStar == before.pickedStar);
    }

    void whatACrashLeavesIsOfferedAndAnEndIsNot() {
        QVERIFY(SessionController::leftBehind().empty());
        {
            const auto window = opened(path("data/work.zscape"));
            window->sessionFiles().keepCopy();
            QVERIFY(std::filesystem::exists(SessionController::copyPath()));
            // The copy of a program that runs is nobody else's.
            QVERIFY(SessionController::leftBehind().empty());
            // A program that was killed: its number is free again and its copy is there.
            QProcess ended;
            ended.start(QStringLiteral("true"), QStringList());
            QVERIFY(ended.waitForStarted());
            const qint64 number = ended.processId();
            QVERIFY(ended.waitForFinished());
            const auto copies = SessionController::copyPath().parent_path();
            std::filesystem::copy_file(SessionController::copyPath(), copies / (std::to_string(number) + ".zscape"));
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
    }

private:
    std::filesystem::path path(const std::string& name) const { return m_folder.path() / name; }
    static std::string read(const std::filesystem::path& file) {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }
    static void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

    void saveExample(const std::filesystem::path& file) {
        MainWindow window(Theme::Light);
        window.resize(1400, 900);
        window.show();
        window.session().open(path("data/stars.h5"), path("data/model.h5"), {});
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latents() && window.isIdle(), 30000);
        Selection cool;
        cool.name = "cool";
        cool.definition.shape = ExpressionShape{"TEFF < 5000"};
        window.session().selections().add(cool, QStringLiteral("add"));
        window.setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), QStringLiteral("ALPHA_M"));
        window.views().add(window.views().kiel());
        window.session().setPicked(7);
        m_latent = window.controller().latent();
        m_latent[1] += 0.25f;
        window.controller().setLatent(m_latent);
        QVERIFY(window.sessionFiles().saveTo(file));
    }
    std::unique_ptr<MainWindow> opened(const std::filesystem::path& file) {
        auto window = std::make_unique<MainWindow>(Theme::Light);
        window->resize(1400, 900);
        window->show();
        QSignalSpy restored(&window->sessionFiles(), &SessionController::restored);
        window->openPath(file);
        if (restored.isEmpty() && !restored.wait(30000)) qFatal("the session was not opened");
        return window;
    }

    test::TemporaryFolder m_folder;
    std::vector<float> m_latent;
};

} // namespace zscape

int main(int argc, char** argv) {
    // Automatic copies go to a folder of the test's own.
    const zscape::test::TemporaryFolder data;
    qputenv("XDG_DATA_HOME", QByteArray::fromStdString(data.path().string()));
    QApplication application(argc, argv);
    zscape::SessionWindowTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "session_window_test.moc"
