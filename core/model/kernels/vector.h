#pragma once

// The widest vector of the instruction set this file is compiled for, with GCC's vector extensions: the same source
// gives SSE, AVX2, AVX-512 and NEON. Included by the kernels only (see kernel_table.h for why).

#include <cstddef>
#include <cstdint>

namespace zscape::kernels {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t vectorBytes = 64;
constexpr int roundAsEver = 4; // _MM_FROUND_CUR_DIRECTION
#elif defined(__AVX2__)
constexpr std::size_t vectorBytes = 32;
#else
constexpr std::size_t vectorBytes = 16;
#endif
constexpr std::size_t lanes = vectorBytes / sizeof(float);

using Vec [[gnu::vector_size(vectorBytes), gnu::may_alias]] = float;
using IntVec [[gnu::vector_size(vectorBytes), gnu::may_alias]] = std::int32_t;

// Always inlined, so that a vector never passes through a call whose convention depends on the instruction set.
#define ZSCAPE_KERNEL_INLINE [[gnu::always_inline]] inline

ZSCAPE_KERNEL_INLINE Vec load(const float* from) {
    return *reinterpret_cast<const Vec*>(from);
}
ZSCAPE_KERNEL_INLINE void store(float* to, Vec values) {
    *reinterpret_cast<Vec*>(to) = values;
}
// "- 0" changes no value, not even -0, so the compiler drops it ("+ 0" would cost an addition).
ZSCAPE_KERNEL_INLINE Vec broadcast(float value) {
    return value - Vec{};
}
ZSCAPE_KERNEL_INLINE Vec asFloats(IntVec bits) {
    return reinterpret_cast<Vec>(bits);
}
ZSCAPE_KERNEL_INLINE IntVec asBits(Vec values) {
    return reinterpret_cast<IntVec>(values);
}
ZSCAPE_KERNEL_INLINE Vec absolute(Vec x) {
    return asFloats(asBits(x) & 0x7fffffff);
}
/// a < b ? a : b and a > b ? a : b, which is b where either is NaN: one instruction that GCC does not find by itself.
ZSCAPE_KERNEL_INLINE Vec smaller(Vec a, Vec b) {
#if defined(__AVX512F__)
    return __builtin_ia32_minps512_mask(a, b, Vec{}, static_cast<unsigned short>(-1), roundAsEver);
#elif defined(__AVX2__)
    return __builtin_ia32_minps256(a, b);
#elif defined(__SSE__)
    return __builtin_ia32_minps(a, b);
#else
    return a < b ? a : b;
#endif
}
ZSCAPE_KERNEL_INLINE Vec larger(Vec a, Vec b) {
#if defined(__AVX512F__)
    return __builtin_ia32_maxps512_mask(a, b, Vec{}, static_cast<unsigned short>(-1), roundAsEver);
#elif defined(__AVX2__)
    return __builtin_ia32_maxps256(a, b);
#elif defined(__SSE__)
    return __builtin_ia32_maxps(a, b);
#else
    return a > b ? a : b;
#endif
}
/// min and max that keep a NaN in x.
ZSCAPE_KERNEL_INLINE Vec atMost(Vec x, float limit) {
    return smaller(broadcast(limit), x);
}
ZSCAPE_KERNEL_INLINE Vec atLeast(Vec x, float limit) {
    return larger(broadcast(limit), x);
}

} // namespace
} // namespace zscape::kernels
