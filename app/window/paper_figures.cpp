#include "app/window/paper_figures.h"

#include "app/figure/draw_paper.h"
#include "app/open.h"
#include "app/window/figure_sources.h"
#include "app/window/main_window.h"

#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>

#include <algorithm>

namespace zscape {

namespace {

constexpr int messageShown_ms = 15'000;

/// The kind of file that a figure was last exported as.
std::string chosenEnding() {
    return QSettings().value("figure/format", ".pdf").toString().toStdString();
}

FigureChoice chosenStyle() {
    const QSettings settings;
    FigureChoice choice;
    choice.style.fontSize_pt = settings.value("figure/fontSize", choice.style.fontSize_pt).toDouble();
    choice.style.dpi = settings.value("figure/dpi", choice.style.dpi).toInt();
    const bool paper = settings.value("figure/paper", false).toBool();
    choice.preset = paper ? SelectionPreset::Paper : SelectionPreset::Released;
    return choice;
}

} // namespace

PaperFigures::PaperFigures(MainWindow& window) : QObject(&window), m_window(window) {}

void PaperFigures::choose() {
    const QString before = QSettings().value("figure/folder", QDir::homePath()).toString();
    auto* folders = new QFileDialog(&m_window, tr("A folder for the paper's figures"), before);
    folders->setAttribute(Qt::WA_DeleteOnClose);
    folders->setObjectName(QStringLiteral("paperFolder"));
    folders->setFileMode(QFileDialog::Directory);
    folders->setOption(QFileDialog::ShowDirsOnly);
    connect(folders, &QFileDialog::fileSelected, this,
            [this](const QString& folder) { confirm(folder.toStdString()); });
    folders->open();
}

void PaperFigures::confirm(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> there = paperFiles(folder, chosenEnding(), true);
    std::erase_if(there, [](const std::filesystem::path& file) {
        std::error_code code;
        return !std::filesystem::exists(file, code);
    });
    if (there.empty()) return draw(folder);
    auto* question =
        new QMessageBox(QMessageBox::Question, tr("Replace files?"),
                        tr("%n file(s) of figures in %1 would be replaced.", nullptr, static_cast<int>(there.size()))
                            .arg(QString::fromStdString(folder.string())),
                        QMessageBox::Cancel, &m_window);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setObjectName(QStringLiteral("replacePaper"));
    QPushButton* replace = question->addButton(tr("&Replace"), QMessageBox::AcceptRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(question, &QMessageBox::buttonClicked, this, [this, folder, question, replace] {
        if (question->clickedButton() == replace) draw(folder);
    });
    question->open();
}

void PaperFigures::draw(const std::filesystem::path& folder) {
    Session& session = m_window.session();
    if (!session.catalog()) return session.reportFailure(tr("The paper's figures want a catalogue; open one first."));
    session.jobs().start<std::vector<PaperFigure>>(
        tr("Drawing the paper's figures"),
        [folder, ending = chosenEnding(), choice = chosenStyle(),
         in = figureInput(m_window)](const JobContext& job) mutable {
            // Decoding one point belongs to the window's thread; this one has an engine of its own.
            if (in.model) in.model = makeEngine(in.model->model());
            in.correlations = correlationsOf(*in.table->catalog());
            return drawPaper(folder, ending, true, in, choice, job);
        },
        [this, folder](const std::vector<PaperFigure>& figures) {
            QSettings().setValue("figure/folder", QString::fromStdString(folder.string()));
            QStringList leftOut;
            for (const PaperFigure& one : figures) {
                if (one.problem.empty()) continue;
                leftOut += QString::fromStdString(one.name + ": " + one.problem);
            }
            const QString sentence = tr("Wrote %1 of %2 figures, with their numbers, to %3.")
                                         .arg(static_cast<qsizetype>(figures.size()) - leftOut.size())
                                         .arg(figures.size())
                                         .arg(QString::fromStdString(folder.string()));
            m_window.statusBar()->showMessage(sentence, messageShown_ms);
            if (!leftOut.isEmpty()) {
                m_window.session().reportFailure(sentence + tr(" These were left out:\n\n") +
                                                 leftOut.join(QStringLiteral("\n\n")));
            }
            emit drawn(leftOut);
        });
}

} // namespace zscape
