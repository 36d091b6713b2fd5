#pragma once

#include "core/base/bit_set.h"
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

/// Tables out, in every format Zscape writes, and small tables of numbers in for the command line.
namespace zscape {

enum class TableFormat { Hdf5, Csv, Ecsv, Fits, VoTableBinary, VoTableText };
/// By the file's ending: .h5 or .hdf5, .csv, .ecsv, .fits or .fit, .vot or .votable (BINARY2), .xml (a VOTable in
/// TABLEDATA). Throws Error for any other; ask before long work begins.
TableFormat tableFormatOf(const std::filesystem::path& path);

/// One quantity of a table: a matrix, rows x columns row-major, or with `isMatrix` false one value a row. Texts are
/// UTF-8 and never a matrix.
struct NumericBlock {
    std::string name; ///< "mu"
    std::string unit; ///< VOUnit spelling; empty for none
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                 std::vector<std::string>>
        values;
    std::size_t columns = 1;
    bool isMatrix = true;
    /// What the matrix columns stand at, e.g. "wavelength_nm" and 343 values; empty for none.
    std::string axisName;
    std::vector<double> axis;
    std::string ucd{};         ///< "phot.mag;em.opt.V"; empty for none
    std::string description{}; ///< one sentence; empty for none
    /// One bit a value (rows x columns), or empty: none. A NaN and an empty text are missing without their bit.
    BitSet missing{};

    std::size_t valueCount() const {
        return std::visit([](const auto& all) { return all.size(); }, values);
    }
    bool isMissing(std::size_t index) const { return missing.size() > 0 && missing.test(index); }
};

/// A results table to write.
struct NumericTable {
    std::vector<std::int64_t> sourceIds; ///< empty: no source_id column
    std::vector<NumericBlock> blocks;
    std::map<std::string, std::string> attributes; ///< provenance: file attributes in HDF5, `meta` in ECSV, not in CSV
};

/// Writes by the file's ending, atomically. Throws Error (unequal rows, disk full, unknown ending) and Cancelled.
/// What each format makes of missing values, units and axes is said in table_writer.h, which takes rows piece by piece.
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
