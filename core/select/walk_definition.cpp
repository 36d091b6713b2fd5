// What a definition refers to.
#include "core/select/walk_definition.h"

#include "core/base/error.h"
#include "core/explore/near_names.h"
#include "core/select/evaluate.h"

#include <algorithm>
#include <set>

namespace zscape {

namespace {

class Walk {
public:
    Walk(const std::vector<Selection>& others, const std::function<void(const Definition&)>& visit)
        : m_others(others),
          m_visit(visit) {}

    void go(const Definition& definition) {
        m_visit(definition);
        if (const auto* combination = std::get_if<CombinationShape>(&definition.shape)) {
            for (const Definition& operand : combination->operands) {
                go(operand);
            }
        } else if (const auto* reference = std::get_if<ReferenceShape>(&definition.shape)) {
            follow(reference->name);
        }
    }

private:
    void follow(const std::string& name) {
        const auto open = std::ranges::find(m_open, name);
        if (open != m_open.end()) {
            std::string circle;
            for (auto one = open; one != m_open.end(); ++one) {
                circle += "'" + *one + "' -> ";
            }
            throw Error("selections refer to each other in a circle: " + circle + "'" + name +
                        "'; take one out of another");
        }
        if (!m_done.insert(name).second) return;
        m_open.push_back(name);
        go(requireSelection(name, m_others).definition);
        m_open.pop_back();
    }

    const std::vector<Selection>& m_others;
    const std::function<void(const Definition&)>& m_visit;
    std::vector<std::string> m_open;
    std::set<std::string> m_done;
};

} // namespace

const Selection& requireSelection(const std::string& name, const std::vector<Selection>& others) {
    const auto found = std::ranges::find(others, name, &Selection::name);
    if (found != others.end()) return *found;
    std::vector<std::string> names;
    for (const Selection& other : others) {
        names.push_back(other.name);
    }
    throw Error("there is no selection '" + name + "'" + suggestion(name, names));
}

void walkDefinition(const Definition& definition, const std::vector<Selection>& others,
                    const std::function<void(const Definition&)>& visit) {
    Walk(others, visit).go(definition);
}

std::vector<std::string> referencesOf(const Definition& definition, const std::vector<Selection>& others) {
    std::vector<std::string> names;
    walkDefinition(definition, others, [&](const Definition& one) {
        const auto* reference = std::get_if<ReferenceShape>(&one.shape);
        if (reference && std::ranges::find(names, reference->name) == names.end()) names.push_back(reference->name);
    });
    return names;
}

bool wouldCircle(const std::string& name, const Definition& definition, const std::vector<Selection>& others) {
    std::set<std::string> seen;
    std::vector<const Definition*> open{&definition};
    while (!open.empty()) {
        const Definition& one = *open.back();
        open.pop_back();
        if (const auto* combination = std::get_if<CombinationShape>(&one.shape)) {
            for (const Definition& operand : combination->operands) {
                open.push_back(&operand);
            }
        } else if (const auto* reference = std::get_if<ReferenceShape>(&one.shape)) {
            if (reference->name == name) return true;
            const auto next = std::ranges::find(others, reference->name, &Selection::name);
            if (next != others.end() && seen.insert(reference->name).second) open.push_back(&next->definition);
        }
    }
    return false;
}

bool isQuick(const Definition& definition) {
    if (const auto* combination = std::get_if<CombinationShape>(&definition.shape)) {
        return std::ranges::all_of(combination->operands, isQuick);
    }
    return std::holds_alternative<AllShape>(definition.shape) ||
           std::holds_alternative<RectangleShape>(definition.shape) ||
           std::holds_alternative<PolygonShape>(definition.shape) ||
           std::holds_alternative<BrushShape>(definition.shape) || std::holds_alternative<RangeShape>(definition.shape);
}

} // namespace zscape
