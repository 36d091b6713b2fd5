#pragma once

#include "core/select/definition.h"

#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// A list of selections as JSON, versioned; numbers read back exactly.
std::string toJson(const std::vector<Selection>& selections);
/// Throws Error with one sentence that says where: no JSON, another or a newer format, unknown or missing members,
/// wrong types, shapes that cannot be, names that are empty or not of their own.
std::vector<Selection> selectionsFromJson(std::string_view text);

/// The same for one definition.
std::string toJson(const Definition& definition);
Definition definitionFromJson(std::string_view text);

} // namespace zscape
