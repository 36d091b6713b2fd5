#pragma once

#include "core/base/error.h"

#include <atomic>
#include <functional>
#include <string_view>

namespace zscape {

/// How long work talks to whoever started it: progress out, cancel in. A default-constructed one is silent.
/// May be used from any thread; `report` is called on the thread that does the work.
class JobContext {
public:
    using Report = std::function<void(double fraction, std::string_view text)>;

    JobContext() = default;
    JobContext(Report report, const std::atomic<bool>* cancel) : m_report(std::move(report)), m_cancel(cancel) {}

    /// `fraction` is in 0..1, or negative where the end is not known.
    void report(double fraction, std::string_view text) const {
        if (m_report) m_report(fraction, text);
    }
    /// For a job within this one that reports in another way.
    const std::atomic<bool>* cancelFlag() const { return m_cancel; }
    bool cancelled() const { return m_cancel && m_cancel->load(std::memory_order_relaxed); }
    void throwIfCancelled() const {
        if (cancelled()) throw Cancelled();
    }

private:
    Report m_report;
    const std::atomic<bool>* m_cancel = nullptr;
};

} // namespace zscape
