// Undoing what the user did to the latent point and to the star that is shown.
#include "app/window/latent_controller.h"

#include "app/window/session.h"
#include "app/window/undo_step.h"

#include <QElapsedTimer>
#include <QUndoStack>

#include <algorithm>
#include <utility>

namespace zscape {

/// One place for another. Turns of the wheel and presses of a key that follow each other are one step.
class LatentController::Step : public LookStep {
public:
    Step(LatentController& controller, const QString& what, Place before, Place after, int gesture)
        : LookStep(what),
          m_controller(controller),
          m_before(std::move(before)),
          m_after(std::move(after)),
          m_gesture(gesture) {
        m_since.start();
    }
    int id() const override { return m_gesture == Alone ? -1 : firstId + m_gesture; }
    bool mergeWith(const QUndoCommand* next) override {
        constexpr qint64 together = 1000; // ms
        const auto* step = dynamic_cast<const Step*>(next);
        if (!step || m_since.elapsed() > together) return false;
        m_after = step->m_after;
        m_since.restart();
        return true;
    }
    void undo() override { m_controller.put(m_before); }
    void redo() override {
        if (!std::exchange(m_first, false)) m_controller.put(m_after); // it is done when it is pushed
    }

private:
    static constexpr int firstId = 1;
    LatentController& m_controller;
    Place m_before, m_after;
    int m_gesture;
    QElapsedTimer m_since;
    bool m_first = true;
};

bool LatentController::Place::operator==(const Place& other) const {
    const bool sameGuest = guest.has_value() == other.guest.has_value() &&
                           (!guest || (guest->catalog == other.guest->catalog && guest->row == other.guest->row));
    return sameGuest && latent == other.latent && star == other.star && atStar == other.atStar;
}

LatentController::Place LatentController::place() const {
    Place now{m_latent, std::nullopt, m_guest, m_atPicked};
    if (m_picked && m_session.catalog()) now.star = m_session.catalog()->sourceIds()[*m_picked];
    return now;
}

void LatentController::takeStep(const QString& what, int gesture) {
    if (m_putting) return;
    Place before = std::exchange(m_noted, place());
    if (before == m_noted || before.latent.empty() != m_noted.latent.empty()) return;
    m_session.undo().push(new Step(*this, what, std::move(before), m_noted, gesture));
}

void LatentController::put(const Place& place) {
    m_putting = true;
    std::optional<std::size_t> row;
    // Another catalogue may have it elsewhere, or not.
    if (place.star && m_session.catalog()) row = m_session.catalog()->rowOf(*place.star);
    if (place.guest) emit guestWanted(*place.guest);
    if (!place.guest || !m_guest) { // or its stars are gone
        dismissGuest();
        showStar(row);
    }
    // In another model's latent space, or one that was trained on, the star is elsewhere now.
    if (!(place.atStar && m_atPicked) && place.latent.size() == m_latent.size()) setLatent(place.latent);
    m_noted = this->place();
    m_putting = false;
}

void LatentController::restore(std::optional<std::size_t> picked, const std::vector<float>& latent) {
    m_putting = true;
    if (picked) pickStar(*picked);
    if (!latent.empty() && latent.size() == m_latent.size()) {
        const bool atStar = m_atPicked && latent == m_latent;
        setLatent(latent);
        m_atPicked = atStar;
    }
    m_noted = place();
    m_putting = false;
}

void LatentController::dropGuest() {
    if (!m_guest) return;
    m_putting = true;
    unpick();
    m_noted = place();
    m_putting = false;
}

} // namespace zscape
