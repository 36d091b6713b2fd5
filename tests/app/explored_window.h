#pragma once

#include "app/window/generate_controller.h"
#include "app/window/main_window.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/temporary_folder.h"

#include <QDockWidget>
#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace zscape::test {

/// A window that opens 3000 mock stars and the demo model from files, and waits until near stars can be found.
class ExploredWindow : public QObject {
protected:
    void makeFiles() {
        applyTheme(*qApp, Theme::Light);
        writeReleasedCatalog(generateMockCatalog({3000, 3, 0}), path("mock.h5"));
        saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), path("model.h5"));
    }
    void openWindow(const QSize& size) {
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->resize(size);
        m_window->setErrorsQuiet(true);
        m_window->show();
        QSignalSpy ready(m_window->findChild<GenerateController*>(), &GenerateController::nearestReady);
        m_window->session().open(path("mock.h5"), path("model.h5"), {});
        QVERIFY(ready.wait(30000));
        QVERIFY(m_window->session().latents());
    }
    void showPanel(const char* id) {
        QDockWidget* dock = m_window->panel(QString::fromLatin1(id));
        QVERIFY(dock);
        dock->setFloating(true); // room for all of it
        dock->show();
        dock->resize(500, 700);
        QVERIFY(QTest::qWaitForWindowExposed(dock));
    }
    std::filesystem::path path(const std::string& name) const { return m_folder / name; }

    TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace zscape::test
