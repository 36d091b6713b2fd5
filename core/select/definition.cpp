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

namespace {

// Okabe & Ito (2008): orange, sky blue, bluish green, vermillion, blue, reddish purple, yellow.
constexpr std::array<Rgb, kClassMarks> kSelectionColours{0xFFE69F00, 0xFF56B4E9, 0xFF009E73, 0xFFD55E00,
                                                         0xFF0072B2, 0xFFCC79A7, 0xFFF0E442};

} // namespace

Rgb selectionColour(std::size_t index) {
    return kSelectionColours[index % kSelectionColours.size()];
}

std::vector<ClassMark> selectionMarks(const std::vector<Selection>& selections) {
    constexpr std::size_t none = kClassMarks;
    std::vector<std::size_t> marks(selections.size(), none);
    std::array<bool, kClassMarks> taken{};
    for (std::size_t i = 0; i < selections.size(); ++i) {
        const auto own = static_cast<std::size_t>(std::ranges::find(kSelectionColours, selections[i].colour) -
                                                  kSelectionColours.begin());
        if (own < kClassMarks && !std::exchange(taken[own], true)) marks[i] = own;
    }
    std::vector<ClassMark> result;
    for (std::size_t i = 0; i < selections.size(); ++i) {
        if (marks[i] == none) {
            const auto left = static_cast<std::size_t>(std::ranges::find(taken, false) - taken.begin());
            marks[i] = left < kClassMarks ? left : i;
            if (left < kClassMarks) taken[left] = true;
        }
        result.push_back(classMark(marks[i]));
    }
    return result;
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
