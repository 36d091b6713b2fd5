#include "core/base/error.h"
#include "core/tracks/make_tracks.h"
#include "tests/support/labelled_stars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace zscape::test {

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

struct Star {
    float teff, logg, m_h = 0, alpha_m = 0, fe_h = 0, mg_fe = 0;
    float z1 = 0, z2 = 0;
};

/// A table with the labels of method.md and two latents.
StarTable tableOf(const std::vector<Star>& stars) {
    std::vector<std::vector<float>> columns(6);
    std::vector<float> mu;
    for (const Star& star : stars) {
        const float labels[] = {star.teff, star.logg, star.m_h, star.alpha_m, star.fe_h, star.mg_fe};
        for (std::size_t k = 0; k < 6; ++k) {
            columns[k].push_back(labels[k]);
        }
        mu.push_back(star.z1);
        mu.push_back(star.z2);
    }
    const char* names[] = {"TEFF", "LOGG", "M_H", "ALPHA_M", "FE_H", "MG_FE"};
    std::vector<Column> all;
    for (std::size_t k = 0; k < 6; ++k) {
        all.emplace_back(names[k], k == 0 ? "K" : "", columns[k]);
    }
    return {labelledCatalog(std::move(all)), latentRows(2, std::move(mu))};
}

} // namespace

// method.md section 6, Eq 11 and 12, and the lines that part giants from dwarfs and high from low alpha.
TEST(Tracks, RelationsAreThePapers) {
    EXPECT_DOUBLE_EQ(mainSequenceLogg(4000), 4.6);
    EXPECT_DOUBLE_EQ(mainSequenceLogg(5000), 4.6);
    EXPECT_DOUBLE_EQ(mainSequenceLogg(6000), 4.1);
    EXPECT_DOUBLE_EQ(mainSequenceLogg(6300), 3.95);
    EXPECT_TRUE(std::isnan(mainSequenceLogg(nan)));
    EXPECT_DOUBLE_EQ(giantBranchTeff(0), 3590);
    EXPECT_DOUBLE_EQ(giantBranchTeff(2), 4470);
    EXPECT_DOUBLE_EQ(giantBranchTeff(4), 5690);
    EXPECT_DOUBLE_EQ(giantLineLogg(5000), 3.9);
    EXPECT_DOUBLE_EQ(alphaLine(0), 0.1353);
    EXPECT_NEAR(alphaLine(-1), -0.1754 + 0.1119 + 0.1253 + 0.1353, 1e-12);
}

TEST(Tracks, MainSequencePointIsTheMeanOfItsMembers) {
    // At 5000 K the relation is 4.6; members are within 0.2 dex of it and 10 K of the point.
    const StarTable table = tableOf({{5004, 4.55F, -0.1F, 0, 0, 0, 1, 10},
                                     {4998, 4.65F, 0.3F, 0, 0, 0, 2, 20},
                                     {5000, 4.30F, 0, 0, 0, 0, 100, 0},   // 0.3 dex away
                                     {5012, 4.60F, 0, 0, 0, 0, 100, 0}}); // 12 K away
    const Track track = mainSequenceTrack(table, {});
    ASSERT_EQ(track.points.size(), 1U); // the other 14 bins are empty and do not appear
    EXPECT_EQ(track.bins, 15U);
    EXPECT_EQ(track.alongName, "TEFF");
    EXPECT_EQ(track.alongUnit, "K");
    const TrackPoint& point = track.points.front();
    EXPECT_EQ(point.stars, 2U);
    EXPECT_EQ(point.members, (std::vector<std::uint32_t>{0, 1}));
    EXPECT_DOUBLE_EQ(point.along, 5000);
    EXPECT_DOUBLE_EQ(*track.label(0, "TEFF"), 5001);
    EXPECT_NEAR(*track.label(0, "LOGG"), 4.6, 1e-6);
    EXPECT_NEAR(*track.label(0, "M_H"), 0.1, 1e-7);
    EXPECT_FALSE(track.label(0, "J"));
    EXPECT_EQ(point.latent, (std::vector<float>{1.5F, 15}));
}

TEST(Tracks, GiantBranchHasThePapersAndTheReleasedWidth) {
    // At log g = 0 the relation is 3590 K: one star on it to 0.1 K, one 60 K off, one 120 K off.
    const StarTable table = tableOf({{3590.1F, 0}, {3650, 0}, {3710, 0}});
    EXPECT_EQ(giantBranchTrack(table, TrackOptions::of(TrackFlavour::Paper)).points.front().stars, 2U);
    EXPECT_EQ(giantBranchTrack(table, TrackOptions::of(TrackFlavour::Released)).points.front().stars, 1U);
}

TEST(Tracks, GiantBranchBinsOverlapByTheirWidth) {
    // 20 bins from 0 to 3.65 are 0.1921 apart and 0.2 wide to each side: log g = 1 is nearer than 0.2 to the bins at
    // 0.9605 and 1.1526, and to that at 0.8 no more than 0.2 exclusive (0.2316).
    const StarTable table = tableOf({{static_cast<float>(giantBranchTeff(1)), 1}});
    const Track track = giantBranchTrack(table, {});
    ASSERT_EQ(track.points.size(), 2U);
    EXPECT_NEAR(track.points[0].along, 5 * 3.65 / 19, 1e-12);
    EXPECT_NEAR(track.points[1].along, 6 * 3.65 / 19, 1e-12);
}

TEST(Tracks, BinsWithTooFewStarsDoNotAppear) {
    const StarTable table = tableOf({{5000, 4.6F}, {5001, 4.6F}, {6300, 3.95F}});
    TrackOptions options;
    options.minimumStars = 2;
    const Track track = mainSequenceTrack(table, options);
    ASSERT_EQ(track.points.size(), 1U);
    EXPECT_DOUBLE_EQ(track.points[0].along, 5000);
}

TEST(Tracks, MetallicityTracksPartGiantsFromDwarfs) {
    // The line at 4600 K is log g = 4.06. Metallicities are -2.17 + 0.33375 i: 0.16625 (i = 7) and 0.5 (i = 8).
    const StarTable table = tableOf({{4600, 2.0F, 0.2F}, {4600, 4.5F, 0.5F}});
    const std::vector<Track> giants = metallicityTracks(table, TrackKind::MetallicityGiants, {});
    const std::vector<Track> dwarfs = metallicityTracks(table, TrackKind::MetallicityDwarfs, {});
    ASSERT_EQ(giants.size(), 1U);
    EXPECT_NEAR(giants[0].parameter, 0.16625, 1e-9);
    EXPECT_EQ(giants[0].name, "[M/H] = 0.17 giants");
    EXPECT_EQ(giants[0].points.front().members, std::vector<std::uint32_t>{0});
    ASSERT_EQ(dwarfs.size(), 1U);
    EXPECT_NEAR(dwarfs[0].parameter, 0.5, 1e-9);
    EXPECT_EQ(dwarfs[0].points.front().members, std::vector<std::uint32_t>{1});
}

TEST(Tracks, AlphaTracksSplitAtPatilsLine) {
    // At [Fe/H] = 0 the line is at [Mg/Fe] = 0.1353.
    const StarTable table =
        tableOf({{5000, 3, -0.4F, 0.2F, 0, 0.2F}, {5000, 3, 0.0F, 0.25F, 0, 0.2F}, {5000, 3, -0.4F, 0.0F, 0, 0.1F}});
    TrackOptions options;
    options.alpha.range_dex = {-0.4, 0.3};
    const Track high = alphaTrack(table, TrackKind::HighAlpha, options);
    const Track low = alphaTrack(table, TrackKind::LowAlpha, options);
    ASSERT_EQ(high.points.size(), 3U); // bins are 0.1 apart and +-0.1 wide: -0.4, and the two beside 0.0 that hold it
    EXPECT_EQ(high.points[0].members, std::vector<std::uint32_t>{0});
    EXPECT_EQ(high.points[2].members, std::vector<std::uint32_t>{1});
    ASSERT_FALSE(low.points.empty());
    EXPECT_EQ(low.points[0].members, std::vector<std::uint32_t>{2});

    const Track fixed = alphaTrack(table, TrackKind::FixedMetallicity, {});
    ASSERT_EQ(fixed.points.size(), 3U);
    EXPECT_DOUBLE_EQ(fixed.points[0].along, 0); // [alpha/M] 0, and 0.2 between the bins at 0.1714 and 0.2286
    EXPECT_EQ(fixed.points[0].members, std::vector<std::uint32_t>{2});
    EXPECT_EQ(fixed.points[1].members, std::vector<std::uint32_t>{0});
}

TEST(Tracks, AlphaBinsBeginAMarginInsideTheMembers) {
    const StarTable table = tableOf({{5000, 3, -1.0F, 0, 0, 0.2F},
                                     {5000, 3, 0.4F, 0, 0, 0.2F},
                                     {5000, 3, -0.8F, 0, 0, 0.2F},
                                     {5000, 3, 0.2F, 0, 0, 0.2F}});
    const Track high = alphaTrack(table, TrackKind::HighAlpha, {});
    EXPECT_NEAR(high.points.front().along, -0.8, 1e-6);
    EXPECT_NEAR(high.points.back().along, 0.2, 1e-6);
}

TEST(Tracks, ADrawnTrackBinsByThePlaceNearestOnItsLine) {
    // From (0, 0) to (10, 0) to (10, 1) with the vertical axis ten times shorter: two legs of equal length.
    const StarTable table = tableOf({{1, 0.02F, 0, 0, 0, 0, 5, 0}, {10, 0.98F, 0, 0, 0, 0, 7, 0}, {5, 0.5F}});
    DrawnOptions drawn;
    drawn.x = "teff";
    drawn.y = "LOGG";
    drawn.vertices = {{0, 0}, {10, 0}, {10, 1}};
    drawn.xScale = 10;
    drawn.yScale = 1;
    drawn.width = 0.05;
    drawn.points = 4;
    const Track track = drawnTrack(table, drawn);
    ASSERT_EQ(track.points.size(), 2U); // the star in the corner is 0.5 away
    EXPECT_DOUBLE_EQ(track.points[0].along, 0.125);
    EXPECT_DOUBLE_EQ(track.points[1].along, 0.875);
    EXPECT_EQ(track.points[0].latent[0], 5);
    EXPECT_EQ(track.points[1].latent[0], 7);
    // In formulas and latents as well: z1 of the first star is 5.
    drawn.x = "z1 * 2";
    drawn.vertices = {{9, 0}, {11, 0}};
    EXPECT_EQ(drawnTrack(table, drawn).points.at(0).members, std::vector<std::uint32_t>{0});
}

TEST(Tracks, TakeOnlyTheStarsTheyMay) {
    const StarTable table = tableOf({{5000, 4.6F}, {5001, 4.6F}, {5002, 4.6F, 0, 0, 0, 0, nan, nan}});
    auto among = std::make_shared<BitSet>(3);
    among->set(1);
    among->set(2); // has no latents
    EXPECT_EQ(mainSequenceTrack(table, {}, among).points.at(0).members, std::vector<std::uint32_t>{1});
    EXPECT_THROW(mainSequenceTrack(table, {}, std::make_shared<BitSet>(2)), Error);
}

TEST(Tracks, ValuesOfAnyColumnAreMeansOverTheMembers) {
    const StarTable table = tableOf({{5000, 4.6F, 0, 0, 0, 0, 1, 2}, {5002, 4.5F, 0, 0, 0, 0, 3, 2}});
    Track track = mainSequenceTrack(table, {});
    EXPECT_DOUBLE_EQ(trackValues(track, table, "teff").at(0), 5001);
    EXPECT_DOUBLE_EQ(trackValues(track, table, "z1").at(0), 2);
    EXPECT_DOUBLE_EQ(trackValues(track, table, "z1 * z2").at(0), 4); // (1 * 2 + 3 * 2) / 2
    track.points[0].members.clear();
    EXPECT_THROW(trackValues(track, table, "z1 * z2"), Error);
}

TEST(Tracks, MissingColumnIsNamed) {
    const StarTable table(labelledCatalog({Column("TEFF", "K", std::vector<float>{5000})}), nullptr);
    try {
        mainSequenceTrack(table, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("logg"), std::string::npos) << error.what();
    }
}

TEST(Tracks, OptionsThatAreNoUseAreRefused) {
    TrackOptions options;
    options.mainSequence.teff_K.halfWidth = 0;
    EXPECT_THROW(checkTrackOptions(options), Error);
    options = {};
    options.giantBranch.logg_dex.points = 0;
    EXPECT_THROW(checkTrackOptions(options), Error);
    options = {};
    options.drawn.push_back({"x", "y", {{1, 1}, {1, 1}}});
    EXPECT_THROW(checkTrackOptions(options), Error);
}

TEST(Tracks, OptionsAndTracksSurviveJson) {
    TrackOptions options = TrackOptions::of(TrackFlavour::Released);
    options.minimumStars = 7;
    options.alpha.range_dex = {-1.5, 0.25};
    options.metallicity.giantTeff_K.points = 3;
    options.drawn.push_back({"z1", "J-H", {{0.1, -2}, {3, 4}}, 2, 3, 0.1, 9, "mine"});
    EXPECT_EQ(trackOptionsFromJson(toJson(options)), options);
    EXPECT_EQ(trackOptionsFromJson(R"({"zscape": "track options", "version": 1})"), TrackOptions{});
    EXPECT_THROW(trackOptionsFromJson("{}"), Error);
    EXPECT_THROW(trackOptionsFromJson(R"({"zscape": "track options", "version": 2})"), Error);
    EXPECT_THROW(trackOptionsFromJson(R"({"zscape": "track options", "minimum_stars": "x"})"), Error);

    const StarTable table = tableOf({{5000, 4.6F, nan, 0, 0, 0, 1, 2}});
    const std::vector<Track> back = tracksFromJson(toJson(std::vector<Track>{mainSequenceTrack(table, {})}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].name, "MS");
    EXPECT_EQ(back[0].points.at(0).stars, 1U);
    EXPECT_EQ(back[0].points[0].latent, (std::vector<float>{1, 2}));
    EXPECT_DOUBLE_EQ(*back[0].label(0, "TEFF"), 5000);
    EXPECT_TRUE(std::isnan(*back[0].label(0, "M_H")));
}

TEST(Tracks, TableHasARowAPoint) {
    const StarTable table = tableOf({{5000, 4.6F, 0, 0, 0, 0, 1, 2}, {3590, 0, 0, 0, 0, 0, 3, 4}});
    const NumericTable written = trackTable(makeTracks(table, {TrackKind::MainSequence, TrackKind::GiantBranch}, {}));
    EXPECT_EQ(written.attributes.at("track_1"), "MS");
    EXPECT_EQ(written.attributes.at("track_2"), "GB");
    EXPECT_EQ(std::get<std::vector<double>>(written.blocks[0].values), (std::vector<double>{1, 2, 2}));
    EXPECT_EQ(written.blocks.back().name, "mu");
    EXPECT_EQ(std::get<std::vector<float>>(written.blocks.back().values), (std::vector<float>{1, 2, 3, 4, 3, 4}));
}

} // namespace zscape::test
