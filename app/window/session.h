#pragma once

#include "app/window/job_runner.h"
#include "core/analysis/latent_summary.h"
#include "core/analysis/spectrum_generator.h"
#include "core/catalog/catalog.h"
#include "core/catalog/native_layout.h"
#include "core/explore/star_table.h"
#include "core/model/spectral_model.h"
#include "core/xp/xp_instrument.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace zscape {

class SelectionStore;

/// Null when the model cannot make calibrated spectra of this instrument.
std::shared_ptr<const SpectrumGenerator> makeGenerator(const std::shared_ptr<const SpectralModel>& model,
                                                       const XpInstrument& instrument);

/// Owns what is open: the catalogue, the model and the latents of one in the other, the selections, and which star is
/// hovered and picked. The only one that changes them; views listen. Everything a user may want back goes through its
/// one undo stack. Lives on the UI thread; opening and encoding run as jobs.
class Session : public QObject {
    Q_OBJECT

public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    /// What to open together, in one job, so that the window draws once; what is not named stays as it is.
    struct Source {
        std::filesystem::path catalog, model, normalization;
        bool demoCatalog = false, demoModel = false; ///< the built-in ones, instead of files
        /// What is not named and not wanted is closed: a session that has none.
        bool withoutCatalog = false, withoutModel = false;
    };
    void open(const Source& source);
    void openCatalog(const std::filesystem::path& path);
    void openModel(const std::filesystem::path& path, const std::filesystem::path& normalization);
    void open(const std::filesystem::path& catalog, const std::filesystem::path& model,
              const std::filesystem::path& normalization);
    /// The built-in model on a mock catalogue, generated on first use in the user's cache.
    void openDemo();

    /// Shows data made in memory.
    void setData(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const SpectralModel> model,
                 std::shared_ptr<const Latents> latents);

    const std::shared_ptr<const Catalog>& catalog() const { return m_catalog; }
    const std::shared_ptr<const SpectralModel>& model() const { return m_model; }
    const std::filesystem::path& modelPath() const { return m_modelPath; } ///< a bare name for the built-in model
    const std::filesystem::path& normalizationPath() const { return m_normalizationPath; } ///< "": the model's own
    bool isDemoCatalog() const; ///< the demo's stars, not a file of the user's
    bool isDemoModel() const { return m_modelSource.demo; }
    /// As modelPath() and normalizationPath(), also while a training is shown in place of that model.
    const std::filesystem::path& openedModelPath() const { return m_modelSource.path; }
    const std::filesystem::path& openedNormalizationPath() const { return m_modelSource.normalization; }
    /// Counts what was asked to be opened: opened() tells of it by this number.
    int lastOpening() const { return m_opening; }
    const std::shared_ptr<const Latents>& latents() const { return m_latents; } ///< null until encoded
    /// Of the open catalogue's coefficients, where its file has them; else null.
    const std::shared_ptr<const Correlations>& correlations() const { return m_correlations; }
    /// Puts what was reckoned of the open stars with the open model beside the catalogue's columns, in place of columns
    /// of the same names. What is shown stays; another model takes them away.
    void addColumns(std::vector<Column> columns);
    const std::vector<std::string>& addedColumns() const { return m_addedColumns; } ///< their names
    /// Null when the model cannot make calibrated spectra (no normalisation, or not of the built-in instrument).
    const SpectrumGenerator* generator() const { return m_generator.get(); }
    const XpInstrument& instrument() const { return m_instrument; }

    /// One a latent of the model; zeros without latents.
    const std::vector<LatentSummary>& latentSummaries() const { return m_latentSummaries; }
    /// phot_g_mean_flux [e-/s] in the middle of the usable stars; that of G = 15 without any.
    double medianGFlux() const { return m_medianGFlux; }

    /// A model in training and the latents of the open catalogue in it.
    struct TrainingView {
        std::shared_ptr<const SpectralModel> model;
        std::shared_ptr<const Latents> latents;
        std::vector<LatentSummary> latentSummaries;
        std::shared_ptr<const SpectrumGenerator> generator;
        int epoch = 0;
    };
    /// Shows a running training in place of the model, until a model is opened or leaveTraining().
    void showTraining(TrainingView view);
    /// Back to the model that was open before.
    void leaveTraining();
    /// The last whole epoch of the training that is shown; nothing while none is.
    std::optional<int> trainingEpoch() const { return m_trainingEpoch; }

    /// Shows one sentence to the user, as a failed job does.
    void reportFailure(const QString& message) { emit failed(message); }

    /// Named numbers of every star; never null, without rows before a catalogue is open.
    const std::shared_ptr<const StarTable>& table() const { return m_table; }
    SelectionStore& selections() { return *m_selections; }
    const SelectionStore& selections() const { return *m_selections; }
    QUndoStack& undo() { return m_undo; }

    /// The star under the pointer in some view.
    std::optional<std::size_t> hovered() const { return m_hovered; }
    void setHovered(std::optional<std::size_t> row);
    /// The star chosen in some view, whose spectrum is shown.
    std::optional<std::size_t> picked() const { return m_picked; }
    void setPicked(std::optional<std::size_t> row);

    JobRunner& jobs() { return m_jobs; }
    const JobRunner& jobs() const { return m_jobs; }

signals:
    /// Catalogue, model or latents are others now.
    void changed();
    /// After changed(): what was asked for with this number is there.
    void opened(int number);
    /// The same stars have moved in a latent space of the same size: the model is trained further.
    void latentsMoved();
    /// The same stars have more columns.
    void columnsAdded();
    void hoveredChanged(std::optional<std::size_t> row);
    void pickedChanged(std::optional<std::size_t> row);
    /// One sentence for the user.
    void failed(const QString& message);

private:
    /// What a job brings back; null members were not asked for.
    struct Opened {
        std::shared_ptr<const Catalog> catalog;
        std::shared_ptr<const Correlations> correlations;
        std::shared_ptr<const SpectralModel> model;
        std::filesystem::path modelPath, normalizationPath;
        bool demoModel = false;
        bool withoutCatalog = false, withoutModel = false; ///< what is open goes
        std::shared_ptr<const Latents> latents;
        std::vector<LatentSummary> latentSummaries;
        double medianGFlux = gFluxFromMagnitude(15);
        QString notice; ///< why the two cannot be used together; "" when they can
    };
    void adopt(Opened opened);
    /// Encodes the catalogue with the model when both are there. A pair that does not fit stays open without latents,
    /// with a notice: the user opens one after the other.
    static void combine(Opened& opened, const std::shared_ptr<const Catalog>& catalog,
                        const std::shared_ptr<const SpectralModel>& model, const JobContext& job);
    void start(const QString& title, std::function<Opened(const JobContext&)> work);

    /// What was open before a training took its place.
    struct Shelved {
        std::shared_ptr<const Catalog> catalog;
        std::shared_ptr<const SpectralModel> model;
        std::filesystem::path modelPath, normalizationPath;
        std::shared_ptr<const Latents> latents;
        std::vector<LatentSummary> latentSummaries;
        std::shared_ptr<const SpectrumGenerator> generator;
    };

    void renewTable();
    void dropAddedColumns();

    XpInstrument m_instrument;
    std::shared_ptr<const StarTable> m_table;
    QUndoStack m_undo;
    SelectionStore* m_selections = nullptr; ///< child
    std::optional<std::size_t> m_hovered, m_picked;
    std::optional<int> m_trainingEpoch;
    std::optional<Shelved> m_shelved;
    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const Correlations> m_correlations;
    std::vector<std::string> m_addedColumns; ///< by addColumns(), of the open model
    std::shared_ptr<const SpectralModel> m_model;
    std::filesystem::path m_modelPath, m_normalizationPath;
    struct ModelSource {
        std::filesystem::path path, normalization;
        bool demo = false;
    };
    ModelSource m_modelSource; ///< of the model that was opened last, not of a training's
    int m_opening = 0;
    std::shared_ptr<const Latents> m_latents;
    std::vector<LatentSummary> m_latentSummaries;
    double m_medianGFlux = gFluxFromMagnitude(15);
    std::shared_ptr<const SpectrumGenerator> m_generator;
    JobRunner m_jobs; ///< last: joined before what its work reads goes away
};

} // namespace zscape
