#pragma once

#include "core/model/model.h"
#include "widgets/curve_range.h"
#include "widgets/plot_style.h"

#include <QString>

#include <array>
#include <span>
#include <vector>

class QTimer;

namespace zscape {

class PlotNavigation;

/// Four small plots over the epochs of a run: total loss, reconstruction, KL and learning rate, for training and
/// validation, with another run's curves behind them. Ranges follow the run until the user moves them; a double click
/// lets them follow again. Draws a few times a second at most, and only while it can be seen.
class TrainingCurves : public QCustomPlot {
    Q_OBJECT

public:
    explicit TrainingCurves(QWidget* parent = nullptr);

    /// Starts anew with these epochs (those before a resume).
    void setHistory(std::vector<EpochRecord> history);
    void append(std::span<const EpochRecord> epochs);
    /// Another run's curves; an empty history takes them away.
    void setComparison(const std::vector<EpochRecord>& history, const QString& name);
    void setTheme(Theme theme);

    const std::vector<EpochRecord>& history() const { return m_history; }
    /// The epoch with the lowest validation loss; nullptr without any.
    const EpochRecord* best() const;
    /// Draws everything now.
    void renderNow();
    QCPRange shownEpochs() const;
    QCPRange shownLosses() const; ///< of the total
    int drawnFrames() const { return m_drawnFrames; }

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    QSize sizeHint() const override { return {640, 200}; }
    QSize minimumSizeHint() const override { return {320, 128}; }

private:
    static constexpr std::size_t plotCount = 4;
    struct Plot {
        QCPAxisRect* rect = nullptr;
        QCPItemText* title = nullptr;
        QCPGraph *training = nullptr, *validation = nullptr; ///< no validation of a learning rate
        QCPGraph *otherTraining = nullptr, *otherValidation = nullptr;
        bool userY = false;
    };

    void makePlot(std::size_t index);
    void makeTitle(Plot& plot);
    void arrange();
    void addPoint(const EpochRecord& record);
    void refill();
    void setPens();
    void scheduleFrame();
    void fitRanges();
    void onMoved(QCPAxisRect* rect, bool horizontal, bool vertical);
    void updateRateExponent();

    std::array<Plot, plotCount> m_plots;
    PlotColours m_colours;
    QCPLayoutGrid* m_grid = nullptr; ///< owned by the plot's layout
    QCPItemTracer* m_best = nullptr;
    std::vector<EpochRecord> m_history;
    std::vector<EpochRecord> m_other;
    std::size_t m_bestIndex = 0;
    bool m_hasBest = false;
    bool m_userX = false;
    int m_columns = 0;
    double m_largestRate = 0;
    int m_rateExponent = 0; ///< of the unit the learning rate is drawn in
    int m_drawnFrames = 0;
    QTimer* m_timer = nullptr;
};

} // namespace zscape
