#pragma once

#include <span>
#include <string_view>

namespace zscape {

/// Other spellings of the quantity that `name` spells, best first and `name` among them: "teff" -> TEFF, teff_gspphot,
/// ...; "G" -> GAIAEDR3_PHOT_G_MEAN_MAG, phot_g_mean_mag, ... Matched without regard to case; empty for a name that is
/// in no group. Names of the released layout, APOGEE DR17, astroNN and gaia_source.
std::span<const std::string_view> columnAliases(std::string_view name);

} // namespace zscape
