#pragma once

#include <QString>

namespace zscape {

/// The typeset name of a column or latent as rich text for axes and labels: TEFF -> <i>T</i><sub>eff</sub>, M_H ->
/// [M/H], ALPHA_M -> [α/M], z3 -> <i>z</i><sub>3</sub>, TEFF_ERR -> σ(...), BP-RP -> G_BP − G_RP. Names are matched
/// without regard to case; one that is not known is shown as it is, escaped.
QString columnSymbol(const QString& name);
/// Symbol and unit: "<i>T</i><sub>eff</sub> [K]". Where `unit` is empty the unit that the released layout's column is
/// known to have is used (K, mag, mas, ...).
QString columnLabel(const QString& name, const QString& unit = {});

/// The same in plain Unicode for combo boxes, tables and accessible names: "Teff [K]", "z₃", "[α/M]".
QString columnSymbolPlain(const QString& name);
QString columnLabelPlain(const QString& name, const QString& unit = {});

/// "<i>z</i><sub>k</sub>" and "z₃"; latents are numbered from 1.
QString latentLabel(int number);
QString latentLabelPlain(int number);

/// The unit the column shows, typeset: `unit` if given, else the known one; "" without. FITS and VOUnit spellings are
/// read: "electron/s" -> "e<sup>−</sup> s<sup>−1</sup>", "kpc.km/s" -> "kpc km s<sup>−1</sup>".
QString columnUnit(const QString& name, const QString& unit);
QString columnUnitPlain(const QString& name, const QString& unit);

/// A sentence for tool tips, "" for a column that is not known.
QString columnDescription(const QString& name);

} // namespace zscape
