// Which rows a model can use, and the sentences about those it cannot.
#include "core/base/thread_pool.h"
#include "core/catalog/catalog.h"
#include "core/catalog/find_duplicates.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace zscape {

namespace {

enum Reason : std::uint8_t { BadCoefficients, BadErrors, BadFlux, Duplicate, None };

// Both loops work on the bits of the floats, without branches, so that the compiler turns them into vector code: the
// whole block (440 MB for the published catalogue) is read at memory speed.
bool allFinite(std::span<const float> values) {
    std::uint32_t largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFu);
    }
    return largest < 0x7F800000u;
}

bool allPositiveFinite(std::span<const float> values) {
    // Positive finite floats are the bit patterns 1 .. 0x7F7FFFFF; minus one, everything else wraps above them.
    std::uint32_t largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(value) - 1u);
    }
    return largest < 0x7F7FFFFFu;
}

std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

} // namespace

void Catalog::markUsable() {
    const std::span<const double> flux = gFlux();
    const BitSet duplicates = findDuplicates(m_sourceIds);
    std::vector<std::uint8_t> reasons(rows(), None);
    constexpr std::size_t grain = 4096;
    ThreadPool pool(rows() > grain ? 0 : 1);
    pool.forChunks(rows(), grain, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t row = begin; row < end; ++row) {
            if (!allFinite(coefficients().row(row))) {
                reasons[row] = BadCoefficients;
            } else if (!allPositiveFinite(coefficientErrors().row(row))) {
                reasons[row] = BadErrors;
            } else if (!(flux[row] > 0.0 && std::isfinite(flux[row]))) {
                reasons[row] = BadFlux;
            } else if (duplicates.test(row)) {
                reasons[row] = Duplicate;
            }
        }
    });
    std::array<std::size_t, 5> counts{};
    m_usable = BitSet(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        const std::uint8_t reason = reasons[row];
        if (reason == None) {
            m_usable.set(row);
        } else if (counts[reason] == 0) {
            m_firstRows[reason] = row;
        }
        ++counts[reason];
    }
    m_counts = {rows(), counts[None], counts[BadCoefficients], counts[BadErrors], counts[BadFlux], counts[Duplicate]};
}

std::vector<std::string> Catalog::notices() const {
    std::vector<std::string> sentences = m_readingNotices;
    const auto say = [&](std::size_t count, Reason reason, const std::string& one, const std::string& many) {
        if (count == 0) return;
        const std::size_t row = m_firstRows[reason];
        sentences.push_back(grouped(count) +
                            (count == 1 ? " star cannot be used with a model: " + one + " (row "
                                        : " stars cannot be used with a model: " + many + " (first: row ") +
                            std::to_string(row) + " counting from 0, source_id " + std::to_string(m_sourceIds[row]) +
                            ").");
    };
    say(m_counts.badCoefficients, BadCoefficients, "a coefficient is not a finite number",
        "a coefficient is not a finite number");
    say(m_counts.badErrors, BadErrors, "a coefficient error is not a positive number",
        "a coefficient error is not a positive number");
    const std::string flux = m_gFluxColumn ? "phot_g_mean_flux is missing, zero or negative"
                                           : "the catalogue has no phot_g_mean_flux column";
    say(m_counts.badFlux, BadFlux, flux, flux);
    say(m_counts.duplicates, Duplicate, "its source_id stands in an earlier row too",
        "their source_id stands in an earlier row too");
    return sentences;
}

} // namespace zscape
