#include "app/window/traverse_animation.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <filesystem>
#include <system_error>

namespace zscape {

namespace {

constexpr int framesPerSecond = 15;

QString frameName(const QString& stem, int step) {
    return QStringLiteral("%1_%2.png").arg(stem).arg(step + 1, 4, 10, QLatin1Char('0'));
}

bool isSequence(const QString& file) {
    return QFileInfo(file).suffix().toLower() == QStringLiteral("png");
}

} // namespace

TraverseAnimation::TraverseAnimation(QObject* parent) : QObject(parent), m_timer(new QTimer(this)) {
    m_timer->setInterval(0);
    connect(m_timer, &QTimer::timeout, this, &TraverseAnimation::writeNext);
}

TraverseAnimation::~TraverseAnimation() {
    stop();
}

bool TraverseAnimation::isRunning() const {
    return m_timer->isActive() || m_ffmpeg != nullptr;
}

void TraverseAnimation::stop() {
    m_timer->stop();
    if (m_ffmpeg) {
        m_ffmpeg->disconnect(this);
        m_ffmpeg->kill();
        m_ffmpeg->waitForFinished();
        delete m_ffmpeg;
        m_ffmpeg = nullptr;
    }
    m_folder.reset();
}

QString TraverseAnimation::problemWith(const QString& file) {
    if (isSequence(file)) return {};
    const QString ending = QFileInfo(file).suffix().toLower();
    if (ending != QStringLiteral("mp4") && ending != QStringLiteral("gif")) {
        return tr("An animation is a sequence of .png files, an .mp4 or a .gif; end the name of %1 in one of them.")
            .arg(file);
    }
    if (QStandardPaths::findExecutable(QStringLiteral("ffmpeg")).isEmpty()) {
        return tr("MP4 and GIF are made by the ffmpeg program, which is not installed; install ffmpeg, or make a "
                  "sequence of pictures (.png).");
    }
    return {};
}

void TraverseAnimation::start(const QString& file, int steps, Frame frame) {
    stop();
    m_file = file;
    m_steps = steps;
    m_step = 0;
    m_frame = std::move(frame);
    const QString problem = problemWith(file);
    if (!problem.isEmpty()) {
        emit failed(problem);
        return;
    }
    if (!isSequence(file)) {
        m_folder = std::make_unique<QTemporaryDir>();
        if (!m_folder->isValid()) {
            emit failed(tr("There is no room for the animation's frames: %1").arg(m_folder->errorString()));
            return;
        }
    }
    m_timer->start();
}

void TraverseAnimation::writeNext() {
    if (m_step == m_steps) {
        m_timer->stop();
        if (m_folder) {
            encode();
        } else {
            emit finished(tr("%1 pictures are in %2").arg(m_steps).arg(QFileInfo(m_file).absolutePath()));
        }
        return;
    }
    const QFileInfo target(m_file);
    const QString stem = m_folder ? m_folder->filePath(QStringLiteral("frame"))
                                  : target.path() + QLatin1Char('/') + target.completeBaseName();
    const QString name = frameName(stem, m_step);
    if (!m_frame(m_step).save(name)) {
        fail(tr("Cannot write %1; is the disk full, or the folder not yours?").arg(name));
        return;
    }
    emit progressed(++m_step);
}

void TraverseAnimation::encode() {
    m_ffmpeg = new QProcess(this);
    const QString part = m_folder->filePath(QStringLiteral("out.") + QFileInfo(m_file).suffix().toLower());
    QStringList arguments{QStringLiteral("-y"),
                          QStringLiteral("-loglevel"),
                          QStringLiteral("error"),
                          QStringLiteral("-framerate"),
                          QString::number(framesPerSecond),
                          QStringLiteral("-i"),
                          m_folder->filePath(QStringLiteral("frame_%04d.png"))};
    if (part.endsWith(QStringLiteral(".mp4"))) {
        arguments += {QStringLiteral("-pix_fmt"), QStringLiteral("yuv420p")}; // what every player reads
    } else {
        arguments +=
            {QStringLiteral("-filter_complex"), QStringLiteral("split[a][b];[a]palettegen[p];[b][p]paletteuse")};
    }
    arguments += part;
    connect(m_ffmpeg, &QProcess::errorOccurred, this,
            [this] { fail(tr("The ffmpeg program cannot be run: %1").arg(m_ffmpeg->errorString())); });
    connect(m_ffmpeg, &QProcess::finished, this, [this, part](int code, QProcess::ExitStatus status) {
        if (status != QProcess::NormalExit || code != 0) {
            const QString said = QString::fromUtf8(m_ffmpeg->readAllStandardError()).trimmed();
            fail(tr("ffmpeg did not make %1: %2").arg(m_file, said.section(QLatin1Char('\n'), -1)));
            return;
        }
        // Beside the target and then in its place: a full disk leaves what was there.
        const QString beside = m_file + QStringLiteral(".part");
        QFile::remove(beside);
        std::error_code failure;
        const bool copied = QFile::copy(part, beside);
        if (copied) std::filesystem::rename(beside.toStdString(), m_file.toStdString(), failure);
        if (!copied || failure) {
            QFile::remove(beside);
            fail(tr("Cannot write %1; is the disk full, or the folder not yours?").arg(m_file));
            return;
        }
        m_ffmpeg->deleteLater();
        m_ffmpeg = nullptr;
        m_folder.reset();
        emit finished(tr("The animation is in %1").arg(m_file));
    });
    m_ffmpeg->start(QStringLiteral("ffmpeg"), arguments);
}

void TraverseAnimation::fail(const QString& message) {
    m_timer->stop();
    if (m_ffmpeg) {
        m_ffmpeg->disconnect(this);
        m_ffmpeg->deleteLater();
        m_ffmpeg = nullptr;
    }
    m_folder.reset();
    emit failed(message);
}

} // namespace zscape
