#pragma once

#include "core/train/training_run.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

/// What a run has told since it was last asked.
struct TrainingNews {
    std::optional<std::vector<EpochRecord>> before; ///< the epochs of a run that is resumed
    std::vector<EpochRecord> epochs;
    std::optional<RunProgress> progress;
    std::shared_ptr<const Model> snapshot;
    std::string warning;
};

/// Gathers what the training thread tells until the UI thread fetches it, so that thousands of short epochs a second
/// are a few events. Any thread.
class TrainingFeed {
public:
    /// `change` edits the news that wait.
    template <typename Change>
    void tell(const Change& change) {
        const std::scoped_lock lock(m_mutex);
        change(m_news);
    }
    TrainingNews fetch() {
        const std::scoped_lock lock(m_mutex);
        return std::exchange(m_news, {});
    }

private:
    std::mutex m_mutex;
    TrainingNews m_news;
};

/// An observer that writes into a feed.
inline RunObserver observerOf(const std::shared_ptr<TrainingFeed>& feed) {
    RunObserver observer;
    observer.epochDone = [feed](const EpochRecord& record) {
        feed->tell([&](TrainingNews& news) { news.epochs.push_back(record); });
    };
    observer.progressed = [feed](const RunProgress& progress) {
        feed->tell([&](TrainingNews& news) { news.progress = progress; });
    };
    observer.snapshot = [feed](std::shared_ptr<const Model> model) {
        feed->tell([&](TrainingNews& news) { news.snapshot = std::move(model); });
    };
    observer.warning = [feed](const std::string& sentence) {
        feed->tell([&](TrainingNews& news) { news.warning = sentence; });
    };
    return observer;
}

} // namespace zscape
