#include "widgets/column_label.h"

#include <QRegularExpression>

#include <array>
#include <string_view>

namespace zscape {

namespace {

/// Columns of the released layout (method.md section 1) and those derived from them.
struct KnownColumn {
    std::u16string_view name; ///< lower case
    std::u16string_view html;
    std::u16string_view plain;
    std::u16string_view unit;
    std::u16string_view description;
};

constexpr std::array knownColumns{
    KnownColumn{u"teff", u"<i>T</i><sub>eff</sub>", u"Teff", u"K", u"Effective temperature"},
    KnownColumn{u"logg", u"log <i>g</i>", u"log g", u"dex", u"Surface gravity"},
    KnownColumn{u"m_h", u"[M/H]", u"[M/H]", u"dex", u"Metallicity"},
    KnownColumn{u"alpha_m", u"[α/M]", u"[α/M]", u"dex", u"Alpha elements over metals"},
    KnownColumn{u"fe_h", u"[Fe/H]", u"[Fe/H]", u"dex", u"Iron abundance"},
    KnownColumn{u"mg_fe", u"[Mg/Fe]", u"[Mg/Fe]", u"dex", u"Magnesium over iron"},
    KnownColumn{u"gaiaedr3_phot_g_mean_mag", u"<i>G</i>", u"G", u"mag", u"Gaia G magnitude"},
    KnownColumn{u"gaiaedr3_phot_bp_mean_mag", u"<i>G</i><sub>BP</sub>", u"G_BP", u"mag", u"Gaia BP magnitude"},
    KnownColumn{u"gaiaedr3_phot_rp_mean_mag", u"<i>G</i><sub>RP</sub>", u"G_RP", u"mag", u"Gaia RP magnitude"},
    KnownColumn{u"phot_g_mean_mag", u"<i>G</i>", u"G", u"mag", u"Gaia G magnitude"},
    KnownColumn{u"phot_bp_mean_mag", u"<i>G</i><sub>BP</sub>", u"G_BP", u"mag", u"Gaia BP magnitude"},
    KnownColumn{u"phot_rp_mean_mag", u"<i>G</i><sub>RP</sub>", u"G_RP", u"mag", u"Gaia RP magnitude"},
    KnownColumn{u"gaiaedr3_parallax", u"parallax", u"parallax", u"mas", u"Gaia parallax"},
    KnownColumn{u"parallax", u"parallax", u"parallax", u"mas", u"Gaia parallax"},
    KnownColumn{u"phot_g_mean_flux", u"<i>G</i> flux", u"G flux", u"electron/s", u"Mean flux in the G band"},
    KnownColumn{u"j", u"<i>J</i>", u"J", u"mag", u"2MASS J magnitude"},
    KnownColumn{u"h", u"<i>H</i>", u"H", u"mag", u"2MASS H magnitude"},
    KnownColumn{u"k", u"<i>K</i><sub>s</sub>", u"Ks", u"mag", u"2MASS Ks magnitude"},
    KnownColumn{u"sfd_ebv", u"<i>E</i>(<i>B</i> − <i>V</i>)", u"E(B − V)", u"mag", u"Reddening of Schlegel et al."},
    KnownColumn{u"bp-rp", u"<i>G</i><sub>BP</sub> − <i>G</i><sub>RP</sub>", u"G_BP − G_RP", u"mag", u"Gaia colour"},
    KnownColumn{u"bp_rp", u"<i>G</i><sub>BP</sub> − <i>G</i><sub>RP</sub>", u"G_BP − G_RP", u"mag", u"Gaia colour"},
    KnownColumn{u"j-h", u"<i>J</i> − <i>H</i>", u"J − H", u"mag", u"2MASS colour"},
    KnownColumn{u"j-k", u"<i>J</i> − <i>K</i><sub>s</sub>", u"J − Ks", u"mag", u"2MASS colour"},
    KnownColumn{u"h-k", u"<i>H</i> − <i>K</i><sub>s</sub>", u"H − Ks", u"mag", u"2MASS colour"},
    KnownColumn{u"lz", u"<i>L</i><sub><i>z</i></sub>", u"L_z", u"kpc.km/s", u"Angular momentum about the disc's axis"},
    KnownColumn{u"jr", u"<i>J</i><sub><i>R</i></sub>", u"J_R", u"kpc.km/s", u"Radial action"},
    KnownColumn{u"jz", u"<i>J</i><sub><i>z</i></sub>", u"J_z", u"kpc.km/s", u"Vertical action"},
    KnownColumn{u"ids", u"source_id", u"source_id", u"", u"Gaia DR3 source_id"},
    KnownColumn{u"source_id", u"source_id", u"source_id", u"", u"Gaia DR3 source_id"},
    KnownColumn{u"rmse_j", u"RMSE(<i>j</i>)", u"RMSE(j)", u"",
                u"Reconstruction error of coefficients, in their errors"},
    KnownColumn{u"rmse_lambda", u"RMSE(<i>λ</i>)", u"RMSE(λ)", u"", u"Reconstruction error of flux, in its error"},
    KnownColumn{u"starflag", u"STARFLAG", u"STARFLAG", u"", u"APOGEE flags of the spectrum"},
    KnownColumn{u"aspcapflag", u"ASPCAPFLAG", u"ASPCAPFLAG", u"", u"APOGEE flags of the labels"},
};

QString text(std::u16string_view view) {
    return QString::fromUtf16(view.data(), static_cast<qsizetype>(view.size()));
}

const KnownColumn* findKnown(const QString& name) {
    QString key = name.trimmed().toLower();
    key.remove(u' ');
    for (const KnownColumn& known : knownColumns)
        if (key == text(known.name)) return &known;
    return nullptr;
}

/// "TEFF_ERR" and "GAIAEDR3_PARALLAX_ERROR" -> the column they are the error of; "" for any other.
QString erroneousColumn(const QString& name) {
    for (const auto& ending : {QStringLiteral("_err"), QStringLiteral("_error")})
        if (name.endsWith(ending, Qt::CaseInsensitive)) return name.chopped(ending.size());
    return {};
}

/// The latent's number in "z3", "z_3" or "z[3]"; 0 for any other name.
int latentNumber(const QString& name) {
    static const QRegularExpression pattern(QStringLiteral("^z[_\\[]?(\\d{1,4})\\]?$"),
                                            QRegularExpression::CaseInsensitiveOption);
    const auto match = pattern.match(name.trimmed());
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

QString subscript(int number) {
    QString digits;
    for (const QChar digit : QString::number(number))
        digits += QChar(u'₀' + digit.digitValue());
    return digits;
}

QString superscriptDigits(const QString& exponent) {
    static constexpr std::u16string_view digits = u"⁰¹²³⁴⁵⁶⁷⁸⁹";
    QString result;
    for (const QChar c : exponent)
        result += c.isDigit() ? QString(QChar(digits[static_cast<std::size_t>(c.digitValue())])) : QStringLiteral("⁻");
    return result;
}

QString unitSymbol(const QString& unit, bool html) {
    if (unit == QLatin1String("electron")) return html ? QStringLiteral("e<sup>−</sup>") : QStringLiteral("e⁻");
    if (unit == QLatin1String("Angstrom")) return QStringLiteral("Å");
    if (unit == QLatin1String("deg")) return QStringLiteral("°");
    return html ? unit.toHtmlEscaped() : unit;
}

/// One factor with its exponent; `divided` turns its sign.
QString unitFactor(const QString& symbol, QString exponent, bool divided, bool html) {
    if (exponent.startsWith(u'+')) exponent.remove(0, 1);
    if (divided)
        exponent = exponent.startsWith(u'-') ? exponent.mid(1)
                                             : QLatin1Char('-') + (exponent.isEmpty() ? QStringLiteral("1") : exponent);
    if (exponent == QLatin1String("1")) exponent.clear();
    QString result = unitSymbol(symbol, html);
    if (exponent.isEmpty()) return result;
    if (!html) return result + superscriptDigits(exponent);
    return result + QStringLiteral("<sup>") + exponent.replace(u'-', QChar(u'\u2212')) + QStringLiteral("</sup>");
}

/// Reads products and quotients as FITS and VOUnit write them; anything else is shown as it stands.
QString typesetUnit(const QString& unit, bool html) {
    static const QRegularExpression whole(QStringLiteral(
        "^\\s*[A-Za-z]+(\\*\\*|\\^)?\\(?[-+]?\\d*\\)?(\\s*[./* ]\\s*[A-Za-z]+(\\*\\*|\\^)?\\(?[-+]?\\d*\\)?)*\\s*$"));
    static const QRegularExpression factor(
        QStringLiteral("([./* ]?)\\s*([A-Za-z]+)(?:\\*\\*|\\^)?\\(?([-+]?\\d*)\\)?\\s*"));
    if (!whole.match(unit).hasMatch()) return html ? unit.toHtmlEscaped() : unit;
    QStringList factors;
    auto it = factor.globalMatch(unit);
    while (it.hasNext()) {
        const auto match = it.next();
        factors += unitFactor(match.captured(2), match.captured(3), match.captured(1) == QLatin1String("/"), html);
    }
    return factors.join(html ? QStringLiteral("&nbsp;") : QStringLiteral(" "));
}

QString symbol(const QString& name, bool html) {
    if (const int number = latentNumber(name)) return html ? latentLabel(number) : latentLabelPlain(number);
    if (const KnownColumn* known = findKnown(name)) return text(html ? known->html : known->plain);
    const QString base = erroneousColumn(name);
    if (!base.isEmpty()) return (html ? QStringLiteral("<i>σ</i>(") : QStringLiteral("σ(")) + symbol(base, html) + u')';
    return html ? name.toHtmlEscaped() : name;
}

QString rawUnit(const QString& name, const QString& unit) {
    if (!unit.trimmed().isEmpty()) return unit.trimmed();
    if (const KnownColumn* known = findKnown(name)) return text(known->unit);
    const QString base = erroneousColumn(name);
    return base.isEmpty() ? QString() : rawUnit(base, {});
}

QString withUnit(const QString& symbol, const QString& unit) {
    return unit.isEmpty() ? symbol : symbol + QStringLiteral(" [") + unit + u']';
}

} // namespace

QString columnSymbol(const QString& name) {
    return symbol(name, true);
}
QString columnSymbolPlain(const QString& name) {
    return symbol(name, false);
}

QString columnUnit(const QString& name, const QString& unit) {
    return typesetUnit(rawUnit(name, unit), true);
}
QString columnUnitPlain(const QString& name, const QString& unit) {
    return typesetUnit(rawUnit(name, unit), false);
}

QString columnLabel(const QString& name, const QString& unit) {
    return withUnit(columnSymbol(name), columnUnit(name, unit));
}
QString columnLabelPlain(const QString& name, const QString& unit) {
    return withUnit(columnSymbolPlain(name), columnUnitPlain(name, unit));
}

QString latentLabel(int number) {
    return QStringLiteral("<i>z</i><sub>%1</sub>").arg(number);
}
QString latentLabelPlain(int number) {
    return QStringLiteral("z") + subscript(number);
}

QString columnDescription(const QString& name) {
    if (const int number = latentNumber(name)) return QStringLiteral("Mean of latent %1").arg(number);
    if (const KnownColumn* known = findKnown(name)) return text(known->description);
    const QString base = erroneousColumn(name);
    const QString described = base.isEmpty() ? QString() : columnDescription(base);
    return described.isEmpty() ? QString() : QStringLiteral("Standard error: ") + described;
}

} // namespace zscape
