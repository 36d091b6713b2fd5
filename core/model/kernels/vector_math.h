#pragma once

// exp, GELU and sigmoid on vectors. Coefficients are minimax fits made by resources/fit_activations.py. A NaN stays
// NaN: the exponential scales by a product, and where GELU adds to an exponent's bits a factor keeps the NaN.

#include "core/model/kernels/vector.h"

namespace zscape::kernels {
namespace {

/// Vectors that go through GELU side by side: with more, 16 registers are too few.
constexpr std::size_t geluVecs = 4;

/// A few vectors on their way through a function side by side: each of its constants is loaded once for all of them.
template <std::size_t Count>
struct Vecs {
    Vec at[Count];
};

/// c_0 x^n + ... + c_n
template <std::size_t Count, std::size_t Terms>
ZSCAPE_KERNEL_INLINE Vecs<Count> polynomial(const Vecs<Count>& x, const float (&c)[Terms]) {
    Vecs<Count> sum;
    for (std::size_t k = 0; k < Count; ++k) {
        sum.at[k] = x.at[k] * c[0] + c[1];
    }
#pragma GCC unroll 16
    for (std::size_t i = 2; i < Terms; ++i) {
        for (std::size_t k = 0; k < Count; ++k) {
            sum.at[k] = sum.at[k] * x.at[k] + c[i];
        }
    }
    return sum;
}

/// x = n + f with n whole and |f| <= 1/2; gives n in the place of a float's exponent. |x| < 126.
ZSCAPE_KERNEL_INLINE IntVec splitPowerOfTwo(Vec x, Vec& whole) {
    constexpr float shifter = 12582912.0f; // 1.5 * 2^23: adding it rounds to a whole number, kept in the low bits
    const Vec shifted = x + shifter;
    whole = shifted - shifter;
    return asBits(shifted) << 23;
}

/// 2^f for |f| <= 1/2, relative error 9e-8.
constexpr float smallPowerOfTwo[] = {0.001326472731307149f, 0.009671512991189957f, 0.05550733581185341f,
                                     0.24022242426872253f,  0.6931470036506653f,   1.0f};

/// e^x to 3e-7 relative; x is held in +-87, where the result is a normal number.
ZSCAPE_KERNEL_INLINE Vec exponential(Vec x) {
    x = atLeast(atMost(x, 87.0f), -87.0f);
    Vec n;
    const Vec scale = asFloats(splitPowerOfTwo(x * 1.44269504f, n) + 0x3f800000);
    // ln 2 in two parts (Cody & Waite): n times the first is exact.
    const Vec rest = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    return polynomial(Vecs<1>{{rest * 1.44269504f}}, smallPowerOfTwo).at[0] * scale;
}

/// Phi(-u), Phi the normal distribution function, for 0 <= u <= 10, as a power of two whose exponent, log2 Phi(-u), is
/// smooth enough for a short polynomial: neither a division nor an erf is needed. Any number for a NaN.
template <std::size_t Count>
ZSCAPE_KERNEL_INLINE Vecs<Count> lowerTail(const Vecs<Count>& u) {
    const Vecs<Count> exponent =
        polynomial(u, {-5.685427595381043e-07f, 1.067013363353908e-05f, -3.979375469498336e-05f,
                       -0.0005246756481938064f, 0.00763764139264822f, -0.05297252535820007f, -0.45899873971939087f,
                       -1.151147723197937f, -0.9999971985816956f});
    IntVec scale[Count];
    Vecs<Count> rest;
    for (std::size_t k = 0; k < Count; ++k) {
        Vec n;
        scale[k] = splitPowerOfTwo(exponent.at[k], n);
        rest.at[k] = exponent.at[k] - n;
    }
    Vecs<Count> tail = polynomial(rest, smallPowerOfTwo);
    for (std::size_t k = 0; k < Count; ++k) {
        // The same bits as the product with 2^n, in an instruction less.
        tail.at[k] = asFloats(asBits(tail.at[k]) + scale[k]);
    }
    return tail;
}

/// x Phi(x) as max(x, 0) - |x| Phi(-|x|): nothing cancels in the tail, and a NaN stays one by its magnitude.
template <std::size_t Count>
ZSCAPE_KERNEL_INLINE Vecs<Count> geluOf(const Vecs<Count>& x) {
    Vecs<Count> magnitude, within, value;
    for (std::size_t k = 0; k < Count; ++k) {
        magnitude.at[k] = absolute(x.at[k]);
        within.at[k] = atMost(magnitude.at[k], 10.0f);
    }
    const Vecs<Count> tail = lowerTail(within);
    for (std::size_t k = 0; k < Count; ++k) {
        value.at[k] = larger(x.at[k], Vec{}) - magnitude.at[k] * tail.at[k];
    }
    return value;
}
ZSCAPE_KERNEL_INLINE Vec sigmoidOf(Vec x) {
    return 1.0f / (1.0f + exponential(-x));
}

} // namespace
} // namespace zscape::kernels
