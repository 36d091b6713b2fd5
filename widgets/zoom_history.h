#pragma once

#include <QElapsedTimer>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace zscape {

/// Where a plot has been zoomed to, to go back and forward as in a browser: not steps of the undo stack, which would
/// bury selections among them. A drag is one step, and so are turns of the wheel and presses of keys that follow each
/// other within a second. `Place` is what tells the ranges.
template <typename Place>
class ZoomHistory {
public:
    /// From press to release of a button all is one step; also for a step of its own.
    void beginGesture() { m_gesture = ++m_gestures; }
    void endGesture() { m_gesture = 0; }
    /// Before the user leaves `now` for another place.
    void leave(const Place& now) {
        constexpr qint64 together = 1000; // ms
        const bool goesOn =
            m_gesture == m_last && (m_gesture != 0 || (m_since.isValid() && m_since.elapsed() < together));
        m_last = m_gesture;
        m_since.start();
        if (goesOn) return;
        m_back.push_back(now);
        if (m_back.size() > most) m_back.pop_front();
        m_forward.clear();
    }
    std::optional<Place> back(const Place& now) { return move(m_back, m_forward, now); }
    std::optional<Place> forward(const Place& now) { return move(m_forward, m_back, now); }
    /// The axes are others.
    void clear() {
        m_back.clear();
        m_forward.clear();
        m_last = none;
    }

private:
    static constexpr std::size_t most = 100;
    static constexpr int none = -1;

    std::optional<Place> move(std::deque<Place>& from, std::deque<Place>& to, const Place& now) {
        while (!from.empty() && from.back() == now) {
            from.pop_back(); // a drag that was cancelled
        }
        if (from.empty()) return std::nullopt;
        Place place = std::move(from.back());
        from.pop_back();
        to.push_back(now);
        m_last = none;
        return place;
    }

    std::deque<Place> m_back, m_forward;
    QElapsedTimer m_since;
    int m_gestures = 0; ///< so far
    int m_gesture = 0;  ///< that goes on; 0: none
    int m_last = none;  ///< that the last step belongs to
};

} // namespace zscape
