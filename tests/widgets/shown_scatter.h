#pragma once

#include "widgets/scatter_view.h"

#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace zscape::test {

inline constexpr double tolerance = 1e-9;

inline std::shared_ptr<std::vector<float>> column(std::vector<float> values) {
    return std::make_shared<std::vector<float>>(std::move(values));
}

/// Five stars, far apart; the fourth is not shown, the fifth has no label.
inline ScatterColumns fiveStars() {
    auto shown = std::make_shared<BitSet>(5, true);
    shown->set(3, false);
    return {column({1, 5, 9, 5, 2}),
            column({1, 5, 2, 9, 8}),
            column({0, 0.5f, 1, 0.5f, std::numeric_limits<float>::quiet_NaN()}),
            shown,
            QStringLiteral("<i>z</i><sub>1</sub>"),
            QStringLiteral("<i>z</i><sub>2</sub>"),
            QStringLiteral("[M/H]")};
}

/// A view of the five stars on 0..10 x 0..10, on the screen.
class ShownScatter {
public:
    ShownScatter() {
        view.resize(500, 450);
        view.setColumns(fiveStars());
        view.setAxes({0, 10}, {0, 10});
        view.show();
        exposed = QTest::qWaitForWindowExposed(&view);
        view.renderNow();
    }
    QPoint at(double x, double y) const { return view.toWidget({x, y}).toPoint(); }
    QColor colourAt(double x, double y) {
        const QImage image = view.grab().toImage();
        return image.pixelColor((QPointF(at(x, y)) * image.devicePixelRatio()).toPoint());
    }
    void hover(const QPoint& position) {
        QMouseEvent move(QEvent::MouseMove, position, view.mapToGlobal(position), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&view, &move);
    }
    /// Presses, moves in steps and holds.
    void drag(const QPoint& from, const QPoint& to, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers modifiers = {}) {
        QTest::mousePress(&view, button, modifiers, from);
        for (int step = 1; step <= 4; ++step) {
            const QPoint position = from + (to - from) * step / 4;
            QMouseEvent move(QEvent::MouseMove, position, view.mapToGlobal(position), Qt::NoButton, button, modifiers);
            QCoreApplication::sendEvent(&view, &move);
        }
    }
    void release(const QPoint& position, Qt::MouseButton button = Qt::LeftButton,
                 Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseRelease(&view, button, modifiers, position);
    }
    void wheel(const QPoint& position, int notches) {
        QWheelEvent event(position, view.mapToGlobal(position), {}, QPoint(0, 120 * notches), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &event);
    }
    ScatterView view;
    bool exposed = false;
};

inline bool near(double actual, double expected, double within = tolerance) {
    return std::abs(actual - expected) <= within;
}

/// Of `size` stars the ones that are named.
inline std::shared_ptr<const BitSet> bits(std::size_t size, std::initializer_list<std::size_t> set) {
    auto result = std::make_shared<BitSet>(size);
    for (const std::size_t star : set) {
        result->set(star);
    }
    return result;
}

} // namespace zscape::test
