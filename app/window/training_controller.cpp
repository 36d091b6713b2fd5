#include "app/window/training_controller.h"

#include "app/open.h"
#include "app/window/live_latents.h"
#include "app/window/session.h"
#include "app/window/thread_priority.h"
#include "app/window/training_feed.h"
#include "widgets/number_text.h"

#include <QTimer>

namespace zscape {

namespace {

constexpr int fetchMs = 50;

RunStart startOf(const TrainingRequest& request) {
    RunStart start;
    if (request.start == TrainingStart::Checkpoint) {
        start.checkpoint = findCheckpoint(request.startFile).checkpoint;
    } else if (request.start == TrainingStart::ModelFile) {
        start.model = openModel(request.startFile);
    } else if (request.start == TrainingStart::OpenModel && request.startModel) {
        start.model = *request.startModel;
    }
    return start;
}

/// Weights belong to the normalisation they were trained with, so what a run starts from brings its own.
TrainingData dataOf(const TrainingRequest& request, const RunStart& start, const JobContext& job) {
    if (start.checkpoint) return resumeTrainingData(request.catalog, *start.checkpoint, job);
    if (start.model && start.model->normalization) {
        return prepareTrainingData(request.catalog, *start.model->normalization, job, request.selection.get());
    }
    return prepareTrainingData(request.catalog, job, request.selection.get());
}

} // namespace

TrainingController::TrainingController(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_live(new LiveLatents(session, this)),
      m_poll(new QTimer(this)) {
    m_poll->setInterval(fetchMs);
    connect(m_poll, &QTimer::timeout, this, &TrainingController::fetchNews);
    connect(&m_run, &JobRunner::failed, this, [this](const QString& sentence) {
        fetchNews();
        Outcome outcome;
        outcome.failure = sentence;
        outcome.epoch = m_lastEpoch; // a run that fails late has written its last whole epoch
        finish(outcome);
    });
}

TrainingController::~TrainingController() {
    if (m_control) m_control->stop();
}

void TrainingController::start(TrainingRequest request) {
    if (isRunning()) return;
    m_feed = std::make_shared<TrainingFeed>();
    m_control = std::make_shared<RunControl>();
    m_keepBest = std::make_shared<std::atomic<bool>>(false);
    m_output = request.output;
    m_openWhenOver = true;
    m_lastEpoch = 0;
    const QString name = QString::fromStdString(request.output.filename().string());
    const int epochs = request.options.epochs;
    m_run.start<Outcome>(
        tr("Training %1").arg(name),
        [request = std::move(request), control = m_control, keepBest = m_keepBest,
         feed = m_feed](const JobContext& job) { return run(request, *control, *keepBest, feed, job); },
        [this](const Outcome& outcome) { finish(outcome); });
    emit started(name, epochs);
    m_poll->start();
    m_live->begin(m_control);
}

TrainingController::Outcome TrainingController::run(const TrainingRequest& request, RunControl& control,
                                                    const std::atomic<bool>& keepBest,
                                                    const std::shared_ptr<TrainingFeed>& feed, const JobContext& job) {
    // Before the engine starts its threads, which inherit it.
    lowerThisThread(trainingNice);
    const RunStart start = startOf(request);
    if (start.checkpoint) {
        feed->tell([&](TrainingNews& news) { news.before = start.checkpoint->model.history; });
    }
    const TrainingData data = dataOf(request, start, job);
    RunOutput output;
    output.model = request.output;
    output.command = "training dialog";
    output.replace = true; // the dialog has said so
    Outcome outcome;
    try {
        const RunResult result =
            runTraining(data, request.options, start, output, &makeTrainingEngine, control, observerOf(feed), job);
        outcome.end = result.end;
        outcome.epoch = result.last.epoch;
        outcome.failure = QString::fromStdString(result.unwritten);
        if (keepBest && result.best) {
            saveModel(*result.best, request.output);
            outcome.keptBest = true;
            outcome.epoch = result.best->epoch;
        }
    } catch (const TrainingDiverged& diverged) {
        outcome.epoch = diverged.lastGood().epoch;
        outcome.failure = QString::fromUtf8(diverged.what());
    }
    return outcome;
}

void TrainingController::pause() {
    if (m_control) m_control->pause();
}

void TrainingController::proceed() {
    if (m_control) m_control->proceed();
}

void TrainingController::stop(bool keepBest) {
    if (!m_control) return;
    *m_keepBest = keepBest;
    m_control->stop();
    m_control->proceed();
}

void TrainingController::stopToClose() {
    m_openWhenOver = false;
    stop();
}

void TrainingController::fetchNews() {
    if (!m_feed) return;
    TrainingNews news = m_feed->fetch();
    if (news.before) emit resumed(*news.before);
    if (!news.epochs.empty()) {
        m_lastEpoch = news.epochs.back().epoch;
        emit epochsDone(news.epochs);
    }
    if (news.progress) emit progressed(*news.progress);
    if (!news.warning.empty()) emit warned(QString::fromStdString(news.warning));
    if (news.snapshot) m_live->show(std::move(news.snapshot));
}

void TrainingController::finish(const Outcome& outcome) {
    const bool replaced = m_live->isReplaced();
    m_live->end();
    fetchNews();
    m_poll->stop();
    m_feed.reset();
    m_control.reset();
    QString summary;
    if (outcome.epoch == 0) {
        summary = tr("no epoch finished");
    } else if (outcome.keptBest) {
        summary = tr("best model kept, epoch %1").arg(withThousands(outcome.epoch));
    } else if (outcome.end == RunEnd::Finished && outcome.failure.isEmpty()) {
        summary = tr("finished, epoch %1").arg(withThousands(outcome.epoch));
    } else if (outcome.end == RunEnd::EarlyStopped) {
        summary = tr("stopped early, epoch %1").arg(withThousands(outcome.epoch));
    } else {
        summary = tr("stopped, epoch %1").arg(withThousands(outcome.epoch));
    }
    if (m_openWhenOver && !replaced) {
        std::error_code ignored;
        if (outcome.epoch > 0 && std::filesystem::exists(m_output, ignored)) {
            m_session.openModel(m_output, {});
        } else {
            m_session.leaveTraining();
        }
    }
    emit ended(summary, outcome.failure);
}

} // namespace zscape
