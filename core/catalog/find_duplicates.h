#pragma once

#include "core/base/bit_set.h"

#include <cstdint>
#include <span>

namespace zscape {

/// Marks every row whose id stands in an earlier row too; the first of each id stays unmarked. Linear time; needs
/// 16 to 32 bytes an id while it runs, none when the ids increase strictly.
BitSet findDuplicates(std::span<const std::int64_t> ids);

} // namespace zscape
