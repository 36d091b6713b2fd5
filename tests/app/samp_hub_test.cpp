// The SAMP client at a real hub, in a Python of its own: astropy's SAMPHubServer. Skipped, visibly, where there is
// none; ZSCAPE_PYTHON names another interpreter than python3.
#include "app/samp/hub_client.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

namespace zscape {

using namespace samp;

class SampHubTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QProcess m_python;
    QList<QJsonObject> m_said;

    void order(const QJsonObject& what) { m_python.write(QJsonDocument(what).toJson(QJsonDocument::Compact) + "\n"); }
    /// The first thing said with this key, which is then forgotten.
    QJsonObject take(const QString& key) {
        const auto find = [&] {
            return std::ranges::find_if(m_said, [&](const QJsonObject& one) { return one.contains(key); });
        };
        const auto over = [&] { return find() != m_said.end() || m_python.state() == QProcess::NotRunning; };
        if (!QTest::qWaitFor(over, 20000) || find() == m_said.end()) return {};
        QJsonObject result = *find();
        m_said.erase(find());
        return result;
    }
    static QJsonObject message(const char* type, const QJsonObject& parameters) {
        return {{QStringLiteral("samp.mtype"), QLatin1String(type)}, {QStringLiteral("samp.params"), parameters}};
    }

private slots:
    void initTestCase() {
        const QString lockfile = m_folder.filePath(QStringLiteral("lock"));
        connect(&m_python, &QProcess::readyReadStandardOutput, this, [this] {
            while (m_python.canReadLine()) {
                m_said.push_back(QJsonDocument::fromJson(m_python.readLine()).object());
            }
        });
        m_python.setProcessChannelMode(QProcess::SeparateChannels);
        m_python.start(qEnvironmentVariable("ZSCAPE_PYTHON", QStringLiteral("python3")),
                       {QStringLiteral(ZSCAPE_SOURCE_DIR "/tests/app/python_hub.py"), lockfile});
        if (!m_python.waitForStarted()) QSKIP("python3 is not installed");
        if (take(QStringLiteral("ready")).isEmpty()) {
            m_python.waitForFinished(1000);
            if (m_python.exitCode() == 77) QSKIP("Python has neither astropy nor pyvo with SAMP");
            QFAIL(m_python.readAllStandardError().constData());
        }
    }

    void aStarGoesToTheHubAndBack() {
        HubClient client({QStringLiteral("Zscape"), QStringLiteral("test")});
        client.setLockfile(m_folder.filePath(QStringLiteral("lock")));
        QSignalSpy problems(&client, &HubClient::problem);
        std::vector<Content> heard;
        connect(&client, &HubClient::received, &client, [&](const Content& content) { heard.push_back(content); });
        client.start();
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), HubClient::State::Connected, 20000);
        QTRY_COMPARE_WITH_TIMEOUT(client.peersFor(QLatin1String(type::selectRows)).size(), std::size_t{1}, 20000);
        QCOMPARE(client.peers()[0].name, QStringLiteral("python"));
        order({{QStringLiteral("names"), 1}});
        const QJsonObject names = take(QStringLiteral("names")).value(QStringLiteral("names")).toObject();
        QString self;
        for (auto name = names.begin(); name != names.end(); ++name) {
            if (name.value().toString() == QStringLiteral("Zscape")) self = name.key();
        }
        QVERIFY(!self.isEmpty());

        // Out: to one, and to all.
        client.send(LoadTable{TableKind::Votable, QUrl(QStringLiteral("file:///tmp/a%20b.vot")), QStringLiteral("t1"),
                              QStringLiteral("stars")},
                    client.peers()[0].id);
        QJsonObject out = take(QStringLiteral("heard"));
        QCOMPARE(out.value(QStringLiteral("heard")).toString(), QStringLiteral("table.load.votable"));
        QCOMPARE(out.value(QStringLiteral("params")).toObject().value(QStringLiteral("url")).toString(),
                 QStringLiteral("file:///tmp/a%20b.vot"));
        QCOMPARE(out.value(QStringLiteral("from")).toString(), self);
        client.send(HighlightRow{QStringLiteral("t1"), {}, 41});
        client.send(PointAtSky{266.4168166, -29.0078249});
        client.send(SelectRows{QStringLiteral("t1"), {}, {0, 41}});
        client.send(
            LoadSpectrum{QUrl(QStringLiteral("file:///tmp/s.vot")), QStringLiteral("s"), QStringLiteral("star"), {}});
        std::map<QString, QJsonObject> all;
        for (int i = 0; i < 4; ++i) {
            const QJsonObject one = take(QStringLiteral("heard"));
            all[one.value(QStringLiteral("heard")).toString()] = one.value(QStringLiteral("params")).toObject();
        }
        QCOMPARE(all[QStringLiteral("table.highlight.row")].value(QStringLiteral("row")).toString(),
                 QStringLiteral("41"));
        QCOMPARE(all[QStringLiteral("coord.pointAt.sky")].value(QStringLiteral("ra")).toString().toDouble(),
                 266.4168166);
        QCOMPARE(all[QStringLiteral("table.select.rowList")].value(QStringLiteral("row-list")).toArray().size(), 2);
        QCOMPARE(all.count(QStringLiteral("spectrum.load.ssa-generic")), std::size_t{1});

        // And back: the same star.
        order({{QStringLiteral("notify"), message(type::highlightRow, all[QStringLiteral("table.highlight.row")])}});
        QTRY_COMPARE(heard.size(), std::size_t{1});
        QCOMPARE(std::get<HighlightRow>(heard[0]).row, std::int64_t{41});
        order({{QStringLiteral("call"), message(type::selectRows, all[QStringLiteral("table.select.rowList")])},
               {QStringLiteral("to"), self}});
        QCOMPARE(take(QStringLiteral("answer"))
                     .value(QStringLiteral("answer"))
                     .toObject()
                     .value(QStringLiteral("samp.status"))
                     .toString(),
                 QStringLiteral("samp.ok"));
        QCOMPARE(std::get<SelectRows>(heard.at(1)).rows, (std::vector<std::int64_t>{0, 41}));
        QCOMPARE(problems.size(), 0);
        order({{QStringLiteral("call"), message(type::pointAtSky, {{QStringLiteral("ra"), QStringLiteral("400")},
                                                                   {QStringLiteral("dec"), QStringLiteral("0")}})},
               {QStringLiteral("to"), self}});
        QCOMPARE(take(QStringLiteral("answer"))
                     .value(QStringLiteral("answer"))
                     .toObject()
                     .value(QStringLiteral("samp.status"))
                     .toString(),
                 QStringLiteral("samp.error"));
        QCOMPARE(problems.size(), 1);

        // It says good-bye, and a hub that stops is left without a word.
        client.leave();
        order({{QStringLiteral("names"), 1}});
        QVERIFY(!take(QStringLiteral("names")).value(QStringLiteral("names")).toObject().contains(self));
        client.start();
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), HubClient::State::Connected, 20000);
        order({{QStringLiteral("quit"), 1}});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), HubClient::State::Waiting, 20000);
        QCOMPARE(problems.size(), 1);
    }

    void cleanupTestCase() {
        if (m_python.state() == QProcess::NotRunning) return;
        m_python.closeWriteChannel();
        if (!m_python.waitForFinished(10000)) m_python.kill();
        m_python.waitForFinished(1000);
    }
};

} // namespace zscape

QTEST_GUILESS_MAIN(zscape::SampHubTest)
#include "samp_hub_test.moc"
