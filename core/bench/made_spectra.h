#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// Inside core/bench: XP spectra as the archive delivers them, made up, for measuring its readers.
namespace zscape {

/// Coefficients that fall off as those of stars do, errors, and correlations in -1..1: seeded.
struct MadeSpectra {
    std::array<std::vector<double>, 2> coefficients;
    std::array<std::vector<float>, 2> errors;
    std::array<std::vector<float>, 2> correlations;
};
std::vector<MadeSpectra> makeSpectra(); ///< 100 different ones

/// `count` stars of them, over and over: ECSV with the columns that GaiaXPy asks for, a VOTable in BINARY2, and FITS.
std::string ecsvText(const std::vector<MadeSpectra>& stars, std::size_t count);
std::string votableText(const std::vector<MadeSpectra>& stars, std::size_t count);
/// Throw Error when the file cannot be written.
void writeFits(const std::filesystem::path& path, const std::vector<MadeSpectra>& stars, std::size_t count);
void writeGzip(const std::filesystem::path& path, const std::string& text);

} // namespace zscape
