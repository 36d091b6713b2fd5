#pragma once

#include <span>
#include <string>

namespace zscape {

/// A word as a shell reads it back.
std::string shellWord(const std::string& word);
/// The shortest digits that read back exactly: a range must not move a star by a pixel.
std::string numberWord(double value);
/// "1,2.5,-3".
std::string numberList(std::span<const float> values);

} // namespace zscape
