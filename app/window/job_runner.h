#pragma once

#include "core/base/job_context.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

namespace zscape {

/// Runs one piece of long work at a time on a thread of its own and hands its result to the UI thread: the only place
/// where threads meet. Lives on the UI thread; destroying it cancels and joins.
class JobRunner : public QObject {
    Q_OBJECT

public:
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    /// Starts `work` on the thread; `deliver` gets its result on the UI thread, unless it failed or was cancelled.
    /// A job already running is cancelled, its result dropped, and this one starts when it has ended.
    template <typename Result>
    void start(const QString& title, std::function<Result(const JobContext&)> work,
               std::function<void(Result)> deliver) {
        startErased(title, [work = std::move(work), deliver = std::move(deliver)](const JobContext& job) {
            // std::function wants copyable captures, so the result travels in a shared pointer.
            auto result = std::make_shared<Result>(work(job));
            return std::function<void()>([deliver, result] { deliver(std::move(*result)); });
        });
    }

    bool isRunning() const { return m_current != nullptr; }
    /// Returns at once; `idle` tells when the work has ended.
    void cancel();

signals:
    void started(const QString& title);
    /// `fraction` < 0 where the end is not known.
    void progressed(double fraction, const QString& text);
    /// After delivery, failure or cancel; nothing runs now.
    void idle();
    void failed(const QString& message);

private:
    struct Job;
    using ErasedWork = std::function<std::function<void()>(const JobContext&)>;
    void startErased(const QString& title, ErasedWork work);
    void perform(const std::shared_ptr<Job>& job, const ErasedWork& work);
    void finish(const std::shared_ptr<Job>& job, const std::function<void()>& delivery, QString error);

    std::shared_ptr<Job> m_current;
    std::function<void()> m_next; ///< starts what was asked for while m_current ran
};

} // namespace zscape
