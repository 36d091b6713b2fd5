// How fast the archive's spectra are read: bulk gzip ECSV, FITS and VOTable, one core each, and the numbers in them.
#include "core/archive/number_scan.h"
#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/bench/bench.h"
#include "core/bench/made_spectra.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace zscape {

namespace {

/// GaiaXPy's own reader of CSV and ECSV with correlations, one core (2.1.5: 800 to 890 on the machines tried), where no
/// Python is given to measure it in the same run.
constexpr double gaiaXpyStarsPerSecond = 890;

class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "zscape-bench-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw Error("cannot make a folder for the bench in " + pattern);
        m_path = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

/// Seconds that reading all stars of a file takes.
double readSeconds(const std::filesystem::path& path, std::size_t stars, const XpReadOptions& options) {
    return medianSeconds(
        [&] {
            XpContinuousReader reader(path, options);
            XpBatch batch;
            std::size_t count = 0;
            while (reader.next(batch)) {
                count += batch.rows();
            }
            if (count != stars)
                throw Error("the bench read " + std::to_string(count) + " stars of " + std::to_string(stars));
        },
        3);
}
double allFilesSeconds(const std::vector<std::filesystem::path>& files, std::size_t starsEach,
                       const XpReadOptions& options) {
    return medianSeconds(
        [&] {
            std::size_t count = 0;
            readXpFiles(files, options, [&](XpBatch&& batch) { count += batch.rows(); });
            if (count != starsEach * files.size()) throw Error("the bench lost stars");
        },
        3);
}
constexpr double msPer100Megabytes(double seconds, double megabytes) {
    return seconds * 1e3 / megabytes * 100;
}

/// Stars a second of GaiaXPy's own reader on one core, of a plain ECSV file: it does not know gzip.
double gaiaXpyReads(const std::string& python, const std::filesystem::path& file, std::size_t stars,
                    const std::filesystem::path& scriptPath) {
    std::ofstream(scriptPath) << "import sys, time\n"
                                 "from gaiaxpy.input_reader.input_reader import InputReader\n"
                                 "from gaiaxpy.calibrator.calibrator import calibrate\n"
                                 "times = []\n"
                                 "for turn in range(3):\n"
                                 "    start = time.perf_counter()\n"
                                 "    data, _ = InputReader(sys.argv[1], calibrate, False, disable_info=True).read()\n"
                                 "    times.append(time.perf_counter() - start)\n"
                                 "print('zscape', len(data), sorted(times)[1])\n";
    const auto quoted = [](const std::string& text) {
        std::string safe = "'";
        for (const char letter : text) {
            safe += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
        }
        return safe + "'";
    };
    const std::string command =
        "OMP_NUM_THREADS=1 " + quoted(python) + " " + quoted(scriptPath.string()) + " " + quoted(file.string());
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (!pipe) throw Error("cannot start " + python);
    std::string said;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe)) {
        if (std::string_view(buffer.data()).starts_with("zscape ")) said = buffer.data();
    }
    const int status = ::pclose(pipe);
    std::size_t rows = 0;
    double seconds = 0;
    if (status != 0 || std::sscanf(said.c_str(), "zscape %zu %lf", &rows, &seconds) != 2) {
        throw Error(python + " cannot read the bench's stars with GaiaXPy; install it there (pip install gaiaxpy)");
    }
    if (rows != stars) throw Error("GaiaXPy read " + std::to_string(rows) + " stars of " + std::to_string(stars));
    return static_cast<double>(stars) / seconds;
}

BenchResult benchmarkNumbers(const std::string& text) {
    std::vector<std::string_view> numbers;
    for (std::size_t at = text.find('['); at < text.size() && numbers.size() < 400000;) {
        const std::size_t first = text.find_first_of("-0123456789", at);
        if (first == std::string::npos) break;
        const std::size_t last = std::min(text.find_first_not_of("-+.eE0123456789", first), text.size());
        numbers.push_back(std::string_view(text).substr(first, last - first));
        at = last;
    }
    double sum = 0;
    const auto seconds =
        medianSecondsInTurns({[&] {
                                  for (const std::string_view number : numbers) {
                                      float value = 0;
                                      scanNumber(number.data(), number.data() + number.size(), value);
                                      sum += static_cast<double>(value);
                                  }
                              },
                              [&] {
                                  for (const std::string_view number : numbers) {
                                      float value = 0;
                                      std::from_chars(number.data(), number.data() + number.size(), value);
                                      sum -= static_cast<double>(value);
                                  }
                              }},
                             7);
    if (std::abs(sum) > 1e-3 * static_cast<double>(numbers.size()))
        throw Error("the number scanner and std::from_chars disagree");
    const double each = 1e9 / static_cast<double>(numbers.size());
    return {"scan_number", seconds[0] * each, "ns", 60, "std::from_chars", seconds[1] * each, 1};
}

std::string starsNote(double seconds, std::size_t stars, int cores) {
    return std::to_string(std::lround(static_cast<double>(stars) / seconds)) + " stars/s, " +
           (cores == 1 ? std::string("one core") : std::to_string(cores) + " cores");
}

/// ECSV as the archive's bulk download delivers it, plain and gzip, with correlations and without: one core's speed in
/// text, and what all cores together take for a star beside GaiaXPy's reader, which uses one.
std::vector<BenchResult> benchmarkText(const std::vector<MadeSpectra>& made, std::size_t stars,
                                       const ScratchFolder& folder, const std::string& python, const JobContext& job) {
    const std::string text = ecsvText(made, stars);
    std::vector<BenchResult> results{benchmarkNumbers(text)};
    const double megabytes = static_cast<double>(text.size()) / 1e6;
    const auto plain = folder / "bulk.ecsv";
    const auto packed = folder / "bulk.csv.gz";
    std::ofstream(plain, std::ios::binary) << text;
    writeGzip(packed, text);
    double theirSpeed = gaiaXpyStarsPerSecond;
    std::string theirName = "GaiaXPy's reader (890 stars/s, measured apart)";
    if (!python.empty()) {
        theirSpeed = gaiaXpyReads(python, plain, stars, folder / "read.py");
        theirName = "GaiaXPy's reader (" + std::to_string(std::lround(theirSpeed)) + " stars/s, plain ECSV)";
    }
    const double theirs = 1e6 / theirSpeed;
    constexpr double budget = 100 / 60.0 * 1e3; // 60 MB/s
    const double perStar = budget / 1e2 * megabytes / static_cast<double>(stars) * 1e3;
    for (const auto& [name, path] : {std::pair("ecsv", plain), std::pair("gzip_ecsv", packed)}) {
        for (const bool correlations : {true, false}) {
            job.throwIfCancelled();
            const std::string what = std::string("read_xp_") + name + (correlations ? "" : "_no_corr");
            const double one = readSeconds(path, stars, {.correlations = correlations, .threads = 1});
            results.push_back(
                {what, msPer100Megabytes(one, megabytes), "ms/100 MB", budget, "", 0, 0, starsNote(one, stars, 1)});
            // The archive's bulk download is thousands of files, so every core has one.
            const int cores = availableCores();
            const std::vector<std::filesystem::path> files(static_cast<std::size_t>(cores), path);
            const double all = allFilesSeconds(files, stars, {.correlations = correlations});
            // 890 stars/s are of a machine that is not this one: the ratio is asked only of both in one run.
            results.push_back({what + "_stars", all * 1e6 / static_cast<double>(stars * files.size()), "us/star",
                               perStar, theirName, theirs, python.empty() ? 0.0 : 20.0,
                               starsNote(all, stars * files.size(), cores)});
        }
    }
    return results;
}

} // namespace

std::vector<BenchResult> benchmarkReaders(const std::string& python, const JobContext& job) {
    constexpr std::size_t stars = 2000;
    job.report(-1, "reading spectra");
    const ScratchFolder folder;
    const std::vector<MadeSpectra> made = makeSpectra();
    std::vector<BenchResult> results = benchmarkText(made, stars, folder, python, job);
    const auto addBinary = [&](const std::string& name, const std::filesystem::path& path) {
        job.throwIfCancelled();
        const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
        const double seconds = readSeconds(path, stars, {.correlations = true, .threads = 1});
        results.push_back(
            {name, msPer100Megabytes(seconds, megabytes), "ms/100 MB", 1000, "", 0, 0, starsNote(seconds, stars, 1)});
    };
    writeFits(folder / "a.fits", made, stars);
    addBinary("read_xp_fits", folder / "a.fits");
    std::ofstream(folder / "a.xml", std::ios::binary) << votableText(made, stars);
    addBinary("read_xp_votable", folder / "a.xml");
    return results;
}

} // namespace zscape
