#include "app/window/live_latents.h"

#include "app/open.h"
#include "app/window/session.h"
#include "app/window/thread_priority.h"
#include "core/base/thread_pool.h"

#include <QTimer>

#include <algorithm>

namespace zscape {

namespace {

constexpr double largestShare = 0.03;
constexpr double shortestPause = 2;

struct Encoded {
    Session::TrainingView view;
    std::shared_ptr<const Catalog> catalog;
    double cpuSeconds = 0;
};

Encoded encode(const std::shared_ptr<const Model>& snapshot, const std::shared_ptr<const Catalog>& catalog,
               const XpInstrument& instrument, const JobContext& job) {
    lowerThisThread(encodingNice);
    // One thread, this one: a pool's threads would take as many cores as the training does.
    std::shared_ptr<const SpectralModel> model = makeEngine(*snapshot, "fused", 1);
    Encoded encoded;
    encoded.catalog = catalog;
    encoded.view.latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *model, job));
    encoded.view.latentSummaries = summariseLatents(*encoded.view.latents);
    encoded.view.generator = makeGenerator(model, instrument);
    encoded.view.model = std::move(model);
    encoded.cpuSeconds = threadCpuSeconds();
    return encoded;
}

} // namespace

LiveLatents::LiveLatents(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_next(new QTimer(this)) {
    m_next->setSingleShot(true);
    connect(m_next, &QTimer::timeout, this, &LiveLatents::ask);
    connect(&session, &Session::changed, this, [this] {
        if (!m_run || m_session.model() == m_expected) return;
        m_replaced = true;
        setFollowing(false);
    });
    connect(&m_encoder, &JobRunner::failed, this, [this](const QString& sentence) {
        setFollowing(false); // once, not every few seconds
        m_session.reportFailure(sentence);
    });
}

double LiveLatents::pauseSeconds(double cpuSeconds, int cores) {
    return std::max(shortestPause, cpuSeconds / (largestShare * cores));
}

void LiveLatents::begin(std::shared_ptr<RunControl> run) {
    m_run = std::move(run);
    m_replaced = false;
    m_expected = m_session.model();
    if (!m_follows) setFollowing(true);
    askLater(0);
}

void LiveLatents::end() {
    m_next->stop();
    m_encoder.cancel();
    m_run.reset();
    m_expected.reset();
}

void LiveLatents::setFollowing(bool follows) {
    if (follows == m_follows) return;
    m_follows = follows;
    if (follows && m_run) {
        m_replaced = false;
        m_expected = m_session.model();
        ask();
    }
    emit followingChanged(follows);
}

void LiveLatents::ask() {
    if (m_run && m_follows && !m_encoder.isRunning()) m_run->requestSnapshot();
}

void LiveLatents::askLater(double cpuSeconds) {
    m_next->start(static_cast<int>(1000 * pauseSeconds(cpuSeconds, availableCores())));
}

void LiveLatents::show(std::shared_ptr<const Model> snapshot) {
    const std::shared_ptr<const Catalog>& catalog = m_session.catalog();
    const bool fits =
        catalog && catalog->coefficientCount() == static_cast<std::size_t>(snapshot->architecture.inputSize);
    if (!m_run || !m_follows || !fits || m_encoder.isRunning()) return askLater(0);
    const int epoch = snapshot->epoch;
    m_encoder.start<Encoded>(
        tr("Encoding"),
        [snapshot = std::move(snapshot), catalog, &instrument = m_session.instrument()](const JobContext& job) {
            return encode(snapshot, catalog, instrument, job);
        },
        [this, epoch](Encoded encoded) {
            if (!m_run) return;
            const double before = threadCpuSeconds();
            if (m_follows && encoded.catalog == m_session.catalog() && !m_session.jobs().isRunning()) {
                encoded.view.epoch = epoch;
                m_expected = encoded.view.model;
                m_session.showTraining(std::move(encoded.view));
            }
            // What showing costs the window's thread counts as well.
            const double cpuSeconds = encoded.cpuSeconds + threadCpuSeconds() - before;
            askLater(cpuSeconds);
            emit shown(epoch, cpuSeconds);
        });
}

} // namespace zscape
