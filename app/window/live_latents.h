#pragma once

#include "app/window/job_runner.h"
#include "core/train/training_run.h"

#include <QObject>

#include <memory>

class QTimer;

namespace zscape {

class Session;
class SpectralModel;

/// Shows the stars in the latent space of a running training: asks it for its network every few seconds, encodes the
/// whole catalogue that is open, on one thread of the lowest priority, and hands the latents to the session. The pauses
/// between are so long that encoding takes at most 3 % of the processor. Lives on the UI thread.
class LiveLatents : public QObject {
    Q_OBJECT

public:
    explicit LiveLatents(Session& session, QObject* parent = nullptr);

    void begin(std::shared_ptr<RunControl> run);
    void end();
    /// Off leaves the map as it is.
    void setFollowing(bool follows);
    bool isFollowing() const { return m_follows; }
    /// Whether somebody has opened another model since the run began: then it stays.
    bool isReplaced() const { return m_replaced; }
    /// The run's answer to a request.
    void show(std::shared_ptr<const Model> snapshot);
    /// The pause that follows work of so many seconds of processor time: at most 3 % of all cores, at least 2 s.
    static double pauseSeconds(double cpuSeconds, int cores);

signals:
    void shown(int epoch, double cpuSeconds);
    void followingChanged(bool follows);

private:
    void ask();
    void askLater(double cpuSeconds);

    Session& m_session;
    std::shared_ptr<RunControl> m_run;
    QTimer* m_next = nullptr;
    bool m_follows = true;
    bool m_replaced = false;
    std::shared_ptr<const SpectralModel> m_expected; ///< what the session shows unless somebody opened another model
    JobRunner m_encoder;                             ///< last: joined before what its work reads goes away
};

} // namespace zscape
