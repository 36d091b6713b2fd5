#include "core/base/error.h"
#include "core/tracks/track_options.h"

#include <cmath>
#include <string>

namespace zscape {

namespace {

constexpr int mostPoints = 10000;

void checkPoints(int points, const std::string& what) {
    if (points < 1 || points > mostPoints) {
        throw Error("the number of points of the " + what + " is " + std::to_string(points) + "; choose 1 to " +
                    std::to_string(mostPoints));
    }
}

void checkWidth(double width, const std::string& what) {
    if (!(width > 0) || !std::isfinite(width)) throw Error("the " + what + " must be a number above 0");
}

void checkBins(const TrackBins& bins, const std::string& what) {
    checkPoints(bins.points, what);
    checkWidth(bins.halfWidth, "half width of the bins of the " + what);
    if (!std::isfinite(bins.from) || !std::isfinite(bins.to) || bins.from > bins.to) {
        throw Error("the bins of the " + what + " must run from a lower to a higher number");
    }
}

void checkDrawn(const DrawnOptions& drawn) {
    const std::string what = "drawn track '" + drawn.name + "'";
    checkPoints(drawn.points, what);
    checkWidth(drawn.width, "width of the " + what);
    checkWidth(drawn.xScale, "horizontal scale of the " + what);
    checkWidth(drawn.yScale, "vertical scale of the " + what);
    bool moves = false;
    for (const auto& [x, y] : drawn.vertices) {
        if (!std::isfinite(x) || !std::isfinite(y)) throw Error("a vertex of the " + what + " is not a number");
        moves = moves || std::pair(x, y) != drawn.vertices.front();
    }
    if (!moves) throw Error("the " + what + " needs a line of at least two places");
}

} // namespace

TrackOptions TrackOptions::of(TrackFlavour flavour) {
    TrackOptions options;
    if (flavour == TrackFlavour::Released) options.giantBranch.memberTeff_K = 0.2;
    return options;
}

void checkTrackOptions(const TrackOptions& options) {
    checkBins(options.mainSequence.teff_K, "MS track");
    checkWidth(options.mainSequence.memberLogg_dex, "width of the MS in log g");
    checkBins(options.giantBranch.logg_dex, "GB track");
    checkWidth(options.giantBranch.memberTeff_K, "width of the GB in Teff");
    checkBins(options.metallicity.metallicity_dex, "metallicities");
    checkBins(options.metallicity.giantTeff_K, "giants' metallicity tracks");
    checkBins(options.metallicity.dwarfTeff_K, "dwarfs' metallicity tracks");
    checkPoints(options.alpha.points, "alpha tracks");
    checkWidth(options.alpha.halfWidth_dex, "half width of the bins of the alpha tracks");
    if (options.alpha.range_dex) {
        checkBins({options.alpha.points, options.alpha.range_dex->first, options.alpha.range_dex->second,
                   options.alpha.halfWidth_dex},
                  "alpha tracks");
    }
    if (!(options.alpha.margin_dex >= 0)) throw Error("the margin of the alpha tracks must be 0 or more");
    if (!std::isfinite(options.alpha.fixedMetallicity_dex)) throw Error("the fixed [M/H] must be a number");
    checkWidth(options.alpha.fixedHalfWidth_dex, "half width in [M/H] of the fixed-metallicity track");
    checkBins(options.alpha.fixedAlpha_dex, "fixed-metallicity track");
    for (const DrawnOptions& drawn : options.drawn) {
        checkDrawn(drawn);
    }
}

} // namespace zscape
