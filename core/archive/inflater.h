#pragma once

#include <cstddef>
#include <memory>

namespace zscape {

/// Inside core/archive: gzip members to what they hold, by ISA-L where the build found it (twice as fast), else by
/// zlib.
class Inflater {
public:
    /// Throws std::bad_alloc.
    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Bytes of the compressed data that lie readable in front of `next` from the second piece on, as they stand in the
    /// file: ISA-L takes more than it needs and gives it back, which may reach into the piece before.
    static constexpr std::size_t keptBytes = 16;

    enum class Step {
        Going, ///< more input or room is needed
        End,   ///< of the member: its checksum is right
        Damaged
    };
    /// Takes from `next` (`available` bytes) and fills `out` (`room` bytes); all four are moved on.
    Step step(const char*& next, std::size_t& available, char*& out, std::size_t& room);
    /// What comes next is another member.
    void reset();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace zscape
