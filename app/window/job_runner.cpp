#include "app/window/job_runner.h"

#include "core/base/error.h"

#include <QMetaObject>

#include <chrono>
#include <new>

namespace zscape {

struct JobRunner::Job {
    std::atomic<bool> cancelled{false};
    std::thread thread;
};

JobRunner::JobRunner(QObject* parent) : QObject(parent) {}

JobRunner::~JobRunner() { cancel(); }

void JobRunner::cancel() {
    if (!m_current) return;
    const std::shared_ptr<Job> job = std::move(m_current);
    m_current = nullptr;
    job->cancelled.store(true);
    job->thread.join();
    emit idle();
}

void JobRunner::startErased(const QString& title, ErasedWork work) {
    cancel();
    const auto job = std::make_shared<Job>();
    m_current = job;
    emit started(title);
    job->thread = std::thread([this, job, work = std::move(work)] {
        using Clock = std::chrono::steady_clock;
        auto last = Clock::time_point{};
        const JobContext context(
            [this, job, last](double fraction, std::string_view text) mutable {
                // A report a chunk can be thousands a second; the eye needs 30.
                const auto now = Clock::now();
                if (fraction < 1 && now - last < std::chrono::milliseconds(33)) return;
                last = now;
                const QString shown = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
                QMetaObject::invokeMethod(
                    this,
                    [this, job, fraction, shown] {
                        if (job == m_current) emit progressed(fraction, shown);
                    },
                    Qt::QueuedConnection);
            },
            &job->cancelled);
        std::function<void()> delivery;
        QString error;
        try {
            delivery = work(context);
        } catch (const Cancelled&) {
        } catch (const Error& failure) {
            error = QString::fromUtf8(failure.what());
        } catch (const std::bad_alloc&) {
            error = tr("out of memory; close other programs or use fewer stars");
        } catch (const std::exception& failure) {
            error = tr("unexpected error: %1").arg(QString::fromUtf8(failure.what()));
        }
        QMetaObject::invokeMethod(
            this, [this, job, delivery, error] { finish(job, delivery, error); }, Qt::QueuedConnection);
    });
}

void JobRunner::finish(const std::shared_ptr<Job>& job, const std::function<void()>& delivery, const QString& error) {
    if (job != m_current) return; // cancelled meanwhile: its result is dropped
    m_current = nullptr;
    job->thread.join();
    if (!error.isEmpty()) {
        emit failed(error);
    } else if (delivery) {
        delivery();
    }
    if (!m_current) emit idle(); // a delivery may have started the next job
}

} // namespace zscape
