#pragma once

#include "core/base/bit_set.h"
#include "core/base/job_context.h"
#include "core/explore/star_table.h"
#include "core/io/table_file.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// A table to write (writeTable) of the stars in `rows`: their source_ids and any columns, by the names of a StarTable
/// or as formulas; a catalogue's column keeps its type and unit, text too. Without a catalogue there are no source_ids.
/// Throws ExpressionError, Error (no stars; a column that does not fit the writer), Cancelled.
NumericTable exportStars(const StarTable& table, const BitSet& rows, const std::vector<std::string>& columns,
                         const JobContext& job = {});

/// The same of single rows, in their order.
NumericTable exportStars(const StarTable& table, std::span<const std::uint32_t> rows,
                         const std::vector<std::string>& columns, const JobContext& job = {});

/// "teff, J-H, atan2(z1,z2)" -> its names: commas within parentheses, brackets and quotes part nothing. "all" stands
/// for every column of the table. Throws Error for an empty name.
std::vector<std::string> columnList(std::string_view text, const StarTable& table);

} // namespace zscape
