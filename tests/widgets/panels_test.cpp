#include "core/catalog/catalog.h"
#include "core/model/model.h"
#include "widgets/catalog_panel.h"
#include "widgets/star_panel.h"
#include "widgets/theme.h"
#include "widgets/tracks_panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollBar>
#include <QTableWidget>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace zscape;

namespace {

/// Three stars of two coefficients: the second has no flux, the third repeats the first's source_id.
Catalog smallCatalog() {
    const float nan = std::nanf("");
    std::vector<Column> columns;
    columns.emplace_back("phot_g_mean_flux", "electron/s", std::vector<double>{1000, std::nan(""), 1000});
    columns.emplace_back("TEFF", "K", std::vector<float>{4720.4F, 5000, 6000});
    columns.emplace_back("TEFF_ERR", "K", std::vector<float>{35.2F, nan, 12});
    columns.emplace_back("M_H", "", std::vector<float>{-0.3F, nan, 0.1F});
    columns.emplace_back("GAIAEDR3_PHOT_BP_MEAN_MAG", "mag", std::vector<float>{14.5F, 15, 16});
    columns.emplace_back("GAIAEDR3_PHOT_RP_MEAN_MAG", "mag", std::vector<float>{13.25F, 14, 15});
    columns.emplace_back("STARFLAG", "", std::vector<std::int64_t>{1048576, 0, 0});
    columns.emplace_back("field", "", std::vector<std::string>{"M<67", "", "M67"});
    return Catalog("small", 2, {4408123456789012345, 5, 4408123456789012345}, {1, 2, 3, 4, 5, 6}, {1, 1, 1, 1, 1, 1},
                   std::move(columns));
}

QStringList shownTexts(const QWidget& widget) {
    QStringList texts;
    for (const QLabel* label : widget.findChildren<QLabel*>())
        if (label->isVisibleTo(&widget)) texts += label->text();
    return texts;
}

const StarDetails::Row* find(const StarDetails& star, const QString& symbol) {
    for (const StarDetails::Row& row : star.rows)
        if (row.symbol == symbol) return &row;
    return nullptr;
}

/// Of two colours, as WCAG 2 defines it.
double contrastOf(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto linear = [](double part) {
            return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    };
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace

/// What the window says about the catalogue, the model and the picked star.
class PanelsTest : public QObject {
    Q_OBJECT
private slots:
    /// Accent on accent would be nothing to see.
    void aTickOnAChosenRowIsSeen() {
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            applyTheme(*qApp, theme);
            QListWidget list;
            for (const Qt::CheckState state : {Qt::Checked, Qt::Unchecked}) {
                auto* item = new QListWidgetItem(QStringLiteral("row"), &list);
                item->setCheckState(state);
                item->setSelected(true);
                list.setCurrentItem(item);
                list.resize(200, 100);
                list.show();
                QVERIFY(QTest::qWaitForWindowExposed(&list));
                const QRect row = list.visualItemRect(item).translated(list.viewport()->pos());
                const QImage picture = list.grab().toImage();
                // Along the middle of the box: ground, then an edge that stands out from it.
                const QColor ground = list.palette().color(QPalette::Highlight);
                double contrast = 0;
                for (int x = row.left(); x < row.left() + row.height(); ++x) {
                    const QColor here = picture.pixelColor(x, row.center().y());
                    contrast = std::max(contrast, contrastOf(here, ground));
                }
                QVERIFY2(contrast >= 3, qPrintable(QString::number(contrast)));
            }
        }
        applyTheme(*qApp, Theme::Light);
    }

    void aLongChoiceOfStarsShowsItsBeginning() {
        TracksPanel panel;
        panel.setSources({QStringLiteral("a selection with a name that is far too long for the field")});
        auto* stars = panel.findChild<QComboBox*>(QStringLiteral("trackStars"));
        QCOMPARE(stars->lineEdit()->cursorPosition(), 0);
        stars->setCurrentIndex(2);
        QCOMPARE(stars->lineEdit()->cursorPosition(), 0);
    }

    void theTracksTableIsWholeAndItsNamesAreRead() {
        TracksPanel panel;
        panel.resize(282, 400);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto* table = panel.findChild<QTableWidget*>(QStringLiteral("trackParameters"));
        QCOMPARE(table->verticalScrollBar()->maximum(), 0);
        const QString first = table->item(0, 0)->text();
        QVERIFY(table->fontMetrics().horizontalAdvance(first) + 8 <= table->columnWidth(0));
        QCOMPARE(table->item(0, 0)->toolTip(), first);
    }

    void emptyPanelsSaySo() {
        const CatalogPanel panel;
        QVERIFY(shownTexts(panel).contains("No catalogue is open."));
        QVERIFY(shownTexts(panel).contains("No model is open."));
        const StarPanel star;
        QVERIFY(shownTexts(star).contains("Click a star in the map to see it here."));
    }

    void aCatalogueIsCountedWithReasons() {
        CatalogPanel panel;
        panel.setCatalog(summarise(smallCatalog()));
        const QStringList texts = shownTexts(panel);
        QVERIFY(texts.contains("small"));
        QVERIFY(texts.contains("3 stars"));
        QVERIFY(texts.contains("1 usable"));
        QVERIFY(texts.contains("1 without G flux\n1 repeated"));
        QVERIFY(!texts.contains("mock"));
        CatalogSummary large;
        large.rows = 502311;
        large.usable = 498020;
        large.mock = true;
        panel.setCatalog(large);
        QVERIFY(shownTexts(panel).contains("502,311 stars"));
        QVERIFY(shownTexts(panel).contains("498,020 usable"));
        QVERIFY(shownTexts(panel).contains("mock"));
        panel.setCatalog({});
        QVERIFY(shownTexts(panel).contains("No catalogue is open."));
    }

    void aModelShowsItsOrigin() {
        Model model;
        model.epoch = 5000;
        CatalogPanel panel;
        panel.setModel(summarise(model, "/models/weight.pt", "fused AVX2, 2 threads"));
        QStringList texts = shownTexts(panel);
        QVERIFY(texts.contains("weight.pt"));
        QVERIFY(texts.contains("as released"));
        QVERIFY(texts.contains("110–90–70–50–30–10–6"));
        QVERIFY(texts.contains("5,000"));
        QVERIFY(texts.contains("none (give an .npz)"));
        model.normalization = Normalization{{0}, {1}, "apogee_norm.npz"};
        panel.setModel(summarise(model, "/models/weight.pt", "fused AVX2, 2 threads"));
        QVERIFY(shownTexts(panel).contains("apogee_norm.npz"));
    }

    void aStarHasItsDigitsFromItsErrors() {
        const Catalog catalog = smallCatalog();
        const std::vector<float> mu{0.4213F, -1.0F}, logVar{-6.0F, 0.0F};
        const StarDetails star = describeStar(catalog, 0, mu, logVar);
        const auto* teff = find(star, "<i>T</i><sub>eff</sub>");
        QVERIFY(teff != nullptr);
        QCOMPARE(teff->value, QStringLiteral("4,720"));
        QCOMPARE(teff->error, QStringLiteral("± 35"));
        QCOMPARE(teff->unit, QStringLiteral("K"));
        QVERIFY(find(star, "<i>σ</i>(<i>T</i><sub>eff</sub>)") == nullptr);
        QCOMPARE(find(star, "[M/H]")->value, QStringLiteral("−0.30"));
        QCOMPARE(find(star, "STARFLAG")->value, QStringLiteral("1048576"));
        QCOMPARE(find(star, "<i>G</i><sub>BP</sub> − <i>G</i><sub>RP</sub>")->value, QStringLiteral("1.250"));
        QCOMPARE(find(star, "field")->value, QStringLiteral("M&lt;67"));
        QCOMPARE(star.latents.size(), 2);
        QCOMPARE(star.latents[0].value + ' ' + star.latents[0].error, QStringLiteral("0.421 ± 0.050"));
        QCOMPARE(star.latents[1].error, QStringLiteral("± 1.000"));
    }

    void missingValuesAreDashes() {
        const StarDetails star = describeStar(smallCatalog(), 1);
        QVERIFY(!star.usable);
        QCOMPARE(find(star, "[M/H]")->value, QStringLiteral("—"));
        QCOMPARE(find(star, "<i>G</i> flux")->value, QStringLiteral("—"));
        QCOMPARE(find(star, "<i>T</i><sub>eff</sub>")->value, QStringLiteral("5,000"));
        QVERIFY(find(star, "<i>T</i><sub>eff</sub>")->error.isEmpty());
        QVERIFY(star.latents.isEmpty());
    }

    void thePickedStarCanBeCopied() {
        StarPanel panel;
        panel.setStar(describeStar(smallCatalog(), 0));
        panel.show();
        QVERIFY(shownTexts(panel).contains("Gaia DR3 4408123456789012345"));
        QVERIFY(panel.plainText().contains("4,720"));
        QTest::mouseClick(panel.findChild<QToolButton*>(), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("4408123456789012345"));
        // As narrow as it goes, no unit is cut: nothing is left to scroll sideways.
        StarDetails wide = describeStar(smallCatalog(), 0);
        wide.rows[0].value = QStringLiteral("1,234,567.25");
        wide.rows[0].error = QStringLiteral("± 1,234.5");
        wide.rows[0].unit = QStringLiteral("e⁻ s⁻¹");
        panel.setStar(wide);
        panel.resize(panel.minimumSizeHint().width(), 90);
        QCoreApplication::processEvents();
        const auto* table = panel.findChild<QTextBrowser*>();
        QVERIFY(table->verticalScrollBar()->maximum() > 0);
        QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
        QVERIFY(table->document()->size().width() <= table->viewport()->width());
        panel.setStar({});
        QVERIFY(shownTexts(panel).contains("Click a star in the map to see it here."));
    }

    void aMockStarIsNotCalledGaia() {
        Catalog catalog = smallCatalog();
        catalog.attributes()["mock"] = "true";
        QCOMPARE(describeStar(catalog, 1).name(), QStringLiteral("mock star 5"));
        QVERIFY(summarise(catalog).mock);
    }
};

QTEST_MAIN(PanelsTest)
#include "panels_test.moc"
