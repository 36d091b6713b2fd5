#include "app/window/open_window.h"

#include "app/window/help_controller.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/process_start.h"
#include "app/window/samp_controller.h"
#include "app/window/selections_controller.h"
#include "app/window/session_controller.h"
#include "app/window/view_manager.h"
#include "core/base/error.h"
#include "core/model/file_kind.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QSettings>
#include <QTimer>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace zscape {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// Whether somebody listens at a local socket; `abstract` ones have no file.
bool answers(const std::string& path, bool abstract) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() + 1 >= sizeof address.sun_path) return false;
    path.copy(address.sun_path + (abstract ? 1 : 0), path.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    const bool connected = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0;
    ::close(descriptor);
    return connected;
}

/// Qt ends the program when it cannot reach the display, so it is asked for first. A display over the network or a
/// platform chosen by hand is left to Qt.
bool hasDisplay() {
    if (!environment("QT_QPA_PLATFORM").empty()) return true;
    const std::string wayland = environment("WAYLAND_DISPLAY");
    if (!wayland.empty()) {
        const std::string path = wayland.front() == '/' ? wayland : environment("XDG_RUNTIME_DIR") + "/" + wayland;
        if (answers(path, false)) return true;
    }
    const std::string display = environment("DISPLAY");
    if (display.empty()) return false;
    if (display.front() != ':') return true;
    const std::string path = "/tmp/.X11-unix/X" + display.substr(1, display.find('.') - 1);
    return answers(path, false) || answers(path, true);
}

/// Without a display pictures are drawn by Qt's offscreen platform; a window that should stay cannot be shown.
void choosePlatform(bool picturesOnly) {
    if (hasDisplay()) return;
    if (!picturesOnly) {
        throw Error("there is no display for the window; use a command (zscape --help), or --screenshot F.png");
    }
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
}

void openRequested(MainWindow& window, const cli::WindowRequest& request) {
    if (request.demo) {
        window.session().openDemo();
    } else if (!request.catalog.empty() && !request.model.empty()) {
        window.session().open(request.catalog, request.model, request.normalization);
    } else if (request.catalog.extension() == sessionEnding) {
        window.sessionFiles().open(request.catalog);
    } else if (!request.catalog.empty() && isModelFile(request.catalog)) {
        window.session().openModel(request.catalog, {});
    } else if (!request.catalog.empty()) {
        window.session().openCatalog(request.catalog);
    } else if (!request.model.empty()) {
        window.session().openModel(request.model, request.normalization);
    }
}

void savePicture(const QPixmap& picture, const QString& path) {
    if (!picture.save(path, "PNG")) throw Error("cannot write " + path.toStdString() + "; is the folder writable?");
}

/// The window as it stands, everything drawn.
QPixmap pictureOf(MainWindow& window) {
    window.map().renderNow();
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

/// Qt's offscreen platform remarks on what it cannot do; in a script's output only our own line belongs.
void dropPlatformRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type == QtDebugMsg || type == QtInfoMsg || type == QtWarningMsg) return;
    std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
}

/// Puts the columns and the star of the request in place; they exist once the data are there. Throws Error.
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
        if (!panel) throw Error("--panels: there is no panel '" + id + "'");
        panel->show();
        panel->raise();
    }
    if (request.star == 0) return;
    const std::shared_ptr<const Catalog>& catalog = window.session().catalog();
    if (!catalog || !window.session().latents()) {
        throw Error("--star wants a catalogue and a model to show the star in");
    }
    const auto found = std::ranges::find(catalog->sourceIds(), request.star);
    if (found == catalog->sourceIds().end()) {
        throw Error("there is no star " + std::to_string(request.star) + " in " + catalog->name());
    }
    window.controller().pickStar(static_cast<std::size_t>(found - catalog->sourceIds().begin()));
}

/// Writes what was asked for; the error sentence, "" when all went well.
QString writePictures(MainWindow& window, const cli::WindowRequest& request) {
    try {
        if (!request.exportFolder.empty()) exportFigures(window, request.exportFolder);
        if (!request.screenshot.empty()) {
            savePicture(pictureOf(window), QString::fromStdString(request.screenshot.string()));
        }
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

int openWindow(const cli::WindowRequest& request, int argc, char** argv) {
    const bool picturesOnly = !request.screenshot.empty() || !request.exportFolder.empty() || request.timeToPaint;
    choosePlatform(picturesOnly);
    if (picturesOnly) qInstallMessageHandler(dropPlatformRemarks);
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Zscape"));
    QApplication::setApplicationName(QStringLiteral("Zscape"));
    QApplication::setApplicationVersion(QStringLiteral(ZSCAPE_VERSION));
    QString chosen = QString::fromStdString(request.theme);
    if (chosen.isEmpty() && !picturesOnly) chosen = QSettings().value(themeKey).toString();
    const Theme theme = chosen == QStringLiteral("dark") ? Theme::Dark : Theme::Light;
    applyTheme(application, theme);

    MainWindow window(theme);
    window.setErrorsQuiet(picturesOnly);
    window.resize(request.width, request.height);
    QString failure;
    QObject::connect(&window.session(), &Session::failed, &application, [&](const QString& message) {
        failure = message;
        if (picturesOnly) QApplication::quit();
    });
    if (request.timeToPaint) {
        QObject::connect(&window, &MainWindow::firstPainted, &application, [] {
            std::printf("%.1f ms from process start to first paint\n", millisecondsSinceProcessStart());
            QApplication::quit();
        });
    }
    // Once, when what the command line named is open.
    QObject::connect(
        &window, &MainWindow::becameIdle, &application,
        [&] {
            if (!failure.isEmpty()) return;
            try {
                showRequested(window, request);
            } catch (const Error& error) {
                window.session().reportFailure(QString::fromUtf8(error.what()));
                return;
            }
            if (!picturesOnly) return;
            // Layouts and frames that the last change asked for are done once the event loop has turned.
            QTimer::singleShot(0, &window, [&] {
                failure = writePictures(window, request);
                QApplication::quit();
            });
        },
        Qt::SingleShotConnection);
    if (!picturesOnly) window.findChild<HelpController*>()->offerTour();
    if (!picturesOnly) window.findChild<SampController*>()->restore();
    window.show();
    // From the event loop: the window paints while the job reads.
    QTimer::singleShot(0, &window, [&] {
        if (request.timeToPaint) return;
        openRequested(window, request);
        if (!picturesOnly) window.sessionFiles().offerRecovery();
        window.reportIdleWhenDone();
    });
    const int code = QApplication::exec();
    if (picturesOnly && !failure.isEmpty()) throw Error(failure.toStdString());
    return code;
}

} // namespace zscape
