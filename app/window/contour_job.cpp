#include "app/window/contour_job.h"

#include "app/window/session.h"
#include "app/window/thread_priority.h"
#include "widgets/contour_sets.h"
#include "widgets/scatter_view.h"

#include <vector>

namespace zscape {

ContourJob::ContourJob(ScatterView& view, Session& session) : QObject(&view), m_view(view) {
    view.setContoursByJob(true);
    connect(&view, &ScatterView::contoursWanted, this, &ContourJob::compute);
    connect(&m_jobs, &JobRunner::failed, &session, &Session::failed);
}

void ContourJob::compute() {
    // One that is still at work is for other stars or another selection: it is cancelled.
    m_jobs.start<std::vector<ContourSet>>(
        tr("Contours"),
        [request = m_view.contourRequest()](const JobContext& job) {
            lowerThisThread(aheadNice);
            ThreadPool pool;
            return contourSets(pool, request, job);
        },
        [this, number = m_view.contourRequest().number](std::vector<ContourSet> sets) {
            m_view.setContours(number, std::move(sets));
        });
}

} // namespace zscape
