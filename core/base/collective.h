#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace zscape {

/// The processes of a parallel run as one of them sees them. Every process makes the same calls in the same order, each
/// from one and the same thread. A null pointer stands for a process alone. Knows nothing of MPI (core/mpi does).
class Collective {
public:
    virtual ~Collective() = default;
    virtual int rank() const = 0; ///< of this process, 0 .. size() - 1
    virtual int size() const = 0;
    /// The lowest rank of the processes on this machine.
    virtual int nodeLeader() const = 0;

    /// `all` becomes the bytes of every process one after the other; as many from each.
    virtual void gatherBytes(std::span<const std::byte> mine, std::span<std::byte> all) = 0;
    /// `bytes` becomes those of process `from`.
    virtual void broadcastBytes(std::span<std::byte> bytes, int from) = 0;
    /// Adds up over the processes, the same bytes on each of them.
    virtual void sum(std::span<float> values) = 0;
    virtual void sum(std::span<double> values) = 0;

    template <typename T>
    void gather(std::span<const T> mine, std::span<T> all) {
        static_assert(std::is_trivially_copyable_v<T>);
        gatherBytes(std::as_bytes(mine), std::as_writable_bytes(all));
    }
    template <typename T>
    void broadcast(std::span<T> values, int from) {
        static_assert(std::is_trivially_copyable_v<T>);
        broadcastBytes(std::as_writable_bytes(values), from);
    }
};

/// One value of each process, by rank.
template <typename T>
std::vector<T> gatherValues(Collective& collective, const T& mine) {
    std::vector<T> all(static_cast<std::size_t>(collective.size()));
    collective.gather(std::span<const T>(&mine, 1), std::span<T>(all));
    return all;
}

/// Parts of different lengths, joined by rank; only numbers and plain structs.
template <typename T>
std::vector<T> gatherParts(Collective& collective, const std::vector<T>& mine) {
    const std::vector<std::uint64_t> counts = gatherValues(collective, std::uint64_t{mine.size()});
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts) {
        total += count;
    }
    std::vector<T> all(total);
    std::size_t begin = 0;
    for (int rank = 0; rank < collective.size(); ++rank) {
        const std::span<T> part = std::span(all).subspan(begin, counts[static_cast<std::size_t>(rank)]);
        if (rank == collective.rank()) std::copy(mine.begin(), mine.end(), part.begin());
        if (!part.empty()) collective.broadcast(part, rank);
        begin += part.size();
    }
    return all;
}

/// Whether it is true for any process. Alone: the value itself.
bool anyOf(Collective* collective, bool mine);
/// The value of the first process. Alone: the value itself.
std::uint64_t ofFirst(Collective* collective, std::uint64_t mine);

/// Whether this process speaks for all: prints, writes files.
inline bool isFirst(const Collective* collective) {
    return !collective || collective->rank() == 0;
}

/// Throws Error on every process when `problem` is not empty on some of them: the text of the first such.
void agreeOnProblem(Collective* collective, const std::string& problem);

/// Does a piece of work that may fail on one process and not on another (files, memory) and has no exchange of its own.
/// When it throws on any process, all of them throw an Error with that text, so that none waits for another forever.
template <typename Work>
void doTogether(Collective* collective, const Work& work) {
    if (!collective) {
        work();
        return;
    }
    std::string problem;
    try {
        work();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    agreeOnProblem(collective, problem);
}

/// Threads for this process so that those of a machine share its cores: of each core it may run on its part among all
/// that may; at least one.
int fairThreads(Collective& collective);

} // namespace zscape
