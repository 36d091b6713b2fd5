#pragma once

#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "tests/support/compound_table.h"
#include "tests/support/message_of.h"

#include <fstream>
#include <iterator>
#include <numeric>

namespace zscape::test {

inline std::vector<double> sequence(std::size_t count, double first) {
    std::vector<double> values(count);
    std::iota(values.begin(), values.end(), first);
    return values;
}

inline std::vector<std::int64_t> idSequence(std::size_t count) {
    std::vector<std::int64_t> ids(count);
    std::iota(ids.begin(), ids.end(), 1000);
    return ids;
}

/// `rows` good stars of three coefficients: row r has coefficients 3r+1, 3r+2, 3r+3.
inline void addGoodStars(CompoundTable& table, std::size_t rows) {
    table.addInt64("ids", idSequence(rows))
        .addDoubles("phot_g_mean_flux", std::vector<double>(rows, 100.0))
        .addDoubles("coeffs", sequence(rows * 3, 1.0), 3)
        .addDoubles("coeff_errs", std::vector<double>(rows * 3, 0.5), 3);
}

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string readBytes(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::string errorFor(const std::filesystem::path& path) {
    return messageOf([&] { readReleasedCatalog(path); });
}

} // namespace zscape::test
