#pragma once

#include "app/window/explore_state.h"
#include "app/window/job_runner.h"
#include "app/window/selection_choice.h"
#include "core/explore/star_table.h"
#include "core/generate/exact_spectrum.h"
#include "core/generate/nearest_stars.h"
#include "core/generate/selection_spectra.h"

#include "widgets/response_panel.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

class QAction;
class QLabel;

namespace zscape {

class CurvesView;
class MainWindow;

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
    CurvesView& response() { return m_response->curves(); }
    CurvesView& comparison() { return *m_comparison; }
    /// As the panel shows it.
    SpectraChoice spectraChoice() const;
    const std::set<int>& hiddenResponses() const { return m_response->hidden(); }
    /// As a session file has them: not a step to undo.
    void restore(const SpectraChoice& spectra, const std::set<int>& hiddenResponses);
    /// Whose spectra are exported.
    enum class SpectraOf { PickedStar, LatentPoint, Selection };
    /// Writes observed and reconstructed, or generated, coefficients and flux by the file's ending, as `zscape spectra`
    /// does; as a job for stars. Throws Error when there are none.
    void writeSpectra(SpectraOf whose, const QString& file);
    bool isBusy() const { return m_treeJobs.isRunning() || m_spectraJobs.isRunning(); }

signals:
    /// The tree of near stars is there.
    void nearestReady();
    void spectraShown();
    void spectraWritten(const QString& message);

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
    void nameNearestColumns();
    void showNearSpectra();
    void showResponse();
    void showComparison();
    void fillSelections();
    /// What the user chose becomes a step of the undo stack.
    void takeSpectraChoice();
    void takeHiddenResponses();
    void putSpectra(const SpectraChoice& choice);
    void putHiddenResponses(const std::set<int>& hidden);
    void showSelections();
    /// The user's selections are others now, or their stars are.
    void adoptSelections();
    void exportSelections();
    void addExports();
    void exportSpectra(SpectraOf whose);
    void writeLatentPoint(const QString& file);

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

    SpectraChoice m_choice;          ///< as it was last shown
    std::set<int> m_hiddenResponses; ///< likewise
    ResponsePanel* m_response = nullptr;
    CurvesView* m_comparison = nullptr;
    QLabel* m_comparisonText = nullptr;
    SpectraPanel* m_spectra = nullptr;
    QAction* m_nearSpectra = nullptr; ///< checkable: the nearest stars' spectra beneath the generated one
    JobRunner m_treeJobs;             ///< last: joined before what their work reads goes away
    JobRunner m_spectraJobs;
};

} // namespace zscape
