#include "core/bench/made_spectra.h"

#include "core/base/error.h"

#include <fitsio.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>
#include <type_traits>
#include <utility>

namespace zscape {

namespace {

constexpr std::size_t coefficientCount = 55;
constexpr std::size_t correlationCount = coefficientCount * (coefficientCount - 1) / 2;
constexpr std::size_t distinctStars = 100;

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

} // namespace

std::vector<MadeSpectra> makeSpectra() {
    std::mt19937_64 random(5);
    const auto unit = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53 * 2 - 1; };
    std::vector<MadeSpectra> stars(distinctStars);
    for (MadeSpectra& star : stars) {
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

std::string ecsvText(const std::vector<MadeSpectra>& stars, std::size_t count) {
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
    for (const MadeSpectra& star : stars) {
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

void writeFits(const std::filesystem::path& path, const std::vector<MadeSpectra>& stars, std::size_t count) {
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
        const MadeSpectra& star = stars[row % stars.size()];
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

std::string votableText(const std::vector<MadeSpectra>& stars, std::size_t count) {
    std::string text = "<?xml version='1.0'?><VOTABLE><RESOURCE><TABLE><FIELD name='source_id' datatype='long'/>";
    for (const std::string band : {"bp", "rp"}) {
        const std::string field = "<FIELD name='" + band;
        text.append(field).append("_coefficients' datatype='double' arraysize='*'/>");
        text.append(field).append("_coefficient_errors' datatype='float' arraysize='*'/>");
        text.append(field).append("_coefficient_correlations' datatype='float' arraysize='*'/>");
    }
    Base64Writer stream;
    for (std::size_t row = 0; row < count; ++row) {
        const MadeSpectra& star = stars[row % stars.size()];
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

} // namespace zscape
