// A session keeps what can be undone of its selections, and what only a newer Zscape knows.
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/session_controller.h"
#include "app/window/session_file.h"
#include "core/base/error.h"
#include "tests/app/session_example.h"

#include <QUndoStack>

#include <nlohmann/json.hpp>

namespace zscape {

using Json = nlohmann::ordered_json;

class SessionHistoryTest : public test::SessionExample {
    Q_OBJECT

    static Selection named(const std::string& name, const std::string& formula) {
        Selection selection;
        selection.name = name;
        selection.definition.shape = ExpressionShape{formula};
        return selection;
    }
    static std::vector<std::string> names(MainWindow& window) {
        std::vector<std::string> names;
        for (const Selection& selection : window.session().selections().list()) {
            names.push_back(selection.name);
        }
        return names;
    }
    Json json(const std::string& name) const { return Json::parse(read(path(name))); }
    static void undo(MainWindow& window) { QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier); }
    static void redo(MainWindow& window) {
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    }

private slots:
    void initTestCase() { makeExample(); }

    void theLastSelectionIsUndoneAfterReopening() {
        {
            const auto window = opened(path("data/work.zscape"));
            SelectionStore& store = window->session().selections();
            store.add(named("hot", "TEFF > 6000"), QStringLiteral("new selection"));
            Selection hotter = store.list()[1];
            hotter.definition.shape = ExpressionShape{"TEFF > 7000"};
            store.change(1, hotter, QStringLiteral("edit"));
            store.rename(1, "hotter");
            undo(*window); // the name
            QVERIFY(window->sessionFiles().saveTo(path("data/history.zscape")));
        }
        const auto window = opened(path("data/history.zscape"));
        SelectionStore& store = window->session().selections();
        QVERIFY(!window->sessionFiles().hasUnsaved());
        QCOMPARE(names(*window), (std::vector<std::string>{"cool", "hot"}));
        QCOMPARE(window->session().undo().undoText(), QStringLiteral("edit"));
        redo(*window);
        QCOMPARE(names(*window), (std::vector<std::string>{"cool", "hotter"}));
        undo(*window);
        undo(*window);
        QCOMPARE(store.list()[1].definition, Definition(ExpressionShape{"TEFF > 6000"}));
        QTRY_VERIFY(store.stars(1) && store.count(1) > 0);
        QVERIFY(window->sessionFiles().hasUnsaved());
        undo(*window);
        undo(*window); // that of the session before
        QVERIFY(names(*window).empty());
        QVERIFY(!window->session().undo().canUndo());
        for (int step = 0; step < 3; ++step) {
            redo(*window);
        }
        QVERIFY(!window->sessionFiles().hasUnsaved());
    }

    void aMacroIsOneStep() {
        {
            const auto window = opened(path("data/work.zscape"));
            SelectionStore& store = window->session().selections();
            window->session().undo().beginMacro(QStringLiteral("edit both"));
            store.rename(0, "cooler");
            Selection cooler = store.list()[0];
            cooler.definition.shape = ExpressionShape{"TEFF < 4000"};
            store.change(0, cooler, QStringLiteral("edit"));
            window->session().undo().endMacro();
            QVERIFY(window->sessionFiles().saveTo(path("data/macro.zscape")));
        }
        const auto window = opened(path("data/macro.zscape"));
        QCOMPARE(window->session().undo().undoText(), QStringLiteral("edit both"));
        undo(*window);
        QCOMPARE(names(*window), std::vector<std::string>{"cool"});
        QCOMPARE(window->session().selections().list()[0].definition, Definition(ExpressionShape{"TEFF < 5000"}));
    }

    void theHistoryIsBoundedAndHoldsEachDefinitionOnce() {
        const auto window = opened(path("data/work.zscape"));
        SelectionStore& store = window->session().selections();
        std::vector<std::int64_t> ids(1000);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ids[i] = 4295806720 + static_cast<std::int64_t>(i);
        }
        Selection list;
        list.name = "list";
        list.definition.shape = IdListShape{"ids.txt", ids};
        store.add(list, QStringLiteral("add"));
        for (int step = 0; step < 60; ++step) {
            Selection shown = store.list()[1];
            shown.visible = !shown.visible;
            store.change(1, shown, QStringLiteral("show or hide"));
        }
        const SelectionHistory history = store.history();
        QCOMPARE(history.steps.size(), std::size_t{50});
        QCOMPARE(history.states.size(), std::size_t{51});
        QCOMPARE(history.done, std::size_t{50});
        // The list is shown, so the history has no second copy of its ids.
        QVERIFY(toJson(history, store.list()).size() < 20000);
        QVERIFY(selectionHistoryFromJson(toJson(history, store.list()), store.list()) == history);
        // Without it shown it is written once.
        store.remove(1);
        const std::string text = toJson(store.history(), store.list());
        QVERIFY(text.find("4295806730") != std::string::npos);
        QCOMPARE(text.find("4295806730"), text.rfind("4295806730"));
    }

    void anOldSessionOpensWithNothingToUndo() {
        Json old = json("data/work.zscape");
        QVERIFY(old.contains("history"));
        old.erase("history");
        write(path("data/old.zscape"), old.dump());
        QVERIFY(readSession(path("data/old.zscape")).problems.empty());
        const auto window = opened(path("data/old.zscape"));
        QCOMPARE(names(*window), std::vector<std::string>{"cool"});
        QCOMPARE(window->session().undo().count(), 0);
    }

    void aHistoryThatIsDamagedOrOfAnotherListIsTold() {
        Json other = json("data/work.zscape");
        other["selections"]["selections"][0]["name"] = "tepid"; // edited by hand
        write(path("data/other.zscape"), other.dump());
        Json broken = json("data/work.zscape");
        broken["history"]["done"] = 77;
        write(path("data/broken.zscape"), broken.dump());
        Json newer = json("data/work.zscape");
        newer["history"]["version"] = 2;
        write(path("data/newer.zscape"), newer.dump());
        for (const char* name : {"data/other.zscape", "data/broken.zscape", "data/newer.zscape"}) {
            const ReadSession session = readSession(path(name));
            QCOMPARE(session.problems.size(), std::size_t{1});
            QVERIFY(session.problems[0].find("history") != std::string::npos);
            QCOMPARE(session.content.selections.size(), std::size_t{1});
            QVERIFY(session.content.history.steps.empty());
        }
    }

    void whatANewerZscapeKnowsIsKept() {
        Json newer = json("data/work.zscape");
        newer["views"][0]["glow"] = {{"radius", 3}};
        newer["map"]["halo"] = "wide";
        newer["spectrum"]["smoothing"] = 2.5;
        newer["explore"]["tracks"]["dashes"] = Json::array({1, 2});
        newer["future"] = true;
        write(path("data/future.zscape"), newer.dump());
        const auto window = opened(path("data/future.zscape"));
        QVERIFY(window->sessionFiles().saveTo(path("data/kept.zscape")));
        const Json kept = json("data/kept.zscape");
        QCOMPARE(kept["views"][0]["glow"]["radius"].get<int>(), 3);
        QCOMPARE(kept["map"]["halo"].get<std::string>(), std::string("wide"));
        QCOMPARE(kept["spectrum"]["smoothing"].get<double>(), 2.5);
        QCOMPARE(kept["explore"]["tracks"]["dashes"].size(), std::size_t{2});
        QVERIFY(kept["future"].get<bool>());
        QCOMPARE(kept["views"][0]["kind"].get<std::string>(), std::string("scatter"));
    }

    void aSessionWithoutAModelClosesTheOpenOne() {
        Json bare = json("data/work.zscape");
        bare.erase("model");
        write(path("data/bare.zscape"), bare.dump());
        const auto window = opened(path("data/work.zscape"));
        QVERIFY(window->session().model());
        QSignalSpy restored(&window->sessionFiles(), &SessionController::restored);
        window->sessionFiles().open(path("data/bare.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 30000);
        QVERIFY(!window->session().model());
        QVERIFY(!window->session().latents());
        QCOMPARE(window->session().catalog()->rows(), std::size_t{500});
        // One of a model alone closes the stars, too.
        Json model = json("data/work.zscape");
        model.erase("catalogue");
        write(path("data/model.zscape"), model.dump());
        window->sessionFiles().open(path("data/model.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 2, 30000);
        QVERIFY(window->session().model());
        QVERIFY(!window->session().catalog());
        // And one of neither both.
        model.erase("model");
        write(path("data/neither.zscape"), model.dump());
        window->sessionFiles().open(path("data/neither.zscape"));
        QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 3, 30000);
        QVERIFY(!window->session().model());
        QVERIFY(!window->session().catalog());
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::SessionHistoryTest>(argc, argv);
}

#include "session_history_test.moc"
