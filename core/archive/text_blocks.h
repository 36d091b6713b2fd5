#pragma once

#include "core/archive/byte_stream.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// Inside core/archive: text in blocks of whole records, and the threads that work on them.
namespace zscape {

/// How often `letter` stands in `text`; std::count is several times slower over bytes.
std::size_t countOf(std::string_view text, char letter);

/// Cuts a stream into blocks that end where a record does: at a line end that is not inside double quotes.
class TextBlocks {
public:
    TextBlocks(std::unique_ptr<ByteStream> stream, std::string name)
        : m_stream(std::move(stream)),
          m_name(std::move(name)) {}

    /// The next block, at least one record; false at the end. The last may lack its line end. Throws Error: what the
    /// stream throws, and a record longer than any can be.
    bool next(std::string& text);
    /// Puts text back in front.
    void putBack(std::string_view text) { m_rest.insert(0, text); }
    double fraction() const { return m_stream->fraction(); }

private:
    /// Appends up to `bytes` of the stream; false when it gave fewer.
    bool append(std::string& text, std::size_t bytes);

    std::unique_ptr<ByteStream> m_stream;
    std::string m_name;
    std::string m_rest;
    bool m_isAtEnd = false;
    bool m_isOneLine = false; ///< no line end in the text so far
};

/// Works on a row of items with several threads and gives them back in order, holding few of them at a time.
/// One thread makes the items (it reads the file), `threads` work on them, the caller of `take` gets them.
template <typename Item>
class OrderedPipeline {
public:
    using Make = std::function<std::unique_ptr<Item>()>; ///< null at the end
    using Work = std::function<void(Item&)>;

    OrderedPipeline(int threads, Make make, Work work) : m_make(std::move(make)), m_work(std::move(work)) {
        m_limit = static_cast<std::size_t>(threads) * 2 + 2;
        m_threads.reserve(static_cast<std::size_t>(threads) + 1);
        try {
            m_threads.emplace_back([this] { makeAll(); });
            for (int index = 0; index < threads; ++index) {
                m_threads.emplace_back([this] { workOnAll(); });
            }
        } catch (...) {
            stop(); // the system cannot start so many
            throw;
        }
    }
    ~OrderedPipeline() { stop(); }
    OrderedPipeline(const OrderedPipeline&) = delete;
    OrderedPipeline& operator=(const OrderedPipeline&) = delete;

    /// The next item, worked on; null at the end. Rethrows what making or working on it threw.
    std::unique_ptr<Item> take() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_slots.empty() ? m_isMade : m_slots.front()->isDone; });
        if (m_slots.empty()) {
            if (m_makeProblem) std::rethrow_exception(m_makeProblem);
            return nullptr;
        }
        const std::shared_ptr<Slot> slot = m_slots.front();
        m_slots.pop_front();
        lock.unlock();
        m_changed.notify_all();
        if (slot->problem) std::rethrow_exception(slot->problem);
        return std::move(slot->item);
    }

private:
    struct Slot {
        std::unique_ptr<Item> item;
        bool isDone = false;
        std::exception_ptr problem;
    };

    void stop() {
        {
            const std::lock_guard lock(m_mutex);
            m_isStopped = true;
        }
        m_changed.notify_all();
        for (std::thread& thread : m_threads) {
            thread.join();
        }
    }

    void makeAll() {
        for (;;) {
            {
                std::unique_lock lock(m_mutex);
                m_changed.wait(lock, [this] { return m_isStopped || m_slots.size() < m_limit; });
                if (m_isStopped) break;
            }
            auto slot = std::make_shared<Slot>();
            std::exception_ptr problem;
            try {
                slot->item = m_make();
            } catch (...) {
                problem = std::current_exception();
            }
            const std::lock_guard lock(m_mutex);
            m_makeProblem = problem;
            if (!slot->item) break;
            m_slots.push_back(slot);
            m_waiting.push_back(std::move(slot));
            m_changed.notify_all();
        }
        {
            const std::lock_guard lock(m_mutex);
            m_isMade = true;
        }
        m_changed.notify_all();
    }

    void workOnAll() {
        for (;;) {
            std::shared_ptr<Slot> slot;
            {
                std::unique_lock lock(m_mutex);
                m_changed.wait(lock, [this] { return m_isStopped || m_isMade || !m_waiting.empty(); });
                if (m_isStopped || (m_waiting.empty() && m_isMade)) return;
                if (m_waiting.empty()) continue;
                slot = std::move(m_waiting.front());
                m_waiting.pop_front();
            }
            std::exception_ptr problem;
            try {
                m_work(*slot->item);
            } catch (...) {
                problem = std::current_exception();
            }
            {
                const std::lock_guard lock(m_mutex);
                slot->problem = problem;
                slot->isDone = true;
            }
            m_changed.notify_all();
        }
    }

    Make m_make;
    Work m_work;
    std::size_t m_limit = 0;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::shared_ptr<Slot>> m_slots;   ///< in order, done or not
    std::deque<std::shared_ptr<Slot>> m_waiting; ///< those no thread has taken
    bool m_isMade = false;
    bool m_isStopped = false;
    std::exception_ptr m_makeProblem;
    std::vector<std::thread> m_threads;
};

} // namespace zscape
