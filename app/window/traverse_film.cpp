#include "app/window/traverse_film.h"

#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/traverse_animation.h"
#include "app/window/view_links.h"
#include "app/window/window_pictures.h"
#include "core/base/error.h"
#include "widgets/scatter_view.h"
#include "widgets/spectrum_view.h"

#include <QApplication>
#include <QPainter>
#include <QTimer>

#include <cstdlib>
#include <iostream>

namespace zscape {

namespace {

constexpr int lookForCancelMs = 50;

QString toQt(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

/// What is to be written, one after the other.
QStringList filesOf(const cli::TraverseOptions& options) {
    QStringList files;
    if (!options.frames.empty()) files += toQt(options.frames / "frame.png");
    if (!options.film.empty()) files += toQt(options.film);
    return files;
}

/// Shows the window's parts along the path until all files are written, or one cannot be.
class Film : public QObject {
public:
    Film(MainWindow& window, const cli::FilmRequest& request, const JobContext& job)
        : m_window(window),
          m_request(request),
          m_job(job),
          m_files(filesOf(request.options)),
          m_animation(new TraverseAnimation(this)) {
        connect(m_animation, &TraverseAnimation::failed, this, &Film::fail);
        connect(m_animation, &TraverseAnimation::progressed, this,
                [this](int step) { m_job.report(static_cast<double>(step) / m_request.options.steps, "drawing"); });
        connect(m_animation, &TraverseAnimation::finished, this, [this](const QString& message) {
            m_messages += message;
            next();
        });
        connect(&window.session(), &Session::failed, this, &Film::fail);
        auto* watch = new QTimer(this);
        connect(watch, &QTimer::timeout, this, [this] {
            if (m_job.cancelled()) QApplication::quit();
        });
        watch->start(lookForCancelMs);
    }

    void start() {
        const cli::TraverseOptions& options = m_request.options;
        try {
            m_window.setMapColumns(QString::fromStdString(options.x), QString::fromStdString(options.y),
                                   QString::fromStdString(options.colour));
        } catch (const Error& error) {
            return fail(QString::fromUtf8(error.what()));
        }
        m_window.links().setTracks({m_window.session().table(), m_request.tracks, {}});
        whenSettled(m_window, [this] {
            m_window.map().renderNow();
            next();
        });
    }

    const QString& failure() const { return m_failure; }
    const QStringList& messages() const { return m_messages; }

private:
    void next() {
        if (m_files.isEmpty()) return QApplication::quit();
        const int steps = m_request.options.steps;
        m_animation->start(m_files.takeFirst(), steps, [this, steps](int step) {
            m_window.controller().setLatent(m_request.path.at(static_cast<double>(step) / (steps - 1)));
            return traverseFrame(m_window);
        });
    }
    void fail(const QString& message) {
        m_failure = message;
        QApplication::quit();
    }

    MainWindow& m_window;
    const cli::FilmRequest& m_request;
    const JobContext& m_job;
    QStringList m_files, m_messages;
    QString m_failure;
    TraverseAnimation* m_animation;
};

void requireWritable(const cli::TraverseOptions& options) {
    for (const QString& file : filesOf(options)) {
        const QString problem = TraverseAnimation::problemWith(file);
        if (!problem.isEmpty()) throw Error(problem.toStdString());
    }
    if (options.frames.empty()) return;
    std::error_code code;
    std::filesystem::create_directories(options.frames, code);
    if (code) throw Error("cannot make the folder " + options.frames.string() + ": " + code.message());
}

} // namespace

QImage traverseFrame(MainWindow& window) {
    window.map().renderOverlayNow();
    const QImage map = window.map().grab().toImage();
    const QImage spectrum = window.spectrum().grab().toImage();
    const int width = (map.width() + spectrum.width() + 1) & ~1;
    const int height = (std::max(map.height(), spectrum.height()) + 1) & ~1;
    QImage frame(width, height, QImage::Format_RGB32);
    frame.fill(plotColours(window.theme()).background);
    QPainter painter(&frame);
    painter.drawImage(QRect(QPoint(0, 0), map.size()), map, QRect(QPoint(0, 0), map.size()));
    painter.drawImage(QRect(QPoint(map.width(), 0), spectrum.size()), spectrum, QRect(QPoint(0, 0), spectrum.size()));
    return frame;
}

void makeFilm(const cli::FilmRequest& request, int argc, char** argv, const JobContext& job) {
    requireWritable(request.options);
    // The same pictures wherever it runs.
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    qInstallMessageHandler(dropPlatformRemarks);
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Zscape"));
    QApplication::setApplicationName(QStringLiteral("Zscape"));
    const Theme theme = request.options.theme == "dark" ? Theme::Dark : Theme::Light;
    applyTheme(application, theme);
    MainWindow window(theme);
    window.setErrorsQuiet(true);
    hideTimes(window);
    window.resize(request.options.width, request.options.height);
    Film film(window, request, job);
    QObject::connect(&window, &MainWindow::becameIdle, &film, &Film::start, Qt::SingleShotConnection);
    window.show();
    QTimer::singleShot(0, &window, [&] {
        const cli::TraverseOptions& options = request.options;
        window.session().open(options.catalog, options.model.model, options.model.normalization);
        window.reportIdleWhenDone();
    });
    QApplication::exec();
    job.report(1, "");
    job.throwIfCancelled();
    if (!film.failure().isEmpty()) throw Error(film.failure().toStdString());
    for (const QString& message : film.messages()) {
        std::cout << message.toStdString() << '\n';
    }
}

} // namespace zscape
