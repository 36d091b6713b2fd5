#pragma once

#include "core/xp/xp_stars.h"

#include <cmath>
#include <cstdint>
#include <vector>

namespace zscape::test {

/// Stars with coefficients that fall with their order and correlations that fall with distance; both are made by rule.
struct MadeUpStars {
    struct Band {
        std::vector<double> coefficients;
        std::vector<float> errors;
        std::vector<float> correlations;
    };
    std::size_t rows;
    Band bp, rp;

    MadeUpStars(std::size_t count, int seed) : rows(count) {
        int at = seed * 1000;
        const auto wave = [&at] { return std::sin(static_cast<double>(++at) * 12.9898); };
        for (Band* band : {&bp, &rp}) {
            for (std::size_t row = 0; row < rows; ++row) {
                for (int i = 0; i < 55; ++i) {
                    band->coefficients.push_back(1e4 * std::exp(-0.2 * i) * (wave() + (i == 0 ? 2 : 0)));
                    band->errors.push_back(static_cast<float>(10 + 5 * wave()));
                    for (int j = 0; j < i; ++j) {
                        band->correlations.push_back(static_cast<float>(0.3 * wave() * std::exp(-0.3 * (i - j))));
                    }
                }
            }
        }
    }
    XpStarsView view(std::size_t first, std::size_t count) const {
        const auto of = [&](const Band& band) {
            XpBandView view;
            view.count = 55;
            view.coefficients = std::span(band.coefficients).subspan(first * 55, count * 55);
            view.errors = std::span(band.errors).subspan(first * 55, count * 55);
            view.correlations = std::span(band.correlations).subspan(first * 1485, count * 1485);
            return view;
        };
        return {count, of(bp), of(rp)};
    }
    XpStarsView view() const { return view(0, rows); }
};

} // namespace zscape::test
