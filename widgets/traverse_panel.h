#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QTimer;

namespace zscape {

/// The TRAVERSE panel: along which path, a slider to drag or play, and exports of the sequence. Passive; lives on the
/// UI thread.
class TraversePanel : public QWidget {
    Q_OBJECT
public:
    explicit TraversePanel(QWidget* parent = nullptr);

    /// Paths to choose from: tracks' names, then the straight line between two ends.
    void setPaths(const QStringList& tracks);
    /// The path that is chosen: a track's index, or -1 for the straight line.
    int track() const;
    /// What can be an end of the straight line: places that were kept, then selections.
    void setEnds(const QStringList& names);
    int from() const;
    int to() const;
    void choose(int track, int from, int to); ///< without a signal

    double fraction() const;
    int steps() const;
    void setSteps(int steps); ///< without a signal
    bool isPlaying() const;
    void setPlaying(bool playing);
    /// Where the slider stands, "Teff 5230 K"; and why there is no path, or "".
    void setPlace(const QString& text);
    void setProblem(const QString& text);

signals:
    /// Another path, another end, or other steps.
    void pathChanged();
    void moved(double fraction);
    void settled(); ///< after a move; of a drag, and of playing, at the end
    /// The latent point of now becomes an end of the line.
    void keepRequested(bool asStart);
    void exportSpectraRequested();
    void exportAnimationRequested();

private:
    void step();

    QComboBox *m_paths = nullptr, *m_from = nullptr, *m_to = nullptr;
    QWidget* m_ends = nullptr;
    QSlider* m_slider = nullptr;
    QPushButton *m_play = nullptr, *m_spectra = nullptr, *m_animation = nullptr;
    QSpinBox* m_steps = nullptr;
    QLabel *m_place = nullptr, *m_problem = nullptr;
    QTimer* m_timer = nullptr;
    int m_direction = 1;
};

} // namespace zscape
