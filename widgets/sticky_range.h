#pragma once

namespace zscape {

/// The extent of the finite values given to it.
struct Extent {
    double lower = 0;
    double upper = 0;
    bool empty = true;
    void add(double value);
};

/// An axis range that follows live data without jumping: it grows at once when data leave it, and shrinks only when
/// they fill less than half of it. Plain arithmetic, any thread.
class StickyRange {
public:
    /// Room beside the data as fractions of their extent.
    StickyRange(double below, double above) : m_below(below), m_above(above) {}

    /// Takes the data's new extent; true when the range changed. An empty extent changes nothing.
    bool fit(const Extent& data);
    /// Fits exactly at the next `fit`.
    void release() { m_fitted = false; }
    double lower() const { return m_lower; }
    double upper() const { return m_upper; }

private:
    double m_below, m_above;
    double m_lower = 0, m_upper = 1;
    bool m_fitted = false;
};

/// The power of ten taken out of an axis whose values reach `largest`, so that tick labels are small numbers. Keeps
/// `current` as long as labels stay between 0.8 and 500, so that units do not flicker during a drag.
int axisExponent(double largest, int current);

} // namespace zscape
