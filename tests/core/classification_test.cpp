// The random forest beside scikit-learn's, whose recorded answers are in tests/data; classes counted.
#include "core/analysis/classification.h"
#include "core/base/error.h"
#include "tests/support/message_of.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace zscape {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// Columns of numbers, and the class of each star.
struct Table {
    std::vector<std::vector<float>> columns;
    std::vector<float> labels;

    std::vector<std::span<const float>> features(const std::string& letters = "abcdef") const {
        std::vector<std::span<const float>> result;
        for (const char letter : letters) {
            result.emplace_back(columns[static_cast<std::size_t>(letter - 'a')]);
        }
        return result;
    }
};

std::ifstream openData(const std::string& name) {
    return std::ifstream(std::string(ZSCAPE_SOURCE_DIR "/tests/data/") + name);
}

const Table& recordedStars() {
    static const Table table = [] {
        Table made;
        made.columns.resize(6);
        std::ifstream file = openData("forest_stars.csv");
        std::string line;
        std::getline(file, line);
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::string field;
            for (std::vector<float>& column : made.columns) {
                std::getline(fields, field, ',');
                column.push_back(std::stof(field));
            }
            std::getline(fields, field);
            made.labels.push_back(std::stof(field));
        }
        return made;
    }();
    return table;
}

/// The first half teaches, the second is asked, as the recording has it.
PartedStars halves(std::size_t stars) {
    PartedStars parted;
    for (std::uint32_t row = 0; row < stars; ++row) {
        (row < stars / 2 ? parted.training : parted.tested).push_back(row);
    }
    return parted;
}

struct Recorded {
    std::string features;
    int seeds = 0;
    double mean = 0, spread = 0;
};

/// By set and quantity: "all,recall1".
std::map<std::string, Recorded> recordedAnswers() {
    std::map<std::string, Recorded> answers;
    std::ifstream file = openData("forest_reference.csv");
    std::string line;
    std::getline(file, line);
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string set, features, seeds, quantity, mean, spread;
        for (std::string* field : {&set, &features, &seeds, &quantity, &mean}) {
            std::getline(fields, *field, ',');
        }
        std::getline(fields, spread);
        answers[set + "," + quantity] = {features, std::stoi(seeds), std::stod(mean), std::stod(spread)};
    }
    return answers;
}

TEST(RandomForest, AnswersAsScikitLearnDoesWithinTheSpreadOfSeeds) {
    constexpr int seeds = 12;
    const Table& table = recordedStars();
    ASSERT_EQ(table.labels.size(), 2400U);
    const PartedStars parted = halves(table.labels.size());
    const std::map<std::string, Recorded> recorded = recordedAnswers();
    ASSERT_EQ(recorded.size(), 9U);
    for (const std::string set : {"one", "three", "all"}) {
        const auto features = table.features(recorded.at(set + ",accuracy").features);
        std::map<std::string, double> means;
        for (int seed = 0; seed < seeds; ++seed) {
            ForestOptions options;
            options.seed = static_cast<std::uint64_t>(seed);
            const ConfusionMatrix matrix = confusionOfForest(parted, features, table.labels, options);
            means["accuracy"] += matrix.accuracy() / seeds;
            means["recall0"] += matrix.recall(0) / seeds;
            means["recall1"] += matrix.recall(1) / seeds;
        }
        for (const auto& [quantity, mean] : means) {
            const Recorded& there = recorded.at(set + "," + quantity);
            // Both are means over seeds; 4 sigma of their difference.
            const double sigma = there.spread * std::sqrt(1.0 / seeds + 1.0 / there.seeds);
            EXPECT_NEAR(mean, there.mean, 4 * sigma) << set << ' ' << quantity;
        }
    }
}

TEST(RandomForest, AGrownTreeWithoutBootstrapKnowsWhatItHasLearnt) {
    const Table& table = recordedStars();
    std::vector<std::uint32_t> all(table.labels.size());
    std::iota(all.begin(), all.end(), 0U);
    ForestOptions options;
    options.trees = 1;
    options.bootstrap = false;
    const std::vector<double> shares = forestShares(table.features(), table.labels, all, all, options);
    for (std::size_t row = 0; row < all.size(); ++row) {
        ASSERT_EQ(shares[row], table.labels[row]) << row;
    }
    // With it a third of the stars (1/e) is not in the sample.
    options.bootstrap = true;
    const std::vector<double> sampled = forestShares(table.features(), table.labels, all, all, options);
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < all.size(); ++row) {
        wrong += (sampled[row] > 0.5) != (table.labels[row] == 1);
    }
    EXPECT_GT(wrong, all.size() / 20);
    EXPECT_LT(wrong, all.size() / 4);
}

/// Classes that alternate along a feature want a tree as deep as it has stars to two.
TEST(RandomForest, TreesGrowAsDeepAsTheirStarsAsk) {
    Table table;
    table.columns.resize(1);
    for (int i = 0; i < 600; ++i) {
        table.columns[0].push_back(static_cast<float>(i));
        table.labels.push_back(static_cast<float>(i % 2));
    }
    std::vector<std::uint32_t> all(table.labels.size());
    std::iota(all.begin(), all.end(), 0U);
    ForestOptions options;
    options.trees = 1;
    options.bootstrap = false;
    const std::vector<double> shares = forestShares(table.features("a"), table.labels, all, all, options);
    for (std::size_t row = 0; row < all.size(); ++row) {
        ASSERT_EQ(shares[row], table.labels[row]) << row;
    }
}

TEST(RandomForest, ALeafVotesWithTheShareOfItsClasses) {
    Table table;
    table.columns = {{5, 5, 5, 5, 7, 7, 7}};
    table.labels = {1, 0, 0, 0, 1, 1, 0};
    const std::vector<std::uint32_t> all{0, 1, 2, 3, 4, 5, 6};
    ForestOptions options;
    options.trees = 2;
    options.bootstrap = false;
    const std::vector<double> shares = forestShares(table.features("a"), table.labels, all, all, options);
    EXPECT_EQ(shares[0], 0.25);
    EXPECT_FLOAT_EQ(static_cast<float>(shares[6]), 2.0F / 3);
}

/// As in scikit-learn 1e-7 is no difference; a row of such differences must not be split for ever.
TEST(RandomForest, ValuesThatHardlyDifferAreOne) {
    Table table;
    table.columns = {{0, 0.7e-7f, 1.4e-7f, 2.1e-7f}};
    table.labels = {1, 0, 0, 0};
    const std::vector<std::uint32_t> all{0, 1, 2, 3};
    ForestOptions options;
    options.trees = 1;
    options.bootstrap = false;
    const std::vector<double> shares = forestShares(table.features("a"), table.labels, all, all, options);
    EXPECT_EQ(shares, std::vector<double>(4, 0.25));
}

TEST(RandomForest, TheSeedAloneDecides) {
    const Table& table = recordedStars();
    const PartedStars parted = halves(table.labels.size());
    const auto shares = [&](std::uint64_t seed, int threads) {
        ForestOptions options;
        options.trees = 15;
        options.seed = seed;
        options.threads = threads;
        return forestShares(table.features(), table.labels, parted.training, parted.tested, options);
    };
    const std::vector<double> one = shares(3, 1);
    EXPECT_EQ(one, shares(3, 1));
    EXPECT_EQ(one, shares(3, 2));
    EXPECT_EQ(one, shares(3, 5));
    EXPECT_NE(one, shares(4, 1));
}

TEST(RandomForest, ReportsEveryTreeAndStopsAtOnce) {
    const Table& table = recordedStars();
    const PartedStars parted = halves(table.labels.size());
    ForestOptions options;
    options.trees = 8;
    options.threads = 1;
    std::vector<double> fractions;
    const JobContext counting([&](double fraction, std::string_view) { fractions.push_back(fraction); }, nullptr);
    forestShares(table.features(), table.labels, parted.training, parted.tested, options, counting);
    ASSERT_EQ(fractions.size(), 8U);
    EXPECT_EQ(fractions.front(), 0.125);
    EXPECT_EQ(fractions.back(), 1);

    options.trees = 1'000'000; // hours, unless it stops
    for (const int threads : {1, 2}) {
        options.threads = threads;
        std::atomic<bool> cancel = false;
        std::size_t reports = 0;
        const JobContext stopping(
            [&](double, std::string_view) {
                ++reports;
                cancel = true;
            },
            &cancel);
        EXPECT_THROW(forestShares(table.features(), table.labels, parted.training, parted.tested, options, stopping),
                     Cancelled);
        EXPECT_EQ(reports, 1U);
    }
    // And within a tree.
    const std::atomic<bool> cancelled = true;
    const auto features = table.features();
    std::vector<TreeStar> stars;
    for (const std::uint32_t row : parted.training) {
        stars.push_back(TreeStar::of(row, 1, table.labels[row] == 1));
    }
    EXPECT_THROW(DecisionTree(features, stars, 2, PhiloxSequence(1), JobContext({}, &cancelled)), Cancelled);
}

TEST(RandomForest, WantsTwoClassesAndAFeature) {
    Table table;
    table.columns = {{1, 2, 3, 4}};
    table.labels = {1, 1, 1, 0};
    const std::vector<std::uint32_t> ones{0, 1, 2}, asked{3};
    EXPECT_EQ(test::messageOf([&] { forestShares(table.features("a"), table.labels, ones, asked); }),
              "The 3 stars that a forest would learn from are not of two classes: choose stars of both.");
    EXPECT_NE(test::messageOf([&] { forestShares({}, table.labels, ones, asked); }).find("no feature"),
              std::string::npos);
    EXPECT_NE(test::messageOf([&] { forestShares(table.features("a"), table.labels, {}, asked); }).find("The 0 stars"),
              std::string::npos);
}

TEST(Classification, LeavesOutAndCountsWhatIsMissing) {
    constexpr std::size_t rows = 100;
    Table table;
    table.columns.assign(2, std::vector<float>(rows, 1.0f));
    for (std::size_t row = 0; row < rows; ++row) {
        table.labels.push_back(static_cast<float>(row % 2));
    }
    table.labels[3] = missing;
    table.columns[0][3] = missing; // counted once, as without a class
    table.columns[0][5] = missing;
    table.columns[1][6] = std::numeric_limits<float>::infinity();
    BitSet stars(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        stars.set(row, row >= 2);
    }
    const PartedStars parted = partStars(stars, table.features("ab"), table.labels, 0.1, 7);
    EXPECT_EQ(parted.withoutLabel, 1U);
    EXPECT_EQ(parted.withoutFeature, 2U);
    EXPECT_EQ(parted.tested.size(), 10U); // of 95: a tenth, rounded
    EXPECT_EQ(parted.training.size(), 85U);
    std::vector<int> seen(rows);
    for (const auto* list : {&parted.training, &parted.tested}) {
        EXPECT_TRUE(std::ranges::is_sorted(*list));
        for (const std::uint32_t row : *list) {
            ++seen[row];
        }
    }
    for (std::size_t row = 0; row < rows; ++row) {
        EXPECT_EQ(seen[row], row >= 2 && row != 3 && row != 5 && row != 6) << row;
    }
    EXPECT_EQ(partStars(stars, table.features("ab"), table.labels, 0.1, 7).tested, parted.tested);
    EXPECT_NE(partStars(stars, table.features("ab"), table.labels, 0.1, 8).tested, parted.tested);

    BitSet few(rows);
    few.set(10);
    few.set(11);
    EXPECT_EQ(
        test::messageOf([&] { partStars(few, table.features("ab"), table.labels, 0.1, 7); }).find("Only 2 stars have"),
        0U);
}

TEST(Classification, RecallIsByTrueAndPrecisionByPredictedClass) {
    // 10 stars of class 0, of which 7 are found; 4 of class 1, of which 1 is.
    const ConfusionMatrix matrix{{{{7, 3}, {3, 1}}}};
    EXPECT_EQ(matrix.total(), 14U);
    EXPECT_DOUBLE_EQ(matrix.accuracy(), 8.0 / 14);
    EXPECT_DOUBLE_EQ(matrix.recall(0), 0.7);
    EXPECT_DOUBLE_EQ(matrix.recall(1), 0.25);
    EXPECT_DOUBLE_EQ(matrix.precision(0), 0.7);
    EXPECT_DOUBLE_EQ(matrix.precision(1), 0.25);
    const ConfusionMatrix never{{{{7, 0}, {4, 0}}}};
    EXPECT_TRUE(std::isnan(never.precision(1)));
    EXPECT_DOUBLE_EQ(never.precision(0), 7.0 / 11);
    EXPECT_EQ(never.recall(1), 0);
}

} // namespace
} // namespace zscape
