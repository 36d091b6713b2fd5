#pragma once

#include "app/window/job_runner.h"
#include "app/window/selection_choice.h"
#include "core/explore/star_table.h"
#include "core/generate/exact_spectrum.h"
#include "core/generate/nearest_stars.h"
#include "core/generate/selection_spectra.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

class QLabel;

namespace zscape {

class CurvesView;
class MainWindow;
class SpectraPanel;

/// What surrounds the latent point: the stars nearest to it, whether it lies where there are stars, how its spectrum
/// answers to each latent; the picked star beside its reconstruction; and the spectra of selections. Adds its panels
/// and its entries in the Spectra menu. Everything about the point follows within the frame of a drag. Child of the
/// window, lives on the UI thread.
class GenerateController : public QObject {
    Q_OBJECT
public:
    explicit GenerateController(MainWindow& window);
    ~GenerateController() override;

    /// Nearest first; empty until the tree is built, which is a job.
    const std::vector<NearestStars::Star>& nearest() const { return m_nearest; }
    std::optional<PopulatedRegion::Place> place() const { return m_place; }
    SpectraPanel& spectra() { return *m_spectra; }
    CurvesView& response() { return *m_response; }
    CurvesView& comparison() { return *m_comparison; }
    bool isBusy() const { return m_treeJobs.isRunning() || m_spectraJobs.isRunning(); }

signals:
    /// The tree of near stars is there.
    void nearestReady();
    void spectraShown();

private:
    struct Near {
        std::shared_ptr<const NearestStars> stars;
        std::shared_ptr<const PopulatedRegion> region;
    };

    void makePanels();
    void adoptData();
    void buildTree();
    void followPoint();
    void showNearest();
    void showResponse();
    void showComparison();
    void fillSelections();
    void showSelections();
    /// The user's selections are others now, or their stars are.
    void adoptSelections();
    void exportSelections();
    QString describe(const NearestStars::Star& star) const;

    MainWindow& m_window;
    std::shared_ptr<const StarTable> m_table;
    std::shared_ptr<const ExactSpectrum> m_exact;
    Near m_near;
    std::vector<NearestStars::Star> m_nearest;
    std::optional<PopulatedRegion::Place> m_place;
    std::optional<std::size_t> m_compared; ///< the star whose comparison is shown
    ExactSpectrum::Response m_answer;
    std::vector<SelectionChoice> m_selections; ///< what the spectra panel offers
    BandedSpectrum m_banded;
    struct LabelColumn {
        QString symbol;
        std::shared_ptr<const std::vector<float>> values;
        int decimals = 1;
    };
    std::vector<LabelColumn> m_labels;

    CurvesView* m_response = nullptr;
    CurvesView* m_comparison = nullptr;
    QLabel* m_comparisonText = nullptr;
    SpectraPanel* m_spectra = nullptr;
    JobRunner m_treeJobs; ///< last: joined before what their work reads goes away
    JobRunner m_spectraJobs;
};

} // namespace zscape
