#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <QTemporaryDir>

#include <functional>
#include <memory>

class QProcess;
class QTimer;

namespace zscape {

/// Writes frames one after another between the window's events: as a numbered sequence of PNG files, or as MP4 or GIF
/// through the ffmpeg program. Lives on the UI thread.
class TraverseAnimation : public QObject {
    Q_OBJECT
public:
    explicit TraverseAnimation(QObject* parent);
    ~TraverseAnimation() override;

    using Frame = std::function<QImage(int step)>;
    /// F.png makes F_0001.png and so on; F.mp4 and F.gif one file. Another start gives the running one up.
    void start(const QString& file, int steps, Frame frame);
    void stop();
    bool isRunning() const;
    /// Why a file of this name cannot be made, as one sentence; "" when it can.
    static QString problemWith(const QString& file);

signals:
    void progressed(int step); ///< so many frames are drawn
    void finished(const QString& message);
    void failed(const QString& message);

private:
    void writeNext();
    void encode();
    void fail(const QString& message);

    QString m_file;
    int m_steps = 0;
    int m_step = 0;
    Frame m_frame;
    std::unique_ptr<QTemporaryDir> m_folder; ///< of the frames that ffmpeg reads
    QTimer* m_timer = nullptr;
    QProcess* m_ffmpeg = nullptr;
};

} // namespace zscape
