// Help in the window: F1 opens the manual, the tour comes once with the first stars.
#include "app/window/help_controller.h"
#include "app/window/main_window.h"
#include "core/base/embedded.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "tests/support/temporary_folder.h"
#include "widgets/manual_view.h"
#include "widgets/tour.h"

#include <QSettings>
#include <QTest>

namespace zscape {

class HelpWindowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        applyTheme(*qApp, Theme::Light);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                           QString::fromStdString(m_folder.path().string()));
        QCoreApplication::setOrganizationName(QStringLiteral("Zscape"));
        QCoreApplication::setApplicationName(QStringLiteral("help test"));
        writeReleasedCatalog(generateMockCatalog({300, 4, 0}), m_folder.path() / "small.h5");
        saveModel(loadModelImage(embeddedDemoModel(), "the demo model"), m_folder.path() / "model.h5");
    }

    void f1OpensTheManual() {
        MainWindow window(Theme::Light);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* help = window.findChild<HelpController*>();
        QVERIFY(!help->manual());
        QTest::keyClick(&window, Qt::Key_F1);
        QTRY_VERIFY(help->manual() && help->manual()->isVisible());
        QCOMPARE(help->manual()->page(), QStringLiteral("start"));
    }

    void theTourComesWithTheFirstStarsAndNotAgain() {
        for (const bool expected : {true, false}) {
            MainWindow window(Theme::Light);
            auto* help = window.findChild<HelpController*>();
            help->offerTour();
            window.resize(1600, 980);
            window.show();
            QVERIFY(QTest::qWaitForWindowExposed(&window));
            window.session().open(m_folder.path() / "small.h5", m_folder.path() / "model.h5", {});
            QTRY_VERIFY(window.session().latents() && window.isIdle());
            if (!expected) {
                QCoreApplication::sendPostedEvents(help);
                QVERIFY(!help->tour());
                continue;
            }
            QTRY_VERIFY(help->tour());
            QVERIFY(help->tour()->steps() >= 4 && help->tour()->steps() <= 5);
            QTest::keyClick(help->tour(), Qt::Key_Return);
            QCOMPARE(help->tour()->step(), 1);
            QTest::keyClick(help->tour(), Qt::Key_Escape);
            QTRY_VERIFY(!help->tour());
        }
    }

private:
    test::TemporaryFolder m_folder;
};

} // namespace zscape

QTEST_MAIN(zscape::HelpWindowTest)
#include "help_window_test.moc"
