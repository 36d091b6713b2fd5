#include "core/select/definition.h"

#include <algorithm>
#include <array>

namespace zscape {

bool CombinationShape::operator==(const CombinationShape& other) const {
    return how == other.how && operands == other.operands;
}

Definition combined(Combination how, Definition a, Definition b) {
    if (auto* known = std::get_if<CombinationShape>(&a.shape); known && known->how == how) {
        known->operands.push_back(std::move(b));
        return a;
    }
    CombinationShape result{how, {}};
    result.operands.push_back(std::move(a));
    result.operands.push_back(std::move(b));
    return result;
}

Definition negated(Definition a) {
    if (auto* known = std::get_if<CombinationShape>(&a.shape); known && known->how == Combination::Not) {
        Definition inner = std::move(known->operands.front());
        return inner;
    }
    CombinationShape result{Combination::Not, {}};
    result.operands.push_back(std::move(a));
    return result;
}

Rgb selectionColour(std::size_t index) {
    // Okabe & Ito (2008): orange, sky blue, bluish green, vermillion, blue, reddish purple, yellow.
    static constexpr std::array<Rgb, 7> colours{0xFFE69F00, 0xFF56B4E9, 0xFF009E73, 0xFFD55E00,
                                                0xFF0072B2, 0xFFCC79A7, 0xFFF0E442};
    return colours[index % colours.size()];
}

std::string freeName(std::string_view wanted, const std::vector<Selection>& others) {
    const auto taken = [&](std::string_view name) {
        return std::ranges::any_of(others, [&](const Selection& one) { return one.name == name; });
    };
    std::string name(wanted.empty() ? "selection" : wanted);
    const std::string stem = name;
    for (int number = 2; taken(name); ++number) {
        name = stem + " " + std::to_string(number);
    }
    return name;
}

} // namespace zscape
