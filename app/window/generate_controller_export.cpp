// Spectra out of the window: of the picked star, the latent point, and the stars of a selection.
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "core/base/error.h"
#include "core/generate/spectra_table.h"
#include "widgets/number_text.h"

#include <QFileDialog>
#include <QMenu>
#include <QStatusBar>

#include <optional>

namespace zscape {

void GenerateController::addExports() {
    QMenu* menu = m_window.menu(MainMenu::Spectra).addMenu(tr("&Export spectra"));
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& name, const QString& tip, SpectraOf whose) {
        menu->addAction(name, this, [this, whose] { exportSpectra(whose); })->setToolTip(tip);
    };
    add(tr("Of the &picked star…"),
        tr("Observed and reconstructed, coefficients and flux, with errors and the model's scatter"),
        SpectraOf::PickedStar);
    add(tr("Of the &latent point…"), tr("What the model generates there, coefficients and flux, with its scatter"),
        SpectraOf::LatentPoint);
    add(tr("Of the current &selection…"),
        tr("A row a star: observed and reconstructed, coefficients and flux, with errors and the model's scatter"),
        SpectraOf::Selection);
    connect(this, &GenerateController::spectraWritten, &m_window,
            [this](const QString& message) { m_window.statusBar()->showMessage(message, 10'000); });
}

void GenerateController::exportSpectra(SpectraOf whose) {
    const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export spectra"), QString(),
                                                      tr("Tables (*.csv *.ecsv *.fits *.h5 *.vot)"));
    if (file.isEmpty()) return;
    try {
        writeSpectra(whose, file);
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
    }
}

void GenerateController::writeLatentPoint(const QString& file) {
    const SpectrumGenerator* generator = m_window.session().generator();
    const LatentController& controller = m_window.controller();
    if (!generator || controller.latent().empty()) {
        throw Error("there is no latent point to export the spectrum of; open a model that makes calibrated spectra");
    }
    NumericTable table = generatedSpectrumTable(controller.latent(), controller.referenceGFlux(), {}, *generator);
    if (m_window.session().catalog()) table.attributes["catalogue"] = m_window.session().catalog()->name();
    writeTable(file.toStdString(), table);
    emit spectraWritten(tr("The spectrum of the latent point is in %1").arg(file));
}

void GenerateController::writeSpectra(SpectraOf whose, const QString& file) {
    if (whose == SpectraOf::LatentPoint) return writeLatentPoint(file);
    const Session& session = m_window.session();
    const std::shared_ptr<const Catalog> catalog = session.catalog();
    if (!catalog) throw Error("there are no stars to export the spectra of; open a catalogue");
    tableFormatOf(file.toStdString()); // a bad ending is told at once
    std::shared_ptr<const BitSet> stars;
    if (whose == SpectraOf::PickedStar) {
        const std::optional<std::size_t> row = session.picked();
        if (!row) throw Error("no star is picked; click one in a view");
        auto one = std::make_shared<BitSet>(catalog->rows());
        one->set(*row);
        stars = std::move(one);
    } else {
        const std::optional<std::size_t> current = session.selections().current();
        if (!current) throw Error("there is no selection; draw one in a view, or add one from the Select menu");
        stars = session.selections().stars(*current);
        if (!stars) throw Error("the stars of the selection are not found yet; wait for them, or choose another");
    }
    const std::shared_ptr<const Latents> latents = session.latents();
    // An engine of the job's own: the session's belongs to the views.
    std::optional<Model> model;
    if (latents && session.generator()) model = session.model()->model();
    // On the session's thread, whose progress the window shows and can cancel.
    JobRunner& jobs = m_window.session().jobs();
    if (jobs.isRunning()) throw Error("something else is being opened or written; export when it is done");
    jobs.start<std::size_t>(
        tr("writing spectra"),
        [=, instrument = session.instrument(), path = file.toStdString()](const JobContext& job) {
            SpectraContent content;
            content.reconstructed = model.has_value();
            content.flux = catalog->coefficientCount() == instrument.coefficientCount();
            std::optional<SpectrumGenerator> generator;
            if (model) generator.emplace(std::shared_ptr<const SpectralModel>(makeFusedModel(*model)), instrument);
            writeStarSpectra(path, *catalog, *stars, content, instrument, latents.get(),
                             generator ? &*generator : nullptr, job);
            return stars->count();
        },
        [this, file](std::size_t count) {
            emit spectraWritten(
                tr("Spectra of %1 stars are in %2").arg(withThousands(static_cast<qint64>(count)), file));
        });
}

} // namespace zscape
