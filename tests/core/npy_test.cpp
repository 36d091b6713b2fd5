#include "core/base/error.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"
#include "tests/support/deflated_zip.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

namespace zscape {
namespace {

using test::TemporaryFolder;

/// A `.npy` of the given version, as numpy.lib.format lays it out.
std::vector<std::byte> npy(int version, std::string header, const std::string& data) {
    header += '\n';
    std::string text = "\x93NUMPY" + std::string{static_cast<char>(version), '\0'};
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
        text += static_cast<char>(static_cast<unsigned char>(header.size() >> (8 * i)));
    }
    text += header + data;
    const auto* start = reinterpret_cast<const std::byte*>(text.data());
    return {start, start + text.size()};
}

std::string header(const std::string& descr, const std::string& shape, bool fortran = false) {
    return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape +
           ", }";
}

template <typename T>
std::string bytesOf(std::initializer_list<T> values) {
    std::string bytes;
    for (const T value : values) {
        bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return bytes;
}

std::string errorOf(const std::vector<std::byte>& bytes) {
    try {
        parseNpy(bytes, "a.npy");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

using Doubles = std::vector<double>;
using Shape = std::vector<std::size_t>;

TEST(Npy, ReadsEveryNumberType) {
    const auto values = [](const std::string& descr, const std::string& data) {
        return parseNpy(npy(1, header(descr, "(2,)"), data), "a.npy").values;
    };
    EXPECT_EQ(values("<f8", bytesOf({-1.0 / 3.0, 1e300})), (Doubles{-1.0 / 3.0, 1e300}));
    EXPECT_EQ(values("<f4", bytesOf({0.1f, -2.0f})), (Doubles{double{0.1f}, -2}));
    EXPECT_EQ(values("<f2", bytesOf<std::uint16_t>({0x3C00, 0xC500})), (Doubles{1, -5}));
    EXPECT_EQ(values("|i1", bytesOf<std::int8_t>({-128, 127})), (Doubles{-128, 127}));
    EXPECT_EQ(values("<i2", bytesOf<std::int16_t>({-300, 300})), (Doubles{-300, 300}));
    EXPECT_EQ(values("<i4", bytesOf<std::int32_t>({-70000, 70000})), (Doubles{-70000, 70000}));
    EXPECT_EQ(values("<i8", bytesOf<std::int64_t>({-(std::int64_t{1} << 50), 1})), (Doubles{-0x1p50, 1}));
    EXPECT_EQ(values("|u1", bytesOf<std::uint8_t>({255, 0})), (Doubles{255, 0}));
    EXPECT_EQ(values("<u4", bytesOf<std::uint32_t>({4000000000u, 1})), (Doubles{4e9, 1}));
    EXPECT_EQ(values("|b1", bytesOf<std::uint8_t>({1, 0})), (Doubles{1, 0}));
    // Big-endian, as np.array([-2, 300], dtype='>i2') and np.array([1.5, -2.0], dtype='>f8') are saved.
    EXPECT_EQ(values(">i2", std::string("\xff\xfe\x01\x2c", 4)), (Doubles{-2, 300}));
    EXPECT_EQ(values(">f8", std::string("\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16)), (Doubles{1.5, -2}));
}

TEST(Npy, ReadsFortranOrderAndEveryVersion) {
    for (const int version : {1, 2, 3}) {
        // np.asfortranarray([[0, 1, 2], [3, 4, 5]])
        const NpyArray array =
            parseNpy(npy(version, header("<f4", "(2, 3)", true), bytesOf({0.f, 3.f, 1.f, 4.f, 2.f, 5.f})), "a.npy");
        EXPECT_EQ(array.shape, (Shape{2, 3}));
        EXPECT_EQ(array.values, (Doubles{0, 1, 2, 3, 4, 5}));
    }
    // np.arange(24).reshape(2, 3, 4, order='C') saved in Fortran order: element (i, j, k) lies at i + 2 j + 6 k.
    std::string data;
    for (int k = 0; k < 4; ++k) {
        for (int j = 0; j < 3; ++j) {
            for (int i = 0; i < 2; ++i) {
                data += bytesOf({static_cast<float>(12 * i + 4 * j + k)});
            }
        }
    }
    const NpyArray cube = parseNpy(npy(1, header("<f4", "(2, 3, 4)", true), data), "a.npy");
    for (std::size_t i = 0; i < 24; ++i) {
        EXPECT_EQ(cube.values[i], static_cast<double>(i));
    }
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
    EXPECT_EQ(parseNpy(npy(1, header("<f8", "()"), bytesOf({3.0})), "a.npy").values, Doubles{3.0});
    EXPECT_TRUE(parseNpy(npy(1, header("<f8", "(0, 5)", true), ""), "a.npy").values.empty());
}

TEST(Npy, WritesWhatItReads) {
    const Doubles values{1, -2.5, 1e-300, std::numeric_limits<double>::infinity(), 0, 7};
    for (const Shape& shape : {Shape{6}, Shape{2, 3}, Shape{1, 3, 2}}) {
        const std::vector<std::byte> bytes = npyBytes(values, shape);
        EXPECT_EQ((bytes.size() - 48) % 64, 0u); // data aligned as NumPy does
        const NpyArray array = parseNpy(bytes, "a.npy");
        EXPECT_EQ(array.shape, shape);
        EXPECT_EQ(array.values, values);
    }
    EXPECT_EQ(parseNpy(npyBytes(Doubles{4.0}, {}), "a.npy").shape, Shape{});
    EXPECT_THROW(npyBytes(values, {7}), Error);
}

TEST(Npy, HalfPrecisionIsIeee754) {
    EXPECT_EQ(floatFromHalf(0x0001), 0x1p-24f); // smallest subnormal
    EXPECT_EQ(floatFromHalf(0x03FF), 1023 * 0x1p-24f);
    EXPECT_EQ(floatFromHalf(0x0400), 0x1p-14f); // smallest normal
    EXPECT_EQ(floatFromHalf(0x7BFF), 65504.0f); // largest
    EXPECT_EQ(floatFromHalf(0xFC00), -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(floatFromHalf(0x7E00)));
    EXPECT_TRUE(std::signbit(floatFromHalf(0x8000)));
    EXPECT_EQ(floatFromHalf(0x3555), 0.333251953125f);
}

TEST(Npy, RefusesWhatIsNoArrayOfNumbers) {
    const std::string data = bytesOf({1.0, 2.0});
    EXPECT_NE(errorOf({}).find("not a NumPy array"), std::string::npos);
    EXPECT_NE(errorOf(npy(9, header("<f8", "(2,)"), data)).find("version 9"), std::string::npos);
    for (const char* type : {"|O", "<U8", "<c16", "<M8[ns]", "|V4", "<f1", "", "<i3"}) {
        EXPECT_NE(errorOf(npy(1, header(type, "(2,)"), data)).find("not plain numbers"), std::string::npos) << type;
    }
    for (const std::string& type : {std::string("<f\0", 3),
                                    std::string("<\0"
                                                "8",
                                                3),
                                    std::string("\0f8", 3)}) {
        EXPECT_NE(errorOf(npy(1, header(type, "(2,)"), data)), "no error") << "zero bytes";
    }
    const std::string structure = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }";
    EXPECT_NE(errorOf(npy(1, structure, data)).find("structures"), std::string::npos);
    EXPECT_NE(errorOf(npy(1, header("<f8", "(3,)"), data)).find("truncated"), std::string::npos);
    for (const char* shape :
         {"(99999999999999999999,)", "(4294967296, 4294967296)", "(-1,)", "(2", "2", "", "(2.5,)"}) {
        EXPECT_NE(errorOf(npy(1, header("<f8", shape), data)), "no error") << shape;
    }
    EXPECT_NE(errorOf(npy(1, "{}", data)).find("no 'descr'"), std::string::npos);
}

TEST(Npy, IntegersStayExactOrAreRefused) {
    // 2^62 + 1 is no float64.
    constexpr std::int64_t large = (std::int64_t{1} << 62) + 1;
    const auto ids = [](const std::string& descr, const std::string& shape, const std::string& data) {
        return parseNpyIntegers(npy(1, header(descr, shape), data), "ids");
    };
    EXPECT_EQ(ids("<i8", "(2,)", bytesOf<std::int64_t>({large, -5})), (std::vector<std::int64_t>{large, -5}));
    EXPECT_EQ(ids("<u8", "(1,)", bytesOf<std::uint64_t>({static_cast<std::uint64_t>(large)})),
              (std::vector<std::int64_t>{large}));
    EXPECT_EQ(ids("<i2", "(1,)", bytesOf<std::int16_t>({-3})), (std::vector<std::int64_t>{-3}));
    EXPECT_THROW(ids("<u8", "(1,)", bytesOf<std::uint64_t>({~std::uint64_t{0}})), Error);
    EXPECT_THROW(ids("<f8", "(1,)", bytesOf<double>({1.0})), Error);
    EXPECT_THROW(ids("<i8", "(1, 1)", bytesOf<std::int64_t>({1})), Error);
    EXPECT_THROW(ids("<i8", "(3,)", bytesOf<std::int64_t>({1, 2})), Error);
}

TEST(Npy, EveryTruncationIsAnError) {
    const std::vector<std::byte> whole = npyBytes(Doubles{1, 2, 3}, {3});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_NE(errorOf({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}), "no error") << length;
    }
}

// --- Archives ---

TEST(Npz, ReadsStoredAndDeflated) {
    const TemporaryFolder folder;
    const std::vector<NamedNpyArray> arrays{{"mu", {{2}, {1, 2}}}, {"grid", {{2, 2}, {1, 2, 3, 4}}}};
    writeNpz(folder / "stored.npz", arrays);
    test::writeDeflatedZip(folder / "deflated.npz", {{"mu.npy", npyBytes(arrays[0].array.values, {2})},
                                                     {"grid.npy", npyBytes(arrays[1].array.values, {2, 2})}});
    const std::vector<std::string> names{"grid", "mu"};
    for (const char* file : {"stored.npz", "deflated.npz"}) {
        const std::vector<NpyArray> read = readNpz(folder / file, names);
        EXPECT_EQ(read[0].values, (Doubles{1, 2, 3, 4}));
        EXPECT_EQ(read[0].shape, (Shape{2, 2}));
        EXPECT_EQ(read[1].values, (Doubles{1, 2}));
    }
    const std::vector<std::string> missing{"sigma"};
    EXPECT_THROW(readNpz(folder / "stored.npz", missing), Error);
    EXPECT_THROW(readNpz(folder / "none.npz", missing), Error);
}

TEST(Zip, StoredDataStartAligned) {
    const TemporaryFolder folder;
    std::vector<ZipContent> contents;
    for (std::size_t i = 0; i < 70; ++i) {
        const std::string name = std::string(i, 'n') + std::to_string(i);
        contents.push_back({name, std::vector<std::byte>(3 * i + 8, static_cast<std::byte>(0xA0 + i % 16))});
    }
    writeStoredZip(folder / "a.zip", contents);
    std::ifstream file(folder / "a.zip", std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const ZipReader reader(folder / "a.zip");
    ASSERT_EQ(reader.entries().size(), contents.size());
    std::size_t header = 0;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        EXPECT_EQ(reader.read(reader.entries()[i], 1000), contents[i].bytes);
        ASSERT_EQ(content.compare(header, 4, "PK\x03\x04"), 0) << i; // local headers follow each other without gaps
        const auto field = [&](std::size_t at) {
            return std::size_t{static_cast<unsigned char>(content[header + at])} +
                   256 * std::size_t{static_cast<unsigned char>(content[header + at + 1])};
        };
        const std::size_t data = header + 30 + field(26) + field(28);
        EXPECT_EQ(data % 64, 0u) << i;
        EXPECT_EQ(static_cast<std::byte>(content[data]), contents[i].bytes[0]);
        header = data + contents[i].bytes.size();
    }
}

TEST(Zip, BombsAreRefused) {
    const TemporaryFolder folder;
    const auto path = folder / "bomb.npz";
    // 40 MB of zeros in 40 kB.
    test::writeDeflatedZip(path, {{"mu.npy", std::vector<std::byte>(40'000'000)}});
    ASSERT_LT(std::filesystem::file_size(path), 100'000u);
    const ZipReader reader(path);
    EXPECT_THROW(reader.read(reader.entries().at(0), 1'000'000), Error);
    EXPECT_EQ(reader.read(reader.entries().at(0), 40'000'000).size(), 40'000'000u);

    // The same, whose headers claim 1,000 bytes: both size fields are changed, in the local and the central header.
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::uint32_t real = 40'000'000, claimed = 1'000;
    std::string realText(4, '\0'), claimedText(4, '\0');
    std::memcpy(realText.data(), &real, 4);
    std::memcpy(claimedText.data(), &claimed, 4);
    int changed = 0;
    for (std::size_t at = content.find(realText); at != std::string::npos; at = content.find(realText, at + 4)) {
        content.replace(at, 4, claimedText);
        ++changed;
    }
    ASSERT_EQ(changed, 2);
    std::ofstream(folder / "liar.npz", std::ios::binary) << content;
    const auto readLiar = [&] {
        const ZipReader liar(folder / "liar.npz");
        liar.read(liar.entries().at(0), 1'000'000);
    };
    EXPECT_THROW(readLiar(), Error);
}

TEST(Zip, DamageIsFoundByTheChecksum) {
    const TemporaryFolder folder;
    const std::vector<ZipContent> contents{{"a", std::vector<std::byte>(100, std::byte{7})}};
    writeStoredZip(folder / "a.zip", contents);
    std::fstream file(folder / "a.zip", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(64 + 50); // data start at 64
    file.put('x');
    file.close();
    const ZipReader reader(folder / "a.zip");
    EXPECT_THROW(reader.read(reader.entries().at(0), 1000), Error);
}

} // namespace
} // namespace zscape
