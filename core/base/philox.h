#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace zscape {

/// Philox 4x32-10, the counter-based generator of Salmon et al. (2011, SC'11): random numbers are a pure function of
/// (seed, stream, index), so work split over any number of threads draws the same ones.
class Philox {
public:
    explicit Philox(std::uint64_t seed, std::uint64_t stream = 0) : m_seed(seed), m_stream(stream) {}

    /// The four 32-bit words of block `index`.
    std::array<std::uint32_t, 4> block(std::uint64_t index) const {
        std::array<std::uint32_t, 4> counter{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                                             static_cast<std::uint32_t>(m_stream),
                                             static_cast<std::uint32_t>(m_stream >> 32)};
        std::uint32_t key0 = static_cast<std::uint32_t>(m_seed);
        std::uint32_t key1 = static_cast<std::uint32_t>(m_seed >> 32);
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter[0];
            const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter[2];
            counter = {
                static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(product1),
                static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(product0)};
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        return counter;
    }

    /// Uniform in (0, 1), never 0 nor 1, number `index` of this stream.
    double uniform(std::uint64_t index) const {
        const auto words = block(index);
        const std::uint64_t bits = (std::uint64_t{words[0]} << 21) ^ (words[1] >> 11);
        return (static_cast<double>(bits & ((std::uint64_t{1} << 52) - 1)) + 0.5) * 0x1p-52;
    }

    /// Standard normal (Box-Muller), number `index` of this stream.
    double normal(std::uint64_t index) const {
        const auto words = block(index);
        const double radius = (static_cast<double>(words[0]) + 0.5) * 0x1p-32;
        const double angle = (static_cast<double>(words[1]) + 0.5) * 0x1p-32;
        return std::sqrt(-2.0 * std::log(radius)) * std::cos(2.0 * std::numbers::pi * angle);
    }

private:
    std::uint64_t m_seed;
    std::uint64_t m_stream;
};

/// Philox as a sequence, for code that draws one number after another (std-style call operator included).
class PhiloxSequence {
public:
    using result_type = std::uint32_t;
    explicit PhiloxSequence(std::uint64_t seed, std::uint64_t stream = 0) : m_philox(seed, stream) {}
    double uniform() { return m_philox.uniform(m_index++); }
    double normal() { return m_philox.normal(m_index++); }
    result_type operator()() { return m_philox.block(m_index++)[0]; }
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return 0xFFFFFFFFu; }

private:
    Philox m_philox;
    std::uint64_t m_index = 0;
};

} // namespace zscape
