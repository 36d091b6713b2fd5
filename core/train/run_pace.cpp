#include "core/train/run_pace.h"

#include <algorithm>
#include <cmath>

namespace zscape {

std::size_t RunPace::pieceSteps(std::size_t remaining) const {
    constexpr double pieceSeconds = 0.25;
    constexpr std::size_t growth = 8;
    std::size_t steps = std::max<std::size_t>(1, growth * m_longestPiece);
    if (m_secondsPerStep > 0) {
        steps = std::min(steps, static_cast<std::size_t>(std::min(pieceSeconds / m_secondsPerStep, 1e12)));
    }
    return std::clamp<std::size_t>(steps, 1, remaining);
}

void RunPace::trained(std::size_t steps, double seconds) {
    constexpr double memorySeconds = 5;
    if (steps == 0) return;
    const double now = seconds / static_cast<double>(steps);
    const bool settling = steps > m_longestPiece; // until pieces have their length, the last one knows best
    const double share = settling ? 1.0 : 1.0 - std::exp(-seconds / memorySeconds);
    m_secondsPerStep += share * (now - m_secondsPerStep);
    m_longestPiece = std::max(m_longestPiece, steps);
}

double RunPace::epochsPerSecond(std::size_t stepsPerEpoch) const {
    const double seconds = m_secondsPerStep * static_cast<double>(stepsPerEpoch) + m_validationSeconds;
    return seconds > 0 ? 1.0 / seconds : 0.0;
}

} // namespace zscape
