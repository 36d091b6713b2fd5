#pragma once

#include "core/base/atomic_file.h"
#include "core/base/matrix_view.h"
#include "core/catalog/column.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace zscape {

/// A column that a native file will have.
struct NativeColumn {
    std::string name, unit, origin;
    ColumnType type = ColumnType::Float32;
    std::size_t textWidth = 1; ///< characters a value, of a text column
    bool hasMissing = false;   ///< an integer column with missing values
};

/// What a native file will hold, known before its first value is written.
struct NativePlan {
    std::string name;
    std::size_t rows = 0;
    std::size_t coefficientCount = 0; ///< 0: a table without spectra, which is no catalogue
    std::vector<NativeColumn> columns;
    std::string gFluxOrigin = "file";
    std::map<std::string, std::string> attributes;
    std::size_t bpCorrelations = 0; ///< numbers a star; 0 for none
    std::size_t rpCorrelations = 0;
};

/// Writes a native file piece by piece, in any order, without holding it: HDF5 lays the file out, then the values go to
/// their places by plain means. The file appears at commit(). One thread at a time, but the write functions for
/// different rows may be called at once.
class NativeWriter {
public:
    /// Reserves the whole file. Throws Error: the disk has no room for it, the folder cannot be written.
    NativeWriter(const std::filesystem::path& path, NativePlan plan);
    ~NativeWriter();
    NativeWriter(const NativeWriter&) = delete;
    NativeWriter& operator=(const NativeWriter&) = delete;

    const NativePlan& plan() const { return m_plan; }

    /// Rows that begin at `row`. Throw Error when the disk is full.
    void writeSourceIds(std::size_t row, std::span<const std::int64_t> ids);
    void writeCoefficients(std::size_t row, std::span<const float> values);
    void writeErrors(std::size_t row, std::span<const float> values);
    void writeFlags(std::size_t row, std::span<const std::uint8_t> flags);
    void writeBpCorrelations(std::size_t row, std::span<const float> values);
    void writeRpCorrelations(std::size_t row, std::span<const float> values);
    /// Values of plan().columns[column], in its type; texts padded with NUL to its width.
    void writeColumn(std::size_t column, std::size_t row, std::span<const std::byte> values);
    /// All missing bits of an integer column that has them.
    void writeMissing(std::size_t column, const BitSet& missing);

    /// Replaces plan().gFluxOrigin, for those who know it only in the end; what is beyond 255 characters is left out.
    void writeGFluxOrigin(const std::string& origin);

    /// The file as it is so far; it can be opened once all values are written.
    const std::filesystem::path& temporaryPath() const { return m_target.temporaryPath(); }
    /// Throws Error when the disk is full or the rename fails.
    void commit();

private:
    /// Where a dataset's values lie in the file.
    struct Place {
        std::size_t offset = 0;
        std::size_t rowBytes = 0;
    };
    struct Layout;

    void layOut();
    void write(const Place& place, std::size_t row, std::span<const std::byte> bytes);

    AtomicFile m_target;
    std::filesystem::path m_path;
    NativePlan m_plan;
    Place m_ids, m_coefficients, m_errors, m_flags, m_bp, m_rp, m_hash, m_gFluxOrigin;
    std::vector<Place> m_columns, m_missing;
    std::size_t m_fileBytes = 0;
    int m_descriptor = -1;
};

} // namespace zscape
