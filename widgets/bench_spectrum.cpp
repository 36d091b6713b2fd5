#include "widgets/bench_spectrum.h"

#include "widgets/spectrum_view.h"

#include <QApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t pointCount = 343;
constexpr int warmUp = 20;
constexpr double nanoToMilli = 1e-6;

struct Frame {
    std::vector<float> flux, scatter;
};

double wavelengthOf(std::size_t i) {
    return 336.0 + 2.0 * static_cast<double>(i);
}

/// A black body with one line, its temperature swinging as a dragged point's would.
Frame makeFrame(int number) {
    const double temperature = 4800 + 600 * std::sin(0.05 * number);
    Frame frame;
    for (std::size_t i = 0; i < pointCount; ++i) {
        const double wavelength = wavelengthOf(i);
        const double continuum = std::pow(600 / wavelength, 5) / (std::exp(1.4388e7 / (wavelength * temperature)) - 1);
        const double line = 1 - 0.3 * std::exp(-0.5 * std::pow((wavelength - 656.3) / 5, 2));
        frame.flux.push_back(static_cast<float>(1e-15 * continuum * line));
        frame.scatter.push_back(0.03F * frame.flux.back());
    }
    return frame;
}

/// QCustomPlot used in the usual way.
class PlainPlot {
public:
    PlainPlot() {
        m_plot.resize(620, 420);
        for (int i = 0; i < 3; ++i)
            m_plot.addGraph();
        m_plot.graph(1)->setChannelFillGraph(m_plot.graph(0));
        m_plot.graph(1)->setBrush(QColor(0, 114, 178, 56));
        m_plot.graph(2)->setPen(QPen(Qt::blue, 1.5));
        m_plot.show();
    }
    void draw(const Frame& frame) {
        QVector<double> x, middle, lower, upper;
        for (std::size_t i = 0; i < pointCount; ++i) {
            x.push_back(wavelengthOf(i));
            middle.push_back(static_cast<double>(frame.flux[i]));
            lower.push_back(static_cast<double>(frame.flux[i] - frame.scatter[i]));
            upper.push_back(static_cast<double>(frame.flux[i] + frame.scatter[i]));
        }
        m_plot.graph(0)->setData(x, lower, true);
        m_plot.graph(1)->setData(x, upper, true);
        m_plot.graph(2)->setData(x, middle, true);
        m_plot.rescaleAxes();
        m_plot.replot(QCustomPlot::rpImmediateRefresh);
    }

private:
    QCustomPlot m_plot;
};

double quantileOf(std::vector<double> values, double fraction) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1))];
}

} // namespace

SpectrumTiming timeSpectrum(int frames) {
    std::vector<double> wavelengths_nm;
    for (std::size_t i = 0; i < pointCount; ++i)
        wavelengths_nm.push_back(wavelengthOf(i));
    const Frame star = makeFrame(0);
    SpectrumView view;
    view.resize(620, 420);
    view.setWavelengths(wavelengths_nm);
    view.setGenerated(star.flux, star.scatter);
    view.setObserved(star.flux, star.scatter, QStringLiteral("observed"));
    view.show();
    PlainPlot plain;
    std::vector<double> viewTimes, plainTimes;
    for (int i = -warmUp; i < frames; ++i) {
        const Frame frame = makeFrame(i);
        QElapsedTimer timer;
        timer.start();
        view.setGenerated(frame.flux, frame.scatter);
        view.renderNow();
        const double viewMs = static_cast<double>(timer.nsecsElapsed()) * nanoToMilli;
        timer.restart();
        plain.draw(frame);
        const double plainMs = static_cast<double>(timer.nsecsElapsed()) * nanoToMilli;
        if (i < 0) continue;
        viewTimes.push_back(viewMs);
        plainTimes.push_back(plainMs);
    }
    return {frames, quantileOf(viewTimes, 0.5), quantileOf(viewTimes, 0.9), quantileOf(plainTimes, 0.5)};
}

} // namespace zscape
