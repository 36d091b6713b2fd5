// Lassos and formulas.
#include "core/bench/bench.h"

#include "core/base/philox.h"
#include "core/select/evaluate.h"
#include "core/select/polygon_index.h"

#include <muParser.h>

#include <cmath>
#include <numbers>

namespace zscape {

namespace {

/// Two latents, normally distributed, of as many stars.
std::shared_ptr<const StarTable> normalStars(std::size_t stars) {
    auto latents = std::make_shared<Latents>();
    latents->rows = stars;
    latents->latentSize = 2;
    latents->mu.resize(2 * stars);
    const Philox random(1);
    for (std::size_t i = 0; i < latents->mu.size(); ++i) {
        latents->mu[i] = static_cast<float>(random.normal(i));
    }
    return std::make_shared<const StarTable>(nullptr, std::move(latents));
}

/// A wobbly ring of 100 vertices around about two fifths of the stars.
PolygonShape drawnLasso() {
    PolygonShape lasso{{"z1", "z2", false, false}, {}};
    for (int i = 0; i < 100; ++i) {
        const double angle = 2 * std::numbers::pi * i / 100;
        const double radius = 1 + 0.15 * std::sin(7 * angle);
        lasso.vertices.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    }
    return lasso;
}

BenchResult measureLasso(const std::string& name, std::size_t stars, double budget) {
    const std::shared_ptr<const StarTable> table = normalStars(stars);
    const PolygonShape lasso = drawnLasso();
    const auto x = table->exact("z1");
    const auto y = table->exact("z2");
    BenchResult result{.name = name, .unit = "ms", .budget = budget};
    result.counterpart = "plain even-odd loop, one core";
    result.note = std::to_string(stars) + " stars, 100 vertices, float64, to a set of stars";
    BitSet plain(stars);
    const std::vector<double> seconds =
        medianSecondsInTurns({[&] { evaluate(lasso, *table); },
                              [&] {
                                  for (std::size_t row = 0; row < stars; ++row) {
                                      plain.set(row, polygonContains(lasso.vertices, (*x)[row], (*y)[row]));
                                  }
                              }},
                             5);
    result.value = 1e3 * seconds[0];
    result.counterpartValue = 1e3 * seconds[1];
    if (!(evaluate(lasso, *table) == plain)) throw Error("the lasso and the plain loop disagree");
    return result;
}

BenchResult measureFormula(std::size_t stars) {
    const std::shared_ptr<const StarTable> table = normalStars(stars);
    const std::vector<double>& x = *table->exact("z1");
    const std::vector<double>& y = *table->exact("z2");
    const Expression formula("sqrt(z1^2+z2^2)", table->names());
    const std::vector<std::span<const double>> columns{x, y};
    mu::Parser parser;
    double a = 0;
    double b = 0;
    parser.DefineVar("z1", &a);
    parser.DefineVar("z2", &b);
    parser.SetExpr("sqrt(z1^2+z2^2)");
    std::vector<double> plain(stars);
    BenchResult result{.name = "formula", .unit = "ms", .budget = 30.0 * static_cast<double>(stars) / 500000};
    result.counterpart = "muParser row by row, one core";
    result.note = std::to_string(stars) + " stars, sqrt(z1^2+z2^2), missing values kept missing";
    const std::vector<double> seconds = medianSecondsInTurns({[&] { formula.evaluate(stars, columns); },
                                                              [&] {
                                                                  for (std::size_t row = 0; row < stars; ++row) {
                                                                      a = x[row];
                                                                      b = y[row];
                                                                      plain[row] = parser.Eval();
                                                                  }
                                                              }},
                                                             5);
    result.value = 1e3 * seconds[0];
    result.counterpartValue = 1e3 * seconds[1];
    return result;
}

} // namespace

std::vector<BenchResult> benchmarkSelections(std::size_t stars, const JobContext& job) {
    job.report(0.8, "measuring selections");
    std::vector<BenchResult> results;
    results.push_back(measureLasso("lasso_500k", 500000, 2.4));
    job.throwIfCancelled();
    results.push_back(measureLasso("lasso_1m", 1000000, 16));
    job.throwIfCancelled();
    results.push_back(measureFormula(stars));
    return results;
}

} // namespace zscape
