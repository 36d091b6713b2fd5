// The spectra of selections: computed as a job, shown with their bootstrap band, exported.
#include "app/window/generate_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/thread_priority.h"
#include "app/window/value_edit.h"
#include "core/base/error.h"
#include "core/io/table_file.h"
#include "widgets/number_text.h"
#include "widgets/spectra_panel.h"

#include <QFileDialog>
#include <QUndoStack>

#include <algorithm>

namespace zscape {

void GenerateController::fillSelections() {
    m_selections = selectionChoices(m_window.session().selections());
    m_spectra->setSelections(namesOf(m_selections));
    m_choice = spectraChoice();
}

SpectraChoice GenerateController::spectraChoice() const {
    const auto name = [&](int index) {
        return index >= 0 && index < static_cast<int>(m_selections.size())
                   ? m_selections[static_cast<std::size_t>(index)].name
                   : std::string();
    };
    return {m_spectra->shown(), name(m_spectra->first()), name(m_spectra->second())};
}

void GenerateController::takeSpectraChoice() {
    const SpectraChoice choice = spectraChoice();
    if (choice == m_choice) return;
    m_window.session().undo().push(new ValueEdit<SpectraChoice>(tr("choose the spectra of selections"), m_choice,
                                                                choice,
                                                                [this](const SpectraChoice& one) { putSpectra(one); }));
}

void GenerateController::putSpectra(const SpectraChoice& choice) {
    const auto place = [&](const std::string& name, int shown) {
        const auto found = std::ranges::find(m_selections, name, &SelectionChoice::name);
        return found == m_selections.end() ? shown : static_cast<int>(found - m_selections.begin());
    };
    m_spectra->choose(choice.shown, place(choice.first, m_spectra->first()), place(choice.second, m_spectra->second()));
    m_choice = spectraChoice();
    showSelections();
}

void GenerateController::takeHiddenResponses() {
    m_window.session().undo().push(
        new ValueEdit<std::set<int>>(tr("show or hide responses"), m_hiddenResponses, m_response->hidden(),
                                     [this](const std::set<int>& one) { putHiddenResponses(one); }));
}

void GenerateController::putHiddenResponses(const std::set<int>& hidden) {
    m_hiddenResponses = hidden;
    m_response->setHidden(hidden);
    if (m_response->isVisible()) showResponse();
}

void GenerateController::restore(const SpectraChoice& spectra, const std::set<int>& hiddenResponses) {
    putHiddenResponses(hiddenResponses);
    putSpectra(spectra);
}

void GenerateController::adoptSelections() {
    // A panel that is out of sight is not worth a job; it shows what is current when it comes back.
    const auto chosen = [this](int index) {
        return index >= 0 && index < static_cast<int>(m_selections.size())
                   ? m_selections[static_cast<std::size_t>(index)]
                   : SelectionChoice{};
    };
    const auto shownNow = [&] {
        return std::pair(chosen(m_spectra->first()),
                         m_spectra->shown() == SpectraShown::Mean ? SelectionChoice{} : chosen(m_spectra->second()));
    };
    const auto before = shownNow();
    fillSelections();
    if (shownNow() != before) showSelections();
}

void GenerateController::showSelections() {
    if (!m_spectra->isVisible()) return;
    const std::shared_ptr<const Latents> latents = m_window.session().latents();
    const int first = m_spectra->first();
    const int second = m_spectra->second();
    if (!latents || !m_exact || first < 0 || second < 0) {
        m_spectra->setNote(tr("A catalogue and a model that makes calibrated spectra are needed."));
        return;
    }
    const SpectraShown shown = m_spectra->shown();
    m_spectra->setNote(tr("resampling stars…"));
    m_spectraJobs.start<BandedSpectrum>(
        tr("spectra of selections"),
        [=, table = m_table, exact = m_exact, a = m_selections[static_cast<std::size_t>(first)],
         b = m_selections[static_cast<std::size_t>(second)],
         gFlux = m_window.session().medianGFlux()](const JobContext& job) {
            lowerThisThread(encodingNice); // resampling wants all cores, and a drag its 8 ms beside it
            const std::shared_ptr<const BitSet> starsA = starsOf(a, *table, job);
            if (shown == SpectraShown::Mean) return meanSpectrum(*latents, *starsA, a.name, *exact, gFlux, {}, job);
            return contrastSpectra(*latents, *starsA, a.name, *starsOf(b, *table, job), b.name,
                                   shown == SpectraShown::Ratio ? Contrast::Ratio : Contrast::Difference, *exact, gFlux,
                                   {}, job);
        },
        [this, shown, latents](BandedSpectrum banded) {
            if (latents != m_window.session().latents() || !m_exact) return;
            m_banded = std::move(banded);
            const BootstrapOptions usual;
            CurvesView& view = m_spectra->curves();
            view.setAxes(QStringLiteral("<i>λ</i> [nm]"),
                         shown == SpectraShown::Mean         ? QStringLiteral("<i>f</i><sub>λ</sub>")
                         : shown == SpectraShown::Difference ? QStringLiteral("Δ<i>f</i><sub>λ</sub>")
                                                             : tr("ratio of <i>f</i><sub>λ</sub>"),
                         shown == SpectraShown::Ratio ? QString() : QStringLiteral("W m<sup>−2</sup> nm<sup>−1</sup>"));
            view.setReference(shown == SpectraShown::Mean         ? std::nullopt
                              : shown == SpectraShown::Difference ? std::optional(0.0)
                                                                  : std::optional(1.0));
            CurvesView::Curve curve;
            curve.values = m_banded.value;
            curve.lower = m_banded.lower;
            curve.upper = m_banded.upper;
            curve.colour = 4;
            view.setCurves(m_exact->instrument().wavelengths_nm(), {curve});
            view.renderNow();
            QString stars = withThousands(static_cast<qint64>(m_banded.starsA));
            if (m_banded.starsB > 0)
                stars = tr("%1 and %2").arg(stars, withThousands(static_cast<qint64>(m_banded.starsB)));
            m_spectra->setNote(tr("%1 stars, at the same G; band: the inner %2 % of %3 bootstrap samples of the stars")
                                   .arg(stars, fixedText(100 * usual.level, 0))
                                   .arg(usual.replicates));
            emit spectraShown();
        });
}

void GenerateController::exportSelections() {
    if (m_banded.value.empty() || !m_exact) return;
    const QString path = QFileDialog::getSaveFileName(&m_window, tr("Export the spectrum and its band"), QString(),
                                                      tr("Tables (*.csv *.ecsv *.h5 *.fits)"));
    if (path.isEmpty()) return;
    const std::span<const double> wavelengths = m_exact->instrument().wavelengths_nm();
    const std::string unit = m_spectra->shown() == SpectraShown::Ratio ? "" : "W.m**-2.nm**-1";
    NumericTable table;
    const auto add = [&](const std::string& name, const std::string& unitOf, std::vector<double> values) {
        table.blocks.push_back({name, unitOf, std::move(values), 1, false, "", {}});
    };
    add("wavelength_nm", "nm", {wavelengths.begin(), wavelengths.end()});
    add("value", unit, m_banded.value);
    add("lower", unit, m_banded.lower);
    add("upper", unit, m_banded.upper);
    table.attributes = {{"first", m_selections[static_cast<std::size_t>(m_spectra->first())].name},
                        {"second", m_selections[static_cast<std::size_t>(m_spectra->second())].name},
                        {"catalogue", m_window.session().catalog()->name()}};
    try {
        writeTable(path.toStdString(), table);
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
    }
}

} // namespace zscape
