// The same bad input for every reader, plain and gzip, and the same full disk for every writer: an Error that names the
// file, or a table that is whole; never a crash, nothing half-written. What each reader says to damage of its own kind
// is in archive_bad_input_test.
#include "core/io/table_file.h"
#include "tests/core/archive_support.h"
#include "tests/support/sample_table.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <csignal>
#include <limits>

// libhdf5 1.10 loses a few hundred bytes of its own when it gives up on a damaged file.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}

namespace zscape {
namespace {

using test::errorOf;
using test::readAll;
using test::TemporaryFolder;
using test::writeFile;

std::string gzipped(const std::filesystem::path& scratch, const std::string& bytes) {
    const gzFile file = gzopen(scratch.c_str(), "wb6");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return test::readFile(scratch);
}

/// 300 stars: more than a reader looks at first.
NumericTable manyStars() {
    NumericTable table;
    std::vector<double> x;
    std::vector<float> list;
    std::vector<std::string> names;
    for (int star = 0; star < 300; ++star) {
        table.sourceIds.push_back(4000000000000000000 + star * 7919);
        x.push_back(star == 7   ? std::numeric_limits<double>::quiet_NaN()
                    : star == 8 ? std::numeric_limits<double>::infinity()
                    : star == 9 ? -std::numeric_limits<double>::infinity()
                                : star * 0.37);
        names.push_back("star " + std::to_string(star));
        for (int element = 0; element < 3; ++element) {
            list.push_back(static_cast<float>(star + element));
        }
    }
    table.blocks = {
        {"x", "K", x, 1, false, "", {}}, {"list", "", list, 3, true, "", {}}, {"name", "", names, 1, false, "", {}}};
    return table;
}

/// Rows that could be read before the end or an Error; the Error names the file.
struct Outcome {
    std::size_t rows = 0;
    std::string problem;
};

Outcome outcomeOf(const std::filesystem::path& path) {
    Outcome outcome;
    outcome.problem = errorOf([&] {
        const auto source = openTable(path);
        outcome.rows = readAll(*source).rows;
    });
    if (!outcome.problem.empty()) {
        EXPECT_NE(outcome.problem.find(path.filename().string()), std::string::npos) << outcome.problem;
    }
    return outcome;
}

class BadInputMatrix : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        writeTable(path("good"), manyStars());
        m_good = test::readFile(path("good"));
        m_packed = gzipped(m_folder / "scratch.gz", m_good);
    }
    std::filesystem::path path(const std::string& stem, const std::string& more = "") const {
        return m_folder / (stem + "." + GetParam() + more);
    }
    static bool isText() { return std::string(GetParam()).ends_with("csv"); }

    TemporaryFolder m_folder;
    std::string m_good, m_packed;
};

TEST_P(BadInputMatrix, WhatIsGoodIsRead) {
    EXPECT_EQ(outcomeOf(path("good")).rows, 300u);
    const Outcome packed = outcomeOf(writeFile(path("good", ".gz"), m_packed));
    EXPECT_EQ(packed.rows, 300u) << packed.problem;
    const auto source = openTable(path("good"));
    const std::size_t x = source->schema().require("x");
    const std::vector<double> values = readAll(*source).columns[x].as<double>();
    EXPECT_TRUE(std::isnan(values[7]));
    EXPECT_EQ(values[8], std::numeric_limits<double>::infinity());
    EXPECT_EQ(values[9], -std::numeric_limits<double>::infinity());
}

TEST_P(BadInputMatrix, NoFileNoContentNoPermission) {
    EXPECT_NE(outcomeOf(path("none")).problem, "");
    EXPECT_NE(outcomeOf(writeFile(path("empty"), "")).problem, "");
    EXPECT_NE(outcomeOf(writeFile(path("packed", ".gz"), gzipped(m_folder / "scratch.gz", ""))).problem, "");
    std::filesystem::create_directory(path("folder"));
    EXPECT_NE(outcomeOf(path("folder")).problem, "");
    if (geteuid() == 0) return; // root may read everything
    ::chmod(path("good").c_str(), 0);
    EXPECT_NE(outcomeOf(path("good")).problem, "");
}

TEST_P(BadInputMatrix, CutOffAnywhere) {
    for (std::size_t part = 0; part < 20; ++part) {
        const Outcome plain = outcomeOf(writeFile(path("cut"), m_good.substr(0, m_good.size() * part / 20)));
        // A text cut between two lines is a shorter table; else what is lost was the file's last padding or nothing is
        // read.
        EXPECT_TRUE(!plain.problem.empty() || plain.rows == 300 || isText()) << "after " << part << "/20";
        EXPECT_NE(outcomeOf(writeFile(path("cut", ".gz"), m_packed.substr(0, m_packed.size() * part / 20))).problem, "")
            << "packed, after " << part << "/20";
    }
}

TEST_P(BadInputMatrix, DamagedAnywhere) {
    std::uint64_t state = 99;
    const auto next = [&state](std::size_t limit) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>((state >> 33) % limit);
    };
    std::size_t refused = 0;
    for (int round = 0; round < 60; ++round) {
        std::string bytes = m_good;
        for (int flip = 0; flip < 4; ++flip) {
            // Most of it where the file says what it is.
            bytes[next(round % 3 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 3000))] =
                static_cast<char>(next(256));
        }
        refused += outcomeOf(writeFile(path("bad"), bytes)).problem.empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 3u);
    for (int round = 0; round < 20; ++round) {
        std::string bytes = m_packed;
        bytes[30 + next(bytes.size() - 30)] ^= static_cast<char>(1 + next(255));
        EXPECT_NE(outcomeOf(writeFile(path("bad", ".gz"), bytes)).problem, "");
    }
}

TEST_P(BadInputMatrix, AFullDiskLeavesNothing) {
    const TemporaryFolder folder;
    const std::filesystem::path target = folder / (std::string("full.") + GetParam());
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit little{4096, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &little);
    const std::string problem = errorOf([&] { writeTable(target, manyStars()); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_DFL);
    EXPECT_NE(problem.find("full."), std::string::npos) << problem;
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

INSTANTIATE_TEST_SUITE_P(Formats, BadInputMatrix, ::testing::Values("csv", "ecsv", "fits", "vot", "xml", "h5"),
                         [](const auto& one) { return std::string(one.param); });

} // namespace
} // namespace zscape
