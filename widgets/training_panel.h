#pragma once

#include "core/train/training_run.h"
#include "widgets/theme.h"

#include <QWidget>

#include <span>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace zscape {

class ElidedLabel;
class TrainingCurves;

/// The live view of a training: numbers and buttons at the left, curves at the right. Passive: data in, signals out.
class TrainingPanel : public QWidget {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Idle, Preparing, Running, Paused, Stopping, Over };

    explicit TrainingPanel(QWidget* parent = nullptr);

    /// A run begins; `history` holds the epochs before a resume.
    void begin(const QString& name, int epochs, const std::vector<EpochRecord>& history);
    void addEpochs(std::span<const EpochRecord> epochs);
    void setProgress(const RunProgress& progress);
    /// `sentence` says more than the state's own name, for instance why it is over.
    void setState(State state, const QString& sentence = {});
    State state() const { return m_state; }
    /// A sentence below the numbers until the next run, in the colour of errors.
    void setWarning(const QString& sentence);
    void setFollowing(bool follows);
    bool isFollowing() const;
    void setTheme(Theme theme);
    TrainingCurves& curves() { return *m_curves; }

signals:
    void pauseRequested();
    void continueRequested();
    void stopRequested(bool keepBest);
    /// Whether the map of the window shows the running model.
    void followingChanged(bool follows);
    void compareRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildNumbers();
    QWidget* buildButtons();
    void showHistory();
    void updateButtons();

    State m_state = State::Idle;
    int m_epochs = 0;
    QLabel* m_title = nullptr;
    ElidedLabel* m_name = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel *m_epoch = nullptr, *m_speed = nullptr, *m_left = nullptr, *m_loss = nullptr, *m_best = nullptr;
    QLabel* m_warning = nullptr;
    QPushButton *m_pause = nullptr, *m_stop = nullptr, *m_keepBest = nullptr;
    QToolButton *m_follow = nullptr, *m_compare = nullptr;
    TrainingCurves* m_curves = nullptr;
};

} // namespace zscape
