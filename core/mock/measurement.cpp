#include "core/mock/measurement.h"

#include "core/mock/dust.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape::mock {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// Bits of APOGEE DR17 (STARFLAG: APOGEE_STARFLAG; ASPCAPFLAG: APOGEE_ASPCAPFLAG).
namespace star_flag {
constexpr int badPixels = 0, brightNeighbor = 2, veryBrightNeighbor = 3, lowSnr = 4, persistHigh = 9, persistLow = 11,
              suspectRv = 16, suspectBroad = 17, multiple = 21;
}
namespace aspcap_flag {
constexpr int teffWarn = 0, vmicroWarn = 2, mHWarn = 3, starWarn = 7, chi2Warn = 8, teffBad = 16, mHBad = 19,
              starBad = 23;
}

void set(std::int32_t& flags, int bit) {
    flags |= std::int32_t{1} << bit;
}

/// G - J, G - H, G - Ks of unreddened stars (Gaia EDR3 documentation, table 5.9), with the star's own dust put back.
void measureInfrared(const Star& star, double bpMag, double rpMag, Measurement& m, PhiloxSequence& random) {
    const double colour = std::clamp(bpMag - rpMag - 1.25 * star.ebv, -0.3, 4.0);
    const double gravity = star.logG < 3.6 ? 0.03 : 0.0; // giants are a little redder in the infrared at one BP-RP
    struct Band {
        double a, b, c, wavelength_nm, giant;
    };
    constexpr Band bands[3] = {{0.01798, 1.389, -0.09338, 1235, 0.0},
                               {-0.1048, 2.011, -0.1758, 1662, 1.0},
                               {-0.0981, 2.089, -0.1579, 2159, 1.3}};
    float* values[3] = {&m.j, &m.h, &m.k};
    for (int i = 0; i < 3; ++i) {
        const Band& band = bands[i];
        const double intrinsic = band.a + colour * (band.b + colour * band.c) + band.giant * gravity;
        const double dust = (gExtinctionPerEbv - extinctionPerEbv(band.wavelength_nm)) * star.ebv;
        const double magnitude = star.gMag - intrinsic - dust;
        const double error = std::hypot(0.022, 0.03 * std::pow(10.0, 0.25 * (magnitude - 14)));
        *values[i] = static_cast<float>(magnitude + error * random.normal());
    }
    if (random.uniform() < 0.002) m.j = m.h = m.k = missing; // blended in 2MASS
}

/// Parallax error of Gaia DR3 as a function of G (Lindegren et al. 2021, A&A 649, A2, fig 7), with star-to-star spread.
void measureParallax(const Star& star, Measurement& m, PhiloxSequence& random) {
    const double faint = std::pow(10.0, 0.4 * (std::max(star.gMag, 13.0) - 15));
    const double typical = std::sqrt(0.011 * 0.011 + 0.00055 * faint + 0.000022 * faint * faint);
    m.parallaxError = typical * std::exp(0.18 * random.normal() + (random.uniform() < 0.02 ? 1.2 : 0.0));
    m.parallax = 1 / star.distance_kpc + m.parallaxError * random.normal();
    if (random.uniform() < 0.003) m.parallax = m.parallaxError = std::numeric_limits<double>::quiet_NaN();
}

/// Teff / sigma(Teff) sets the scale of all label errors: about 160 for a bright giant, half of it for dwarfs.
double labelQuality(const Star& star, double h, PhiloxSequence& random) {
    double quality = 125;
    if (star.logG > 3.75) quality = star.teff < 4300 ? 75 : 104;
    if (star.teff > 6150) quality = 52;
    const double faint = std::isfinite(h) ? std::max(0.0, h - 12.2) : 0.0;
    quality *= std::exp(0.30 * random.normal() - 0.40 * faint - 0.25 * std::max(0.0, -0.9 - star.mH));
    return random.uniform() < 0.05 ? std::min(quality, 6 + 22 * random.uniform()) : quality;
}

void measureLabels(const Star& star, Measurement& m, PhiloxSequence& random) {
    const double quality = labelQuality(star, static_cast<double>(m.h), random);
    const double relative = 160 / quality;
    const auto error = [&](double scale, double power, double spread) {
        return scale * std::pow(relative, power) * std::exp(spread * random.normal());
    };
    m.teffError = static_cast<float>(star.teff / quality);
    m.logGError = static_cast<float>(error(0.055, 0.9, 0.15));
    m.mHError = static_cast<float>(error(0.0095, 0.85, 0.2));
    m.alphaMError = static_cast<float>(error(0.010, 0.85, 0.2));
    // Reported errors include systematics shared by all stars, so stars scatter by half of them.
    const auto observed = [&](double truth, double sigma) {
        return static_cast<float>(truth + 0.5 * sigma * random.normal());
    };
    m.teff = observed(star.teff, static_cast<double>(m.teffError));
    m.logG = observed(star.logG, static_cast<double>(m.logGError));
    m.mH = observed(star.mH, static_cast<double>(m.mHError));
    m.alphaM = observed(star.alphaM, static_cast<double>(m.alphaMError));
    m.feH = observed(star.feH, 1.1 * static_cast<double>(m.mHError));
    m.mgFe = observed(star.mgFe, 1.3 * static_cast<double>(m.alphaMError));
}

/// Most flags mean persistence or a bright neighbour on the detector, which says nothing of the star.
void setFlags(const Star& star, Measurement& m, PhiloxSequence& random) {
    const double quality = static_cast<double>(m.teff) / static_cast<double>(m.teffError);
    const double faint = std::clamp((120 - quality) / 120, 0.0, 1.0);
    if (random.uniform() < 0.26) set(m.starFlag, star_flag::persistLow);
    if (random.uniform() < 0.07) set(m.starFlag, star_flag::persistHigh);
    if (random.uniform() < 0.17) set(m.starFlag, star_flag::brightNeighbor);
    if (random.uniform() < 0.01) set(m.starFlag, star_flag::veryBrightNeighbor);
    if (random.uniform() < 0.03) set(m.starFlag, star_flag::badPixels);
    if (random.uniform() < 0.06 + 0.40 * faint * faint) set(m.starFlag, star_flag::lowSnr);
    if (random.uniform() < 0.05) set(m.starFlag, star_flag::suspectRv);
    if (star.stage == Stage::Hot || random.uniform() < 0.03) set(m.starFlag, star_flag::suspectBroad);
    if (random.uniform() < 0.02) set(m.starFlag, star_flag::multiple);
    if (random.uniform() < 0.03) set(m.aspcapFlag, aspcap_flag::chi2Warn);
    if (random.uniform() < 0.01) set(m.aspcapFlag, aspcap_flag::vmicroWarn);
    if (star.teff < 3400 || random.uniform() < 0.01) set(m.aspcapFlag, aspcap_flag::teffWarn);
    if (star.mH < -2.0 || random.uniform() < 0.008) set(m.aspcapFlag, aspcap_flag::mHWarn);
    if (random.uniform() < 0.01) {
        set(m.aspcapFlag, aspcap_flag::mHBad);
        set(m.aspcapFlag, aspcap_flag::starBad);
    }
    if (m.aspcapFlag != 0) set(m.aspcapFlag, aspcap_flag::starWarn);
}

/// The pipeline fits no labels outside its grid, and for a few stars inside it.
void loseLabels(const Star& star, Measurement& m, PhiloxSequence& random) {
    if (star.teff > 8000 || random.uniform() < 0.04) {
        m.teff = m.logG = m.mH = m.alphaM = m.feH = m.mgFe = missing;
        m.teffError = m.logGError = m.mHError = m.alphaMError = missing;
        set(m.aspcapFlag, aspcap_flag::starBad);
        set(m.aspcapFlag, aspcap_flag::teffBad);
    } else if (random.uniform() < 0.012) {
        m.feH = m.mgFe = missing; // single elements fail more often than the fit as a whole
    }
}

} // namespace

Measurement measure(const Star& star, double bpMag, double rpMag, PhiloxSequence& random) {
    Measurement m{};
    const auto photometricError = [&](double magnitude) {
        return std::hypot(0.0028, 0.0016 * std::pow(10.0, 0.33 * (magnitude - 14)));
    };
    m.bp = static_cast<float>(bpMag + photometricError(bpMag) * random.normal());
    m.rp = static_cast<float>(rpMag + photometricError(rpMag) * random.normal());
    measureInfrared(star, bpMag, rpMag, m, random);
    measureParallax(star, m, random);
    measureLabels(star, m, random);
    setFlags(star, m, random);
    loseLabels(star, m, random);
    return m;
}

} // namespace zscape::mock
