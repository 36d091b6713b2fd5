#pragma once

#include "core/xp/tiled_design.h"
#include "core/xp/xp_instrument.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// Design and weight of one band on the default grid.
struct XpBandTable {
    std::size_t coefficientCount = 0;
    std::size_t firstColumn = 0; ///< of the wavelengths the band gives flux for
    std::size_t columnCount = 0;
    std::vector<double> design; ///< coefficientCount x all wavelengths, unit weight, zero outside the band's columns
    std::vector<double> weight; ///< one a wavelength

    std::size_t endColumn() const { return firstColumn + columnCount; }
};

/// What resources/xp_tables.h5 holds, ready for use. Read once by XpInstrument and shared between its copies.
struct XpInstrument::Tables {
    std::vector<double> wavelengths_nm;
    std::array<XpBandTable, 2> bands; ///< BP, RP
    std::vector<double> stacked;      ///< both designs times their weights, BP rows above RP rows
    TiledDesign tiled;                ///< `stacked` in float32 for whole catalogues
    std::vector<double> photometry;   ///< coefficients (BP, RP) x 3 filters (G, BP, RP)
    std::array<double, 3> zeroPoints{};
    std::string provenance;

    const XpBandTable& band(XpBand which) const { return bands[static_cast<std::size_t>(which)]; }
    std::size_t coefficientCount() const { return bands[0].coefficientCount + bands[1].coefficientCount; }
};

/// Reads the HDF5 image; the layout is described in resources/README.md. Throws Error when it is damaged or of another
/// version; `name` appears in the message.
XpInstrument::Tables readXpTables(std::span<const std::byte> image, const std::string& name);

} // namespace zscape
