#include "core/base/collective.h"

#include "core/base/error.h"
#include "core/base/thread_pool.h"

#include <array>

#ifdef __linux__
#include <sched.h>
#endif

namespace zscape {
namespace {

constexpr std::size_t mostCores = 1024; // cpu_set_t has so many

/// Which cores a process may run on, and on which machine it is.
struct Place {
    int node = 0;
    std::array<std::uint8_t, mostCores> cores{};
};

Place ownPlace(const Collective& collective) {
    Place place;
    place.node = collective.nodeLeader();
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (std::size_t core = 0; core < mostCores; ++core) {
            place.cores[core] = CPU_ISSET(core, &set) ? 1 : 0;
        }
        return place;
    }
#endif
    for (int core = 0; core < availableCores(); ++core) {
        place.cores[static_cast<std::size_t>(core) % mostCores] = 1;
    }
    return place;
}

} // namespace

bool anyOf(Collective* collective, bool mine) {
    if (!collective) return mine;
    const std::vector<std::uint8_t> all = gatherValues(*collective, static_cast<std::uint8_t>(mine));
    return std::any_of(all.begin(), all.end(), [](std::uint8_t one) { return one != 0; });
}

std::uint64_t ofFirst(Collective* collective, std::uint64_t mine) {
    if (collective) collective->broadcast(std::span(&mine, 1), 0);
    return mine;
}

void agreeOnProblem(Collective* collective, const std::string& problem) {
    if (!collective) {
        if (!problem.empty()) throw Error(problem);
        return;
    }
    const std::vector<std::uint64_t> lengths = gatherValues(*collective, std::uint64_t{problem.size()});
    for (int rank = 0; rank < collective->size(); ++rank) {
        const std::uint64_t length = lengths[static_cast<std::size_t>(rank)];
        if (length == 0) continue;
        std::string text = problem;
        text.resize(length);
        collective->broadcast(std::span<char>(text), rank);
        if (text == Cancelled().what()) throw Cancelled();
        throw Error(text);
    }
}

int fairThreads(Collective& collective) {
    const Place own = ownPlace(collective);
    const std::vector<Place> all = gatherValues(collective, own);
    double cores = 0;
    for (std::size_t core = 0; core < mostCores; ++core) {
        if (!own.cores[core]) continue;
        const auto sharing = std::count_if(all.begin(), all.end(),
                                           [&](const Place& one) { return one.node == own.node && one.cores[core]; });
        cores += 1.0 / static_cast<double>(sharing);
    }
    constexpr double rounding = 1e-6;
    return std::max(1, static_cast<int>(cores + rounding));
}

} // namespace zscape
