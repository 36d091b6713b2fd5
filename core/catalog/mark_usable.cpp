// Which rows a model can use, and the sentences about those it cannot.
#include "core/base/thread_pool.h"
#include "core/catalog/catalog.h"
#include "core/catalog/find_duplicates.h"
#include "core/catalog/row_flags.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace zscape {

namespace {

// A row with several reasons is counted with the first of them: the lowest bit.
enum Reason : std::uint8_t { BadCoefficients, BadErrors, BadFlux, Duplicate, None };

Reason firstReason(std::uint8_t flags) {
    return flags == 0 ? None : static_cast<Reason>(std::countr_zero(flags));
}

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

std::uint8_t spectrumFlags(std::span<const float> coefficients, std::span<const float> errors) {
    return static_cast<std::uint8_t>((allFinite(coefficients) ? 0 : rowFlag::badCoefficients) |
                                     (allPositiveFinite(errors) ? 0 : rowFlag::badErrors));
}

std::uint8_t fluxFlag(double flux) {
    return flux > 0.0 && std::isfinite(flux) ? 0 : rowFlag::badFlux;
}

void Catalog::markRows() {
    const std::span<const double> flux = gFlux();
    const BitSet duplicates = findDuplicates(m_sourceIds);
    std::vector<std::uint8_t> flags(rows());
    constexpr std::size_t grain = 4096;
    ThreadPool pool(rows() > grain ? 0 : 1);
    pool.forChunks(rows(), grain, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t row = begin; row < end; ++row) {
            flags[row] =
                static_cast<std::uint8_t>(spectrumFlags(coefficients().row(row), coefficientErrors().row(row)) |
                                          fluxFlag(flux[row]) | (duplicates.test(row) ? rowFlag::duplicate : 0));
        }
    });
    m_flags = std::move(flags);
}

void Catalog::markFluxes() {
    const std::span<const double> flux = gFlux();
    std::vector<std::uint8_t> flags(m_flags.begin(), m_flags.end());
    for (std::size_t row = 0; row < rows(); ++row) {
        flags[row] = static_cast<std::uint8_t>((flags[row] & ~rowFlag::badFlux) | fluxFlag(flux[row]));
    }
    m_flags = std::move(flags);
}

void Catalog::countUsable() {
    std::array<std::size_t, 5> counts{};
    m_usable = BitSet(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        const std::uint8_t known = m_flags[row] & 0xF;
        const Reason reason = firstReason(known);
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
