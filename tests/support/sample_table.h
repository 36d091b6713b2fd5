#pragma once

#include "core/io/table_file.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace zscape::test {

/// Three stars with everything a table can hold. tests/core/python_reads_tables.py knows the same values.
inline NumericTable sampleTable() {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    NumericTable table;
    table.sourceIds = {std::numeric_limits<std::int64_t>::max(), 5, -9007199254740993};
    NumericBlock teff{"teff", "K", std::vector<double>{1.0 / 3.0, 5000, none}, 1, false, "", {}};
    teff.ucd = "phys.temperature.effective";
    teff.description = "Effective temperature, \"as <given>\" & kept";
    NumericBlock flags{"flags", "", std::vector<std::int32_t>{7, 0, -1}, 1, false, "", {}};
    flags.missing = BitSet(3);
    flags.missing.set(1);
    NumericBlock big{"big", "", std::vector<std::int64_t>{1, 9007199254740993, 3}, 1, false, "", {}};
    big.missing = BitSet(3);
    big.missing.set(2);
    NumericBlock name{"name", "", std::vector<std::string>{"a, \"b\"", "", "#\xCE\xB1 Cen"}, 1, false, "", {}};
    NumericBlock mu{"mu", "", std::vector<float>{0.1F, -2.5F, std::nanf(""), 1e-20F, 3, 4}, 2, true, "", {}};
    NumericBlock flux{"flux",
                      "W.m**-2.nm**-1",
                      std::vector<double>{1, -std::numeric_limits<double>::infinity(), 3, 4, 5e-324, 6},
                      2,
                      true,
                      "wavelength_nm",
                      {336, 338.5}};
    flux.ucd = "phot.flux.density;em.wl";
    table.blocks = {teff, flags, big, name, mu, flux};
    table.attributes = {{"program", "zscape"}, {"a long key", std::string(150, 'x') + " <&> 'quoted'"}};
    return table;
}

} // namespace zscape::test
