#pragma once

#include "core/select/definition.h"

#include <array>
#include <string_view>
#include <utility>

/// How enums are spelled in JSON.
namespace zscape::shape_names {

inline constexpr std::string_view format = "zscape selections";
inline constexpr int version = 1;

inline constexpr std::array<std::pair<std::string_view, Combination>, 5> combinations{{{"and", Combination::And},
                                                                                       {"or", Combination::Or},
                                                                                       {"xor", Combination::Xor},
                                                                                       {"minus", Combination::Minus},
                                                                                       {"not", Combination::Not}}};
inline constexpr std::array<std::pair<std::string_view, CurveSide>, 2> sides{
    {{"above", CurveSide::Above}, {"below", CurveSide::Below}}};
inline constexpr std::array<std::pair<std::string_view, DensityRule>, 3> rules{
    {{"at least", DensityRule::AtLeast}, {"at most", DensityRule::AtMost}, {"densest", DensityRule::Densest}}};

template <typename Names, typename Value>
std::string_view nameOf(const Names& names, Value value) {
    for (const auto& [name, one] : names) {
        if (one == value) return name;
    }
    return {};
}

} // namespace zscape::shape_names
