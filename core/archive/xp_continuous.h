#pragma once

#include "core/archive/table_source.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Gaia XP_CONTINUOUS, the mean BP/RP spectra as coefficients of basis functions (xp-calibration.md, "Gaia archive
/// files"), from any table source: the archive's 26 columns, or a wide table with one column a coefficient.
namespace zscape {

/// One band of a run of stars, every array by row. What a file does not tell stays empty.
struct XpBandColumns {
    /// Coefficients of a star; the same in a whole file. 0 where no star of this batch has the band.
    std::size_t count = 0;
    std::vector<std::uint8_t> present; ///< 1 where the star has this band
    std::vector<double> coefficients;  ///< rows x count; NaN where the band is missing
    std::vector<float> errors;         ///< rows x count; NaN where the band is missing
    std::vector<float> correlations; ///< rows x count (count - 1) / 2, strict lower triangle row by row; NaN if missing
    std::vector<double> preciseErrors, preciseCorrelations; ///< in place of these two, as XpReadOptions::precise asks
    std::vector<std::int32_t> relevantBases;                ///< n_relevant_bases; -1 where missing (no truncation)
    std::vector<std::int32_t> measurements;                 ///< n_measurements; -1 where missing, as the next two
    std::vector<std::int32_t> rejectedMeasurements;
    std::vector<std::int32_t> degreesOfFreedom;
    std::vector<float> standardDeviation; ///< NaN where missing, as the next two
    std::vector<float> chiSquared;
    std::vector<float> relativeShrinking;

    std::size_t correlationCount() const { return count * (count - (count > 0 ? 1 : 0)) / 2; }
    bool hasCorrelations() const { return !correlations.empty() || !preciseCorrelations.empty(); }
};

/// A run of stars of one file.
struct XpBatch {
    std::size_t file = 0; ///< readXpFiles: which of the files
    std::string member;   ///< file within a zip archive; empty for none
    std::vector<std::int64_t> sourceIds;
    std::vector<std::uint64_t> rowNumbers; ///< in the file, counted from 0
    XpBandColumns bp, rp;

    std::size_t rows() const { return sourceIds.size(); }
};

struct XpReadOptions {
    bool correlations = true; ///< false: they are not read, which takes a fifth of the time and of the memory
    /// Errors and correlations in float64, as text tells them. The archive's are of 32 bits, which their text need not
    /// hit: up to 6e-8 beside it, where results are to equal those of who reads the text.
    bool precise = false;
    int threads = 0; ///< <= 0: every core
    /// Called with one sentence for a star that cannot be read, which is left out (and, by readXpFiles, for a file that
    /// cannot). Without it the first such problem throws. May be called from any thread, one call at a time.
    std::function<void(const std::string&)> skip{};
};

/// Whether a table has what XpContinuousReader needs: source_id, and coefficients with errors of a band.
bool hasXpContinuous(const TableSchema& schema);

/// Reads one file, with all members of a zip archive one after another. Not for two threads at once.
class XpContinuousReader {
public:
    /// Throws Error: what tablesIn and openTable throw, and a table without the columns needed, which it names.
    explicit XpContinuousReader(const std::filesystem::path& path, XpReadOptions options = {}, JobContext job = {});
    /// The same from a source that is open already; for tests, and for tables in memory.
    XpContinuousReader(std::unique_ptr<TableSource> source, XpReadOptions options);
    ~XpContinuousReader();
    XpContinuousReader(const XpContinuousReader&) = delete;
    XpContinuousReader& operator=(const XpContinuousReader&) = delete;

    /// The next stars, at least one; false at the end. Throws Error (file, row, column) and Cancelled.
    bool next(XpBatch& batch);
    double fraction() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Reads many files, as many at a time as there are cores. `take` is called from worker threads, one call at a time,
/// with batches of one file in order but files mixed: (file, rowNumbers) tell the place. Throws the Error of `take` or,
/// without `skip`, of the first file that has one; Cancelled.
void readXpFiles(const std::vector<std::filesystem::path>& files, const XpReadOptions& options,
                 const std::function<void(XpBatch&&)>& take, const JobContext& job = {});

} // namespace zscape
