#include "app/window/errors_controller.h"

#include "app/window/main_window.h"
#include "core/base/error.h"

#include <QAction>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QStatusBar>

namespace zscape {

ErrorsController::ErrorsController(MainWindow& window) : QObject(&window), m_window(window) {
    QMenu& menu = window.menu(MainMenu::Spectra);
    menu.addSeparator();
    m_reckon = menu.addAction(tr("Reconstruction &errors of all stars"), this, &ErrorsController::reckon);
    m_reckon->setObjectName(QStringLiteral("reconstructionErrors"));
    m_reckon->setToolTip(tr("RMSE(j) and RMSE(λ): how far the model's spectra are from the observed ones, in units of "
                            "their errors. They become the columns rmse_j and rmse_lambda, for every view."));
    m_compare = menu.addAction(tr("&Compare with another model’s spectra…"), this, &ErrorsController::chooseCompared);
    m_compare->setObjectName(QStringLiteral("compareSpectra"));
    m_compare->setToolTip(tr("Reads reconstructions of the same stars (.npy, .npz or HDF5): 64 or all coefficients, or "
                             "flux at 61 wavelengths or on the default grid"));
    m_alone = menu.addAction(tr("Compare with &no other model"), this, [this] {
        m_compared.clear();
        start({});
    });
    m_alone->setObjectName(QStringLiteral("compareNone"));
    connect(&window.session(), &Session::changed, this, &ErrorsController::forget);
    connect(&window.session(), &Session::latentsMoved, this, &ErrorsController::forget);
    forget();
}

void ErrorsController::forget() {
    const Session& session = m_window.session();
    // A catalogue with more columns has the same stars, in the same memory.
    const bool same =
        m_catalog && session.catalog() && m_catalog->sourceIds().data() == session.catalog()->sourceIds().data();
    if (!same) m_compared.clear();
    if (!same || session.model() != m_model) m_errors.reset();
    m_catalog = session.catalog();
    m_model = session.model();
    const bool ready = session.latents() != nullptr && session.catalog() != nullptr;
    m_reckon->setEnabled(ready);
    m_compare->setEnabled(ready);
    m_alone->setEnabled(ready && !m_compared.empty());
}

void ErrorsController::reckon() {
    start({});
}

void ErrorsController::compareWith(const std::filesystem::path& file, const std::string& array) {
    std::string text = file.stem().string() + "=" + file.string();
    if (!array.empty()) text += ":" + array;
    start(text);
}

void ErrorsController::chooseCompared() {
    const QString path = QFileDialog::getOpenFileName(&m_window, tr("Another model's spectra of the same stars"),
                                                      QString(), tr("Arrays (*.npy *.npz *.h5 *.hdf5);;All files (*)"));
    if (path.isEmpty()) return;
    try {
        const std::vector<std::string> arrays = comparedArrays(path.toStdString());
        if (arrays.size() < 2) return compareWith(path.toStdString());
        QStringList names;
        for (const std::string& name : arrays)
            names += QString::fromStdString(name);
        bool chosen = false;
        const QString name =
            QInputDialog::getItem(&m_window, tr("Compare"), tr("Which array of the file?"), names, 0, false, &chosen);
        if (chosen) compareWith(path.toStdString(), name.toStdString());
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
    }
}

void ErrorsController::start(const std::string& more) {
    Session& session = m_window.session();
    if (!session.latents()) return;
    session.jobs().start<Reckoned>(
        tr("Reconstruction errors"),
        [more, compared = m_compared, catalog = session.catalog(), model = session.model(), latents = session.latents(),
         correlations = session.correlations(), instrument = session.instrument()](const JobContext& job) {
            Reckoned reckoned{compared, nullptr};
            if (!more.empty()) {
                auto spectra =
                    std::make_shared<const ComparedSpectra>(readComparedSpectra(more, *catalog, instrument, job));
                // The same name again is the newer file.
                std::erase_if(reckoned.compared,
                              [&](const Compared& one) { return one.spectra->name == spectra->name; });
                reckoned.compared.push_back({more, std::move(spectra)});
            }
            ReconstructionErrorsOptions options;
            options.latents = latents.get();
            options.correlations = correlations.get();
            for (const Compared& one : reckoned.compared)
                options.compared.push_back(one.spectra);
            reckoned.errors = std::make_shared<const ReconstructionErrors>(
                reconstructionErrors(*catalog, *model, instrument, options, job));
            return reckoned;
        },
        [this](Reckoned reckoned) { adopt(std::move(reckoned)); });
}

void ErrorsController::adopt(Reckoned reckoned) {
    Session& session = m_window.session();
    m_compared = std::move(reckoned.compared);
    m_errors = std::move(reckoned.errors);
    m_alone->setEnabled(!m_compared.empty());
    session.addColumns(errorColumns(*m_errors, "reconstruction errors of " + session.modelPath().string()));
    QStringList lines;
    for (const std::string& remark : errorRemarks(*m_errors))
        lines += QString::fromStdString(remark);
    m_window.statusBar()->showMessage(tr("Columns rmse_j and rmse_lambda are there: %1").arg(lines.join(u"; ")), 15000);
    emit made();
}

void ErrorsController::fill(FigureInput& input) const {
    input.correlations = m_window.session().correlations();
    for (const Compared& one : m_compared) {
        input.compared.push_back(one.spectra);
        input.comparedTexts.push_back(one.text);
    }
    if (m_errors) input.errors = std::make_shared<SharedErrors>(m_errors);
}

} // namespace zscape
