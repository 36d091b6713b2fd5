#pragma once

#include "widgets/nearest_list.h"

#include <QVector>
#include <QWidget>

class QGridLayout;
class QLabel;
class QScrollArea;
class QToolButton;

namespace zscape {

class LatentRow;

/// The LATENT POINT panel: a slider and a number box for every latent, Reset and Random, and what lies near the point.
/// Passive: it holds no model. Lives on the UI thread.
class LatentPointPanel : public QWidget {
    Q_OBJECT
public:
    /// Where the point stands among the catalogue's stars.
    enum class Region { Unknown, Inside, Outside };

    struct Latent {
        float lower = -3, upper = 3; ///< the slider's range
        float resetValue = 0;        ///< where Reset and double-click go: the catalogue's mean
        bool inactive = false;
    };

    explicit LatentPointPanel(QWidget* parent = nullptr);

    /// Makes the rows anew, at their reset values; empty clears the panel.
    void setLatents(const QVector<Latent>& latents);
    /// Keeps the rows, their values and the keyboard focus when the count stays; for new ranges from a catalogue.
    void updateLatents(const QVector<Latent>& latents);
    void setValues(const QVector<float>& values); ///< without a signal; must have one value a latent
    QVector<float> values() const;
    int count() const { return static_cast<int>(m_rows.size()); }
    LatentRow& row(int index) { return *m_rows[index]; } ///< from 0

    /// What is told of the nearest stars; their list appears with the first ones and keeps its place.
    NearestList& nearest() { return *m_nearest; }
    void setNearest(const QVector<NearestList::Star>& stars);
    void setRegion(Region region);

signals:
    void valuesChanged(const QVector<float>& values); ///< on every move of the user
    void settled(int latent); ///< after a change of one latent, from 0; a drag settles at its end
    void resetRequested();    ///< the Reset button; the values have been reset already
    void randomRequested();
    void nearestActivated(int line);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeFooter();
    void arrange();
    void applyLatents(const QVector<Latent>& latents);
    void resetAll();
    void paintIcons();

    QVector<LatentRow*> m_rows;
    QWidget* m_content = nullptr;
    QGridLayout* m_grid = nullptr;
    QScrollArea* m_scroll = nullptr;
    QLabel *m_empty = nullptr, *m_region = nullptr;
    NearestList* m_nearest = nullptr;
    QToolButton *m_reset = nullptr, *m_random = nullptr;
    int m_columns = 0;
    Region m_shownRegion = Region::Unknown;
};

} // namespace zscape
