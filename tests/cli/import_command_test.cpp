// zscape import at a terminal: the report, killed and interrupted runs, disks without room.
#include "core/catalog/catalog_file.h"
#include "core/catalog/native_layout.h"
#include "tests/support/archive_files.h"
#include "tests/support/child_program.h"
#include "tests/support/run_program.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sys/resource.h>

namespace zscape {
namespace {

using nlohmann::json;
using test::ChildProgram;
using test::ProgramResult;
using test::runZscape;
using test::TemporaryFolder;
using test::writeSpectra;

TEST(ImportCommand, WritesACatalogueAndTellsInJson) {
    const TemporaryFolder folder;
    writeSpectra(folder / "a.csv", {{1, 10, 11}, {2, 20, 21}, {1, 9, 9}});
    test::writeText(folder / "labels.csv", "source_id,teff,my col\n1,4100,7\n2,4200,8\n");
    const std::string at = folder.path().string();
    const ProgramResult result = runZscape("import " + at + "/a.csv --labels " + at + "/labels.csv --out " + at +
                                           "/o.h5 --columns TEFF --map 'extra=my col' --where 'teff > 4150' --json");
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const json report = json::parse(result.out);
    EXPECT_EQ(report["rows"], 1);
    EXPECT_EQ(report["steps"][0]["kept"], 3);
    EXPECT_EQ(report["steps"][1]["kept"], 2);
    EXPECT_EQ(report["inputs"][1]["kind"], "labels");
    const Catalog catalog = readCatalog(folder / "o.h5");
    EXPECT_EQ(catalog.require("extra").number(0), 8);
    const ProgramResult info = runZscape("info " + at + "/o.h5 --json");
    EXPECT_EQ(json::parse(info.out)["layout"], "native");
}

TEST(ImportCommand, SaysWhatIsWrongInOneLine) {
    const TemporaryFolder folder;
    const std::string at = folder.path().string();
    test::writeText(folder / "n.csv", "a,b\n1,2\n");
    for (const std::string& arguments : {at + "/none.csv --out " + at + "/o.h5", at + "/n.csv --out " + at + "/o.h5",
                                         at + "/n.csv --out " + at + "/o.csv"}) {
        const ProgramResult result = runZscape("import " + arguments);
        EXPECT_EQ(result.exitCode, 1) << arguments;
        EXPECT_EQ(result.errorLines(), 1) << result.err;
    }
    EXPECT_EQ(runZscape("import " + at + "/n.csv --out o.h5 --map TEFF").exitCode, 2);
    EXPECT_FALSE(std::filesystem::exists(folder / "o.h5"));
}

TEST(ImportCommand, IsRefusedByAFolderThatCannotBeWritten) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    const TemporaryFolder folder;
    writeSpectra(folder / "a.csv", {{1, 10, 11}});
    std::filesystem::create_directory(folder / "locked");
    std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_read);
    const ProgramResult result =
        runZscape("import " + (folder / "a.csv").string() + " --out " + (folder / "locked" / "o.h5").string());
    std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_all);
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_NE(result.err.find("cannot write"), std::string::npos);
}

/// Many files of spectra, so that a run can be ended in the middle.
class ImportUnderWay : public ::testing::Test {
protected:
    static constexpr int files = 40;
    ImportUnderWay() {
        m_arguments.emplace_back("import");
        for (int i = 0; i < files; ++i) {
            std::vector<test::ArchiveStar> stars;
            for (int row = 0; row < 200; ++row) {
                stars.push_back({1 + i * 1000 + row, 1.0 + row, 2});
            }
            const std::string name = "f" + std::to_string(i) + ".csv";
            writeSpectra(m_folder / name, stars);
            m_arguments.push_back((m_folder / name).string());
        }
        m_arguments.insert(m_arguments.end(), {"--threads", "1", "--out", (m_folder / "o.h5").string()});
    }
    std::size_t filesRead() const {
        std::error_code code;
        std::size_t count = 0;
        const std::filesystem::path cache = m_folder / "o.h5.import";
        for (std::filesystem::directory_iterator entry(cache, code), end; !code && entry != end;
             entry.increment(code)) {
            count += entry->path().extension() == ".json" ? 1 : 0;
        }
        return count;
    }
    /// Ends a run with `number` after some files and expects the next to go on from there.
    void endAndGoOn(int number) {
        {
            ChildProgram child(m_arguments, m_folder.path());
            ASSERT_TRUE(child.waitUntil([&] { return filesRead() >= 3; })) << child.err();
            child.signal(number);
            child.wait();
        }
        const std::size_t read = filesRead();
        EXPECT_EQ(std::filesystem::exists(m_folder / "o.h5"), false) << "it was over before it was ended";
        ChildProgram again(m_arguments, m_folder.path());
        EXPECT_EQ(again.wait(), 0) << again.err();
        const std::string report = again.out();
        std::size_t unchanged = 0;
        for (std::size_t place = 0; (place = report.find("not read again", place)) != std::string::npos; ++place) {
            ++unchanged;
        }
        EXPECT_EQ(unchanged, read);
        EXPECT_EQ(readCatalog(m_folder / "o.h5").rows(), files * 200U);
        // Nothing half-written stays.
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_folder.path())) {
            EXPECT_EQ(entry.path().filename().string().find(".part-"), std::string::npos) << entry.path();
        }
    }

    TemporaryFolder m_folder;
    std::vector<std::string> m_arguments;
};

TEST_F(ImportUnderWay, IsTakenUpAfterAKill) {
    endAndGoOn(SIGKILL);
}

TEST_F(ImportUnderWay, StopsAtCtrlCAndGoesOnLater) {
    endAndGoOn(SIGINT);
}

TEST_F(ImportUnderWay, EndsInASentenceWhereTheDiskIsFull) {
    ChildProgram child(m_arguments, m_folder.path(), [] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100000, 100000};
        ::setrlimit(RLIMIT_FSIZE, &limit); // enough for every input, too little for all
    });
    EXPECT_EQ(child.wait(), 1);
    EXPECT_NE(child.err().find("is the disk full?"), std::string::npos) << child.err();
    EXPECT_EQ(std::ranges::count(child.err(), '\n'), 1);
    EXPECT_FALSE(std::filesystem::exists(m_folder / "o.h5"));
}

TEST(ImportCommandOnRealData, ImportsEverythingThereIsInOneCommand) {
    const auto field = test::sharedData("gaia/field_2000.h5");
    if (!field) GTEST_SKIP() << "no shared data";
    const TemporaryFolder folder;
    const ProgramResult result = runZscape("import " + field->parent_path().string() +
                                           " --on-error skip --json --out " + (folder / "all.h5").string());
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const json report = json::parse(result.out);
    // 2,000 stars of the field, the 2 of XP_CONTINUOUS_RAW and those that only other files have.
    EXPECT_GE(report["rows"].get<int>(), 2003);
    EXPECT_GT(report["steps"][0]["kept"].get<int>(), report["rows"].get<int>());
    EXPECT_EQ(readCatalog(folder / "all.h5").rows(), report["rows"].get<std::size_t>());
}

} // namespace
} // namespace zscape
