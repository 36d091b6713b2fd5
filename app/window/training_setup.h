#pragma once

#include "app/window/job_runner.h"
#include "app/window/training_controller.h"
#include "core/train/training_data.h"

#include <QObject>

#include <memory>
#include <vector>

namespace zscape {

class Session;
class TrainingDialog;
struct TrainingContext;

/// Feeds the training dialog: what is open, what can compute, what is in a file to start from, and how long an epoch
/// takes, measured in a short burst. Lives on the UI thread, owned by the window.
class TrainingSetup : public QObject {
    Q_OBJECT

public:
    TrainingSetup(Session& session, QWidget& window);
    ~TrainingSetup() override;

    /// Shows the dialog, filled for what is open.
    void open();
    /// Made on first use.
    TrainingDialog& dialog();
    bool isMeasuring() const { return m_measure.isRunning(); }
    /// Something is found out for the dialog, or about to be.
    bool isBusy() const;

signals:
    void requested(const zscape::TrainingRequest& request);

private:
    void updateContext();
    void updateSelections(TrainingContext& context);
    std::shared_ptr<const BitSet> chosenStars() const;
    void lookForGpus();
    void measure();
    void readStartFile(const QString& path);
    void request();

    Session& m_session;
    QWidget& m_window;
    TrainingDialog* m_dialog = nullptr;         ///< child of the window
    std::shared_ptr<const TrainingData> m_data; ///< of the stars that were measured last
    std::shared_ptr<const BitSet> m_measured;   ///< which these are; null for all
    /// Of the context's selections, in their order: a run trains on the stars as they were when it was asked for.
    std::vector<std::shared_ptr<const BitSet>> m_selections;
    JobRunner m_devices;
    JobRunner m_read;
    JobRunner m_measure; ///< last: joined before what its work reads goes away
};

} // namespace zscape
