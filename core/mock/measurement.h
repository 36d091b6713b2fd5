#pragma once

#include "core/base/philox.h"
#include "core/mock/mock_star.h"

#include <cstdint>

namespace zscape::mock {

/// What the surveys report of one star (method.md section 1), NaN where there is no value.
struct Measurement {
    float teff, logG, mH, alphaM, feH, mgFe;
    float teffError, logGError, mHError, alphaMError;
    std::int32_t starFlag = 0;
    std::int32_t aspcapFlag = 0;
    float j, h, k;
    float bp, rp;
    double parallax, parallaxError; ///< mas
};

/// Measures a star whose synthetic BP, RP (noise-free) are known: labels with errors that grow with H and depend on
/// the kind of star, quality flags, 2MASS by the DR3 colour relations and the star's own dust, and a parallax.
/// Shares are set so that the full, good and pristine catalogues (method.md section 2, released) come out as
/// 502,311 : 202,970 : 123,804.
Measurement measure(const Star& star, double bpMag, double rpMag, PhiloxSequence& random);

} // namespace zscape::mock
