// SAMP in the window: a hub in this process over real sockets, real menus and files.
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/samp_controller.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "core/archive/table_source.h"
#include "core/base/embedded.h"
#include "core/mock/mock_catalog.h"
#include "tests/app/session_example.h"
#include "tests/support/archive_files.h"
#include "tests/support/small_hub.h"
#include "widgets/import_wizard.h"
#include "widgets/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace zscape {

using samp::HubClient;
using test::SmallHub;

class SampWindowTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const SpectralModel> m_model;
    std::shared_ptr<const Latents> m_latents;
    std::unique_ptr<SmallHub> m_hub;
    std::unique_ptr<MainWindow> m_window;
    SampController* m_samp = nullptr;

    QString file(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    std::int64_t id(std::size_t row) const { return m_catalog->sourceIds()[row]; }
    SelectionStore& store() { return m_window->session().selections(); }

    /// Files that automatic copies of sessions keep.
    static std::ptrdiff_t receivedCopies() {
        const auto files = std::filesystem::directory_iterator(SessionController::copyPath().parent_path());
        return std::count_if(begin(files), end(files), [](const auto& entry) {
            return entry.path().filename().string().starts_with("received-");
        });
    }
    /// What topcat was sent last, once there are so many messages.
    QVariantMap sent(qsizetype count) {
        if (!QTest::qWaitFor([&] { return m_hub->notifications.size() >= count; }, 20000)) return {};
        return m_hub->notifications[count - 1].toList()[1].toMap();
    }
    static QVariantMap parameters(const QVariantMap& message) {
        return message.value(QStringLiteral("samp.params")).toMap();
    }
    static QString type(const QVariantMap& message) { return message.value(QStringLiteral("samp.mtype")).toString(); }
    void tell(const char* mtype, const QVariantMap& with) {
        m_hub->notify(m_hub->newest(), QStringLiteral("topcat"), SmallHub::message(QLatin1String(mtype), with));
    }
    /// An entry of the SAMP menu, by its text without the mark of its key.
    QAction* entry(const QString& text) {
        for (QMenu* menu : m_window->findChildren<QMenu*>()) {
            for (QAction* action : menu->actions()) {
                if (action->text().remove(QLatin1Char('&')) == text) return action;
            }
        }
        return nullptr;
    }
    void triggerFor(const QString& text, const QString& recipient) {
        QAction* action = entry(text);
        QVERIFY2(action && action->menu() && action->isEnabled(), qPrintable(text));
        for (QAction* one : action->menu()->actions()) {
            if (one->text().remove(QLatin1Char('&')) == recipient) {
                one->trigger();
                return;
            }
        }
        QFAIL("no such recipient");
    }

private slots:
    void initTestCase() {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        applyTheme(*qApp, Theme::Light);
        m_catalog = std::make_shared<const Catalog>(generateMockCatalog({400, 3, 0}));
        m_model = makeFusedModel(loadModelImage(embeddedDemoModel(), "the demo model"));
        m_latents = std::make_shared<const Latents>(
            m_model->encode({m_catalog->coefficients(), m_catalog->gFlux()}, JobContext{}));
    }

    void init() {
        m_hub = std::make_unique<SmallHub>(file("lock"));
        m_hub->addClient(QStringLiteral("topcat"), QStringLiteral("topcat"), {{QStringLiteral("*"), QVariantMap{}}});
        m_window = std::make_unique<MainWindow>(Theme::Light);
        m_window->setErrorsQuiet(true);
        m_window->session().setData(m_catalog, m_model, m_latents);
        m_samp = m_window->findChild<SampController*>();
        m_samp->client().setLockfile(file("lock"));
        m_samp->client().setLookInterval(50);
    }
    void cleanup() {
        m_window.reset();
        m_hub.reset();
    }

    void nothingHappensUnlessTheUserConnects() {
        QCOMPARE(m_samp->client().state(), HubClient::State::Off);
        QVERIFY(!entry(QStringLiteral("Send the catalogue"))->isEnabled());
        m_samp->restore(); // nobody ever connected
        QCOMPARE(m_samp->client().state(), HubClient::State::Off);
        QCOMPARE(m_hub->registrations, 0);
    }

    void theMenuConnectsAndIsRemembered() {
        connectByMenu();
        QCOMPARE(m_hub->registrations, 1);
        QVERIFY(entry(QStringLiteral("Connected; 1 other program")));
        QVERIFY(QSettings().value(QStringLiteral("samp/connect")).toBool());
        entry(QStringLiteral("Connect"))->trigger();
        QCOMPARE(m_samp->client().state(), HubClient::State::Off);
        QVERIFY(!QSettings().value(QStringLiteral("samp/connect")).toBool());
        QVERIFY(!entry(QStringLiteral("Send the catalogue"))->isEnabled());
    }

    void theCatalogueGoesOutAndSelectionsInItComeBack() {
        connectByMenu();
        triggerFor(QStringLiteral("Send the catalogue"), QStringLiteral("topcat"));
        const QVariantMap table = sent(1);
        QCOMPARE(type(table), QStringLiteral("table.load.votable"));
        const QUrl url(parameters(table).value(QStringLiteral("url")).toString());
        QVERIFY(url.isLocalFile());
        const auto source = openTable(url.toLocalFile().toStdString());
        QVERIFY(source->schema().find("z1") && source->schema().find("TEFF") && source->schema().find("source_id"));
        const QVariant tableId = parameters(table).value(QStringLiteral("table-id"));

        QSignalSpy received(m_samp, &SampController::received);
        tell("table.select.rowList",
             {{QStringLiteral("table-id"), tableId},
              {QStringLiteral("row-list"), QVariantList{QStringLiteral("5"), QStringLiteral("399")}}});
        QVERIFY(received.wait());
        QCOMPARE(store().list().size(), std::size_t{1});
        QCOMPARE(store().list()[0].name, std::string("from topcat"));
        QTRY_VERIFY(store().stars(0));
        QCOMPARE(store().count(0), std::size_t{2});
        QVERIFY(store().stars(0)->test(5) && store().stars(0)->test(399));

        // Selecting there again changes it, and undo brings the first one back.
        tell("table.select.rowList",
             {{QStringLiteral("table-id"), tableId}, {QStringLiteral("row-list"), QVariantList{QStringLiteral("7")}}});
        QVERIFY(received.wait());
        QCOMPARE(store().list().size(), std::size_t{1});
        QTRY_COMPARE(store().count(0), std::size_t{1});
        m_window->session().undo().undo();
        QTRY_COMPARE(store().count(0), std::size_t{2});

        // The other way round: the current selection is marked there.
        triggerFor(QStringLiteral("Mark the current selection"), QStringLiteral("To all"));
        const QVariantMap rows = sent(2);
        QCOMPARE(type(rows), QStringLiteral("table.select.rowList"));
        QCOMPARE(parameters(rows).value(QStringLiteral("table-id")), tableId);
        QCOMPARE(parameters(rows).value(QStringLiteral("row-list")).toList(),
                 (QVariantList{QStringLiteral("5"), QStringLiteral("399")}));
    }

    void aPickedStarIsMarkedThereAndAMarkedOneIsPickedHere() {
        connectByMenu();
        triggerFor(QStringLiteral("Send the catalogue"), QStringLiteral("topcat"));
        const QVariant tableId = parameters(sent(1)).value(QStringLiteral("table-id"));
        m_window->session().setPicked(std::size_t{42});
        const QVariantMap row = sent(2);
        QCOMPARE(type(row), QStringLiteral("table.highlight.row"));
        QCOMPARE(parameters(row).value(QStringLiteral("row")).toString(), QStringLiteral("42"));
        QSignalSpy received(m_samp, &SampController::received);
        tell("table.highlight.row",
             {{QStringLiteral("table-id"), tableId}, {QStringLiteral("row"), QStringLiteral("17")}});
        QVERIFY(received.wait());
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(17));
        // It does not go back to where it came from.
        triggerFor(QStringLiteral("Send the picked star's spectrum"), QStringLiteral("topcat"));
        const QVariantMap spectrum = sent(3);
        QCOMPARE(type(spectrum), QStringLiteral("spectrum.load.ssa-generic"));
        const QUrl url(parameters(spectrum).value(QStringLiteral("url")).toString());
        QVERIFY(openTable(url.toLocalFile().toStdString())->schema().find("flux"));
        QCOMPARE(parameters(spectrum).value(QStringLiteral("spectrum-id")).toString(),
                 QStringLiteral("zscape-xp-%1").arg(id(17)));
    }

    void aTableOfAnotherProgramBecomesASelectionWhenTheUserSaysSo() {
        connectByMenu();
        std::ofstream(file("theirs.csv").toStdString()) << "source_id,G\n" << id(9) << ",1\n7,2\n" << id(11) << ",3\n";
        QSignalSpy received(m_samp, &SampController::received);
        tell("table.load.votable", {{QStringLiteral("url"), QUrl::fromLocalFile(file("theirs.csv")).toString()},
                                    {QStringLiteral("name"), QStringLiteral("my stars")},
                                    {QStringLiteral("table-id"), QStringLiteral("t9")}});
        QPointer<QMessageBox> box;
        QTRY_VERIFY(box = m_window->findChild<QMessageBox*>(QStringLiteral("sampStarsQuestion")));
        QVERIFY(box->text().contains(QStringLiteral("a table of 3 stars")));
        QVERIFY(box->informativeText().contains(QStringLiteral("2 of them are in the open catalogue")));
        QVERIFY(store().list().empty());
        QTest::mouseClick(box->findChild<QAbstractButton*>(QStringLiteral("sampSelects")), Qt::LeftButton);
        QTRY_VERIFY(!box);
        QCOMPARE(received.count(), 1);
        m_window->session().undo().undo();
        QVERIFY(store().list().empty());
        m_window->session().undo().redo();
        QCOMPARE(store().list().at(0).name, std::string("my stars"));
        QTRY_COMPARE(store().count(0), std::size_t{2});
        tell("table.select.rowList", {{QStringLiteral("table-id"), QStringLiteral("t9")},
                                      {QStringLiteral("row-list"), QVariantList{QStringLiteral("2")}}});
        QVERIFY(received.wait());
        QTRY_VERIFY(store().stars(1));
        QVERIFY(store().stars(1)->test(11) && store().count(1) == 1);
    }

    void aTableThatIsNotWantedChangesNothing() {
        connectByMenu();
        std::ofstream(file("theirs.csv").toStdString()) << "source_id\n" << id(9) << "\n";
        tell("table.load.votable", {{QStringLiteral("url"), QUrl::fromLocalFile(file("theirs.csv")).toString()},
                                    {QStringLiteral("table-id"), QStringLiteral("t10")}});
        QPointer<QMessageBox> box;
        QTRY_VERIFY(box = m_window->findChild<QMessageBox*>(QStringLiteral("sampStarsQuestion")));
        QTest::keyClick(box, Qt::Key_Escape);
        QTRY_VERIFY(!box);
        QVERIFY(store().list().empty() && !m_window->session().undo().canUndo());
        // Its rows are known: marking one there is asking for it.
        QSignalSpy received(m_samp, &SampController::received);
        tell("table.select.rowList", {{QStringLiteral("table-id"), QStringLiteral("t10")},
                                      {QStringLiteral("row-list"), QVariantList{QStringLiteral("0")}}});
        QVERIFY(received.wait());
        QTRY_COMPARE(store().count(0), std::size_t{1});
    }

    // The file that the other program had is gone by the time the session is opened, as is this window's own copy.
    void marksOfASentTableStayInTheSession() {
        markASentTable();
        std::filesystem::create_directory(file("kept").toStdString());
        const std::string session = file("kept/work.zscape").toStdString();
        QVERIFY(m_window->sessionFiles().saveTo(session));
        m_window.reset();
        std::filesystem::rename(file("kept").toStdString(), file("moved").toStdString());
        MainWindow again(Theme::Light);
        again.sessionFiles().open(file("moved/work.zscape").toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(again.dropped().stars(), std::size_t{2}, 30000);
        QVERIFY(again.sessionFiles().lossWhenSaved().isEmpty());
        // Saved again beside it, the same file serves.
        QVERIFY(again.sessionFiles().saveTo(file("moved/more.zscape").toStdString()));
        const auto files = std::filesystem::directory_iterator(file("moved").toStdString());
        QCOMPARE(std::distance(begin(files), end(files)), 3);
    }

    void marksOfASentTableSurviveACrash() {
        writeReleasedCatalog(*m_catalog, file("stars.h5").toStdString());
        saveModel(m_model->model(), file("model.h5").toStdString());
        m_window->session().open(file("stars.h5").toStdString(), file("model.h5").toStdString(), {});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->isIdle() && m_window->session().catalog() != m_catalog, 30000);
        markASentTable();
        m_window->sessionFiles().keepCopy();
        QCOMPARE(receivedCopies(), 1);
        const std::filesystem::path crashed = Crash::copyOfACrash();
        std::filesystem::copy_file(SessionController::copyPath(), crashed);
        m_window.reset();
        QCOMPARE(receivedCopies(), 1); // the other copy names it
        {
            MainWindow again(Theme::Light);
            Crash::answerRecovery(again, "recover");
            QTRY_COMPARE_WITH_TIMEOUT(again.dropped().stars(), std::size_t{2}, 30000);
            QVERIFY(!std::filesystem::exists(crashed));
            again.sessionFiles().keepCopy();
            QVERIFY(again.sessionFiles().saveTo(file("after.zscape").toStdString()));
        }
        QCOMPARE(receivedCopies(), 0); // a clean end leaves none
        MainWindow last(Theme::Light);
        last.sessionFiles().open(file("after.zscape").toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(last.dropped().stars(), std::size_t{2}, 30000);
    }

    void aSelectionGoesOutAsFitsToo() {
        connectByMenu();
        Selection two;
        two.name = "two";
        two.definition = IdListShape{"here", {id(3), id(8)}};
        store().add(std::move(two), QStringLiteral("two"));
        store().setCurrent(std::size_t{0});
        QTRY_VERIFY(store().stars(0));
        triggerFor(QStringLiteral("Send the current selection as FITS"), QStringLiteral("topcat"));
        const QVariantMap table = sent(1);
        QCOMPARE(type(table), QStringLiteral("table.load.fits"));
        QCOMPARE(parameters(table).value(QStringLiteral("name")).toString(), QStringLiteral("two"));
        const auto source =
            openTable(QUrl(parameters(table).value(QStringLiteral("url")).toString()).toLocalFile().toStdString());
        source->select({{source->schema().require("source_id")}});
        TableBatch batch;
        QVERIFY(source->next(batch));
        QCOMPARE(batch.columns[0].as<std::int64_t>(), (std::vector<std::int64_t>{id(3), id(8)}));
        // And the other way: a row of it is marked there, and picks the star here.
        QSignalSpy received(m_samp, &SampController::received);
        tell("table.highlight.row", {{QStringLiteral("table-id"), parameters(table).value(QStringLiteral("table-id"))},
                                     {QStringLiteral("row"), QStringLiteral("1")}});
        QVERIFY(received.wait());
        QCOMPARE(m_window->session().picked(), std::optional<std::size_t>(8));
    }

    void aTableOfSpectraIsAskedAbout() {
        connectByMenu();
        test::writeSpectra(file("theirs_xp.csv").toStdString(), {{id(4), 10, 11}, {7, 20, 21}});
        const auto question = [this] {
            QSignalSpy received(m_samp, &SampController::received);
            tell("table.load.votable", {{QStringLiteral("url"), QUrl::fromLocalFile(file("theirs_xp.csv")).toString()},
                                        {QStringLiteral("name"), QStringLiteral("spectra")}});
            return received.wait() ? m_window->findChild<QMessageBox*>(QStringLiteral("sampSpectraQuestion")) : nullptr;
        };
        const auto press = [](const QPointer<QMessageBox>& box, const char* button) {
            QTest::mouseClick(box->findChild<QAbstractButton*>(QLatin1String(button)), Qt::LeftButton);
            QTRY_VERIFY(!box); // it deletes itself
        };
        QPointer<QMessageBox> box = question();
        QVERIFY(box && box->text().contains(QStringLiteral("2 XP spectra")));
        press(box, "sampMarks");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->dropped().stars(), std::size_t{2}, 30000);
        QVERIFY(store().list().empty());
        box = question();
        QVERIFY(box);
        press(box, "sampSelects");
        QTRY_COMPARE(store().list().size(), std::size_t{1});
        QTRY_COMPARE(store().count(0), std::size_t{1});
        box = question();
        QVERIFY(box);
        press(box, "sampImports");
        auto* wizard = m_window->findChild<ImportWizard*>();
        QVERIFY(wizard && wizard->isVisible());
        QCOMPARE(wizard->options().spectra.size(), std::size_t{1});
    }

    void whatCannotBeUsedIsSaidInOneSentence() {
        connectByMenu();
        QSignalSpy failed(&m_window->session(), &Session::failed);
        const auto saidAfter = [&](const char* mtype, const QVariantMap& with) {
            failed.clear();
            tell(mtype, with);
            return failed.wait() ? failed.front().front().toString() : QString();
        };
        QVERIFY(saidAfter("table.select.rowList", {{QStringLiteral("table-id"), QStringLiteral("unknown")},
                                                   {QStringLiteral("row-list"), QVariantList{}}})
                    .contains(QStringLiteral("not known here")));
        std::ofstream(file("other.csv").toStdString()) << "x,y\n1,2\n";
        QVERIFY(saidAfter("table.load.votable",
                          {{QStringLiteral("url"), QUrl::fromLocalFile(file("other.csv")).toString()}})
                    .contains(QStringLiteral("no column with Gaia source_ids")));
        std::ofstream(file("strangers.csv").toStdString()) << "source_id\n7\n";
        QVERIFY(saidAfter("table.load.fits",
                          {{QStringLiteral("url"), QUrl::fromLocalFile(file("strangers.csv")).toString()}})
                    .contains(QStringLiteral("None of the stars")));
        const std::vector<std::string> positions{"RA", "DEC", "GLON", "GLAT"};
        m_window->session().setData(std::make_shared<const Catalog>(m_catalog->withoutColumns(positions)), m_model,
                                    m_latents);
        QVERIFY(saidAfter("coord.pointAt.sky",
                          {{QStringLiteral("ra"), QStringLiteral("1")}, {QStringLiteral("dec"), QStringLiteral("2")}})
                    .contains(QStringLiteral("no positions")));
        QVERIFY(saidAfter("coord.pointAt.sky", {{QStringLiteral("ra"), QStringLiteral("x")}})
                    .contains(QStringLiteral("refused")));
        QVERIFY(store().list().empty());
    }

private:
    /// Two stars, whose file is gone again.
    void markASentTable() {
        connectByMenu();
        const std::string sent = file("brief.csv").toStdString();
        test::writeSpectra(sent, {{id(4), 10, 11}, {7, 20, 21}});
        QSignalSpy received(m_samp, &SampController::received);
        tell("table.load.votable", {{QStringLiteral("url"), QUrl::fromLocalFile(file("brief.csv")).toString()}});
        QVERIFY(received.wait());
        auto* box = m_window->findChild<QMessageBox*>(QStringLiteral("sampSpectraQuestion"));
        QTest::mouseClick(box->findChild<QAbstractButton*>(QStringLiteral("sampMarks")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->dropped().stars(), std::size_t{2}, 30000);
        std::filesystem::remove(sent);
    }
    struct Crash : test::SessionExample {
        using SessionExample::answerRecovery;
        using SessionExample::copyOfACrash;
    };

    void connectByMenu() {
        entry(QStringLiteral("Connect"))->trigger();
        QTRY_VERIFY(entry(QStringLiteral("Send the catalogue"))->isEnabled());
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::SampWindowTest>(argc, argv);
}

#include "samp_window_test.moc"
