#include "core/base/thread_pool.h"

#include "core/base/error.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

namespace zscape {

namespace {

// More than any machine has cores, yet few enough to leave other programs their share of the system's threads.
constexpr int kMaxThreads = 4096;

} // namespace

int availableCores() {
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    const unsigned count = std::thread::hardware_concurrency();
    return count > 0 ? static_cast<int>(count) : 1;
}

struct ThreadPool::State {
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable done;
    const std::function<void(int)>* piece = nullptr;
    std::atomic<unsigned> round{0};
    std::atomic<int> running{0};
    bool quit = false;
    std::exception_ptr error;

    void perform(const std::function<void(int)>& work, int index) {
        try {
            work(index);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    }

    /// Also for a pool of which only some threads could be started: they wait on members that must outlive them.
    void stop() {
        {
            const std::lock_guard lock(mutex);
            quit = true;
        }
        wake.notify_all();
        for (std::thread& thread : threads) {
            thread.join();
        }
    }

    void loop(int index) {
        unsigned seen = 0;
        for (;;) {
            const std::function<void(int)>* work = nullptr;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [&] { return quit || round.load(std::memory_order_relaxed) != seen; });
                if (quit) return;
                seen = round.load(std::memory_order_relaxed);
                work = piece;
            }
            perform(*work, index);
            if (running.fetch_sub(1, std::memory_order_acq_rel) == 1) {
                const std::lock_guard lock(mutex);
                done.notify_one();
            }
        }
    }
};

ThreadPool::ThreadPool(int threads) : m_state(std::make_unique<State>()) {
    const int count = threads > 0 ? threads : availableCores();
    if (count > kMaxThreads) {
        throw Error("threads: " + std::to_string(count) + " were asked for; ask for at most " +
                    std::to_string(kMaxThreads) + ", or 0 for every core");
    }
    m_state->threads.reserve(static_cast<std::size_t>(count - 1));
    try {
        for (int index = 1; index < count; ++index) {
            m_state->threads.emplace_back([state = m_state.get(), index] { state->loop(index); });
        }
    } catch (const std::system_error&) {
        const std::size_t started = m_state->threads.size();
        m_state->stop();
        throw Error("threads: the system starts only " + std::to_string(started + 1) + " of " + std::to_string(count) +
                    "; ask for fewer");
    }
}

ThreadPool::~ThreadPool() {
    m_state->stop();
}

int ThreadPool::threadCount() const {
    return static_cast<int>(m_state->threads.size()) + 1;
}

void ThreadPool::run(const std::function<void(int)>& piece) {
    State& state = *m_state;
    if (state.threads.empty()) {
        piece(0);
        return;
    }
    {
        const std::lock_guard lock(state.mutex);
        state.piece = &piece;
        state.error = nullptr;
        state.running.store(static_cast<int>(state.threads.size()), std::memory_order_relaxed);
        state.round.fetch_add(1, std::memory_order_relaxed);
    }
    state.wake.notify_all();
    state.perform(piece, 0);
    std::unique_lock lock(state.mutex);
    state.done.wait(lock, [&] { return state.running.load(std::memory_order_acquire) == 0; });
    if (state.error) std::rethrow_exception(state.error);
}

void ThreadPool::forChunks(std::size_t count, std::size_t grain,
                           const std::function<void(std::size_t, std::size_t, int)>& body) {
    if (count == 0) return;
    if (grain == 0) grain = 1;
    const std::size_t chunks = (count + grain - 1) / grain;
    if (chunks == 1) {
        body(0, count, 0);
        return;
    }
    std::atomic<std::size_t> next{0};
    run([&](int thread) {
        for (;;) {
            const std::size_t chunk = next.fetch_add(1, std::memory_order_relaxed);
            if (chunk >= chunks) return;
            const std::size_t begin = chunk * grain;
            body(begin, begin + grain < count ? begin + grain : count, thread);
        }
    });
}

} // namespace zscape
