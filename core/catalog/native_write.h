#pragma once

#include "core/catalog/native_writer.h"

#include <cstddef>
#include <span>
#include <vector>

namespace zscape {

/// A column as a native file will have it.
NativeColumn planColumn(const Column& column);

/// Values of some rows as they will lie in the file; texts padded with NUL to `textWidth`.
void gatherColumn(const Column& column, std::size_t textWidth, std::span<const std::size_t> rows,
                  std::vector<std::byte>& out);

} // namespace zscape
