#pragma once

#include <cstddef>

namespace zscape::test {

/// How often the program has called operator new (any thread). Link allocation_counter.cpp into the test.
std::size_t allocationCount();

} // namespace zscape::test
