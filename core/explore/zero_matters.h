#pragma once

#include <string>

namespace zscape {

class StarTable;

/// Whether zero is a value of its own for a quantity with a sign: it stands still, agrees, or turns the other way
/// there. So it is for radial velocities and other velocity components, proper motions, angular momenta, residuals, and
/// for formulas that are differences of like quantities (one quantity of two sources, two abundances, two columns of
/// one unit), also over or times something, such as their error. Not for colours: magnitudes of two bands are no like
/// quantities. Known by names, in any spelling the table knows, and units; an error or a dispersion has no sign.
bool zeroMatters(const StarTable& table, const std::string& idOrFormula);

} // namespace zscape
