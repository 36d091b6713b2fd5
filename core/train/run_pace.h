#pragma once

#include <chrono>
#include <cstddef>

namespace zscape {

/// Seconds since it was made.
class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count(); }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

/// How fast a run goes, from what its steps and validations took lately: cuts epochs into pieces and tells the rest.
class RunPace {
public:
    /// Steps that take about a quarter of a second, at least one and at most `remaining`.
    std::size_t pieceSteps(std::size_t remaining) const;
    void trained(std::size_t steps, double seconds);
    void validated(double seconds) { m_validationSeconds = seconds; }
    /// 0 while unknown.
    double epochsPerSecond(std::size_t stepsPerEpoch) const;

private:
    double m_secondsPerStep = 0;
    double m_validationSeconds = 0;
    std::size_t m_longestPiece = 0; ///< grows piece by piece: the first steps of an engine are not like the others
};

} // namespace zscape
