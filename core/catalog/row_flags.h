#pragma once

#include <cstdint>
#include <span>

namespace zscape {

/// Why a row cannot be used with a model: any of these bits; 0 where it can.
namespace rowFlag {
inline constexpr std::uint8_t badCoefficients = 1; ///< a coefficient is NaN or infinite
inline constexpr std::uint8_t badErrors = 2;       ///< a coefficient error is NaN, infinite, zero or negative
inline constexpr std::uint8_t badFlux = 4;         ///< phot_g_mean_flux is missing, infinite, zero or negative
inline constexpr std::uint8_t duplicate = 8;       ///< the source_id stands in an earlier row too
} // namespace rowFlag

/// badCoefficients and badErrors of one spectrum.
std::uint8_t spectrumFlags(std::span<const float> coefficients, std::span<const float> errors);
/// badFlux of one star's flux [e-/s].
std::uint8_t fluxFlag(double flux);

} // namespace zscape
