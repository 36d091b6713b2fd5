// Columns that were reckoned in the window, such as RMSE(j): saved beside the session, and back with everything that
// uses them, without reckoning them again.
#include "app/window/errors_controller.h"
#include "tests/app/session_example.h"

#include <QAction>

#include <cmath>

namespace zscape {
namespace {

class SessionColumnsTest : public test::SessionExample {
    Q_OBJECT
private slots:
    void initTestCase() {
        makeExample();
        m_columns = path("data/errors.zscape-columns.h5");
        saveWithErrors(path("data/errors.zscape"));
    }

    void theyComeBackWithWhatUsesThem() {
        QVERIFY(std::filesystem::exists(m_columns));
        const auto window = opened(path("data/errors.zscape"));
        QVERIFY2(window->sessionFiles().lossWhenSaved().isEmpty(), qPrintable(window->sessionFiles().lossWhenSaved()));
        QVERIFY(window->errors().errors() == nullptr); // nothing was reckoned
        const Column* column = window->session().catalog()->find("rmse_j");
        QVERIFY(column);
        QCOMPARE(column->toFloats().size(), m_values.size());
        for (std::size_t row = 0; row < m_values.size(); ++row) {
            const float value = column->toFloats()[row];
            QVERIFY(value == m_values[row] || (std::isnan(value) && std::isnan(m_values[row])));
        }
        QVERIFY(column->origin().starts_with("reconstruction errors of "));
        QCOMPARE(window->mapColour(), QStringLiteral("rmse_lambda"));
        const auto& selections = window->session().selections();
        const auto near = std::ranges::find(selections.list(), std::string("near"), &Selection::name);
        QVERIFY(near != selections.list().end());
        QTRY_COMPARE(selections.count(static_cast<std::size_t>(near - selections.list().begin())), m_near);
        // Saved again, elsewhere, they go along.
        QVERIFY(window->sessionFiles().saveTo(path("data/again.zscape")));
        const auto again = opened(path("data/again.zscape"));
        QVERIFY(again->session().catalog()->find("rmse_j"));
    }

    void aSessionWithoutThemHasNoFile() {
        QVERIFY(std::filesystem::exists(path("data/work.zscape")));
        QVERIFY(!std::filesystem::exists(path("data/work.zscape-columns.h5")));
    }

    void aMissingOrOtherFileIsToldAndTheRestOpens() {
        const std::string bytes = read(m_columns);
        std::filesystem::remove(m_columns);
        expectLoss("are gone with");
        std::string other = bytes;
        other.back() = static_cast<char>(other.back() ^ 1);
        write(m_columns, other);
        expectLoss("is another file than when the session was saved");
        write(m_columns, bytes);
        QVERIFY(opened(path("data/errors.zscape"))->session().catalog()->find("rmse_j"));
    }

    void thoseOfAnotherModelAreLeftOut() {
        const std::string model = read(path("data/model.h5"));
        auto changed = loadModel(path("data/model.h5"));
        changed.normalization->mu[0] += 1;
        saveModel(changed, path("data/model.h5"));
        expectLoss("are of another model than");
        write(path("data/model.h5"), model);
    }

    void theAutomaticCopyHasThemToo() {
        const std::filesystem::path columns = columnsFileOf(SessionController::copyPath());
        const std::filesystem::path crashed = copyOfACrash();
        {
            const auto window = opened(path("data/errors.zscape"));
            window->sessionFiles().keepCopy();
            QVERIFY(std::filesystem::exists(columns));
            std::filesystem::copy_file(SessionController::copyPath(), crashed);
            std::filesystem::copy_file(columns, columnsFileOf(crashed));
        }
        QVERIFY(!std::filesystem::exists(columns)); // a clean end leaves nothing
        MainWindow window(Theme::Light);
        QSignalSpy restored(&window.sessionFiles(), &SessionController::restored);
        answerRecovery(window, "recover");
        QVERIFY(!restored.isEmpty() || restored.wait(30000));
        QVERIFY(window.session().catalog()->find("rmse_j"));
        QVERIFY(!std::filesystem::exists(crashed));
        QVERIFY(!std::filesystem::exists(columnsFileOf(crashed)));
    }

private:
    void saveWithErrors(const std::filesystem::path& file) {
        const auto window = opened(path("data/work.zscape"));
        QSignalSpy made(&window->errors(), &ErrorsController::made);
        window->findChild<QAction*>(QStringLiteral("reconstructionErrors"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(made.count(), 1, 30000);
        m_values = window->session().catalog()->require("rmse_j").toFloats();
        std::vector<float> sorted = m_values;
        std::erase_if(sorted, [](float value) { return std::isnan(value); });
        std::ranges::sort(sorted);
        Selection near;
        near.name = "near";
        near.definition.shape = ExpressionShape{"rmse_j < " + std::to_string(sorted[sorted.size() / 3])};
        window->session().selections().add(near, QStringLiteral("add"));
        const std::size_t index = window->session().selections().list().size() - 1;
        QTRY_VERIFY(window->session().selections().count(index) > 0);
        m_near = window->session().selections().count(index);
        window->setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), QStringLiteral("rmse_lambda"));
        QVERIFY(window->sessionFiles().saveTo(file));
    }

    void expectLoss(const char* text) {
        const auto window = opened(path("data/errors.zscape"));
        const QString loss = window->sessionFiles().lossWhenSaved();
        QVERIFY2(loss.contains(QLatin1String(text)), qPrintable(loss));
        QVERIFY(!window->session().catalog()->find("rmse_j"));
        QCOMPARE(window->session().catalog()->rows(), std::size_t{500});
    }

    std::filesystem::path m_columns;
    std::vector<float> m_values;
    std::size_t m_near = 0;
};

} // namespace
} // namespace zscape

int main(int argc, char** argv) {
    return zscape::test::runWithOwnData<zscape::SessionColumnsTest>(argc, argv);
}

#include "session_columns_test.moc"
