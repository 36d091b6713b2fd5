#pragma once

#include <cstddef>
#include <span>

namespace zscape {

/// Data files compiled into the library (from resources/ and models/), so that one binary runs wherever it is copied.
std::span<const std::byte> embeddedXpTables();  ///< resources/xp_tables.h5
std::span<const std::byte> embeddedXpNoise();   ///< resources/xp_noise.h5
std::span<const std::byte> embeddedDemoModel(); ///< models/demo.h5

} // namespace zscape
