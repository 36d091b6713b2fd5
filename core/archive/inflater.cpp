#include "core/archive/inflater.h"

#ifdef ZSCAPE_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#include <algorithm>
#include <cstdint>
#include <new>

namespace zscape {

namespace {

constexpr std::size_t largestPiece = std::size_t{1} << 30; // both libraries count in 32 bits

} // namespace

#ifdef ZSCAPE_ISAL

struct Inflater::State {
    inflate_state inflate{};
};

Inflater::Inflater() : m_state(std::make_unique<State>()) {
    isal_inflate_init(&m_state->inflate);
    m_state->inflate.crc_flag = ISAL_GZIP;
}

Inflater::~Inflater() = default;

void Inflater::reset() {
    isal_inflate_reset(&m_state->inflate);
    m_state->inflate.crc_flag = ISAL_GZIP;
}

Inflater::Step Inflater::step(const char*& next, std::size_t& available, char*& out, std::size_t& room) {
    inflate_state& inflate = m_state->inflate;
    const auto input = static_cast<std::uint32_t>(std::min(available, largestPiece));
    const auto output = static_cast<std::uint32_t>(std::min(room, largestPiece));
    // ISA-L reads its input only; its pointer lacks the const.
    inflate.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(next));
    inflate.avail_in = input;
    inflate.next_out = reinterpret_cast<std::uint8_t*>(out);
    inflate.avail_out = output;
    const int code = isal_inflate(&inflate);
    next = reinterpret_cast<const char*>(inflate.next_in);
    available += inflate.avail_in; // which may be more than before: see keptBytes
    available -= input;
    out += output - inflate.avail_out;
    room -= output - inflate.avail_out;
    if (code < 0) return Step::Damaged;
    return inflate.block_state == ISAL_BLOCK_FINISH ? Step::End : Step::Going;
}

#else

struct Inflater::State {
    z_stream inflate{};
};

Inflater::Inflater() : m_state(std::make_unique<State>()) {
    constexpr int gzipWindow = 15 + 16;
    if (inflateInit2(&m_state->inflate, gzipWindow) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
    inflateEnd(&m_state->inflate);
}

void Inflater::reset() {
    inflateReset(&m_state->inflate);
}

Inflater::Step Inflater::step(const char*& next, std::size_t& available, char*& out, std::size_t& room) {
    z_stream& inflate = m_state->inflate;
    const auto input = static_cast<uInt>(std::min(available, largestPiece));
    const auto output = static_cast<uInt>(std::min(room, largestPiece));
    inflate.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(next)); // zlib reads its input only
    inflate.avail_in = input;
    inflate.next_out = reinterpret_cast<Bytef*>(out);
    inflate.avail_out = output;
    const int code = ::inflate(&inflate, Z_NO_FLUSH);
    next += input - inflate.avail_in;
    available -= input - inflate.avail_in;
    out += output - inflate.avail_out;
    room -= output - inflate.avail_out;
    if (code == Z_STREAM_END) return Step::End;
    return code == Z_OK || code == Z_BUF_ERROR ? Step::Going : Step::Damaged;
}

#endif

} // namespace zscape
