#include "widgets/column_label.h"
#include "widgets/number_text.h"
#include "widgets/section_title.h"

#include <QTest>

#include <limits>

using namespace zscape;

/// Names, units and numbers as they stand on screen.
class LabelsTest : public QObject {
    Q_OBJECT
private slots:
    void columnsAreTypeset_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("plain");
        QTest::newRow("teff") << "TEFF"
                              << ""
                              << "<i>T</i><sub>eff</sub> [K]"
                              << "Teff [K]";
        QTest::newRow("case") << "Teff"
                              << "K"
                              << "<i>T</i><sub>eff</sub> [K]"
                              << "Teff [K]";
        QTest::newRow("logg") << "LOGG"
                              << ""
                              << "log <i>g</i> [dex]"
                              << "log g [dex]";
        QTest::newRow("alpha") << "ALPHA_M"
                               << ""
                               << "[α/M] [dex]"
                               << "[α/M] [dex]";
        QTest::newRow("error") << "TEFF_ERR"
                               << ""
                               << "<i>σ</i>(<i>T</i><sub>eff</sub>) [K]"
                               << "σ(Teff) [K]";
        QTest::newRow("parallax error") << "GAIAEDR3_PARALLAX_ERROR"
                                        << ""
                                        << "<i>σ</i>(parallax) [mas]"
                                        << "σ(parallax) [mas]";
        QTest::newRow("bp") << "GAIAEDR3_PHOT_BP_MEAN_MAG"
                            << "mag"
                            << "<i>G</i><sub>BP</sub> [mag]"
                            << "G_BP [mag]";
        QTest::newRow("colour") << "BP - RP"
                                << ""
                                << "<i>G</i><sub>BP</sub> − <i>G</i><sub>RP</sub> [mag]"
                                << "G_BP − G_RP [mag]";
        QTest::newRow("reddening") << "SFD_EBV"
                                   << ""
                                   << "<i>E</i>(<i>B</i> − <i>V</i>) [mag]"
                                   << "E(B − V) [mag]";
        QTest::newRow("latent") << "z12"
                                << ""
                                << "<i>z</i><sub>12</sub>"
                                << "z₁₂";
        QTest::newRow("latent underscore") << "z_3"
                                           << ""
                                           << "<i>z</i><sub>3</sub>"
                                           << "z₃";
        QTest::newRow("unknown") << "a<b"
                                 << "furlong"
                                 << "a&lt;b [furlong]"
                                 << "a<b [furlong]";
        QTest::newRow("action") << "jr"
                                << "kpc.km/s"
                                << "<i>J</i><sub><i>R</i></sub> [kpc&nbsp;km&nbsp;s<sup>−1</sup>]"
                                << "J_R [kpc km s⁻¹]";
    }
    void columnsAreTypeset() {
        QFETCH(QString, name);
        QFETCH(QString, unit);
        QTEST(columnLabel(name, unit), "html");
        QTEST(columnLabelPlain(name, unit), "plain");
    }

    void unitsAreTypeset_data() {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("plain");
        QTest::newRow("flux") << "electron/s"
                              << "e⁻ s⁻¹";
        QTest::newRow("votable") << "W.m**-2.nm**-1"
                                 << "W m⁻² nm⁻¹";
        QTest::newRow("spaces") << "km s-1"
                                << "km s⁻¹";
        QTest::newRow("division with a power") << "erg/cm**2/s"
                                               << "erg cm⁻² s⁻¹";
        QTest::newRow("not a product") << "log(cm.s**-2)"
                                       << "log(cm.s**-2)";
        QTest::newRow("empty") << ""
                               << "";
    }
    void unitsAreTypeset() {
        QFETCH(QString, unit);
        QTEST(columnUnitPlain("some_column", unit), "plain");
    }

    void numbersHaveSeparatorsAndSensibleDigits() {
        QCOMPARE(withThousands(502311), QStringLiteral("502,311"));
        QCOMPARE(withThousands(-1200), QStringLiteral("−1,200"));
        QCOMPARE(fixedText(-0.301, 2), QStringLiteral("−0.30"));
        QCOMPARE(fixedText(-0.0004, 2), QStringLiteral("0.00"));
        QCOMPARE(fixedText(std::numeric_limits<double>::quiet_NaN(), 2), QStringLiteral("—"));
        QCOMPARE(significantText(4720.4, 4), QStringLiteral("4,720"));
        QCOMPARE(significantText(2.4, 3), QStringLiteral("2.40"));
        QCOMPARE(significantText(1.25e-17, 3), QStringLiteral("1.25×10⁻¹⁷"));
        QCOMPARE(significantText(9.999e-7, 3), QStringLiteral("1.00×10⁻⁶"));
    }

    void headingsLeaveSymbolsAsTheyAre() {
        QCOMPARE(headingText(QStringLiteral("Histogram of z1")), QStringLiteral("HISTOGRAM OF z1"));
        QCOMPARE(headingText(QStringLiteral("z₁ against bp_rp")), QStringLiteral("z₁ AGAINST bp_rp"));
        QCOMPARE(headingText(QStringLiteral("Latent point")), QStringLiteral("LATENT POINT"));
    }

    void ticksShareTheirDecimals() {
        QCOMPARE(linearTickTexts({-0.5, -0.25, 0, 0.25}), QVector<QString>({"−0.50", "−0.25", "0.00", "0.25"}));
        QCOMPARE(linearTickTexts({3000, 4000, 5000}), QVector<QString>({"3,000", "4,000", "5,000"}));
        QCOMPARE(linearTickTexts({0, 2e-5, 4e-5}), QVector<QString>({"0", "2×10⁻⁵", "4×10⁻⁵"}));
        QCOMPARE(linearTickTexts({0}), QVector<QString>({"0"}));
        // 0.1 + 0.2 - 0.3 is 5.6e-17, not a label.
        QCOMPARE(linearTickTexts({-0.1, 5.6e-17, 0.1}), QVector<QString>({"−0.1", "0.0", "0.1"}));
        QCOMPARE(logTickTexts({1e-6, 0.01, 1, 100, 1e5}), QVector<QString>({"10⁻⁶", "0.01", "1", "100", "10⁵"}));
        QCOMPARE(logTickTexts({2.5, 5, 7.5, 10, 12.5}), QVector<QString>({"2.5", "5", "7.5", "10", "12.5"}));
    }
};

QTEST_GUILESS_MAIN(LabelsTest)
#include "labels_test.moc"
