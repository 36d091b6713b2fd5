// The one place where the archives' names of labels become Zscape's. Sources: Gaia DR3 data model (gaia_source), APOGEE
// DR17 data model (allStar-dr17-synspec_rev1), astroNN DR17 value-added catalogue, and the released catalogue of
// method.md section 1, whose names are Zscape's.
#include "core/archive/label_table.h"

namespace zscape {

const std::vector<LabelName>& labelNames() {
    static const std::vector<LabelName> names{
        {"TEFF", "K", "effective temperature", {"TEFF", "teff_gspphot", "PARAM[0]"}},
        {"TEFF_ERR", "K", "error of TEFF", {"TEFF_ERR", "E_TEFF", "TEFF_ERROR"}},
        {"LOGG", "dex(cm/s2)", "surface gravity", {"LOGG", "logg_gspphot", "PARAM[1]"}},
        {"LOGG_ERR", "dex(cm/s2)", "error of LOGG", {"LOGG_ERR", "E_LOGG", "LOGG_ERROR"}},
        {"M_H", "dex", "metallicity [M/H]", {"M_H", "METALS", "MH", "mh_gspphot", "PARAM[3]"}},
        {"M_H_ERR", "dex", "error of M_H", {"M_H_ERR", "E_M_H", "METALS_ERR"}},
        {"ALPHA_M", "dex", "alpha elements [alpha/M]", {"ALPHA_M", "ALPHAFE", "PARAM[6]"}},
        {"ALPHA_M_ERR", "dex", "error of ALPHA_M", {"ALPHA_M_ERR", "E_ALPHA_M"}},
        {"FE_H", "dex", "iron [Fe/H]", {"FE_H", "FEH"}},
        {"FE_H_ERR", "dex", "error of FE_H", {"FE_H_ERR", "E_FE_H"}},
        {"MG_FE", "dex", "magnesium [Mg/Fe]", {"MG_FE"}},
        {"MG_FE_ERR", "dex", "error of MG_FE", {"MG_FE_ERR", "E_MG_FE"}},
        {"MG_H", "dex", "magnesium [Mg/H]", {"MG_H"}},
        {"MG_H_ERR", "dex", "error of MG_H", {"MG_H_ERR"}},
        {"STARFLAG", "", "bits of the APOGEE spectrum's state", {"STARFLAG"}},
        {"ASPCAPFLAG", "", "bits of the ASPCAP fit's state", {"ASPCAPFLAG"}},
        {"SNR", "", "signal to noise of the APOGEE spectrum", {"SNR"}},
        {"J", "mag", "2MASS J", {"J", "J_MAG", "j_m", "Jmag"}},
        {"H", "mag", "2MASS H", {"H", "H_MAG", "h_m", "Hmag"}},
        {"K", "mag", "2MASS Ks", {"K", "K_MAG", "ks_m", "k_m", "Kmag"}},
        {"SFD_EBV", "mag", "E(B-V) of Schlegel, Finkbeiner & Davis", {"SFD_EBV", "EBV"}},
        {"GAIAEDR3_PHOT_G_MEAN_MAG", "mag", "Gaia G", {"GAIAEDR3_PHOT_G_MEAN_MAG", "phot_g_mean_mag"}},
        {"GAIAEDR3_PHOT_BP_MEAN_MAG", "mag", "Gaia BP", {"GAIAEDR3_PHOT_BP_MEAN_MAG", "phot_bp_mean_mag"}},
        {"GAIAEDR3_PHOT_RP_MEAN_MAG", "mag", "Gaia RP", {"GAIAEDR3_PHOT_RP_MEAN_MAG", "phot_rp_mean_mag"}},
        {"phot_g_mean_flux", "electron/s", "Gaia G flux", {"phot_g_mean_flux", "GAIAEDR3_PHOT_G_MEAN_FLUX"}},
        {"GAIAEDR3_PARALLAX", "mas", "parallax", {"GAIAEDR3_PARALLAX", "parallax"}},
        {"GAIAEDR3_PARALLAX_ERROR", "mas", "error of the parallax", {"GAIAEDR3_PARALLAX_ERROR", "parallax_error"}},
        {"RA", "deg", "right ascension", {"ra", "RA", "RAJ2000", "RA_ICRS"}},
        {"DEC", "deg", "declination", {"dec", "DEC", "DEJ2000", "DE_ICRS"}},
        {"GLON", "deg", "galactic longitude", {"GLON", "l"}},
        {"GLAT", "deg", "galactic latitude", {"GLAT", "b"}},
        {"GAIAEDR3_PMRA", "mas/yr", "proper motion in right ascension", {"GAIAEDR3_PMRA", "pmra"}},
        {"GAIAEDR3_PMDEC", "mas/yr", "proper motion in declination", {"GAIAEDR3_PMDEC", "pmdec"}},
        {"RUWE", "", "renormalised unit weight error", {"ruwe"}},
        {"VHELIO_AVG",
         "km/s",
         "radial velocity",
         {"VHELIO_AVG", "GAIAEDR3_DR2_RADIAL_VELOCITY", "radial_velocity", "rv"}},
        {"Lz", "kpc km/s", "angular momentum about the Galaxy's axis", {"Lz", "L_z", "jphi"}},
        {"jr", "kpc km/s", "radial action", {"jr", "JR", "J_R"}},
        {"jz", "kpc km/s", "vertical action", {"jz", "JZ", "J_Z"}},
        {"AGE", "Gyr", "age", {"AGE", "age_lowess_correct", "age_total"}},
    };
    return names;
}

} // namespace zscape
