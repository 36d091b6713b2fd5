#include "core/mock/mock_columns.h"

#include "core/base/sky_direction.h"

#include <cmath>
#include <numbers>
#include <tuple>

namespace zscape::mock {

MockColumns::MockColumns(std::size_t stars) {
    Floats& f = m_floats;
    for (auto* values : {&f.teff, &f.logG, &f.mH, &f.alphaM, &f.feH, &f.mgFe, &f.teffError, &f.logGError, &f.mHError,
                         &f.alphaMError, &f.j, &f.h, &f.k, &f.sfd, &f.g, &f.bp, &f.rp}) {
        values->resize(stars);
    }
    Doubles& d = m_doubles;
    for (auto* values : {&d.gFlux, &d.parallax, &d.parallaxError, &d.lz, &d.jr, &d.jz, &d.ra, &d.dec, &d.l, &d.b}) {
        values->resize(stars);
    }
    m_starFlag.resize(stars);
    m_aspcapFlag.resize(stars);
}

void MockColumns::set(std::size_t row, const Star& star, double gFlux, const Measurement& measured,
                      const Actions& actions) {
    m_floats.teff[row] = measured.teff;
    m_floats.logG[row] = measured.logG;
    m_floats.mH[row] = measured.mH;
    m_floats.alphaM[row] = measured.alphaM;
    m_floats.feH[row] = measured.feH;
    m_floats.mgFe[row] = measured.mgFe;
    m_floats.teffError[row] = measured.teffError;
    m_floats.logGError[row] = measured.logGError;
    m_floats.mHError[row] = measured.mHError;
    m_floats.alphaMError[row] = measured.alphaMError;
    m_floats.j[row] = measured.j;
    m_floats.h[row] = measured.h;
    m_floats.k[row] = measured.k;
    m_floats.sfd[row] = static_cast<float>(star.sfdEbv);
    m_floats.g[row] = static_cast<float>(star.gMag);
    m_floats.bp[row] = measured.bp;
    m_floats.rp[row] = measured.rp;
    m_doubles.gFlux[row] = gFlux;
    m_doubles.parallax[row] = measured.parallax;
    m_doubles.parallaxError[row] = measured.parallaxError;
    m_doubles.lz[row] = actions.lz;
    m_doubles.jr[row] = actions.jr;
    m_doubles.jz[row] = actions.jz;
    constexpr double degree = std::numbers::pi / 180;
    m_doubles.l[row] = star.longitude / degree;
    m_doubles.b[row] = std::asin(star.sinLatitude) / degree;
    std::tie(m_doubles.ra[row], m_doubles.dec[row]) =
        skyDegrees(fromGalactic(skyDirection(m_doubles.l[row], m_doubles.b[row])));
    m_starFlag[row] = measured.starFlag;
    m_aspcapFlag[row] = measured.aspcapFlag;
}

std::vector<Column> MockColumns::take() {
    Floats& f = m_floats;
    Doubles& d = m_doubles;
    std::vector<Column> columns;
    const auto add = [&](std::string_view name, const char* unit, auto& values) {
        columns.emplace_back(std::string(name), unit, std::move(values));
    };
    add(column::gFlux, "electron/s", d.gFlux);
    add("TEFF", "K", f.teff);
    add("LOGG", "dex", f.logG);
    add("M_H", "dex", f.mH);
    add("ALPHA_M", "dex", f.alphaM);
    add("FE_H", "dex", f.feH);
    add("MG_FE", "dex", f.mgFe);
    add("TEFF_ERR", "K", f.teffError);
    add("LOGG_ERR", "dex", f.logGError);
    add("M_H_ERR", "dex", f.mHError);
    add("ALPHA_M_ERR", "dex", f.alphaMError);
    add("J", "mag", f.j);
    add("H", "mag", f.h);
    add("K", "mag", f.k);
    add("SFD_EBV", "mag", f.sfd);
    add("STARFLAG", "", m_starFlag);
    add("ASPCAPFLAG", "", m_aspcapFlag);
    add(column::gMag, "mag", f.g);
    add(column::bpMag, "mag", f.bp);
    add(column::rpMag, "mag", f.rp);
    add("GAIAEDR3_PARALLAX", "mas", d.parallax);
    add("GAIAEDR3_PARALLAX_ERROR", "mas", d.parallaxError);
    add("Lz", "kpc km/s", d.lz);
    add("jr", "kpc km/s", d.jr);
    add("jz", "kpc km/s", d.jz);
    add("RA", "deg", d.ra);
    add("DEC", "deg", d.dec);
    add("GLON", "deg", d.l);
    add("GLAT", "deg", d.b);
    return columns;
}

} // namespace zscape::mock
