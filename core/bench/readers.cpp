// How fast the archive's spectra are read: bulk gzip ECSV, FITS and VOTable, one core each, and the numbers in them.
#include "core/archive/number_scan.h"
#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/bench/bench.h"

#include <fitsio.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace zscape {

namespace {

constexpr std::size_t coefficientCount = 55;
constexpr std::size_t correlationCount = coefficientCount * (coefficientCount - 1) / 2;
constexpr std::size_t distinctStars = 100;
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

/// Coefficients that fall off as those of stars do, errors, and correlations in -1..1: seeded.
struct Star {
    std::array<std::vector<double>, 2> coefficients;
    std::array<std::vector<float>, 2> errors;
    std::array<std::vector<float>, 2> correlations;
};

std::vector<Star> makeStars() {
    std::mt19937_64 random(5);
    const auto unit = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53 * 2 - 1; };
    std::vector<Star> stars(distinctStars);
    for (Star& star : stars) {
        for (std::size_t band = 0; band < 2; ++band) {
            for (std::size_t order = 0; order < coefficientCount; ++order) {
                star.coefficients[band].push_back(unit() * 5e4 / static_cast<double>(1 + order * order));
                star.errors[band].push_back(static_cast<float>(1 + std::abs(unit()) * 20));
            }
            for (std::size_t index = 0; index < correlationCount; ++index) {
                star.correlations[band].push_back(static_cast<float>(unit() * 0.3));
            }
        }
    }
    return stars;
}

template <typename T>
void appendList(std::string& text, const std::vector<T>& values) {
    std::array<char, 40> buffer;
    text += ",\"[";
    for (const T value : values) {
        if (text.back() != '[') text += ',';
        text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
    }
    text += "]\"";
}

std::string ecsvText(const std::vector<Star>& stars, std::size_t count) {
    std::string text =
        "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# -\n#   name: source_id\n#   datatype: int64\n";
    std::string names = "source_id";
    for (const std::string band : {"bp", "rp"}) {
        // GaiaXPy asks for these two.
        for (const auto& [name, type] :
             {std::pair("n_parameters", "int16"), std::pair("standard_deviation", "float32")}) {
            const std::string column = std::string(band).append("_").append(name);
            text.append("# -\n#   name: ").append(column).append("\n#   datatype: ").append(type).append("\n");
            names.append(",").append(column);
        }
        for (const std::string name : {"coefficients", "coefficient_errors", "coefficient_correlations"}) {
            const std::string type = name == "coefficients" ? "float64" : "float32";
            const std::string column = std::string(band).append("_").append(name);
            text.append("# -\n#   name: ").append(column).append("\n#   datatype: string\n#   subtype: '");
            text.append(type).append("[null]'\n");
            names.append(",").append(column);
        }
    }
    std::vector<std::string> rows;
    for (const Star& star : stars) {
        std::string& row = rows.emplace_back();
        for (std::size_t band = 0; band < 2; ++band) {
            row.append(",").append(std::to_string(coefficientCount)).append(",1.5");
            appendList(row, star.coefficients[band]);
            appendList(row, star.errors[band]);
            appendList(row, star.correlations[band]);
        }
    }
    text += names + "\n";
    for (std::size_t star = 0; star < count; ++star) {
        text += std::to_string(star + 1) + rows[star % rows.size()] + "\n";
    }
    return text;
}

void writeGzip(const std::filesystem::path& path, const std::string& text) {
    const gzFile file = gzopen(path.c_str(), "wb4");
    if (!file) throw Error("cannot write " + path.string());
    constexpr std::size_t piece = std::size_t{1} << 20;
    bool isGood = true;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const auto size = static_cast<unsigned>(std::min(piece, text.size() - at));
        isGood = isGood && gzwrite(file, text.data() + at, size) == static_cast<int>(size);
    }
    if (gzclose(file) != Z_OK || !isGood) throw Error("cannot write " + path.string());
}

void writeFits(const std::filesystem::path& path, const std::vector<Star>& stars, std::size_t count) {
    fitsfile* file = nullptr;
    int status = 0;
    std::array<std::string, 7> names{
        "source_id",       "bp_coefficients",       "bp_coefficient_errors",      "bp_coefficient_correlations",
        "rp_coefficients", "rp_coefficient_errors", "rp_coefficient_correlations"};
    std::array<std::string, 7> forms{"K", "PD(55)", "PE(55)", "PE(1485)", "PD(55)", "PE(55)", "PE(1485)"};
    std::array<char*, 7> namePointers{};
    std::array<char*, 7> formPointers{};
    for (std::size_t index = 0; index < names.size(); ++index) {
        namePointers[index] = names[index].data();
        formPointers[index] = forms[index].data();
    }
    fits_create_diskfile(&file, path.c_str(), &status);
    fits_create_tbl(file, BINARY_TBL, static_cast<LONGLONG>(count), 7, namePointers.data(), formPointers.data(),
                    nullptr, "XP", &status);
    for (std::size_t row = 0; row < count; ++row) {
        const Star& star = stars[row % stars.size()];
        const auto number = static_cast<LONGLONG>(row) + 1;
        LONGLONG id = number;
        fits_write_col(file, TLONGLONG, 1, number, 1, 1, &id, &status);
        for (int band = 0; band < 2; ++band) {
            const auto at = static_cast<std::size_t>(band);
            fits_write_col(file, TDOUBLE, 2 + 3 * band, number, 1, coefficientCount,
                           const_cast<double*>(star.coefficients[at].data()), &status);
            fits_write_col(file, TFLOAT, 3 + 3 * band, number, 1, coefficientCount,
                           const_cast<float*>(star.errors[at].data()), &status);
            fits_write_col(file, TFLOAT, 4 + 3 * band, number, 1, correlationCount,
                           const_cast<float*>(star.correlations[at].data()), &status);
        }
    }
    fits_close_file(file, &status);
    if (status != 0) throw Error("cannot write " + path.string() + "; is the disk full?");
}

class Base64Writer {
public:
    template <typename T>
    void put(T value) {
        using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
        const Bits bits = std::bit_cast<Bits>(value);
        for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
            putByte(static_cast<std::uint8_t>(bits >> shift & 0xFF));
        }
    }
    void putByte(std::uint8_t byte) {
        m_bits = m_bits << 8 | byte;
        if (++m_count < 3) return;
        flush(4);
    }
    std::string finish() {
        if (m_count > 0) {
            const int letters = m_count + 1;
            m_bits <<= 8 * (3 - m_count);
            flush(letters);
            m_text.append(static_cast<std::size_t>(4 - letters), '=');
        }
        return std::move(m_text);
    }

private:
    void flush(int letters) {
        constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int letter = 0; letter < letters; ++letter) {
            m_text += digits[m_bits >> (18 - 6 * letter) & 63];
        }
        if ((m_written += 4) % 64 == 0) m_text += '\n';
        m_bits = 0;
        m_count = 0;
    }
    std::string m_text;
    std::uint32_t m_bits = 0;
    int m_count = 0;
    std::size_t m_written = 0;
};

std::string votableText(const std::vector<Star>& stars, std::size_t count) {
    std::string text = "<?xml version='1.0'?><VOTABLE><RESOURCE><TABLE><FIELD name='source_id' datatype='long'/>";
    for (const std::string band : {"bp", "rp"}) {
        const std::string field = "<FIELD name='" + band;
        text.append(field).append("_coefficients' datatype='double' arraysize='*'/>");
        text.append(field).append("_coefficient_errors' datatype='float' arraysize='*'/>");
        text.append(field).append("_coefficient_correlations' datatype='float' arraysize='*'/>");
    }
    Base64Writer stream;
    for (std::size_t row = 0; row < count; ++row) {
        const Star& star = stars[row % stars.size()];
        const auto putList = [&stream](const auto& values) {
            stream.put(static_cast<std::int32_t>(values.size()));
            for (const auto value : values) {
                stream.put(value);
            }
        };
        stream.putByte(0);
        stream.put(static_cast<std::int64_t>(row + 1));
        for (std::size_t band = 0; band < 2; ++band) {
            putList(star.coefficients[band]);
            putList(star.errors[band]);
            putList(star.correlations[band]);
        }
    }
    return text + "<DATA><BINARY2><STREAM encoding='base64'>\n" + stream.finish() +
           "</STREAM></BINARY2></DATA></TABLE></RESOURCE></VOTABLE>\n";
}

/// Reads all stars of a file on one core; returns milliseconds for 100 MB.
double readMilliseconds(const std::filesystem::path& path, double megabytes, std::size_t stars) {
    const double seconds = medianSeconds(
        [&] {
            XpContinuousReader reader(path, {.correlations = true, .threads = 1});
            XpBatch batch;
            std::size_t count = 0;
            while (reader.next(batch)) {
                count += batch.rows();
            }
            if (count != stars)
                throw Error("the bench read " + std::to_string(count) + " stars of " + std::to_string(stars));
        },
        3);
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

std::string starsNote(double milliseconds, double megabytes, std::size_t stars) {
    return std::to_string(static_cast<long>(static_cast<double>(stars) / (milliseconds * megabytes / 1e5))) +
           " stars/s, one core";
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

} // namespace

std::vector<BenchResult> benchmarkReaders(const std::string& python, const JobContext& job) {
    constexpr std::size_t stars = 2000;
    job.report(-1, "reading spectra");
    const ScratchFolder folder;
    const std::vector<Star> made = makeStars();
    std::vector<BenchResult> results;
    {
        const std::string text = ecsvText(made, stars);
        results.push_back(benchmarkNumbers(text));
        const double megabytes = static_cast<double>(text.size()) / 1e6;
        writeGzip(folder / "bulk.csv.gz", text);
        job.throwIfCancelled();
        const double milliseconds = readMilliseconds(folder / "bulk.csv.gz", megabytes, stars);
        double theirSpeed = gaiaXpyStarsPerSecond;
        std::string theirName = "GaiaXPy's reader (890 stars/s, measured apart)";
        if (!python.empty()) {
            std::ofstream(folder / "bulk.ecsv", std::ios::binary) << text;
            theirSpeed = gaiaXpyReads(python, folder / "bulk.ecsv", stars, folder / "read.py");
            theirName = "GaiaXPy's reader (" + std::to_string(std::lround(theirSpeed)) + " stars/s, plain ECSV)";
        }
        const double theirs = static_cast<double>(stars) / theirSpeed * 1e3 / megabytes * 100;
        results.push_back({"read_xp_gzip_ecsv", milliseconds, "ms/100 MB", 100 / 60.0 * 1e3, theirName, theirs,
                           python.empty() ? 0.0 : 20.0, starsNote(milliseconds, megabytes, stars)});
    }
    const auto addBinary = [&](const std::string& name, const std::filesystem::path& path) {
        job.throwIfCancelled();
        const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
        const double milliseconds = readMilliseconds(path, megabytes, stars);
        results.push_back({name, milliseconds, "ms/100 MB", 1000, "", 0, 0, starsNote(milliseconds, megabytes, stars)});
    };
    writeFits(folder / "a.fits", made, stars);
    addBinary("read_xp_fits", folder / "a.fits");
    std::ofstream(folder / "a.xml", std::ios::binary) << votableText(made, stars);
    addBinary("read_xp_votable", folder / "a.xml");
    return results;
}

} // namespace zscape
