#pragma once

#include "core/archive/table_source.h"
#include "core/catalog/row_layout.h"
#include "core/io/hdf5.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Inside core/archive: what of an HDF5 file is its table, and the values of a run of its rows.
namespace zscape {

/// A dataset whose rows are cells of one column, or whole rows when it is a compound.
struct Hdf5Part {
    hdf5::Handle dataset;
    hdf5::Handle fileSpace;
    RowLayout layout; ///< of a column by itself: one member
    std::vector<hsize_t> extent;
    std::vector<std::byte> bytes; ///< of the rows that were read last
};

struct Hdf5Table {
    std::vector<Hdf5Part> parts;
    std::uint64_t rows = 0;
    std::string name; ///< of the dataset or group; "" for the file itself
    std::map<std::string, std::string> units;
    std::vector<std::string> notices; ///< what was left out, and why
};

/// The table `wanted`, or of "" the first there is: a compound dataset (astropy's layout first), else datasets of one
/// length side by side in a group. `file` is for messages. Throws Error.
Hdf5Table findHdf5Table(hid_t file, const std::string& fileName, const std::string& wanted);

/// Where a column's values lie: a member of a part, and the member that marks its missing values.
struct Hdf5Place {
    std::size_t part = 0;
    std::size_t member = 0;
    std::optional<std::size_t> mask;
};

/// Appends the column's values in `rows` rows of `part.bytes` to `out`; `firstRow` and `file` are for messages. Throws
/// Error for a number that the column's kind cannot hold.
void takeHdf5Values(const Hdf5Part& part, const Hdf5Place& place, std::size_t rows, std::uint64_t firstRow,
                    const std::string& file, ColumnValues& out);

} // namespace zscape
