#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/model/pickle.h"
#include "core/model/pickle_write.h"
#include "tests/support/pickled_checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace zscape::pickle {
namespace {

/// The bytes as Python printed them with `pickle.dumps(value, protocol=N).hex()`.
std::vector<std::byte> fromHex(const std::string& hex) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::string errorOf(const std::vector<std::byte>& bytes) {
    try {
        parse(bytes, "test.pt");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}
std::string errorOf(const std::string& program) {
    return errorOf(test::bytesOf(program));
}

std::string littleEndian(std::uint64_t number, int size) {
    std::string text;
    for (int i = 0; i < size; ++i) {
        text += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
    }
    return text;
}

// {'a': [1, -2, 300, 70000, 1 << 40, 2.5, None, True], 'b': ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
//  'c': OrderedDict([('x', 'é')])}
const char* const valuesOfProtocol2 =
    "80027d71002858010000006171015d7102284b014afeffffff4d2c014a701101008a06000000000001474004000000000000"
    "4e8865580100000062710328294b018571044b014b028671054b014b024b03877106284b014b024b034b0474710774710858"
    "0100000063710963636f6c6c656374696f6e730a4f726465726564446963740a710a2952710b580100000078710c58020000"
    "00c3a9710d73752e";
const char* const valuesOfProtocol4 =
    "80049583000000000000007d94288c0161945d94284b014afeffffff4d2c014a701101008a06000000000001474004000000"
    "0000004e88658c01629428294b0185944b014b0286944b014b024b038794284b014b024b034b04749474948c0163948c0b63"
    "6f6c6c656374696f6e73948c0b4f726465726564446963749493942952948c0178948c02c3a99473752e";

class PlainValues : public testing::TestWithParam<std::string> {};

TEST_P(PlainValues, AreReadAsPythonWroteThem) {
    const Document document = parse(fromHex(GetParam()), "test.pt");
    const Dict* root = document.root().as<Dict>();
    ASSERT_TRUE(root);
    ASSERT_EQ(root->items.size(), 3u);

    const List* list = root->find("a")->as<List>();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->items.size(), 8u);
    const std::vector<std::int64_t> integers{1, -2, 300, 70000, std::int64_t{1} << 40};
    for (std::size_t i = 0; i < integers.size(); ++i) {
        EXPECT_EQ(*list->items[i]->as<std::int64_t>(), integers[i]);
    }
    EXPECT_EQ(*list->items[5]->as<double>(), 2.5);
    EXPECT_TRUE(list->items[6]->as<None>());
    EXPECT_TRUE(*list->items[7]->as<bool>());

    const Tuple* tuples = root->find("b")->as<Tuple>();
    ASSERT_TRUE(tuples);
    ASSERT_EQ(tuples->items.size(), 5u);
    for (std::size_t size = 0; size < 5; ++size) {
        const Tuple* tuple = tuples->items[size]->as<Tuple>();
        ASSERT_EQ(tuple->items.size(), size);
        for (std::size_t i = 0; i < size; ++i) {
            EXPECT_EQ(*tuple->items[i]->as<std::int64_t>(), static_cast<std::int64_t>(i + 1));
        }
    }
    EXPECT_EQ(*root->find("c")->as<Dict>()->find("x")->as<std::string>(), "\xc3\xa9");
    EXPECT_EQ(root->find("d"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Protocols, PlainValues,
                         testing::Values(valuesOfProtocol2, "8003" + std::string(valuesOfProtocol2).substr(4),
                                         valuesOfProtocol4, "8005" + std::string(valuesOfProtocol4).substr(4)),
                         [](const auto& parameter) { return "protocol" + std::to_string(parameter.index + 2); });

TEST(Writer, WritesWhatTheReaderReads) {
    Writer writer;
    writer.beginDict().text("n").none().text("l").beginList();
    const std::vector<std::int64_t> integers{0, 255, 256, -1, 2147483647, -2147483648, 2147483648, -9000000000};
    for (const std::int64_t integer : integers) {
        writer.integer(integer);
    }
    writer.endList().text("f").boolean(false).text("e").beginTuple().endTuple().endDict();
    const Document document = parse(writer.finish(), "test.pt");
    const Dict* root = document.root().as<Dict>();
    ASSERT_TRUE(root);
    const List* list = root->find("l")->as<List>();
    for (std::size_t i = 0; i < integers.size(); ++i) {
        EXPECT_EQ(*list->items.at(i)->as<std::int64_t>(), integers[i]);
    }
    EXPECT_FALSE(*root->find("f")->as<bool>());
    EXPECT_TRUE(root->find("e")->as<Tuple>()->items.empty());
}

TEST(Tensors, KeepStorageOffsetShapeAndStrides) {
    const std::vector<std::byte> bytes =
        test::pickledStateDict({{"w", {"BFloat16Storage", "7", 20, 3, {2, 4}, {5, 1}, ""}}});
    const Document document = parse(bytes, "test.pt");
    const Tensor* tensor = document.root().as<Dict>()->find("w")->as<Tensor>();
    ASSERT_TRUE(tensor);
    EXPECT_EQ(tensor->storage.type, ScalarType::BFloat16);
    EXPECT_EQ(tensor->storage.key, "7");
    EXPECT_EQ(tensor->storage.count, 20);
    EXPECT_EQ(tensor->offset, 3);
    EXPECT_EQ(tensor->shape, (std::vector<std::int64_t>{2, 4}));
    EXPECT_EQ(tensor->strides, (std::vector<std::int64_t>{5, 1}));
}

// --- Hostile input ---

TEST(Malicious, NamesOutsideTheListAreRefusedByNameAndNothingRuns) {
    const std::filesystem::path traceOfRunning = "/tmp/pwned";
    const bool before = std::filesystem::exists(traceOfRunning);
    // {'model_state_dict': os.system('touch /tmp/pwned')} in protocols 2 and 4
    for (const char* hex :
         {"80027d710058100000006d6f64656c5f73746174655f64696374710163706f7369780a73797374656d0a7102581000000074"
          "6f756368202f746d702f70776e65647103857104527105732e",
          "80049541000000000000007d948c106d6f64656c5f73746174655f64696374948c05706f736978948c0673797374656d9493"
          "948c10746f756368202f746d702f70776e65649485945294732e"}) {
        EXPECT_NE(errorOf(fromHex(hex)).find("'posix.system'"), std::string::npos) << errorOf(fromHex(hex));
    }
    EXPECT_EQ(std::filesystem::exists(traceOfRunning), before);
    // eval('1')
    EXPECT_NE(errorOf(fromHex("8002635f5f6275696c74696e5f5f0a6576616c0a710058010000003171018571025271032e"))
                  .find("'__builtin__.eval'"),
              std::string::npos);
    // an object of a class, by NEWOBJ
    EXPECT_NE(errorOf(fromHex("8002635f5f6d61696e5f5f0a480a7100298171012e")).find("'__main__.H'"), std::string::npos);
    // functools.partial(print)
    EXPECT_NE(
        errorOf(fromHex("80049532000000000000008c0966756e63746f6f6c73948c077061727469616c9493948c086275696c74696e73"
                        "948c057072696e74949394859452942e"))
            .find("'functools.partial'"),
        std::string::npos);
    EXPECT_NE(errorOf("ctorch\nload\n.").find("'torch.load'"), std::string::npos);
    // Control characters of a hostile name do not reach the terminal.
    EXPECT_NE(errorOf("ca\x1b[2J\nb\n.").find("'a?[2J.b'"), std::string::npos);
}

TEST(Malicious, OtherWaysToMakeObjectsAreUnknown) {
    const std::string global = "ccollections\nOrderedDict\n";
    EXPECT_NE(errorOf("(iposix\nsystem\n.").find("operation 105"), std::string::npos);       // INST
    EXPECT_NE(errorOf("(" + global + "o.").find("operation 111"), std::string::npos);        // OBJ
    EXPECT_NE(errorOf(global + ")\x81.").find("operation 129"), std::string::npos);          // NEWOBJ
    EXPECT_NE(errorOf(std::string("\x82\x01.")).find("operation 130"), std::string::npos);   // EXT1
    EXPECT_NE(errorOf("P0\n.").find("operation 80"), std::string::npos);                     // text persistent id
    EXPECT_NE(errorOf(global + "}b.").find("a state"), std::string::npos);                   // BUILD on a class
    EXPECT_NE(errorOf("X" + littleEndian(1, 4) + "a)R.").find("a call"), std::string::npos); // a call of a text
    EXPECT_NE(errorOf("ctorch\nFloatStorage\n)R.").find("unexpected arguments"), std::string::npos);
}

TEST(Malicious, DamagedProgramsAreErrors) {
    for (const char* program :
         {".",  "t.",     "u.",    "e.",  "a.",    "s.",      "0.",      "2.",    "1.",  "R.", "b.",
          "Q.", "h\x01.", "}(Ku.", "N(.", "NN s.", "]N(NNu.", ")N(NNu.", "}(Nu.", "(a.", "NN."}) {
        EXPECT_NE(errorOf(program), "no error") << program;
    }
    EXPECT_NE(errorOf(std::string("\x80\x06N.")).find("protocol 6"), std::string::npos);
    EXPECT_NE(errorOf(std::string("\x8a\x09") + std::string(9, '\1') + ".").find("64 bits"), std::string::npos);
}

TEST(Malicious, ClaimedLengthsAreCheckedAgainstTheInput) {
    EXPECT_NE(errorOf("X" + littleEndian(0xFFFFFFFF, 4) + "a.").find("truncated"), std::string::npos);
    EXPECT_NE(errorOf("\x8d" + littleEndian(~std::uint64_t{0}, 8) + "a.").find("truncated"), std::string::npos);
    EXPECT_NE(errorOf("\x8e" + littleEndian(std::uint64_t{1} << 62, 8) + "a.").find("truncated"), std::string::npos);
    EXPECT_NE(errorOf("\x8b" + littleEndian(0xFFFFFFFF, 4) + "a.").find("64 bits"), std::string::npos);
    EXPECT_NE(errorOf(std::string("ctorch")).find("truncated"), std::string::npos);
}

TEST(Malicious, MemoryIsBounded) {
    std::string manyRemembered = "N";
    for (std::uint64_t i = 0; i < 1'100'000; ++i) {
        manyRemembered += "r" + littleEndian(i * 3900, 4);
    }
    EXPECT_NE(errorOf(manyRemembered + ".").find("remembered"), std::string::npos);
    EXPECT_NE(errorOf("(" + std::string(2'000'000, 'N') + "t.").find("million"), std::string::npos);
    EXPECT_NE(errorOf("N" + std::string(2'000'000, '2') + ".").find("million"), std::string::npos);
    // A tuple of 100,000, remembered, and copied again and again by torch.Size.
    std::string copies = "(" + std::string(100'000, 'N') + "tq\x01";
    for (int i = 0; i < 10'000; ++i) {
        copies += "ctorch\nSize\nh\x01\x85R0";
    }
    EXPECT_NE(errorOf(copies + "N.").find("unexpected arguments"), std::string::npos);
    // The same with OrderedDict(list of pairs).
    copies = "](";
    for (int i = 0; i < 5'000; ++i) {
        copies += "NN\x86";
    }
    copies += "eq\x01";
    for (int i = 0; i < 1'000; ++i) {
        copies += "ccollections\nOrderedDict\nh\x01\x85R0";
    }
    EXPECT_NE(errorOf(copies + "N.").find("too many"), std::string::npos);
}

TEST(Malicious, DeepNestingIsRefused) {
    EXPECT_NE(errorOf(")" + std::string(100'000, '\x85') + ".").find("nested"), std::string::npos);
    EXPECT_NE(errorOf(std::string(100'000, '(') + "N" + std::string(100'000, 't') + ".").find("nested"),
              std::string::npos);
    std::string lists;
    for (int i = 0; i < 100'000; ++i) {
        lists += "]";
    }
    EXPECT_NE(errorOf(lists + std::string(99'999, 'a') + ".").find("nested"), std::string::npos);
}

TEST(Malicious, CyclesAreHarmless) {
    // A list that holds itself, and two dictionaries that hold each other.
    EXPECT_EQ(errorOf("]q\x01h\x01"
                      "a."),
              "no error");
    EXPECT_EQ(errorOf("}q\x01N}q\x02Nh\x01ss."), "no error");
}

TEST(Malicious, EveryTruncationIsAnError) {
    for (const std::vector<std::byte>& whole :
         {fromHex(valuesOfProtocol2), fromHex(valuesOfProtocol4), test::pickledStateDict(test::smallestStateDict())}) {
        ASSERT_EQ(errorOf(whole), "no error");
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            EXPECT_NE(errorOf(cut), "no error") << "cut at " << length;
        }
    }
}

TEST(Malicious, RandomDamageNeverCrashes) {
    const std::vector<std::byte> whole = test::pickledStateDict(test::smallestStateDict());
    PhiloxSequence random(20250101);
    int refused = 0;
    for (int trial = 0; trial < 20'000; ++trial) {
        std::vector<std::byte> damaged = whole;
        for (std::uint32_t flips = 1 + random() % 4; flips > 0; --flips) {
            damaged[random() % damaged.size()] = static_cast<std::byte>(random() & 0xFF);
        }
        if (errorOf(damaged) != "no error") ++refused;
    }
    EXPECT_GT(refused, 1000); // many survive: a changed number or name is still a pickle
    EXPECT_LT(refused, 20'000);
}

TEST(Malicious, RandomProgramsNeverCrash) {
    PhiloxSequence random(7);
    const std::string operations = std::string("()]}NKtausebRQ012qh.\x85\x86\x87\x94\x88", 24);
    for (int trial = 0; trial < 20'000; ++trial) {
        std::string program;
        for (std::uint32_t length = random() % 60; length > 0; --length) {
            program += operations[random() % operations.size()];
        }
        errorOf(program + "."); // either way; the sanitizers watch
    }
    SUCCEED();
}

} // namespace
} // namespace zscape::pickle
