#pragma once

#include <atomic>
#include <thread>

namespace zscape {

/// Where the threads of a training step meet, some twenty times a step: they spin for some microseconds, the usual wait
/// on cores of one's own, and then sleep, so that a thread whose core another program took holds nobody else's.
class StepBarrier {
public:
    explicit StepBarrier(int threads) : m_threads(threads) {}

    void meet() {
        if (m_threads == 1) return;
        const int round = m_round.load(std::memory_order_relaxed);
        if (m_arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == m_threads) {
            m_arrived.store(0, std::memory_order_relaxed);
            m_round.store(round + 1, std::memory_order_release);
            m_round.notify_all();
            return;
        }
        constexpr int spins = 4000;
        for (int i = 0; i < spins; ++i) {
            if (m_round.load(std::memory_order_acquire) != round) return;
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#endif
        }
        m_round.wait(round, std::memory_order_acquire);
    }

private:
    int m_threads;
    alignas(64) std::atomic<int> m_arrived{0};
    alignas(64) std::atomic<int> m_round{0};
};

} // namespace zscape
