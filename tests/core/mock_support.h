#pragma once

#include "core/catalog/catalog.h"
#include "core/mock/mock_catalog.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace zscape::test {

/// One mock sample that all tests of a process look at.
inline const Catalog& mockSample() {
    static const Catalog sample = generateMockCatalog({.stars = 30000, .seed = 11, .threads = 0});
    return sample;
}

/// One row of the labels the tests ask for; NaN where missing.
struct MockRow {
    double teff, logG, mH, alphaM, feH, mgFe, g, bpRp, sfd;
    bool giant() const { return logG < 5.9 - 0.4 * teff / 1000; } // method.md section 6
};

inline std::vector<MockRow> mockRows(const Catalog& catalog) {
    const auto value = [&](const char* name, std::size_t row) { return catalog.require(name).number(row); };
    std::vector<MockRow> rows(catalog.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = {value("TEFF", i),
                   value("LOGG", i),
                   value("M_H", i),
                   value("ALPHA_M", i),
                   value("FE_H", i),
                   value("MG_FE", i),
                   value("GAIAEDR3_PHOT_G_MEAN_MAG", i),
                   value("GAIAEDR3_PHOT_BP_MEAN_MAG", i) - value("GAIAEDR3_PHOT_RP_MEAN_MAG", i),
                   value("SFD_EBV", i)};
    }
    return rows;
}

inline double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace zscape::test
