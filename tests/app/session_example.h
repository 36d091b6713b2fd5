#pragma once

#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/view_manager.h"
#include "core/base/embedded.h"
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

namespace zscape::test {

/// A folder with two catalogues, a model and a session of one window, for tests of session files: data/stars.h5 (500
/// mock stars), data/others.h5 (400), data/model.h5 and data/work.zscape.
class SessionExample : public QObject {
protected:
    void makeExample() {
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

    /// The name of an automatic copy whose program has ended.
    static std::filesystem::path copyOfACrash() {
        QProcess ended;
        ended.start(QStringLiteral("true"), QStringList());
        if (!ended.waitForStarted()) qFatal("no program can be started");
        const qint64 number = ended.processId();
        ended.waitForFinished();
        const auto folder = SessionController::copyPath().parent_path();
        std::filesystem::create_directories(folder);
        return folder / (std::to_string(number) + ".zscape");
    }
    static void answerRecovery(MainWindow& window, const char* button) {
        window.sessionFiles().offerRecovery();
        auto* question = window.findChild<QMessageBox*>(QStringLiteral("recoverQuestion"));
        QVERIFY(question);
        QTest::mouseClick(question->findChild<QAbstractButton*>(QLatin1String(button)), Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
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

    TemporaryFolder m_folder;
    std::vector<float> m_latent;
};

/// Runs a test class; automatic copies go to a folder of the test's own.
template <typename Test>
int runWithOwnData(int argc, char** argv) {
    const TemporaryFolder data;
    qputenv("XDG_DATA_HOME", QByteArray::fromStdString(data.path().string()));
    QApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace zscape::test
