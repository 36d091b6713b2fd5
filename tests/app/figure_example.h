#pragma once

#include "app/window/figures_controller.h"
#include "app/window/main_window.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <QSettings>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <memory>

namespace zscape::test {

/// The whole window in the dark theme with 3,000 mock stars and the demo model, whose views are made figures.
class FigureExample : public QObject {
protected:
    void openExample() {
        QSettings().remove("figure");
        QSettings().setValue("figure/folder", QString::fromStdString(m_folder.path().string()));
        applyTheme(*qApp, Theme::Dark);
        QCOMPARE(runZscape("mock --stars 3000 --seed 1 " + (m_folder / "mock.h5").string()).exitCode, 0);
        m_window = std::make_unique<MainWindow>(Theme::Dark);
        m_window->setErrorsQuiet(true);
        m_window->resize(1500, 950);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->session().open(m_folder / "mock.h5", ZSCAPE_SOURCE_DIR "/models/demo.h5", {});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session().latents() && m_window->isIdle(), 30000);
        m_controller = m_window->findChild<FiguresController*>();
        QVERIFY(m_controller);
    }
    static std::string read(const std::filesystem::path& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
    FiguresController* m_controller = nullptr;
};

} // namespace zscape::test
