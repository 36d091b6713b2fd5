// Work beside the window: contours come from a job, and what is heavy gives way to what the user does.
#include "app/window/generate_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/thread_priority.h"
#include "app/window/view_manager.h"
#include "app/window/view_panels.h"
#include "tests/app/session_example.h"
#include "widgets/contour_sets.h"
#include "widgets/scatter_view.h"

#include <sys/resource.h>
#include <unistd.h>

#include <QDir>
#include <QDockWidget>

#include <algorithm>

namespace zscape {

namespace {

/// The nice values of this program's threads, as the system has them.
std::vector<int> threadNices() {
    std::vector<int> nices;
    for (const QString& thread : QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        std::ifstream file("/proc/self/task/" + thread.toStdString() + "/stat");
        const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        // After the name in brackets comes field 3; nice is field 19.
        const QStringList fields =
            QString::fromStdString(text.substr(text.rfind(')') + 1)).split(u' ', Qt::SkipEmptyParts);
        if (fields.size() > 16) nices.push_back(fields[16].toInt());
    }
    return nices;
}

bool hasNice(int nice) {
    const std::vector<int> nices = threadNices();
    return std::ranges::find(nices, nice) != nices.end();
}

} // namespace

class ContourJobTest : public test::SessionExample {
    Q_OBJECT

private slots:
    void initTestCase() { makeExample(); }

    void contoursComeFromAJob() {
        const auto window = opened(path("data/work.zscape"));
        ScatterView& map = window->map();
        window->session().selections().remove(0);
        QSignalSpy frames(&map, &ScatterView::frameDrawn);
        bool before = true;
        const auto first =
            connect(&map, &ScatterView::frameDrawn, this, [&] { before = before && map.contours().empty(); });
        QTest::keyClick(&map, Qt::Key_C);
        QTRY_COMPARE(frames.size(), 1);
        QVERIFY(before); // the stars are there without waiting for lines
        disconnect(first);
        QTRY_COMPARE(map.contours().size(), std::size_t{1});
        // While those of a selection are made the ones before stay.
        Selection cool;
        cool.name = "cool";
        cool.colour = 0xff123456;
        cool.definition.shape = ExpressionShape{"TEFF < 5000"};
        frames.clear();
        bool kept = false;
        const auto next = connect(&map, &ScatterView::frameDrawn, this, [&] {
            if (frames.size() <= 1)
                kept = map.contours().size() == 1 && map.contours()[0].colour != QColor(0x12, 0x34, 0x56);
        });
        window->session().selections().add(cool, QStringLiteral("add"));
        QTRY_VERIFY(!frames.empty());
        QVERIFY(kept);
        disconnect(next);
        QTRY_COMPARE(map.contours()[0].colour, QColor(0x12, 0x34, 0x56));
        // Other columns: old lines over new stars would lie.
        frames.clear();
        window->setMapColumns(QStringLiteral("z1"), QStringLiteral("z2"), QString());
        QVERIFY(map.contours().empty());
        QTRY_COMPARE(map.contours().size(), std::size_t{1});
    }

    void theyAreThoseOfTheViewItself() {
        const auto window = opened(path("data/work.zscape"));
        ScatterView& map = window->map();
        QTest::keyClick(&map, Qt::Key_C);
        QTRY_VERIFY(!map.contours().empty());
        ThreadPool pool(1);
        const std::vector<ContourSet> expected = contourSets(pool, map.contourRequest());
        QCOMPARE(map.contours().size(), expected.size());
        for (std::size_t k = 0; k < expected[0].levels.size(); ++k) {
            QCOMPARE(map.contours()[0].levels[k].lines, expected[0].levels[k].lines);
        }
    }

    void aViewWithContoursCanBeClosedWhileTheyAreMade() {
        const auto window = opened(path("data/work.zscape"));
        ViewState state = window->views().scatter();
        state.mode = static_cast<int>(DrawMode::Contour);
        const std::string id = window->views().add(state);
        auto& panel = dynamic_cast<ScatterPanel&>(*window->views().panel(id));
        QSignalSpy wanted(&panel.view(), &ScatterView::contoursWanted);
        QTRY_VERIFY(!wanted.empty());
        window->views().remove(id);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!window->views().panel(id));
    }

    void resamplingGivesWayToTheWindow() {
        const auto window = opened(path("data/work.zscape"));
        auto* generate = window->findChild<GenerateController*>();
        QTRY_VERIFY(!generate->isBusy());
        const int own = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::getpid()));
        const int low = std::min(own + encodingNice, 19);
        QVERIFY(!hasNice(low));
        QSignalSpy shown(generate, &GenerateController::spectraShown);
        // Of so few stars a job may be over before a look at the threads: then the panel comes back for another.
        QWidget* const panel = window->panel(QStringLiteral("selectionSpectra"));
        bool seen = false;
        for (QDeadlineTimer end(30000); !seen && !end.hasExpired();) {
            if (!generate->isBusy()) {
                panel->hide();
                panel->show();
                panel->raise();
            }
            QCoreApplication::processEvents();
            seen = hasNice(low);
        }
        QVERIFY(seen);
        QVERIFY(!shown.empty() || shown.wait(30000));
        QCOMPARE(::getpriority(PRIO_PROCESS, static_cast<id_t>(::getpid())), own); // the window's thread is what it was
    }
};

} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::ContourJobTest>(argc, argv);
}

#include "contour_job_test.moc"
