#pragma once

#include "core/archive/label_table.h"
#include "core/base/job_context.h"
#include "core/catalog/catalog_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The catalogue builder: spectra and labels as the archives deliver them become one catalogue ready for training.
/// read -> choose columns -> cross-match by source_id -> fill the G flux -> cuts -> write.
namespace zscape {

/// Which stars the cross-match keeps.
enum class JoinRule {
    Matched, ///< those with a spectrum that stand in every label table
    All      ///< every star with a spectrum; labels it lacks are missing
};
std::string_view joinRuleName(JoinRule rule); ///< "matched", "all"
/// Throws Error for another name.
JoinRule joinRuleFromName(std::string_view name);

struct ImportOptions {
    /// Files with spectra: Gaia XP_CONTINUOUS in any format, or catalogues; a folder stands for the files in it that
    /// hold spectra.
    std::vector<std::filesystem::path> spectra;
    std::vector<std::filesystem::path> labels; ///< tables with a Gaia source_id
    std::filesystem::path out;
    CatalogLayout layout = CatalogLayout::Native;
    /// Label columns to take, by Zscape's name or the table's own; empty takes every one that Zscape knows.
    std::vector<std::string> columns;
    std::map<std::string, std::string> names; ///< Zscape's name -> the table's column: comes before the aliases
    /// What of a label table becomes which column, in place of `columns` and `names`, for tables named here.
    std::map<std::filesystem::path, LabelMapping> mappings;
    JoinRule join = JoinRule::Matched;
    /// All of which a star must pass: formulas (core/explore/expression.h), names of the paper's quality cuts
    /// (method.md section 2: "good", "pristine", and "good-paper", "pristine-paper" as its text has them), or "usable".
    std::vector<std::string> cuts;
    bool correlations = false; ///< keep the coefficients' correlations, native layout only
    bool skipProblems = false; ///< go on after a file or row that cannot be read, and say so in the report
    bool keepCache = true;     ///< for the next run, which then reads only what has changed
    int threads = 0;
};

/// What was read from one input.
struct ImportInput {
    std::filesystem::path path;
    bool isLabels = false;
    bool isCached = false; ///< unchanged since an earlier run, so that it was not read again
    std::size_t rows = 0;
    std::size_t skipped = 0;           ///< rows that could not be read
    std::vector<std::string> problems; ///< sentences: why rows or the file were skipped (the first few), notices
    bool isFailed = false;             ///< nothing came of it
};

/// One step and the stars it left.
struct ImportStep {
    std::string name; ///< "read", "duplicates", "match allStar.fits", "cut G < 17.5"
    std::size_t kept = 0;
    std::map<std::string, std::size_t> fell; ///< reason -> stars
    std::string note;                        ///< the rule followed
};

struct ImportReport {
    std::vector<ImportInput> inputs;
    std::vector<ImportStep> steps;
    std::filesystem::path out;
    std::string layout;
    std::size_t rows = 0;
    std::size_t coefficientCount = 0;
    std::string fluxOrigin; ///< where phot_g_mean_flux came from
    UsabilityCounts usability;
    std::vector<std::string> columns; ///< written, with their origin: "TEFF [K] from allStar.fits: TEFF"
    double seconds = 0;
};
std::string reportText(const ImportReport& report);
std::string reportJson(const ImportReport& report);

inline constexpr std::string_view usableCut = "usable"; ///< stars that a model can use
/// The formula of a cut: that of a name, else the cut itself.
std::string formulaOf(const std::string& cut);

/// Where results of single inputs are kept between runs: `OUT.import` beside the output.
std::filesystem::path importCacheFolder(const std::filesystem::path& out);

/// Reads, joins and writes; the output appears only when complete, and a killed run is taken up where it was. Of
/// spectra with one source_id the first with both bands is kept, else the first; of label rows with one source_id that
/// of the largest SNR where the table has it, else the first. A value comes from the first label table that has it,
/// else from the spectra's file. Memory stays below 1 GB whatever the size of the input, but for 40 bytes a star.
/// Throws Error (what, where, what to do), Cancelled.
ImportReport importCatalog(const ImportOptions& options, const JobContext& job = {});

} // namespace zscape
