#include "app/window/window_pictures.h"

#include "app/window/dropped_stars.h"
#include "app/window/figures_controller.h"
#include "app/window/generate_controller.h"
#include "app/window/help_controller.h"
#include "app/window/import_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selections_controller.h"
#include "app/window/tracks_controller.h"
#include "app/window/training_setup.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"
#include "core/tracks/track_stars.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/import_wizard.h"
#include "widgets/manual_view.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"
#include "widgets/training_dialog.h"

#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace zscape {

namespace {

constexpr int lookAgainMs = 20;

void savePicture(const QPixmap& picture, const QString& path) {
    if (!picture.save(path, "PNG")) throw Error("cannot write " + path.toStdString() + "; is the folder writable?");
}

/// The window as it stands, everything drawn.
QPixmap pictureOf(MainWindow& window) {
    for (ScatterView* view : window.findChildren<ScatterView*>()) {
        if (view->isVisible()) view->renderNow(); // with contours that a job has not brought yet
    }
    window.spectrum().renderNow();
    // The frame's numbers in the status bar want room.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    return window.grab();
}

void exportFigures(MainWindow& window, const std::filesystem::path& folder) {
    const QDir directory(QString::fromStdString(folder.string()));
    if (!directory.mkpath(QStringLiteral("."))) throw Error("cannot make the folder " + folder.string());
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        window.setTheme(theme);
        const QString suffix = theme == Theme::Light ? QStringLiteral("light") : QStringLiteral("dark");
        savePicture(pictureOf(window), directory.filePath(QStringLiteral("window-%1.png").arg(suffix)));
    }
    window.setTheme(Theme::Light);
    pictureOf(window); // draws every view in the light theme again
    savePicture(window.spectrum().grab(), directory.filePath(QStringLiteral("spectrum.png")));
    savePicture(window.map().grab(), directory.filePath(QStringLiteral("latent-map.png")));
    window.setMapColumns(QStringLiteral("TEFF"), QStringLiteral("LOGG"), QStringLiteral("M_H"));
    window.map().renderNow();
    savePicture(window.map().grab(), directory.filePath(QStringLiteral("kiel-diagram.png")));
    window.setMapColumns(QStringLiteral("FE_H"), QStringLiteral("MG_FE"), QStringLiteral("ALPHA_M"));
    window.map().renderNow();
    savePicture(window.map().grab(), directory.filePath(QStringLiteral("alpha-diagram.png")));
    std::cout << "wrote the demo's figures to " << folder.string() << '\n';
}

void showTracks(MainWindow& window, const std::vector<std::string>& names) {
    TracksController& tracks = *window.findChild<TracksController*>();
    TracksPanel::Request wanted = tracks.request();
    for (const std::string& name : names) {
        for (const TrackKind kind : trackKindsNamed(name)) {
            if (std::ranges::find(wanted.kinds, kind) == wanted.kinds.end()) wanted.kinds.push_back(kind);
        }
    }
    tracks.restore(wanted, tracks.traverseChoice());
}

QStringList namesOfFiles(const std::vector<std::filesystem::path>& files) {
    QStringList names;
    for (const std::filesystem::path& file : files) {
        names += QString::fromStdString(file.string());
    }
    return names;
}

QWidget* openImport(MainWindow& window, const cli::WindowRequest& request) {
    ImportWizard& wizard = window.findChild<ImportController*>()->show();
    wizard.files().addSpectra(namesOfFiles(request.importSpectra));
    wizard.files().addLabels(namesOfFiles(request.importLabels));
    // What the tables' columns become is the next page.
    if (!request.importLabels.empty()) wizard.next();
    return &wizard;
}

QWidget* openManual(MainWindow& window, const std::string& page) {
    const QString name = QString::fromStdString(page);
    if (!name.isEmpty() && !ManualView::pageNames().contains(name)) {
        throw Error("--dialog: the manual has no page '" + page + "'; there are " +
                    ManualView::pageNames().join(QStringLiteral(", ")).toStdString());
    }
    HelpController& help = *window.findChild<HelpController*>();
    help.openManual(name);
    return help.manual();
}

/// Nothing is under way that would change the picture.
bool isSettled(MainWindow& window) {
    return window.isIdle() && !window.findChild<TracksController*>()->isBusy() &&
           !window.findChild<GenerateController*>()->isBusy() && !window.findChild<FiguresController*>()->isBusy() &&
           !window.dropped().isBusy() && !window.trainingSetup().isBusy();
}

} // namespace

void dropPlatformRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type == QtDebugMsg || type == QtInfoMsg || type == QtWarningMsg) return;
    std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
}

void hideTimes(MainWindow& window) {
    window.findChild<QLabel*>(QStringLiteral("frameTime"))->hide();
}

std::string panelNames(const MainWindow& window) {
    QStringList names;
    for (const QDockWidget* dock : window.findChildren<QDockWidget*>()) {
        if (!dock->objectName().startsWith(QStringLiteral("view-"))) names += dock->objectName();
    }
    names.sort();
    return names.join(QStringLiteral(", ")).toStdString();
}

void showRequested(MainWindow& window, const cli::WindowRequest& request) {
    window.setMapColumns(QString::fromStdString(request.x), QString::fromStdString(request.y),
                         QString::fromStdString(request.colour));
    for (const std::string& name : request.selections) {
        window.selections().addBuiltIn(name, SelectionPreset::Released);
    }
    for (const std::string& kind : request.views) {
        window.views().add(window.views().ofKind(kind));
    }
    for (const std::string& id : request.panels) {
        QDockWidget* panel = window.panel(QString::fromStdString(id));
        if (!panel) throw Error("--panels: there is no panel '" + id + "'; there are " + panelNames(window));
        panel->show();
        panel->raise();
    }
    if (!request.tracks.empty()) showTracks(window, request.tracks);
    if (request.star == 0) return;
    const std::shared_ptr<const Catalog>& catalog = window.session().catalog();
    if (!catalog || !window.session().latents()) {
        throw Error("--star wants a catalogue and a model to show the star in");
    }
    const std::optional<std::size_t> row = catalog->rowOf(request.star);
    if (!row) throw Error("there is no star " + std::to_string(request.star) + " in " + catalog->name());
    window.controller().pickStar(*row);
}

QWidget* openDialog(MainWindow& window, const cli::WindowRequest& request) {
    const std::string& wanted = request.dialog;
    if (wanted.empty()) return nullptr;
    const std::size_t colon = wanted.find(':');
    const std::string kind = wanted.substr(0, colon);
    const std::string which = colon == std::string::npos ? "" : wanted.substr(colon + 1);
    if (kind == "import") return openImport(window, request);
    if (kind == "manual") return openManual(window, which);
    if (kind == "train") {
        window.trainingSetup().open();
        return &window.trainingSetup().dialog();
    }
    if (kind == "figure") {
        FiguresController& figures = *window.findChild<FiguresController*>();
        figures.open(which.empty() ? "view" : which);
        if (figures.dialog()) return figures.dialog();
        throw Error("--dialog: there is no figure '" + which + "' to make");
    }
    throw Error("--dialog: there is no dialog '" + wanted + "'; choose train, import, manual:PAGE or figure:NAME");
}

void whenSettled(MainWindow& window, std::function<void()> then) {
    auto* timer = new QTimer(&window);
    timer->setInterval(lookAgainMs);
    // Twice, as what has ended may have asked for more: layouts, frames, another job.
    QObject::connect(timer, &QTimer::timeout, &window,
                     [&window, timer, before = false, then = std::move(then)]() mutable {
                         const bool now = isSettled(window);
                         if (now && before) {
                             timer->deleteLater();
                             timer->stop();
                             then();
                         }
                         before = now;
                     });
    timer->start();
}

QString writePictures(MainWindow& window, QWidget* dialog, const cli::WindowRequest& request) {
    try {
        if (!request.exportFolder.empty()) exportFigures(window, request.exportFolder);
        if (!request.screenshot.empty()) {
            savePicture(dialog ? dialog->grab() : pictureOf(window),
                        QString::fromStdString(request.screenshot.string()));
        }
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace zscape
