#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace zscape {

/// A fixed set of threads that share one piece of work at a time. The calling thread takes part, so a pool of one has
/// no thread of its own. Owned by the object that needs it; `run` must not be called from two threads at once, nor from
/// inside a running piece. An exception in any piece is rethrown by `run` after all pieces have ended.
class ThreadPool {
public:
    /// `threads` <= 0 takes every core the process may use. Throws Error when the system cannot start that many.
    explicit ThreadPool(int threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threadCount() const;

    /// Calls piece(index) for index = 0 .. threadCount()-1, each on its own thread, and waits.
    void run(const std::function<void(int)>& piece);

    /// Splits 0..count into chunks of at most `grain`, handed out in order to whichever thread is free.
    /// body(begin, end, thread): the split depends on `count` and `grain` alone, so results that are stored by index
    /// or by chunk do not depend on the number of threads.
    void forChunks(std::size_t count, std::size_t grain,
                   const std::function<void(std::size_t begin, std::size_t end, int thread)>& body);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Cores this process may run on (respects affinity).
int availableCores();

} // namespace zscape
