// Moving along tracks and lines, and writing what is seen on the way.
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/tracks_controller.h"
#include "app/window/traverse_animation.h"
#include "app/window/traverse_film.h"
#include "app/window/value_edit.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/generate/selection_spectra.h"
#include "widgets/column_label.h"
#include "widgets/number_text.h"
#include "widgets/traverse_panel.h"

#include <QFileDialog>
#include <QUndoStack>

namespace zscape {

void TracksController::fillPaths() {
    m_pathNames.clear();
    for (const Track& track : m_tracks) {
        m_pathNames += QString::fromStdString(track.name);
    }
    m_traverse->setPaths(m_pathNames);
    m_endNames.clear();
    for (const std::optional<KeptPoint>* kept : {&m_choice.start, &m_choice.end}) {
        if (*kept) m_endNames += QString::fromStdString((*kept)->name);
    }
    for (const QString& name : namesOf(m_choices)) {
        m_endNames += tr("mean of %1").arg(name);
    }
    m_traverse->setEnds(m_endNames);
    // What is wished for and there; else what the panel chose.
    const auto place = [](const QStringList& names, const std::string& wished, int shown) {
        const auto index = static_cast<int>(names.indexOf(QString::fromStdString(wished)));
        return index >= 0 ? index : shown;
    };
    int path = m_pathNames.isEmpty() ? -1 : 0;
    if (m_choice.track) path = m_choice.track->empty() ? -1 : place(m_pathNames, *m_choice.track, path);
    m_traverse->choose(path, place(m_endNames, m_choice.from, m_traverse->from()),
                       place(m_endNames, m_choice.to, m_traverse->to()));
    m_traverse->setSteps(m_choice.steps);
}

TraverseChoice TracksController::traverseChoice() const {
    const auto name = [](const QStringList& names, int index) {
        return index >= 0 && index < names.size() ? names[index].toStdString() : std::string();
    };
    TraverseChoice choice = m_choice; // whose names may be of a selection that is called otherwise by now
    choice.from = name(m_endNames, m_traverse->from());
    choice.to = name(m_endNames, m_traverse->to());
    return choice;
}

void TracksController::takeChoice() {
    TraverseChoice choice = traverseChoice();
    const int track = m_traverse->track();
    choice.track = track >= 0 ? m_pathNames.value(track).toStdString() : std::string();
    choice.steps = m_traverse->steps();
    follow(choice, tr("choose a path"));
}

void TracksController::follow(const TraverseChoice& choice, const QString& what) {
    if (choice == m_choice) return;
    m_window.session().undo().push(
        new ValueEdit<TraverseChoice>(what, m_choice, choice, [this](const TraverseChoice& one) { putChoice(one); }));
}

void TracksController::putChoice(const TraverseChoice& choice) {
    m_choice = choice;
    fillPaths();
    choosePath();
}

void TracksController::keepPoint(bool asStart) {
    const LatentController& controller = m_window.controller();
    if (controller.latent().empty()) return;
    QString name = asStart ? tr("kept start") : tr("kept end");
    if (const auto row = controller.pickedStar(); row && m_window.session().catalog()) {
        const Catalog& catalog = *m_window.session().catalog();
        name += (catalog.isMock() ? tr(" (mock star %1)") : tr(" (Gaia DR3 %1)")).arg(catalog.sourceIds()[*row]);
    }
    TraverseChoice choice = m_choice;
    choice.track = "";
    (asStart ? choice.start : choice.end) = KeptPoint{name.toStdString(), controller.latent()};
    (asStart ? choice.from : choice.to) = name.toStdString();
    follow(choice, asStart ? tr("keep a start") : tr("keep an end"));
}

std::vector<float> TracksController::endOfLine(int index) const {
    const std::shared_ptr<const Latents>& latents = m_window.session().latents();
    if (!latents) throw Error("A traverse needs a catalogue that is encoded: open a model and a catalogue.");
    if (index < 0) throw Error("Choose where the line begins and ends.");
    auto left = static_cast<std::size_t>(index);
    for (const std::optional<KeptPoint>* kept : {&m_choice.start, &m_choice.end}) {
        if (!*kept) continue;
        if (left == 0 && (*kept)->latent.size() != latents->latentSize) {
            throw Error("'" + (*kept)->name + "' was kept in the latent space of another model; keep another point.");
        }
        if (left == 0) return (*kept)->latent;
        --left;
    }
    const SelectionChoice& chosen = m_choices.at(left);
    return meanLatent(*latents, *starsOf(chosen, *m_table), chosen.name).asFloats();
}

void TracksController::choosePath() {
    m_path.reset();
    try {
        const int track = m_traverse->track();
        if (track >= 0) {
            m_path = LatentPath::alongTrack(m_tracks.at(static_cast<std::size_t>(track)));
        } else {
            m_path = LatentPath::straight(endOfLine(m_traverse->from()), endOfLine(m_traverse->to()), "line");
        }
        m_traverse->setProblem({});
    } catch (const Error& error) {
        m_traverse->setProblem(QString::fromUtf8(error.what()));
    }
}

void TracksController::movePoint(double fraction) {
    if (!m_path || m_path->latentSize() != m_window.controller().latent().size()) return;
    m_window.controller().setLatent(m_path->at(fraction));
    const QString along = QString::fromStdString(m_path->alongName());
    m_traverse->setPlace(QStringLiteral("%1 = %2 %3")
                             .arg(along == QStringLiteral("path") ? tr("place") : columnSymbol(along),
                                  significantText(m_path->alongAt(fraction), 4),
                                  QString::fromStdString(m_path->alongUnit())));
}

void TracksController::writeSpectra(const QString& file) {
    const SpectrumGenerator* generator = m_window.session().generator();
    if (!m_path || !generator) throw Error("there is no path to follow; make a track or choose two ends");
    NumericTable table =
        traverseTable(*m_path, m_traverse->steps(), *generator, m_window.controller().referenceGFlux());
    table.attributes["catalogue"] = m_window.session().catalog()->name();
    if (m_window.session().catalog()->isMock()) table.attributes["mock"] = "true";
    writeTable(file.toStdString(), table);
}

void TracksController::exportSpectra() {
    const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export the spectra along the path"), QString(),
                                                      tr("Tables (*.csv *.ecsv *.h5 *.fits *.vot)"));
    if (file.isEmpty()) return;
    try {
        writeSpectra(file);
    } catch (const Error& error) {
        m_window.session().reportFailure(QString::fromUtf8(error.what()));
    }
}

void TracksController::exportAnimation() {
    const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export an animation along the path"), QString(),
                                                      tr("Animations (*.mp4 *.gif *.png)"));
    if (!file.isEmpty()) writeAnimation(file);
}

void TracksController::writeAnimation(const QString& file) {
    if (!m_path) {
        m_window.session().reportFailure(tr("There is no path to follow; make a track or choose two ends."));
        return;
    }
    m_traverse->setPlaying(false);
    const int steps = m_traverse->steps();
    m_animation->start(file, steps, [this, steps](int step) {
        movePoint(static_cast<double>(step) / (steps - 1));
        return traverseFrame(m_window);
    });
}

} // namespace zscape
