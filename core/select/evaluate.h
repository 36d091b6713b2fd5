#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/explore/star_table.h"
#include "core/select/definition.h"

#include <string>
#include <vector>

namespace zscape {

/// The stars of a definition, one bit a row of the table, on all cores, in float64 on the data themselves. A star that
/// misses a value is in no shape that needs it. `others` are what references mean.
/// Throws Error: columns that the table lacks (all named), a reference to nothing or round in a circle, a shape that
/// cannot be (checkDefinition); Cancelled. Any thread.
BitSet evaluate(const Definition& definition, const StarTable& table, const std::vector<Selection>& others = {},
                const JobContext& job = {});

/// Ids and names that a definition needs and the table lacks, references followed; "z1" and the like for latents.
/// Throws Error as evaluate, but for missing columns.
std::vector<std::string> missingColumns(const Definition& definition, const StarTable& table,
                                        const std::vector<Selection>& others = {});

/// Names of the selections that a definition refers to, itself and through others.
std::vector<std::string> referencesOf(const Definition& definition, const std::vector<Selection>& others);
/// Whether giving `name` this definition would make it refer to itself.
bool wouldCircle(const std::string& name, const Definition& definition, const std::vector<Selection>& others);

/// Throws Error for a shape that cannot be: too few vertices, numbers that are not finite, no bins, ...
void checkDefinition(const Definition& definition);

/// Whether a definition is cheap enough to evaluate while the user waits: no formulas, no neighbours, no histogram.
bool isQuick(const Definition& definition);

} // namespace zscape
