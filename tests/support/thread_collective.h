#pragma once

#include "core/base/collective.h"

#include <algorithm>
#include <barrier>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace zscape::test {

/// Threads of this process that stand for the processes of a parallel run.
class ThreadRanks {
public:
    explicit ThreadRanks(int size) : m_size(size), m_barrier(size), m_sent(static_cast<std::size_t>(size)) {}

    /// Calls body(collective) on a thread for each rank and waits.
    void run(const std::function<void(Collective&)>& body) {
        std::vector<std::thread> threads;
        for (int rank = 0; rank < m_size; ++rank) {
            threads.emplace_back([&, rank] {
                Rank one(*this, rank);
                body(one);
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }

private:
    class Rank final : public Collective {
    public:
        Rank(ThreadRanks& all, int rank) : m_all(all), m_rank(rank) {}
        int rank() const override { return m_rank; }
        int size() const override { return m_all.m_size; }
        int nodeLeader() const override { return 0; }
        void gatherBytes(std::span<const std::byte> mine, std::span<std::byte> out) override {
            exchange(mine, [&] {
                std::byte* at = out.data();
                for (const std::span<const std::byte> one : m_all.m_sent) {
                    std::memcpy(at, one.data(), one.size());
                    at += one.size();
                }
            });
        }
        void broadcastBytes(std::span<std::byte> bytes, int from) override {
            exchange(bytes, [&] {
                const std::span<const std::byte> sent = m_all.m_sent[static_cast<std::size_t>(from)];
                if (m_rank != from) std::memcpy(bytes.data(), sent.data(), sent.size());
            });
        }
        void sum(std::span<float> values) override { add(values); }
        void sum(std::span<double> values) override { add(values); }

    private:
        template <typename Take>
        void exchange(std::span<const std::byte> mine, const Take& take) {
            m_all.m_sent[static_cast<std::size_t>(m_rank)] = mine;
            m_all.m_barrier.arrive_and_wait();
            take();
            m_all.m_barrier.arrive_and_wait();
        }
        template <typename T>
        void add(std::span<T> values) {
            std::vector<T> all(values.size() * static_cast<std::size_t>(size()));
            gather(std::span<const T>(values), std::span<T>(all));
            std::fill(values.begin(), values.end(), T(0));
            for (std::size_t i = 0; i < all.size(); ++i) {
                values[i % values.size()] += all[i];
            }
        }
        ThreadRanks& m_all;
        int m_rank;
    };

    int m_size;
    std::barrier<> m_barrier;
    std::vector<std::span<const std::byte>> m_sent;
};

} // namespace zscape::test
