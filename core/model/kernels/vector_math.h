#pragma once

// exp, GELU and sigmoid on vectors. Coefficients are minimax fits made by resources/fit_activations.py. A NaN stays
// NaN: the exponential scales by a product, and where GELU adds to an exponent's bits a factor keeps the NaN.

#include "core/model/kernels/vector.h"

namespace zscape::kernels {
namespace {

/// x = n + f with n whole and |f| <= 1/2; gives n in the place of a float's exponent. |x| < 126.
ZSCAPE_KERNEL_INLINE IntVec splitPowerOfTwo(Vec x, Vec& whole) {
    constexpr float shifter = 12582912.0f; // 1.5 * 2^23: adding it rounds to a whole number, kept in the low bits
    const Vec shifted = x + shifter;
    whole = shifted - shifter;
    return asBits(shifted) << 23;
}

/// 2^f for |f| <= 1/2, relative error 9e-8.
ZSCAPE_KERNEL_INLINE Vec smallPowerOfTwo(Vec f) {
    Vec sum = f * 0.001326472731307149f + 0.009671512991189957f;
    sum = sum * f + 0.05550733581185341f;
    sum = sum * f + 0.24022242426872253f;
    sum = sum * f + 0.6931470036506653f;
    return sum * f + 1.0f;
}

/// e^x to 3e-7 relative; x is held in +-87, where the result is a normal number.
ZSCAPE_KERNEL_INLINE Vec exponential(Vec x) {
    x = atLeast(atMost(x, 87.0f), -87.0f);
    Vec n;
    const Vec scale = asFloats(splitPowerOfTwo(x * 1.44269504f, n) + 0x3f800000);
    // ln 2 in two parts (Cody & Waite): n times the first is exact.
    const Vec rest = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    return smallPowerOfTwo(rest * 1.44269504f) * scale;
}

/// Phi(-u), Phi the normal distribution function, for 0 <= u <= 10, as a power of two whose exponent, log2 Phi(-u), is
/// smooth enough for a short polynomial: neither a division nor an erf is needed. Any number for a NaN.
ZSCAPE_KERNEL_INLINE Vec lowerTail(Vec u) {
    Vec exponent = u * -5.685427595381043e-07f + 1.067013363353908e-05f;
    exponent = exponent * u + -3.979375469498336e-05f;
    exponent = exponent * u + -0.0005246756481938064f;
    exponent = exponent * u + 0.00763764139264822f;
    exponent = exponent * u + -0.05297252535820007f;
    exponent = exponent * u + -0.45899873971939087f;
    exponent = exponent * u + -1.151147723197937f;
    exponent = exponent * u + -0.9999971985816956f;
    Vec n;
    const IntVec scale = splitPowerOfTwo(exponent, n);
    // The same bits as the product with 2^n, in an instruction less.
    return asFloats(asBits(smallPowerOfTwo(exponent - n)) + scale);
}

/// x Phi(x) as max(x, 0) - |x| Phi(-|x|): nothing cancels in the tail, and a NaN stays one by its magnitude.
ZSCAPE_KERNEL_INLINE Vec geluOf(Vec x) {
    const Vec magnitude = absolute(x);
    return larger(x, Vec{}) - magnitude * lowerTail(atMost(magnitude, 10.0f));
}

ZSCAPE_KERNEL_INLINE Vec sigmoidOf(Vec x) {
    return 1.0f / (1.0f + exponential(-x));
}

} // namespace
} // namespace zscape::kernels
