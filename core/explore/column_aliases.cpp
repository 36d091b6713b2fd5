#include "core/explore/column_aliases.h"

#include "core/base/text_compare.h"

#include <algorithm>
#include <array>
#include <vector>

namespace zscape {

namespace {

/// One line a quantity; the released layout's name first, then what other tables call it, then short names to type.
const std::vector<std::vector<std::string_view>>& groups() {
    static const std::vector<std::vector<std::string_view>> all{
        {"TEFF", "teff_gspphot", "Teff", "T_eff"},
        {"TEFF_ERR", "e_teff", "sigma_teff"},
        {"LOGG", "logg_gspphot", "log_g"},
        {"LOGG_ERR", "e_logg", "sigma_logg"},
        {"M_H", "mh_gspphot", "MH", "M/H", "metallicity"},
        {"M_H_ERR", "e_m_h", "mh_err", "sigma_m_h"},
        {"ALPHA_M", "alpha/M", "alpham", "alpha"},
        {"ALPHA_M_ERR", "e_alpha_m", "alpham_err", "sigma_alpha_m"},
        {"FE_H", "feh", "Fe/H"},
        {"FE_H_ERR", "feh_err", "e_fe_h"},
        {"MG_FE", "mgfe", "Mg/Fe"},
        {"MG_FE_ERR", "mgfe_err", "e_mg_fe"},
        {"J", "J_MAG", "j_m", "jmag"},
        {"H", "H_MAG", "h_m", "hmag"},
        {"K", "K_MAG", "ks_m", "Ks", "kmag", "ksmag"},
        {"SFD_EBV", "ebv", "E(B-V)"},
        {"GAIAEDR3_PHOT_G_MEAN_MAG", "phot_g_mean_mag", "G", "gmag"},
        {"GAIAEDR3_PHOT_BP_MEAN_MAG", "phot_bp_mean_mag", "BP", "bpmag"},
        {"GAIAEDR3_PHOT_RP_MEAN_MAG", "phot_rp_mean_mag", "RP", "rpmag"},
        {"GAIAEDR3_PARALLAX", "parallax", "plx"},
        {"GAIAEDR3_PARALLAX_ERROR", "parallax_error", "parallax_err", "e_plx"},
        {"GAIAEDR3_PMRA", "pmra"},
        {"GAIAEDR3_PMDEC", "pmdec"},
        {"RA", "ra_deg", "raj2000"},
        {"DEC", "dec_deg", "dej2000"},
        {"GLON", "l"},
        {"GLAT", "b"},
        {"Lz", "l_z", "lz"},
        {"jr", "j_r"},
        {"jz", "j_z"},
        {"BP-RP", "bp_rp", "GAIAEDR3_BP_RP"},
    };
    return all;
}

} // namespace

std::span<const std::string_view> columnAliases(std::string_view name) {
    for (const std::vector<std::string_view>& group : groups()) {
        if (std::ranges::any_of(group, [&](std::string_view one) { return equalIgnoringCase(one, name); })) {
            return group;
        }
    }
    return {};
}

} // namespace zscape
