#include "core/bench/bench.h"

#include <algorithm>
#include <chrono>

namespace zscape {

std::vector<double> medianSecondsInTurns(const std::vector<std::function<void()>>& variants, int runs) {
    using Clock = std::chrono::steady_clock;
    std::vector<std::vector<double>> seconds(variants.size());
    for (int run = -1; run < runs; ++run) {
        for (std::size_t i = 0; i < variants.size(); ++i) {
            const auto begin = Clock::now();
            variants[i]();
            const double taken = std::chrono::duration<double>(Clock::now() - begin).count();
            if (run >= 0) seconds[i].push_back(taken);
        }
    }
    std::vector<double> medians;
    for (std::vector<double>& taken : seconds) {
        const auto middle = taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2);
        std::nth_element(taken.begin(), middle, taken.end());
        medians.push_back(*middle);
    }
    return medians;
}

double medianSeconds(const std::function<void()>& work, int runs) {
    return medianSecondsInTurns({work}, runs).front();
}

} // namespace zscape
