#pragma once

#include "core/catalog/catalog.h"
#include "core/mock/kinematics.h"
#include "core/mock/measurement.h"
#include "core/mock/mock_star.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace zscape::mock {

/// The columns of the released layout (method.md section 1) while they are filled, row by row from any thread.
class MockColumns {
public:
    explicit MockColumns(std::size_t stars);

    void set(std::size_t row, const Star& star, double gFlux, const Measurement& measured, const Actions& actions);
    /// Hands the columns over, in the order of the released file.
    std::vector<Column> take();

private:
    struct Floats {
        std::vector<float> teff, logG, mH, alphaM, feH, mgFe, teffError, logGError, mHError, alphaMError, j, h, k, sfd,
            g, bp, rp;
    };
    struct Doubles {
        std::vector<double> gFlux, parallax, parallaxError, lz, jr, jz, ra, dec, l, b;
    };
    Floats m_floats;
    Doubles m_doubles;
    std::vector<std::int32_t> m_starFlag, m_aspcapFlag;
};

} // namespace zscape::mock
