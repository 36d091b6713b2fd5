#pragma once

#include "app/window/job_runner.h"
#include "core/base/bit_set.h"
#include "core/catalog/catalog.h"
#include "core/train/training_run.h"
#include "widgets/training_form.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <vector>

class QTimer;

namespace zscape {

class LiveLatents;
class Session;
class TrainingFeed;

/// A run as the dialog asks for it.
struct TrainingRequest {
    std::shared_ptr<const Catalog> catalog;
    std::shared_ptr<const BitSet> selection; ///< null: all usable stars
    TrainingOptions options;
    TrainingStart start = TrainingStart::Nothing;
    std::filesystem::path startFile; ///< of a model or checkpoint to start from
    std::shared_ptr<const Model> startModel;
    std::filesystem::path output;
};

/// Owns the run of the window: starts it on a thread of its own at a lower priority than the window's, tells the UI
/// thread what it does, shows the latents of the running model in the session, and opens the model when it is over.
/// One run at a time. Lives on the UI thread; destroying it stops the run, with a checkpoint, and joins.
class TrainingController : public QObject {
    Q_OBJECT

public:
    explicit TrainingController(Session& session, QObject* parent = nullptr);
    ~TrainingController() override;

    /// Nothing happens while a run is under way.
    void start(TrainingRequest request);
    bool isRunning() const { return m_run.isRunning(); }
    void pause();
    void proceed();
    bool isPaused() const { return m_control && m_control->isPaused(); }
    /// Returns at once; `ended` comes when the files are written. With `keepBest` the output holds the best model.
    void stop(bool keepBest = false);
    /// The run stops as by stop(), and its model is not opened.
    void stopToClose();
    bool isStopping() const { return m_control && m_control->isStopping(); }
    LiveLatents& live() { return *m_live; }
    const std::filesystem::path& output() const { return m_output; }

signals:
    void started(const QString& name, int epochs);
    void resumed(const std::vector<zscape::EpochRecord>& before);
    void epochsDone(const std::vector<zscape::EpochRecord>& epochs);
    void progressed(const zscape::RunProgress& progress);
    void warned(const QString& sentence);
    /// Nothing runs any more. `failure` is one sentence, "" when all went well; `summary` says how it ended.
    void ended(const QString& summary, const QString& failure);

private:
    struct Outcome {
        RunEnd end = RunEnd::Finished;
        int epoch = 0; ///< of the model that was kept
        bool keptBest = false;
        QString failure;
    };
    static Outcome run(const TrainingRequest& request, RunControl& control, const std::atomic<bool>& keepBest,
                       const std::shared_ptr<TrainingFeed>& feed, const JobContext& job);
    void fetchNews();
    void finish(const Outcome& outcome);

    Session& m_session;
    LiveLatents* m_live = nullptr;
    QTimer* m_poll = nullptr;
    std::shared_ptr<TrainingFeed> m_feed;
    std::shared_ptr<RunControl> m_control;
    std::shared_ptr<std::atomic<bool>> m_keepBest;
    std::filesystem::path m_output;
    int m_lastEpoch = 0; ///< that the run has told
    bool m_openWhenOver = true;
    JobRunner m_run; ///< last: joined before what its work reads goes away
};

} // namespace zscape
