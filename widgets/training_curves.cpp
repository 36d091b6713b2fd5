#include "widgets/training_curves.h"

#include "widgets/axis_label.h"
#include "widgets/number_text.h"
#include "widgets/plot_navigation.h"

#include <QTimer>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr int frameMs = 250;
constexpr int narrowestPlot = 19 * gridUnit;
constexpr int titleHeight = 2 * gridUnit;
/// Epochs a pixel from which on lines are thin.
constexpr double densePoints = 3;
constexpr double lastEpochAtLeast = 5;
constexpr std::size_t total = 0, reconstruction = 1, divergence = 2, rate = 3;

/// What plot number `index` shows of an epoch.
double trainingValue(const EpochRecord& record, std::size_t index) {
    switch (index) {
    case total:
        return record.loss;
    case reconstruction:
        return record.rec;
    case divergence:
        return record.kl;
    default:
        return record.learningRate;
    }
}

double validationValue(const EpochRecord& record, std::size_t index) {
    switch (index) {
    case total:
        return record.validationLoss;
    case reconstruction:
        return record.validationRec;
    default:
        return record.validationKl;
    }
}

void setGraph(QCPGraph* graph, const std::vector<EpochRecord>& history, double factor, auto value) {
    if (graph == nullptr) return;
    QVector<QCPGraphData> points;
    points.reserve(static_cast<qsizetype>(history.size()));
    for (const EpochRecord& record : history) {
        points.push_back({static_cast<double>(record.epoch), factor * value(record)});
    }
    graph->data()->set(points, true);
}

} // namespace

TrainingCurves::TrainingCurves(QWidget* parent) : QCustomPlot(parent) {
    setAccessibleName(tr("Losses and learning rate of the training, epoch by epoch"));
    setPlottingHint(QCP::phFastPolylines);
    plotLayout()->clear();
    plotLayout()->setRowSpacing(0);
    auto* top = new QCPLayoutGrid;
    legend = new QCPLegend;
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    plotLayout()->addElement(0, 0, top);
    top->addElement(0, 0, legend);
    top->addElement(0, 1, new QCPTextElement(this));
    top->setColumnStretchFactor(0, 0.001);
    top->setMinimumSize(0, legendHeight);
    top->setMaximumSize(QWIDGETSIZE_MAX, legendHeight);
    legend->setLayer(QStringLiteral("legend"));
    m_grid = new QCPLayoutGrid;
    m_grid->setRowSpacing(0);
    m_grid->setColumnSpacing(gridUnit);
    plotLayout()->addElement(1, 0, m_grid);
    for (std::size_t i = 0; i < plotCount; ++i) {
        makePlot(i);
    }
    arrange();
    for (Plot& plot : m_plots) {
        makeTitle(plot);
    }
    m_best = new QCPItemTracer(this);
    m_best->setStyle(QCPItemTracer::tsCircle);
    m_best->setSize(7);
    m_best->setVisible(false);
    m_best->position->setAxes(m_plots[total].rect->axis(QCPAxis::atBottom), m_plots[total].rect->axis(QCPAxis::atLeft));
    m_best->setClipAxisRect(m_plots[total].rect);
    m_timer = new QTimer(this);
    m_timer->setSingleShot(true);
    m_timer->setInterval(frameMs);
    connect(m_timer, &QTimer::timeout, this, [this] {
        if (isVisible()) renderNow();
    });
    auto* navigation = new PlotNavigation(*this);
    connect(navigation, &PlotNavigation::moved, this, &TrainingCurves::onMoved);
    connect(navigation, &PlotNavigation::resetRequested, this, [this] {
        m_userX = false;
        for (Plot& plot : m_plots) {
            plot.userY = false;
        }
        renderNow();
    });
    setTheme(Theme::Light);
}

void TrainingCurves::makePlot(std::size_t index) {
    Plot& plot = m_plots[index];
    plot.rect = new QCPAxisRect(this, true);
    plot.rect->setMinimumMargins(QMargins(gridUnit, titleHeight, gridUnit, gridUnit / 2));
    QCPAxis* x = plot.rect->axis(QCPAxis::atBottom);
    QCPAxis* y = plot.rect->axis(QCPAxis::atLeft);
    x->ticker()->setTickCount(4);
    const auto add = [&](const QString& name) {
        QCPGraph* graph = addGraph(x, y);
        // One legend for all four plots.
        if (index != total || name.isEmpty()) graph->removeFromLegend();
        graph->setName(name);
        return graph;
    };
    plot.otherTraining = add({});
    if (index != rate) plot.otherValidation = add({});
    plot.training = add(tr("training"));
    if (index != rate) plot.validation = add(tr("validation"));
}

void TrainingCurves::makeTitle(Plot& plot) {
    plot.title = new QCPItemText(this);
    plot.title->setClipToAxisRect(false);
    plot.title->position->setType(QCPItemPosition::ptAxisRectRatio);
    plot.title->position->setAxisRect(plot.rect);
    // Above the frame, where no curve runs.
    plot.title->position->setCoords(0, 0);
    plot.title->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    plot.title->setPadding(QMargins(0, 0, 0, gridUnit / 4));
}

void TrainingCurves::arrange() {
    const int columns = width() >= static_cast<int>(plotCount) * narrowestPlot ? static_cast<int>(plotCount) : 2;
    if (columns == m_columns) return;
    m_columns = columns;
    for (Plot& plot : m_plots) {
        if (plot.rect->layout() != nullptr) m_grid->take(plot.rect);
    }
    m_grid->simplify();
    for (int i = 0; i < static_cast<int>(plotCount); ++i) {
        m_grid->addElement(i / columns, i % columns, m_plots[static_cast<std::size_t>(i)].rect);
    }
    for (int i = 0; i < static_cast<int>(plotCount); ++i) {
        // Stacked plots share the numbers below.
        const bool bottom = i / columns == (static_cast<int>(plotCount) - 1) / columns;
        QCPAxis* x = m_plots[static_cast<std::size_t>(i)].rect->axis(QCPAxis::atBottom);
        x->setTickLabels(bottom);
        AxisLabel::set(*x, bottom ? tr("epoch") : QString());
    }
}

void TrainingCurves::setTheme(Theme theme) {
    const PlotStyle style = plotStyle(theme);
    applyPlotStyle(*this, style);
    m_colours = style.colours;
    const PlotColours& c = m_colours;
    setPens();
    for (Plot& plot : m_plots) {
        plot.title->setFont(style.font);
        plot.title->setColor(c.foreground);
    }
    m_best->setPen(QPen(c.observed, lineWidth));
    m_best->setBrush(c.background);
    updateRateExponent();
    scheduleFrame();
}

/// Smooth wide lines cost a hundred times a thin one where thousands of noisy epochs share the pixels, and look no
/// better there.
void TrainingCurves::setPens() {
    const int width = std::max(1, m_plots[total].rect->width());
    const auto dense = [&](const std::vector<EpochRecord>& history) {
        return history.size() > static_cast<std::size_t>(densePoints * width);
    };
    const auto set = [](QCPGraph* graph, const QColor& colour, double pen, bool isDense) {
        if (graph == nullptr) return;
        graph->setPen(QPen(colour, isDense ? 1 : pen));
        graph->setAntialiased(!isDense);
    };
    QColor faint = m_colours.muted;
    QColor fainter = faint;
    faint.setAlpha(180);
    fainter.setAlpha(100);
    for (Plot& plot : m_plots) {
        set(plot.training, m_colours.generated, lineWidth, dense(m_history));
        set(plot.validation, m_colours.observed, lineWidth, dense(m_history));
        set(plot.otherTraining, faint, 1, dense(m_other));
        set(plot.otherValidation, fainter, 1, dense(m_other));
    }
}

void TrainingCurves::setHistory(std::vector<EpochRecord> history) {
    m_history.clear();
    m_hasBest = false;
    m_userX = false;
    m_largestRate = 0;
    for (Plot& plot : m_plots) {
        plot.userY = false;
        plot.training->data()->clear();
        if (plot.validation) plot.validation->data()->clear();
    }
    append(history);
    scheduleFrame();
}

void TrainingCurves::append(std::span<const EpochRecord> epochs) {
    for (const EpochRecord& record : epochs) {
        m_history.push_back(record);
        if (std::isfinite(record.validationLoss) &&
            (!m_hasBest || record.validationLoss < m_history[m_bestIndex].validationLoss)) {
            m_bestIndex = m_history.size() - 1;
            m_hasBest = true;
        }
        addPoint(record);
    }
    updateRateExponent();
    scheduleFrame();
}

const EpochRecord* TrainingCurves::best() const {
    return m_hasBest ? &m_history[m_bestIndex] : nullptr;
}

void TrainingCurves::addPoint(const EpochRecord& record) {
    const auto epoch = static_cast<double>(record.epoch);
    for (std::size_t i = 0; i < plotCount; ++i) {
        const double factor = i == rate ? std::pow(10.0, -m_rateExponent) : 1.0;
        m_plots[i].training->addData(epoch, factor * trainingValue(record, i));
        if (m_plots[i].validation) m_plots[i].validation->addData(epoch, validationValue(record, i));
    }
}

void TrainingCurves::setComparison(const std::vector<EpochRecord>& history, const QString& name) {
    m_other = history;
    Plot& first = m_plots[total];
    first.otherTraining->setName(name);
    first.otherValidation->setName(tr("its validation"));
    for (QCPGraph* graph : {first.otherTraining, first.otherValidation}) {
        graph->removeFromLegend();
        if (!history.empty()) graph->addToLegend();
    }
    refill();
    scheduleFrame();
}

void TrainingCurves::refill() {
    for (std::size_t i = 0; i < plotCount; ++i) {
        const double factor = i == rate ? std::pow(10.0, -m_rateExponent) : 1.0;
        const auto training = [i](const EpochRecord& record) { return trainingValue(record, i); };
        const auto validation = [i](const EpochRecord& record) { return validationValue(record, i); };
        setGraph(m_plots[i].training, m_history, factor, training);
        setGraph(m_plots[i].otherTraining, m_other, factor, training);
        setGraph(m_plots[i].validation, m_history, factor, validation);
        setGraph(m_plots[i].otherValidation, m_other, factor, validation);
    }
}

void TrainingCurves::updateRateExponent() {
    // The unit of the largest rate: a rate that falls keeps it, and the curve's beginning stays in sight.
    double largest = 0;
    if (!m_history.empty()) largest = std::max(m_history.front().learningRate, m_history.back().learningRate);
    if (largest > m_largestRate) {
        m_largestRate = largest;
        const int exponent = static_cast<int>(std::floor(std::log10(largest) + 1e-9));
        if (exponent != m_rateExponent) {
            m_rateExponent = exponent;
            refill();
        }
    }
    m_plots[total].title->setText(tr("total loss"));
    m_plots[reconstruction].title->setText(tr("reconstruction"));
    m_plots[divergence].title->setText(tr("KL divergence"));
    m_plots[rate].title->setText(m_rateExponent == 0 ? tr("learning rate")
                                                     : tr("learning rate / %1").arg(powerOfTenText(m_rateExponent)));
}

void TrainingCurves::scheduleFrame() {
    if (isVisible() && !m_timer->isActive()) m_timer->start();
}

void TrainingCurves::fitRanges() {
    if (!m_userX) {
        const double last = m_history.empty() ? 0 : m_history.back().epoch;
        const double first = m_history.empty() ? 0 : std::min(1, m_history.front().epoch);
        for (Plot& plot : m_plots) {
            plot.rect->axis(QCPAxis::atBottom)->setRange(first, std::max(last, lastEpochAtLeast));
        }
    }
    std::vector<double> values;
    for (Plot& plot : m_plots) {
        if (plot.userY) continue;
        values.clear();
        for (const QCPGraph* graph : {plot.training, plot.validation}) {
            if (graph == nullptr) continue;
            for (const QCPGraphData& point : *graph->data()) {
                values.push_back(point.value);
            }
        }
        const CurveRange range = &plot == &m_plots[rate] && !values.empty()
                                     ? CurveRange{0, 1.1 * *std::max_element(values.begin(), values.end())}
                                     : robustCurveRange(values);
        plot.rect->axis(QCPAxis::atLeft)->setRange(range.lower, range.upper);
    }
    m_best->setVisible(m_hasBest);
    if (m_hasBest) {
        const EpochRecord& record = m_history[m_bestIndex];
        m_best->position->setCoords(record.epoch, record.validationLoss);
    }
}

void TrainingCurves::renderNow() {
    m_timer->stop();
    setPens();
    fitRanges();
    replot(QCustomPlot::rpImmediateRefresh);
    ++m_drawnFrames;
}

void TrainingCurves::onMoved(QCPAxisRect* rect, bool horizontal, bool vertical) {
    for (Plot& plot : m_plots) {
        if (plot.rect == rect && vertical) plot.userY = true;
        if (horizontal && plot.rect != rect) {
            plot.rect->axis(QCPAxis::atBottom)->setRange(rect->axis(QCPAxis::atBottom)->range());
        }
    }
    m_userX = m_userX || horizontal;
    replot(QCustomPlot::rpQueuedReplot);
}

QCPRange TrainingCurves::shownEpochs() const {
    return m_plots[total].rect->axis(QCPAxis::atBottom)->range();
}

QCPRange TrainingCurves::shownLosses() const {
    return m_plots[total].rect->axis(QCPAxis::atLeft)->range();
}

void TrainingCurves::showEvent(QShowEvent* event) {
    QCustomPlot::showEvent(event);
    renderNow();
}

void TrainingCurves::resizeEvent(QResizeEvent* event) {
    arrange();
    QCustomPlot::resizeEvent(event);
}

} // namespace zscape
