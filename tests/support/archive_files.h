#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace zscape::test {

/// A star in an archive's file: two BP and two RP coefficients that begin with these, errors 0.5; NaN leaves a band
/// out.
struct ArchiveStar {
    std::int64_t id = 0;
    double bp = 1;
    double rp = 1;
};

/// An XP_CONTINUOUS file as CSV with the columns that a catalogue needs.
inline void writeSpectra(const std::filesystem::path& path, const std::vector<ArchiveStar>& stars) {
    std::ofstream out(path);
    out << "source_id,bp_n_relevant_bases,bp_coefficients,bp_coefficient_errors,bp_coefficient_correlations,"
           "rp_n_relevant_bases,rp_coefficients,rp_coefficient_errors,rp_coefficient_correlations\n";
    const auto band = [&](double first) {
        if (first != first) {
            out << ",null,null,null,null";
            return;
        }
        out << ",1,\"(" << first << ", " << 0.25 << ")\",\"(0.5, 0.5)\",\"(0.125)\"";
    };
    for (const ArchiveStar& star : stars) {
        out << star.id;
        band(star.bp);
        band(star.rp);
        out << '\n';
    }
}

inline void writeText(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

} // namespace zscape::test
