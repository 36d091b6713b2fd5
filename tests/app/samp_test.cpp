// Facts about the SAMP client: what goes over the wire, what is refused, and how it lives with a hub (a small one in
// this process, over real sockets).
#include "app/samp/http_request.h"
#include "app/samp/hub_client.h"
#include "tests/support/small_hub.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

namespace zscape {

using namespace samp;

class SampTest : public QObject {
    Q_OBJECT

private:
    static QString errorOf(const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return QStringLiteral("no error");
    }
    static QVariantMap rowList(const QVariantList& rows) {
        return {{QStringLiteral("table-id"), QStringLiteral("t1")}, {QStringLiteral("row-list"), rows}};
    }

    QTemporaryDir m_folder;
    QString lockfile() const { return m_folder.filePath(QStringLiteral("samp.lock")); }

    /// A client that is at the hub and has met everybody there.
    std::unique_ptr<HubClient> joined(test::SmallHub& hub) {
        auto client = std::make_unique<HubClient>(HubClient::Identity{QStringLiteral("Zscape"), QStringLiteral("XP")});
        client->setLockfile(lockfile());
        client->setLookInterval(50);
        client->start();
        if (!QTest::qWaitFor([&] { return client->state() == HubClient::State::Connected; })) return nullptr;
        const std::size_t others = hub.clients.size() - 1;
        const auto met = [&] {
            return client->peers().size() == others &&
                   std::ranges::all_of(client->peers(), [](const Peer& peer) { return !peer.types.isEmpty(); });
        };
        return QTest::qWaitFor(met) ? std::move(client) : nullptr;
    }

private slots:
    void valuesGoThroughXmlAndBack() {
        const QVariantMap map{
            {QStringLiteral("a<b"), QStringLiteral("x & \"y\"")},
            {QStringLiteral("list"), QVariantList{QStringLiteral("1"), QVariantList{}, QVariantMap{}}}};
        const Call call = readCall(writeCall({QStringLiteral("samp.hub.notifyAll"), {QStringLiteral("key"), map}}));
        QCOMPARE(call.method, QStringLiteral("samp.hub.notifyAll"));
        QCOMPARE(call.parameters.size(), 2);
        QCOMPARE(call.parameters[1].toMap(), map);
        QCOMPARE(readResponse(writeResponse(map)).toMap(), map);
        QVERIFY(errorOf([] { readResponse(writeFault(3, QStringLiteral("no < entry"))); }).contains("no < entry"));
        // What SAMP cannot carry is replaced, so that the document stays one.
        QCOMPARE(readResponse(writeResponse(QString(QStringLiteral("a") + QChar(1) + QChar(0x3B1)))).toString(),
                 QStringLiteral("a??"));
    }

    void otherProgramsSpellValuesInOtherWays() {
        const QByteArray spelled =
            "<?xml version='1.0'?>\n<!-- hello -->\n<methodCall> <methodName>m</methodName><params>\n"
            "<param><value>bare</value></param><param><value><i4>7</i4></value></param>"
            "<param><value> <array><data/></array> </value></param>"
            "<param><value><boolean>1</boolean></value></param><param><value/></param>"
            "<param><value><string>&lt;&#65;</string></value></param></params></methodCall>";
        const Call call = readCall(spelled);
        QCOMPARE(call.parameters, (QVariantList{QStringLiteral("bare"), QStringLiteral("7"), QVariantList{},
                                                QStringLiteral("1"), QString(""), QStringLiteral("<A")}));
        QCOMPARE(readCall("<methodCall><methodName>m</methodName></methodCall>").parameters.size(), 0);
    }

    void badDocumentsAreRefused_data() {
        QTest::addColumn<QByteArray>("document");
        const QByteArray start = "<methodCall><methodName>m</methodName><params><param><value>";
        const QByteArray end = "</value></param></params></methodCall>";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no xml") << QByteArray("hello");
        QTest::newRow("cut off") << start + "x";
        QTest::newRow("other root") << QByteArray("<html></html>");
        QTest::newRow("no method") << QByteArray("<methodCall><methodName> </methodName></methodCall>");
        QTest::newRow("unknown type") << start + "<blob>x</blob>" + end;
        QTest::newRow("text beside") << start + "x<string>y</string>" + end;
        QTest::newRow("tag in text") << start + "<string><b/></string>" + end;
        QTest::newRow("member without name") << start + "<struct><member><value/></member></struct>" + end;
        QTest::newRow("behind the end") << start + end + "<more/>";
        QTest::newRow("entity") << "<!DOCTYPE m [<!ENTITY a 'b'>]>" + start + "&a;" + end;
        QTest::newRow("entity bomb")
            << "<!DOCTYPE m [<!ENTITY a 'bbbbbbbbbb'><!ENTITY c '&a;&a;&a;&a;'><!ENTITY d '&c;&c;&c;&c;'>]>" + start +
                   "&d;" + end;
        QTest::newRow("file entity") << "<!DOCTYPE m [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>" + start + "&a;" +
                                            end;
        QTest::newRow("unknown entity") << start + "&nbsp;" + end;
        QByteArray deep = "<string>x</string>";
        for (int i = 0; i < 200; ++i) {
            deep = "<array><data><value>" + deep + "</value></data></array>";
        }
        QTest::newRow("deep") << start + deep + end;
        QTest::newRow("zero byte") << start + QByteArray(1, '\0') + end;
    }
    void badDocumentsAreRefused() {
        QFETCH(QByteArray, document);
        QVERIFY(errorOf([&] { readCall(document); }) != QStringLiteral("no error"));
    }

    void requestsComeInPiecesAndAreBounded() {
        HttpRequest whole(100);
        QCOMPARE(whole.add("POST /x HTTP/1.1\r\nHost: a\r\nContent-"), HttpRequest::State::Incomplete);
        QCOMPARE(whole.add("length:  5 \r\n\r\nab"), HttpRequest::State::Incomplete);
        QCOMPARE(whole.add("cde"), HttpRequest::State::Whole);
        QCOMPARE(whole.path(), QByteArray("/x"));
        QCOMPARE(whole.body(), QByteArray("abcde"));

        const std::pair<QByteArray, QByteArray> refused[] = {
            {"GET / HTTP/1.1\r\n\r\n", "405"},
            {"POST / HTTP/1.1\r\n\r\n", "411"},
            {"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", "413"},
            {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nContent-Length: 5x\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nabc", "400"},
            {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
            {"POST / HTTP/1.1\r\nOrigin: http://evil\r\nContent-Length: 1\r\n\r\n", "403"},
            {"POST / SPDY\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nno colon\r\n\r\n", "400"},
            {QByteArray(20000, 'x'), "431"},
        };
        for (const auto& [bytes, status] : refused) {
            HttpRequest request(100);
            QCOMPARE(request.add(bytes), HttpRequest::State::Refused);
            QVERIFY2(request.refusal().startsWith(status), request.refusal().constData());
        }
    }

    void theServerListensOnLoopbackUnderASecretPath() {
        CallServer server([](const Call& call) -> QVariant {
            if (call.method == QStringLiteral("fail")) throw Error("as told");
            return call.method;
        });
        QVERIFY(server.url().isEmpty());
        server.listen();
        QCOMPARE(server.url().host(), QStringLiteral("127.0.0.1"));
        QVERIFY(server.url().path().size() > 20);
        const auto post = [&](const QByteArray& path, const QByteArray& body) {
            QTcpSocket socket;
            socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(server.url().port()));
            socket.write("POST " + path + " HTTP/1.1\r\nContent-Length: " + QByteArray::number(body.size()) +
                         "\r\n\r\n" + body);
            QSignalSpy ended(&socket, &QTcpSocket::disconnected);
            if (!ended.wait()) return QByteArray("no end");
            return socket.readAll();
        };
        const QByteArray path = server.url().path().toLatin1();
        QVERIFY(post(path, writeCall({QStringLiteral("hello"), {}})).contains("<string>hello</string>"));
        QVERIFY(post(path, writeCall({QStringLiteral("fail"), {}})).contains("as told"));
        QVERIFY(post(path, "rubbish").contains("fault"));
        QVERIFY(post("/", writeCall({QStringLiteral("hello"), {}})).startsWith("HTTP/1.1 404"));
    }

    void lockfilesAreReadAndDistrusted() {
        const auto read = [&](const QByteArray& text) {
            QFile file(lockfile());
            if (file.open(QIODevice::WriteOnly)) file.write(text);
            file.close();
            return readLockfile(lockfile());
        };
        const auto hub = read("# comment = x\r\nsamp.secret=a=b\nsamp.hub.xmlrpc.url=http://127.0.0.1:2112/xmlrpc\n");
        QVERIFY(hub);
        QCOMPARE(hub->secret, QStringLiteral("a=b"));
        QCOMPARE(hub->url.port(), 2112);
        QVERIFY(!read(""));
        QVERIFY(errorOf([&] { read("samp.secret=a\n"); }).contains("names no hub"));
        QVERIFY(errorOf([&] { read("samp.secret=a\nsamp.hub.xmlrpc.url=ftp://127.0.0.1/\n"); }).contains("address"));
        QVERIFY(errorOf([&] {
                    read("samp.secret=a\nsamp.hub.xmlrpc.url=http://192.0.2.7:80/\n");
                }).contains("another machine"));
        QVERIFY(errorOf([&] {
                    read("samp.secret=a\nsamp.hub.xmlrpc.url=http://example.org/\n");
                }).contains("another machine"));
        QVERIFY(errorOf([&] { read(QByteArray(100000, 'x')); }).contains("too large"));
        QFile::remove(lockfile());
        QVERIFY(!readLockfile(lockfile()));
        qputenv("SAMP_HUB", "std-lockurl:file:///somewhere/lock");
        QCOMPARE(lockfilePath(), QStringLiteral("/somewhere/lock"));
        qputenv("SAMP_HUB", "std-lockurl:http://example.org/lock");
        QCOMPARE(lockfilePath(), QString());
        qunsetenv("SAMP_HUB");
        QVERIFY(lockfilePath().endsWith(QStringLiteral("/.samp")));
    }

    void messagesReadBack() {
        const auto back = [](const Content& content) { return *readMessage(toMessage(content)); };
        const LoadTable table{TableKind::Fits, QUrl(QStringLiteral("file:///tmp/a b.fits")), QStringLiteral("id"),
                              QStringLiteral("stars")};
        const auto read = std::get<LoadTable>(back(table));
        QCOMPARE(read.url, table.url);
        QCOMPARE(read.kind, TableKind::Fits);
        QCOMPARE(read.id, table.id);
        QCOMPARE(std::get<SelectRows>(back(SelectRows{QStringLiteral("t"), {}, {0, 7, 500000}})).rows,
                 (std::vector<std::int64_t>{0, 7, 500000}));
        QCOMPARE(std::get<HighlightRow>(back(HighlightRow{QStringLiteral("t"), {}, 12})).row, std::int64_t{12});
        QCOMPARE(std::get<PointAtSky>(back(PointAtSky{266.4168166, -29.0078249})).dec, -29.0078249);
        const Message spectrum = toMessage(LoadSpectrum{table.url, QStringLiteral("s"), QStringLiteral("star"), {}});
        QCOMPARE(spectrum.type, QStringLiteral("spectrum.load.ssa-generic"));
        QCOMPARE(spectrum.parameters.value(QStringLiteral("url")).toString(), QStringLiteral("file:///tmp/a%20b.fits"));
        QVERIFY(!readMessage({QStringLiteral("image.load.fits"), {}}));
    }

    void malformedMessagesAreRefused() {
        const auto refused = [](const char* type, const QVariantMap& parameters) {
            return errorOf([&] { readMessage({QLatin1String(type), parameters}); }).startsWith(QLatin1String(type));
        };
        const QString url = QStringLiteral("url");
        QVERIFY(refused(type::loadVotable, {}));
        QVERIFY(refused(type::loadVotable, {{url, QStringLiteral("javascript:alert(1)")}}));
        QVERIFY(refused(type::loadVotable, {{url, QStringLiteral("not an address")}}));
        QVERIFY(refused(type::loadVotable, {{url, QStringLiteral("file:")}}));
        QVERIFY(refused(type::loadFits, {{url, QVariantList{}}}));
        QVERIFY(refused(type::loadFits, {{url, QStringLiteral("file:///") + QString(10000, QLatin1Char('x'))}}));
        QVERIFY(refused(type::selectRows, rowList({QStringLiteral("-1")})));
        QVERIFY(refused(type::selectRows, rowList({QStringLiteral("1.5")})));
        QVERIFY(refused(type::selectRows, rowList({QVariantMap{}})));
        QVERIFY(refused(type::selectRows, {{QStringLiteral("table-id"), QStringLiteral("t")}}));
        QVERIFY(refused(type::selectRows, {{QStringLiteral("row-list"), QVariantList{}}}));
        QVERIFY(refused(type::highlightRow, {{QStringLiteral("table-id"), QStringLiteral("t")}}));
        QVERIFY(refused(type::pointAtSky, {{QStringLiteral("ra"), QStringLiteral("10")}}));
        QVERIFY(refused(type::pointAtSky,
                        {{QStringLiteral("ra"), QStringLiteral("10")}, {QStringLiteral("dec"), QStringLiteral("91")}}));
        QVERIFY(refused(type::pointAtSky,
                        {{QStringLiteral("ra"), QStringLiteral("nan")}, {QStringLiteral("dec"), QStringLiteral("1")}}));
    }

    void withoutAHubNothingIsHeard() {
        HubClient client({QStringLiteral("Zscape"), {}});
        client.setLockfile(lockfile());
        client.setLookInterval(20);
        QSignalSpy problems(&client, &HubClient::problem);
        client.start();
        QVERIFY(!problems.wait(100));
        QCOMPARE(client.state(), HubClient::State::Waiting);
        client.send(PointAtSky{1, 2}); // to nobody
    }

    void itJoinsAHubIntroducesItselfAndKnowsTheOthers() {
        test::SmallHub hub(lockfile());
        hub.addClient(QStringLiteral("topcat"), QStringLiteral("topcat"),
                      {{QStringLiteral("table.load.*"), QVariantMap{}}});
        const auto client = joined(hub);
        QVERIFY(client);
        const auto& self = hub.clients[hub.newest()];
        QCOMPARE(self.metadata.value(QStringLiteral("samp.name")).toString(), QStringLiteral("Zscape"));
        QVERIFY(self.subscriptions.contains(QStringLiteral("table.select.rowList")));
        QCOMPARE(self.callback.host(), QStringLiteral("127.0.0.1"));
        QCOMPARE(client->peers().size(), std::size_t{1});
        QCOMPARE(client->peersFor(QLatin1String(type::loadFits)).size(), std::size_t{1});
        QCOMPARE(client->peersFor(QLatin1String(type::pointAtSky)).size(), std::size_t{0});

        hub.addClient(QStringLiteral("aladin"), QStringLiteral("Aladin"),
                      {{QStringLiteral("coord.pointAt.sky"), QVariantMap{}}});
        QTRY_COMPARE(client->peersFor(QLatin1String(type::pointAtSky)).size(), std::size_t{1});
        QCOMPARE(client->peers()[0].name, QStringLiteral("Aladin"));
        hub.removeClient(QStringLiteral("topcat"));
        QTRY_COMPARE(client->peers().size(), std::size_t{1});
    }

    void itSendsToOneOrToAll() {
        test::SmallHub hub(lockfile());
        hub.addClient(QStringLiteral("topcat"), QStringLiteral("topcat"), {{QStringLiteral("*"), QVariantMap{}}});
        const auto client = joined(hub);
        QVERIFY(client);
        client->send(PointAtSky{10.5, -20.25});
        client->send(SelectRows{QStringLiteral("t"), {}, {3, 4}}, QStringLiteral("topcat"));
        QTRY_COMPARE(hub.notifications.size(), 2);
        const QVariantMap sky = hub.notifications[0].toList()[1].toMap();
        QCOMPARE(hub.notifications[0].toList()[0].toString(), QString());
        QCOMPARE(sky.value(QStringLiteral("samp.mtype")).toString(), QStringLiteral("coord.pointAt.sky"));
        QCOMPARE(sky.value(QStringLiteral("samp.params")).toMap().value(QStringLiteral("ra")).toString(),
                 QStringLiteral("10.5"));
        const QVariantList rows = hub.notifications[1].toList();
        QCOMPARE(rows[0].toString(), QStringLiteral("topcat"));
        QCOMPARE(
            rows[1].toMap().value(QStringLiteral("samp.params")).toMap().value(QStringLiteral("row-list")).toList(),
            (QVariantList{QStringLiteral("3"), QStringLiteral("4")}));
    }

    void itReceivesAndAnswersAndRefuses() {
        test::SmallHub hub(lockfile());
        hub.addClient(QStringLiteral("topcat"), QStringLiteral("topcat"), {{QStringLiteral("*"), QVariantMap{}}});
        const auto client = joined(hub);
        QVERIFY(client);
        std::vector<std::pair<Content, Peer>> heard;
        connect(client.get(), &HubClient::received, client.get(),
                [&](const Content& content, const Peer& from) { heard.emplace_back(content, from); });
        QSignalSpy problems(client.get(), &HubClient::problem);
        const QString self = hub.newest();
        const QString topcat = QStringLiteral("topcat");
        const QString select = QStringLiteral("table.select.rowList");

        hub.notify(self, topcat, test::SmallHub::message(select, rowList({QStringLiteral("1"), QStringLiteral("2")})));
        QTRY_COMPARE(heard.size(), std::size_t{1});
        QCOMPARE(std::get<SelectRows>(heard[0].first).rows, (std::vector<std::int64_t>{1, 2}));
        QCOMPARE(heard[0].second.name, topcat);

        const auto statusOf = [&](const char* id) {
            return hub.replies.value(QLatin1String(id)).toMap().value(QStringLiteral("samp.status")).toString();
        };
        hub.call(self, topcat, QStringLiteral("m1"), test::SmallHub::message(select, rowList({QStringLiteral("5")})));
        QTRY_COMPARE(statusOf("m1"), QStringLiteral("samp.ok"));
        QCOMPARE(heard.size(), std::size_t{2});
        hub.call(self, topcat, QStringLiteral("m2"), test::SmallHub::message(QStringLiteral("samp.app.ping"), {}));
        QTRY_COMPARE(statusOf("m2"), QStringLiteral("samp.ok"));
        QCOMPARE(problems.size(), 0);

        hub.call(self, topcat, QStringLiteral("m3"), test::SmallHub::message(select, rowList({QStringLiteral("x")})));
        QTRY_COMPARE(statusOf("m3"), QStringLiteral("samp.error"));
        hub.call(self, topcat, QStringLiteral("m4"), test::SmallHub::message(QStringLiteral("no.such.type"), {}));
        QTRY_COMPARE(statusOf("m4"), QStringLiteral("samp.error"));
        hub.call(self, topcat, QStringLiteral("m5"), QVariantMap{{QStringLiteral("samp.params"), QStringLiteral("x")}});
        QTRY_COMPARE(statusOf("m5"), QStringLiteral("samp.error"));
        QCOMPARE(problems.size(), 3);

        // Whoever does not know the key is not heard, nor who pretends to be the hub.
        hub.lastAnswer.clear();
        hub.notify(self, topcat, test::SmallHub::message(select, rowList({QStringLiteral("9")})),
                   QStringLiteral("guessed"));
        QTRY_VERIFY(hub.lastAnswer.startsWith(QStringLiteral("fault: ")));
        QVERIFY(hub.lastAnswer.contains(QStringLiteral("key is wrong")));
        hub.call(self, topcat, QStringLiteral("m6"),
                 test::SmallHub::message(QStringLiteral("samp.hub.event.shutdown"), {}));
        QTRY_COMPARE(statusOf("m6"), QStringLiteral("samp.error"));
        QCOMPARE(client->state(), HubClient::State::Connected);
        QCOMPARE(heard.size(), std::size_t{2});
    }

    void itOutlivesTheHubAndFindsTheNextOne() {
        std::unique_ptr<HubClient> client;
        {
            test::SmallHub hub(lockfile());
            hub.addClient(QStringLiteral("a"), QStringLiteral("a"), {{QStringLiteral("*"), QVariantMap{}}});
            client = joined(hub);
            QVERIFY(client);
            hub.shutDown();
            QTRY_COMPARE(client->state(), HubClient::State::Waiting);
            QVERIFY(client->peers().empty());
        }
        QSignalSpy problems(client.get(), &HubClient::problem);
        test::SmallHub next(lockfile());
        QTRY_COMPARE(client->state(), HubClient::State::Connected);
        QCOMPARE(next.registrations, 1);
        QCOMPARE(problems.size(), 0);
        client->leave();
        QCOMPARE(client->state(), HubClient::State::Off);
        QTRY_VERIFY(next.clients.empty()); // it said good-bye
    }

    void aKilledHubsLockfileDisturbsNobody() {
        {
            QFile file(lockfile());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("samp.secret=x\nsamp.hub.xmlrpc.url=http://127.0.0.1:9/\n"); // nothing listens there
        }
        HubClient client({QStringLiteral("Zscape"), {}});
        client.setLockfile(lockfile());
        client.setLookInterval(20);
        QSignalSpy problems(&client, &HubClient::problem);
        QSignalSpy states(&client, &HubClient::stateChanged);
        client.start();
        QTRY_VERIFY(states.size() >= 4); // it tried, and tried again
        QCOMPARE(problems.size(), 0);
        QFile::remove(lockfile());
        test::SmallHub hub(lockfile());
        QTRY_COMPARE(client.state(), HubClient::State::Connected);
    }

    void aDamagedLockfileIsToldOnce() {
        {
            QFile file(lockfile());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("samp.secret=x\n");
        }
        HubClient client({QStringLiteral("Zscape"), {}});
        client.setLockfile(lockfile());
        client.setLookInterval(10);
        QSignalSpy problems(&client, &HubClient::problem);
        client.start();
        QTRY_COMPARE(problems.size(), 1);
        QVERIFY(!problems.wait(60));
        QFile::remove(lockfile());
    }
};

} // namespace zscape

QTEST_GUILESS_MAIN(zscape::SampTest)
#include "samp_test.moc"
