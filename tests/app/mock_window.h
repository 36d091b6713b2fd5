#pragma once

#include "app/window/main_window.h"
#include "core/base/embedded.h"
#include "core/mock/mock_catalog.h"

#include <QTest>

#include <memory>

namespace zscape::test {

/// A window with 2000 mock stars and the demo model, which no file is read for.
class MockWindow : public QObject {
protected:
    void makeStars() {
        applyTheme(*qApp, Theme::Light);
        m_catalog = std::make_shared<const Catalog>(generateMockCatalog({2000, 3, 0}));
        m_model = makeFusedModel(loadModelImage(embeddedDemoModel(), "the demo model"));
        m_latents = std::make_shared<const Latents>(
            m_model->encode({m_catalog->coefficients(), m_catalog->gFlux()}, JobContext{}));
    }
    void openWindow(const QSize& size) {
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->resize(size);
        m_window->show();
        m_window->session().setData(m_catalog, m_model, m_latents);
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    /// For keys: the window has the focus.
    void openActiveWindow(const QSize& size) {
        openWindow(size);
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const SpectralModel> m_model;
    std::shared_ptr<const Latents> m_latents;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace zscape::test
