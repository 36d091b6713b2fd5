#include "app/window/open_window.h"

#include "app/window/help_controller.h"
#include "app/window/main_window.h"
#include "app/window/process_start.h"
#include "app/window/samp_controller.h"
#include "app/window/session_controller.h"
#include "app/window/window_pictures.h"
#include "core/base/error.h"
#include "core/model/file_kind.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QApplication>
#include <QScreen>
#include <QSettings>
#include <QTimer>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

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

/// As large as asked for, else where it was when it was closed last; never larger than the screen.
void placeWindow(MainWindow& window, const cli::WindowRequest& request, bool picturesOnly) {
    constexpr QSize usual(1400, 880);
    if (request.width > 0) return window.resize(request.width, request.height);
    if (picturesOnly) return window.resize(usual);
    if (window.restoreGeometry(QSettings().value(placeKey).toByteArray())) return;
    // What frames and bars of the desktop take is not told before the window is shown.
    constexpr QSize frame(2 * gridUnit, 6 * gridUnit);
    window.resize(usual.boundedTo(window.screen()->availableSize() - frame));
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
    if (picturesOnly) hideTimes(window);
    placeWindow(window, request, picturesOnly);
    QString failure;
    QWidget* dialog = nullptr;
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
                dialog = openDialog(window, request);
            } catch (const Error& error) {
                window.session().reportFailure(QString::fromUtf8(error.what()));
                return;
            }
            if (!picturesOnly) return;
            whenSettled(window, [&] {
                failure = writePictures(window, dialog, request);
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
    if (!picturesOnly) QSettings().setValue(placeKey, window.saveGeometry());
    if (picturesOnly && !failure.isEmpty()) throw Error(failure.toStdString());
    return code;
}

} // namespace zscape
