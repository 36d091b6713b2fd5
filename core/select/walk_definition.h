#pragma once

#include "core/select/definition.h"

#include <functional>
#include <string>
#include <vector>

namespace zscape {

/// Calls visit on every definition within this one, itself first, references followed (each once).
/// Throws Error for a reference to nothing or round in a circle.
void walkDefinition(const Definition& definition, const std::vector<Selection>& others,
                    const std::function<void(const Definition&)>& visit);

/// The selection of that name. Throws Error without one.
const Selection& requireSelection(const std::string& name, const std::vector<Selection>& others);

} // namespace zscape
