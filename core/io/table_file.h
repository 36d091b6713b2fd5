#pragma once

#include "core/base/job_context.h"
#include "core/base/matrix_view.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Small tables of numbers for the command line: what `encode` and `decode` take in and write out.
namespace zscape {

enum class TableFormat { Hdf5, Csv, Ecsv };
/// By the file's ending: .h5 or .hdf5, .csv, .ecsv. Throws Error for any other; ask before long work begins.
TableFormat tableFormatOf(const std::filesystem::path& path);

/// One quantity of a results table: a matrix, rows x columns row-major, or with `isMatrix` false one number a row.
struct NumericBlock {
    std::string name; ///< "mu"
    std::string unit; ///< VOUnit spelling; empty for none
    std::variant<std::vector<float>, std::vector<double>> values;
    std::size_t columns = 1;
    bool isMatrix = true;
    /// What the matrix columns stand at, e.g. "wavelength_nm" and 343 values; empty for none.
    std::string axisName;
    std::vector<double> axis;
};

/// A results table to write.
struct NumericTable {
    std::vector<std::int64_t> sourceIds; ///< empty: no source_id column
    std::vector<NumericBlock> blocks;
    std::map<std::string, std::string> attributes; ///< provenance: file attributes in HDF5, `meta` in ECSV, not in CSV
};

/// Writes by the file's ending, atomically. Throws Error (unequal rows, disk full, unknown ending) and Cancelled.
/// - .h5: datasets `source_id` (int64), each block by name (rows x columns, or rows), each axis by name; attribute
///   `unit` on a dataset, `attributes` on the root.
/// - .csv: one header line, then one line a row: `source_id`, a matrix as `mu_1`, `mu_2`, ... and with an axis as
///   `flux_336`, `flux_338`, ... (the axis values). Numbers have the shortest digits that read back exactly; `nan`.
/// - .ecsv: the same columns with types, units, attributes and axes in the header; astropy reads it
///   (`Table.read(f, format="ascii.ecsv")`).
void writeTable(const std::filesystem::path& path, const NumericTable& table, const JobContext& job = {});

/// Numbers read from a text table or an HDF5 dataset.
struct InputTable {
    std::vector<std::string> names;      ///< of the columns but source_id; of an HDF5 dataset `NAME_1`, `NAME_2`, ...
    std::vector<std::int64_t> sourceIds; ///< exact; empty when there are none
    std::vector<double> values;          ///< row-major, rows x names.size(); NaN where missing
    std::size_t rows = 0;

    MatrixView<const double> matrix() const { return {values.data(), rows, names.size()}; }
    /// Column `name` without regard to case; nothing where there is none.
    std::optional<std::size_t> find(std::string_view name) const;
    std::vector<double> column(std::size_t index) const;
    /// Columns `NAME_1` .. `NAME_k` (any order in the file) as rows x k row-major; nothing when `NAME_1` is not there.
    /// E.g. block("mu") of what `zscape encode` wrote.
    struct Block {
        std::vector<double> values;
        std::size_t columns = 0;
    };
    std::optional<Block> block(std::string_view name) const;
};

enum class InputKind {
    Catalogue, ///< FILE.h5: read it with readReleasedCatalog
    Text,      ///< FILE.csv, FILE.ecsv, FILE.txt
    Dataset    ///< FILE.h5:/path/of/dataset
};
/// What a command's INPUT argument means, by its spelling alone.
InputKind inputKindOf(const std::string& input);

/// Reads a Text or Dataset input.
/// - Text: comma-separated (an ECSV header may say otherwise); lines that begin with # and empty lines are skipped; the
///   first other line names the columns. `source_id` (or `ids`) is read as exact integers; every other column as
///   double, where nothing, `null` and `nan` are missing (NaN).
/// - Dataset: of rank 2, rows x columns; of rank 1, one row. A dataset `source_id` beside it with one entry a row is
///   read too.
/// Throws Error naming file, line and column (or dataset), also for a Catalogue input; Cancelled.
InputTable readInputTable(const std::string& input, const JobContext& job = {});

} // namespace zscape
