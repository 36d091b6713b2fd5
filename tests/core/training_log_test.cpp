#include "core/base/error.h"
#include "core/train/training_log.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace zscape {
namespace {

std::vector<EpochRecord> readText(const std::string& text) {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "log.csv") << text;
    return readTrainingLog(folder / "log.csv");
}

TEST(TrainingLog, reads_back_what_was_written_digit_by_digit) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<EpochRecord> history{{1, 0.1 + 0.2, -1.0 / 3.0, 1e-300, nan, nan, nan, 1e-4, 4.5},
                                           {2, -94.86645779425865, 1e22, 5e-324, 1, 2, 3, 1e-10, 0}};
    const test::TemporaryFolder folder;
    writeTrainingLog(history, folder / "a.history.csv");
    const std::vector<EpochRecord> back = readTrainingLog(folder / "a.history.csv");
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[1].epoch, 2);
    EXPECT_EQ(back[0].loss, 0.1 + 0.2);
    EXPECT_EQ(back[0].rec, -1.0 / 3.0);
    EXPECT_TRUE(std::isnan(back[0].validationKl));
    EXPECT_EQ(back[0].seconds, 4.5);
    EXPECT_EQ(back[1].kl, 5e-324);
    EXPECT_EQ(back[1].learningRate, 1e-10);
    EXPECT_TRUE(readText(trainingLogText({})).empty());
}

constexpr const char* publishedHeader = "time,loss,mse_loss,kld_loss,val_loss,val_mse_loss,val_kld_loss,lr\n";

TEST(TrainingLog, reads_the_published_rows_that_run_together) {
    // The published file's first row and the beginning of the second.
    const auto log = readText(std::string(publishedHeader) + "4.595,0.047,-0.557,0.604,1102.7,-13.1,1115.8,1.0000e-04"
                                                             "5.134,-26.3,-27.3,1.0,-23.4,-33.6,10.2,9.9999e-05");
    ASSERT_EQ(log.size(), 2u);
    EXPECT_EQ(log[0].epoch, 1);
    EXPECT_EQ(log[0].seconds, 4.595);
    EXPECT_EQ(log[0].loss, 0.047);
    EXPECT_EQ(log[0].rec, -0.557);
    EXPECT_EQ(log[0].kl, 0.604);
    EXPECT_EQ(log[0].validationLoss, 1102.7);
    EXPECT_EQ(log[0].learningRate, 1e-4);
    EXPECT_EQ(log[1].seconds, 5.134);
    EXPECT_EQ(log[1].validationKl, 10.2);
    EXPECT_EQ(log[1].learningRate, 9.9999e-5);
}

TEST(TrainingLog, takes_line_breaks_where_there_are_some) {
    const auto log = readText(std::string(publishedHeader) + "1,2,3,4,5,6,7,1.0000e-04\n2,2,3,4,5,6,7,1.0000e-04\r\n");
    ASSERT_EQ(log.size(), 2u);
    EXPECT_EQ(log[1].seconds, 2);
}

TEST(TrainingLog, says_what_is_no_log_or_not_whole) {
    EXPECT_THROW(readTrainingLog("/no/such/log.csv"), Error);
    EXPECT_THROW(readText(""), Error);
    EXPECT_THROW(readText("a,b\n1,2\n"), Error);
    EXPECT_THROW(readText(std::string(publishedHeader) + "1,2,3,4,5,6,7"), Error);
    EXPECT_THROW(readText(std::string(publishedHeader) + "1,2,3,4,5,6,7,1.0000e-0"), Error);
    EXPECT_THROW(readText(std::string(publishedHeader) + "1,2,three,4,5,6,7,1.0000e-04"), Error);
    try {
        readText(trainingLogText({EpochRecord{}}) + "2,3");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("row 2"), std::string::npos) << error.what();
    }
}

TEST(TrainingLog, reads_the_published_log) {
    const auto path = test::sharedData("published/train_metrics.csv");
    if (!path) GTEST_SKIP() << "no shared data";
    const std::vector<EpochRecord> log = readTrainingLog(*path);
    ASSERT_EQ(log.size(), 5000u); // the published run's epochs and final losses (method.md section 5)
    EXPECT_NEAR(log.back().loss, -94.87, 0.005);
    EXPECT_NEAR(log.back().rec, -106.16, 0.005);
    EXPECT_NEAR(log.back().kl, 11.29, 0.005);
    EXPECT_NEAR(log.back().validationLoss, -94.27, 0.005);
    double seconds = 0;
    for (const EpochRecord& record : log) {
        EXPECT_NEAR(record.loss, record.rec + record.kl, 1e-6 * std::abs(record.rec)) << record.epoch;
        seconds += record.seconds;
    }
    EXPECT_NEAR(seconds / 3600, 6 + 21.0 / 60, 1.0);      // about the 6 h 21 min told
    EXPECT_NEAR(log[499].learningRate, 1.0870e-9, 1e-13); // the end of the first of T_0 = 500
    EXPECT_EQ(log[500].learningRate, 1e-4);
}

} // namespace
} // namespace zscape
