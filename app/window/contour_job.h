#pragma once

#include "app/window/job_runner.h"

#include <QObject>

namespace zscape {

class ScatterView;
class Session;

/// Computes the contours of one view aside, at low priority, so that neither the window nor a drag waits for them.
/// Child of the view, lives on the UI thread.
class ContourJob : public QObject {
    Q_OBJECT
public:
    /// Problems are told by the session's failed().
    ContourJob(ScatterView& view, Session& session);

private:
    void compute();

    ScatterView& m_view;
    JobRunner m_jobs;
};

} // namespace zscape
