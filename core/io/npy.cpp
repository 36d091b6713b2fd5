#include "core/io/npy.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/zip_archive.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

namespace zscape {

namespace {

struct Header {
    char kind = 0; ///< NumPy's letter: f, i, u, b
    std::size_t itemSize = 0;
    bool swapped = false;
    bool fortran = false;
    std::vector<std::size_t> shape;
    std::size_t count = 1;
    std::size_t dataOffset = 0;
};

/// The Python dict literal of a header, e.g. {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }. Just its
/// three known keys are looked for; their values are read with the few rules they need.
class HeaderText {
public:
    HeaderText(std::string text, std::string where) : m_text(std::move(text)), m_where(std::move(where)) {}

    std::string descr() const {
        const std::size_t start = valueOf("descr");
        const char quote = at(start);
        if (quote != '\'' && quote != '"') fail("holds structures or objects, not plain numbers");
        const std::size_t end = m_text.find(quote, start + 1);
        if (end == std::string::npos) fail("has a damaged header");
        return m_text.substr(start + 1, end - start - 1);
    }

    bool fortranOrder() const {
        const std::size_t start = valueOf("fortran_order");
        if (m_text.compare(start, 4, "True") == 0) return true;
        if (m_text.compare(start, 5, "False") == 0) return false;
        fail("has a damaged header");
    }

    std::vector<std::size_t> shape() const {
        std::size_t position = valueOf("shape");
        if (at(position) != '(') fail("has a damaged header");
        std::vector<std::size_t> sizes;
        for (++position; at(position) != ')';) {
            if (at(position) == ' ' || at(position) == ',' || at(position) == 'L') { // Python 2 wrote 3L
                ++position;
                continue;
            }
            sizes.push_back(number(position));
            if (sizes.size() > 32) fail("has a damaged header"); // NumPy's own limit
        }
        return sizes;
    }

    [[noreturn]] void fail(const std::string& what) const { throw Error(m_where + " " + what); }

private:
    char at(std::size_t position) const { return position < m_text.size() ? m_text[position] : '\0'; }

    std::size_t valueOf(const std::string& key) const {
        std::size_t position = m_text.find("'" + key + "'");
        if (position == std::string::npos) fail("has a damaged header (no '" + key + "')");
        position += key.size() + 2;
        while (at(position) == ' ' || at(position) == ':') {
            ++position;
        }
        return position;
    }

    std::size_t number(std::size_t& position) const {
        const std::size_t start = position;
        std::size_t value = 0;
        for (; at(position) >= '0' && at(position) <= '9'; ++position) {
            if (value > largestNpy) fail("claims an impossible size");
            value = value * 10 + static_cast<std::size_t>(at(position) - '0');
        }
        if (position == start) fail("has a damaged header");
        return value;
    }

    std::string m_text;
    std::string m_where;
};

void setType(Header& header, const HeaderText& text) {
    const std::string descr = text.descr();
    // Not strchr: it would find a zero byte in any of them.
    const auto isOneOf = [](std::string_view letters, char letter) { return letters.find(letter) != letters.npos; };
    const bool known =
        descr.size() == 3 && isOneOf("<>|=", descr[0]) && isOneOf("fiub", descr[1]) && isOneOf("1248", descr[2]);
    header.kind = known ? descr[1] : '\0';
    header.itemSize = known ? static_cast<std::size_t>(descr[2] - '0') : 0;
    if (!known || (header.kind == 'f' && header.itemSize == 1) || (header.kind == 'b' && header.itemSize != 1)) {
        text.fail("holds values of type '" + descr + "', not plain numbers");
    }
    header.swapped = descr[0] == '>';
}

Header parseHeader(std::span<const std::byte> bytes, const std::string& where) {
    constexpr std::size_t magicSize = 8;
    if (bytes.size() < magicSize + 2 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0) {
        throw Error(where + " is not a NumPy array");
    }
    const auto byteAt = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    const std::size_t version = byteAt(6);
    if (version < 1 || version > 3) {
        throw Error(where + " is of NumPy format version " + std::to_string(version) + "; 1 to 3 are known");
    }
    const std::size_t lengthSize = version == 1 ? 2 : 4;
    if (bytes.size() < magicSize + lengthSize) throw Error(where + " is truncated");
    std::size_t length = 0;
    for (std::size_t i = 0; i < lengthSize; ++i) {
        length |= byteAt(magicSize + i) << (8 * i);
    }
    Header header;
    header.dataOffset = magicSize + lengthSize + length;
    if (header.dataOffset > bytes.size()) throw Error(where + " is truncated");
    const HeaderText text(std::string(reinterpret_cast<const char*>(bytes.data()) + magicSize + lengthSize, length),
                          where);
    setType(header, text);
    header.fortran = text.fortranOrder();
    header.shape = text.shape();
    for (const std::size_t size : header.shape) {
        if (size != 0 && header.count > largestNpy / size) text.fail("claims an impossible size");
        header.count *= size;
    }
    if ((bytes.size() - header.dataOffset) / header.itemSize < header.count) text.fail("is truncated");
    return header;
}

std::uint64_t bitsAt(const std::byte* item, const Header& header) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < header.itemSize; ++i) {
        const std::size_t place = header.swapped ? header.itemSize - 1 - i : i;
        bits |= std::to_integer<std::uint64_t>(item[i]) << (8 * place);
    }
    return bits;
}

std::int64_t signedOf(std::uint64_t bits, const Header& header) {
    switch (header.itemSize) {
    case 1:
        return static_cast<std::int8_t>(bits);
    case 2:
        return static_cast<std::int16_t>(bits);
    case 4:
        return static_cast<std::int32_t>(bits);
    default:
        return static_cast<std::int64_t>(bits);
    }
}

double valueAt(const std::byte* item, const Header& header) {
    const std::uint64_t bits = bitsAt(item, header);
    switch (header.kind) {
    case 'f':
        if (header.itemSize == 8) return std::bit_cast<double>(bits);
        if (header.itemSize == 4) return double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
        return double{floatFromHalf(static_cast<unsigned>(bits))};
    case 'i':
        return static_cast<double>(signedOf(bits, header));
    default:
        return static_cast<double>(bits);
    }
}

/// The elements of a column-major array in row-major order.
std::vector<double> inRowOrder(const std::vector<double>& columnMajor, const std::vector<std::size_t>& shape) {
    std::vector<std::size_t> stride(shape.size(), 1);
    for (std::size_t d = 1; d < shape.size(); ++d) {
        stride[d] = stride[d - 1] * shape[d - 1];
    }
    std::vector<double> values;
    values.reserve(columnMajor.size());
    std::vector<std::size_t> index(shape.size(), 0);
    std::size_t position = 0;
    while (values.size() < columnMajor.size()) {
        values.push_back(columnMajor[position]);
        for (std::size_t d = shape.size(); d-- > 0;) {
            position += stride[d];
            if (++index[d] < shape[d]) break;
            position -= stride[d] * shape[d];
            index[d] = 0;
        }
    }
    return values;
}

const ZipEntry& entryOf(const ZipReader& archive, const std::string& name) {
    if (const ZipEntry* entry = archive.find(name + ".npy")) return *entry;
    std::string present;
    for (std::size_t i = 0; i < archive.entries().size() && i < 10; ++i) {
        present += (i ? ", " : "") + archive.entries()[i].name;
    }
    throw Error(archive.path().string() + " has no array '" + name + "' (it has " +
                (present.empty() ? "none" : present) + ")");
}

std::string whereOf(const ZipReader& archive, const std::string& name) {
    return "'" + name + "' in " + archive.path().string();
}

} // namespace

float floatFromHalf(unsigned bits) {
    const std::uint32_t sign = (bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1Fu;
    const std::uint32_t mantissa = bits & 0x3FFu;
    if (exponent == 0) { // zero and subnormal: mantissa * 2^-24 exactly
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
    return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

NpyArray parseNpy(std::span<const std::byte> bytes, const std::string& where) {
    const Header header = parseHeader(bytes, where);
    NpyArray array;
    array.shape = header.shape;
    array.values.reserve(header.count);
    for (std::size_t i = 0; i < header.count; ++i) {
        array.values.push_back(valueAt(bytes.data() + header.dataOffset + i * header.itemSize, header));
    }
    if (header.fortran && header.shape.size() > 1) array.values = inRowOrder(array.values, header.shape);
    return array;
}

NpyArray readNpy(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw Error("cannot open " + path.string());
    const std::streamoff size = file.tellg();
    if (size < 0) throw Error("cannot read " + path.string());
    if (static_cast<std::uint64_t>(size) > largestNpy) throw Error(path.string() + " is larger than 4 GiB");
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), size)) throw Error("cannot read " + path.string());
    return parseNpy(bytes, path.string());
}

std::vector<std::int64_t> parseNpyIntegers(std::span<const std::byte> bytes, const std::string& where) {
    const Header header = parseHeader(bytes, where);
    if ((header.kind != 'i' && header.kind != 'u') || header.shape.size() != 1) {
        throw Error(where + " is not a list of integers");
    }
    std::vector<std::int64_t> values;
    values.reserve(header.count);
    for (std::size_t i = 0; i < header.count; ++i) {
        const std::uint64_t bits = bitsAt(bytes.data() + header.dataOffset + i * header.itemSize, header);
        if (header.kind == 'u' && bits > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            throw Error(where + " holds " + std::to_string(bits) + ", which is larger than any source_id");
        }
        values.push_back(header.kind == 'u' ? static_cast<std::int64_t>(bits) : signedOf(bits, header));
    }
    return values;
}

std::vector<std::byte> npyBytes(std::span<const double> values, const std::vector<std::size_t>& shape) {
    static_assert(std::endian::native == std::endian::little, "arrays are written in the machine's byte order");
    std::string shapeText;
    std::size_t count = 1;
    for (const std::size_t size : shape) {
        shapeText += std::to_string(size) + ", ";
        count *= size;
    }
    if (count != values.size()) throw Error("internal: a NumPy array has another size than its shape");
    if (shape.size() > 1) shapeText.resize(shapeText.size() - 2); // (3, 2) but (3, )
    std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + shapeText + "), }";
    // NumPy pads with blanks so that the data start at a multiple of 64, and ends the header with a line feed.
    constexpr std::size_t before = 10;
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';
    if (header.size() > std::numeric_limits<std::uint16_t>::max()) throw Error("internal: NumPy header too long");
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(header.size() & 0xFF);
    start += static_cast<char>(header.size() >> 8);
    start += header;
    std::vector<std::byte> bytes(start.size() + values.size_bytes());
    std::memcpy(bytes.data(), start.data(), start.size());
    if (!values.empty()) std::memcpy(bytes.data() + start.size(), values.data(), values.size_bytes());
    return bytes;
}

std::vector<NpyArray> readNpz(const std::filesystem::path& path, std::span<const std::string> names,
                              std::size_t sizeLimit) {
    const ZipReader archive(path);
    std::vector<NpyArray> arrays;
    for (const std::string& name : names) {
        arrays.push_back(parseNpy(archive.read(entryOf(archive, name), sizeLimit), whereOf(archive, name)));
    }
    return arrays;
}

std::vector<std::int64_t> readNpzIntegers(const std::filesystem::path& path, const std::string& name,
                                          std::size_t sizeLimit) {
    const ZipReader archive(path);
    return parseNpyIntegers(archive.read(entryOf(archive, name), sizeLimit), whereOf(archive, name));
}

std::vector<std::string> npzNames(const std::filesystem::path& path) {
    const ZipReader archive(path);
    std::vector<std::string> names;
    for (const ZipEntry& entry : archive.entries()) {
        if (entry.name.ends_with(".npy")) names.push_back(entry.name.substr(0, entry.name.size() - 4));
    }
    return names;
}

void writeNpz(const std::filesystem::path& path, std::span<const NamedNpyArray> arrays) {
    std::vector<ZipContent> contents;
    for (const NamedNpyArray& named : arrays) {
        contents.push_back({named.name + ".npy", npyBytes(named.array.values, named.array.shape)});
    }
    AtomicFile file(path);
    writeStoredZip(file.temporaryPath(), contents);
    file.commit();
}

} // namespace zscape
