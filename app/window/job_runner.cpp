#include "app/window/job_runner.h"

#include "core/base/error.h"

#include <QMetaObject>

#include <chrono>
#include <exception>
#include <new>

namespace zscape {

struct JobRunner::Job {
    std::atomic<bool> cancelled{false};
    std::thread thread;
};

namespace {

/// The sentence for whatever was thrown; "" for a cancel.
QString messageOf(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Cancelled&) {
        return {};
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    } catch (const std::bad_alloc&) {
        return JobRunner::tr("Out of memory: close other programs or use fewer stars.");
    } catch (const std::exception& error) {
        return JobRunner::tr("Unexpected error: %1").arg(QString::fromUtf8(error.what()));
    } catch (...) {
        return JobRunner::tr("Unexpected error.");
    }
}

} // namespace

JobRunner::JobRunner(QObject* parent) : QObject(parent) {}

JobRunner::~JobRunner() {
    if (!m_current) return;
    m_current->cancelled.store(true);
    m_current->thread.join();
}

void JobRunner::cancel() {
    m_next = nullptr;
    if (!m_current || m_current->cancelled.exchange(true)) return;
    emit progressed(-1, tr("Cancelling"));
}

void JobRunner::startErased(const QString& title, ErasedWork work) {
    if (m_current) {
        // One at a time: the old one is told to end, and the new one follows it.
        cancel();
        m_next = [this, title, work = std::move(work)] { startErased(title, work); };
        return;
    }
    const auto job = std::make_shared<Job>();
    job->thread = std::thread([this, job, work = std::move(work)] { perform(job, work); });
    m_current = job;
    emit started(title);
}

void JobRunner::perform(const std::shared_ptr<Job>& job, const ErasedWork& work) {
    using Clock = std::chrono::steady_clock;
    auto last = Clock::time_point{};
    const JobContext context(
        [this, job, last](double fraction, std::string_view text) mutable {
            // A report a chunk can be thousands a second; the eye needs 30.
            const auto now = Clock::now();
            if (now - last < std::chrono::milliseconds(33)) return;
            last = now;
            const QString shown = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
            QMetaObject::invokeMethod(
                this,
                [this, job, fraction, shown] {
                    if (job == m_current && !job->cancelled) emit progressed(fraction, shown);
                },
                Qt::QueuedConnection);
        },
        &job->cancelled);
    std::function<void()> delivery;
    QString error;
    try {
        delivery = work(context);
    } catch (...) {
        error = messageOf(std::current_exception());
    }
    QMetaObject::invokeMethod(
        this, [this, job, delivery, error] { finish(job, delivery, error); }, Qt::QueuedConnection);
}

void JobRunner::finish(const std::shared_ptr<Job>& job, const std::function<void()>& delivery, QString error) {
    job->thread.join();
    m_current = nullptr;
    if (delivery && !job->cancelled) {
        try {
            delivery();
        } catch (...) {
            error = messageOf(std::current_exception());
        }
    }
    if (!error.isEmpty() && !job->cancelled) emit failed(error);
    if (m_next && !m_current) {
        const std::function<void()> next = std::move(m_next);
        m_next = nullptr;
        next();
    }
    if (!m_current) emit idle();
}

} // namespace zscape
