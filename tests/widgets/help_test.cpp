// The manual's pages are whole and lead to each other; the tour goes by mouse and keys.
#include "widgets/manual_view.h"
#include "widgets/tour.h"

#include <QFile>
#include <QImage>
#include <QListWidget>
#include <QMainWindow>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBrowser>
#include <QTextDocument>
#include <QTextTable>

namespace zscape {

class HelpTest : public QObject {
    Q_OBJECT
private slots:
    void startComesFirstAndEveryPageHasATitle();
    void everyLinkAndPictureOfAPageIsThere();
    void picturesLoadAndFitThePage();
    void titlesOfPagesAreNotCut();
    void tablesFitThePageWithSingleLines();
    void aLinkLeadsToItsPage();
    void aTourGoesForwardBackAndEnds();
    void escapeSkipsTheTour();
    void aHiddenPartIsLeftOut();
};

void HelpTest::startComesFirstAndEveryPageHasATitle() {
    const QStringList names = ManualView::pageNames();
    QVERIFY(names.size() >= 3);
    QCOMPARE(names.front(), QStringLiteral("start"));
    for (const QString& name : names) {
        QVERIFY2(!ManualView::pageTitle(name).isEmpty(), qPrintable(name));
    }
}

void HelpTest::everyLinkAndPictureOfAPageIsThere() {
    static const QRegularExpression link(QStringLiteral("\\]\\(([^)#]+)[^)]*\\)"));
    for (const QString& name : ManualView::pageNames()) {
        QFile page(QStringLiteral(":/zscape/manual/%1.md").arg(name));
        QVERIFY(page.open(QIODevice::ReadOnly));
        auto links = link.globalMatch(QString::fromUtf8(page.readAll()));
        while (links.hasNext()) {
            const QString target = links.next().captured(1);
            if (target.startsWith(QStringLiteral("http"))) continue;
            QVERIFY2(QFile::exists(QStringLiteral(":/zscape/manual/") + target), qPrintable(name + ": " + target));
        }
    }
}

void HelpTest::picturesLoadAndFitThePage() {
    static const QRegularExpression picture(QStringLiteral("!\\[([^\\]]*)\\]\\(([^)]+)\\)"));
    // Pages about something that is seen in the window.
    QStringList without{"start",  "views",    "selections", "tracks",  "generate",
                        "errors", "training", "import",     "figures", "sessions"};
    ManualView view;
    view.resize(700, 500);
    view.show();
    for (const QString& name : ManualView::pageNames()) {
        QFile page(QStringLiteral(":/zscape/manual/%1.md").arg(name));
        QVERIFY(page.open(QIODevice::ReadOnly));
        auto pictures = picture.globalMatch(QString::fromUtf8(page.readAll()));
        view.showPage(name);
        while (pictures.hasNext()) {
            const QRegularExpressionMatch match = pictures.next();
            const QString file = match.captured(2);
            QVERIFY2(match.captured(1).size() > 20, qPrintable(file + " has no text for who cannot see it"));
            const QImage whole(QStringLiteral(":/zscape/manual/") + file);
            QVERIFY2(whole.width() >= 600, qPrintable(file));
            const auto shown =
                view.text().document()->resource(QTextDocument::ImageResource, QUrl(file)).value<QImage>();
            QVERIFY2(!shown.isNull(), qPrintable(file));
            QVERIFY2(shown.width() / shown.devicePixelRatio() < view.text().viewport()->width(), qPrintable(file));
            without.removeAll(name);
        }
    }
    QVERIFY2(without.isEmpty(), qPrintable(without.join(u' ')));
}

void HelpTest::titlesOfPagesAreNotCut() {
    ManualView view;
    view.resize(900, 600);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const auto* pages = view.findChild<QListWidget*>();
    QCOMPARE(pages->horizontalScrollBar()->maximum(), 0);
    for (int row = 0; row < pages->count(); ++row) {
        const QRect place = pages->visualItemRect(pages->item(row));
        const QRect text = pages->fontMetrics().boundingRect(place, Qt::TextWordWrap, pages->item(row)->text());
        QVERIFY2(text.height() <= place.height(), qPrintable(pages->item(row)->text()));
    }
}

void HelpTest::tablesFitThePageWithSingleLines() {
    ManualView view;
    view.resize(900, 600);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    int tables = 0;
    for (const QString& name : ManualView::pageNames()) {
        view.showPage(name);
        for (const QTextFrame* frame : view.text().document()->rootFrame()->childFrames()) {
            const auto* table = qobject_cast<const QTextTable*>(frame);
            if (!table) continue;
            ++tables;
            QVERIFY(table->format().borderCollapse());
        }
        QVERIFY2(view.text().horizontalScrollBar()->maximum() == 0, qPrintable(name));
    }
    QVERIFY(tables > 0);
}

void HelpTest::aLinkLeadsToItsPage() {
    ManualView view;
    QCOMPARE(view.page(), QStringLiteral("start"));
    view.text().setSource(QUrl(QStringLiteral("qrc:/zscape/manual/training.md")));
    QCOMPARE(view.page(), QStringLiteral("training"));
    QVERIFY(view.text().toPlainText().contains(QStringLiteral("Quick look")));
    view.showPage(QStringLiteral("no such page"));
    QCOMPARE(view.page(), QStringLiteral("training"));
}

namespace {

/// A window of two buttons, and a tour of both.
struct Toured {
    Toured() : first(new QPushButton("first", &window)), second(new QPushButton("second", &window)) {
        window.resize(800, 500);
        second->move(600, 300);
        window.show();
    }
    Tour* start() { return new Tour(window, {{first, "First", "One thing."}, {second, "Second", "Another."}}); }
    QMainWindow window;
    QPushButton* first;
    QPushButton* second;
};

} // namespace

void HelpTest::aTourGoesForwardBackAndEnds() {
    Toured toured;
    Tour* tour = toured.start();
    QSignalSpy finished(tour, &Tour::finished);
    const auto button = [&](const char* text) {
        for (QPushButton* one : tour->findChildren<QPushButton*>()) {
            if (one->text().remove('&') == QLatin1String(text)) return one;
        }
        return static_cast<QPushButton*>(nullptr);
    };
    QCOMPARE(tour->step(), 0);
    QTest::mouseClick(button("Next"), Qt::LeftButton);
    QCOMPARE(tour->step(), 1);
    QVERIFY(toured.window.rect().contains(tour->geometry()));
    QTest::mouseClick(button("Back"), Qt::LeftButton);
    QCOMPARE(tour->step(), 0);
    QTest::keyClick(tour, Qt::Key_Return);
    QTest::mouseClick(button("Done"), Qt::LeftButton);
    QCOMPARE(finished.size(), 1);
}

void HelpTest::escapeSkipsTheTour() {
    Toured toured;
    Tour* tour = toured.start();
    QSignalSpy finished(tour, &Tour::finished);
    QTest::keyClick(tour, Qt::Key_Escape);
    QCOMPARE(finished.size(), 1);
}

void HelpTest::aHiddenPartIsLeftOut() {
    Toured toured;
    toured.first->hide();
    QCOMPARE(toured.start()->steps(), 1);
}

} // namespace zscape

QTEST_MAIN(zscape::HelpTest)
#include "help_test.moc"
