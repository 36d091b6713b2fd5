#include "core/explore/zero_matters.h"

#include "core/explore/column_aliases.h"
#include "core/explore/star_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace zscape {

namespace {

bool isOneOf(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
}

std::string lowered(std::string_view text) {
    std::string lower;
    for (const unsigned char c : text) {
        lower += static_cast<char>(std::tolower(c));
    }
    return lower;
}

/// "GAIAEDR3_PMRA_ERROR" -> gaiaedr3, pmra, error.
std::vector<std::string> wordsOf(std::string_view name) {
    std::vector<std::string> words(1);
    for (const unsigned char c : name) {
        if (std::isalnum(c)) {
            words.back() += static_cast<char>(std::tolower(c));
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    return words;
}

bool hasAny(const std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
    return std::ranges::any_of(
        words, [&](const std::string& word) { return std::ranges::find(wanted, word) != wanted.end(); });
}

/// A unit without the ways to write it: "km s**-1" and "km/s" are one.
std::string unitKey(std::string_view unit) {
    std::string key;
    for (const char c : lowered(unit)) {
        if (!isOneOf(c, " .*^()")) key += c;
    }
    for (const auto& [power, quotient] :
         {std::pair("s-1", "/s"), std::pair("yr-1", "/yr"), std::pair("year-1", "/yr"), std::pair("/year", "/yr")}) {
        if (key.ends_with(power)) key.replace(key.size() - std::string_view(power).size(), std::string::npos, quotient);
    }
    return key;
}

bool hasNoSign(const std::vector<std::string>& words) {
    return hasAny(words,
                  {"e",        "err",  "error",      "errors",    "sigma", "unc",    "uncertainty", "std",    "scatter",
                   "vscatter", "verr", "dispersion", "disp",      "vsini", "vbroad", "vmicro",      "vmacro", "speed",
                   "total",    "tot",  "abs",        "amplitude", "rmse",  "rms",    "chi2",        "snr"});
}

/// By the words of its name or its unit.
bool columnHasZero(const std::string& id, std::string_view unit) {
    const std::vector<std::string> words = wordsOf(id);
    if (hasNoSign(words)) return false;
    if (hasAny(words, {"residual", "residuals", "resid", "difference", "diff", "delta", "bias", "pull", "offset"}))
        return true;
    if (hasAny(words, {"rv", "hrv", "vhelio", "vlsr", "vgsr", "vlos", "vrad", "pmra", "pmdec", "pml", "pmb", "lz",
                       "galvr", "galvt", "galvz"})) {
        return true;
    }
    const std::string name = lowered(id);
    const auto contains = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (contains("radial_velocity") || contains("pm_ra") || contains("pm_dec") || name == "l_z") return true;
    const std::string key = unitKey(unit);
    return key == "km/s" || key == "m/s" || (key == "mas/yr" && name != "pm");
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// Where an operator stands outside of all brackets and quotes, the last one of `operators`; a sign is none.
std::optional<std::size_t> lastOutside(std::string_view text, std::string_view operators) {
    std::optional<std::size_t> found;
    int depth = 0;
    char quote = 0, before = 0; // `before`: the character before, blanks left out
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(' || c == '[') {
            ++depth;
        } else if (c == ')' || c == ']') {
            --depth;
        } else if (depth == 0 && isOneOf(c, operators) && before != 0 && !isOneOf(before, "+-*/^(<>=!&|?:,")) {
            found = at;
        }
        if (c != ' ' && c != '\t') before = c;
    }
    return found;
}

/// Without brackets around all of it.
std::string_view unwrapped(std::string_view text) {
    text = trimmed(text);
    while (text.size() > 1 && text.front() == '(' && text.back() == ')') {
        int depth = 0;
        for (std::size_t at = 0; at + 1 < text.size(); ++at) {
            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            if (depth == 0) return text; // "(a) - (b)"
        }
        text = trimmed(text.substr(1, text.size() - 2));
    }
    return text;
}

class Reader {
public:
    explicit Reader(const StarTable& table) : m_table(table) {}

    bool hasZero(std::string_view given) const {
        const std::string_view text = unwrapped(given);
        if (text.empty()) return false;
        if (const StarTable::Entry* entry = column(text)) return columnHasZero(entry->id, entry->unit);
        if (lastOutside(text, "<>=!&|?")) return false;
        if (const auto minus = lastOutside(text, "+-")) {
            return text[*minus] == '-' && areLike(text.substr(0, *minus), text.substr(*minus + 1));
        }
        if (text.front() == '-' || text.front() == '+') return hasZero(text.substr(1));
        // What divides or multiplies it leaves zero where it is; a power or a function may not.
        const auto factor = lastOutside(text, "*/");
        if (factor && text.substr(*factor, 2) != "**") {
            const bool divides = text[*factor] == '/';
            return hasZero(text.substr(0, *factor)) || (!divides && hasZero(text.substr(*factor + 1)));
        }
        return false;
    }

private:
    const StarTable::Entry* column(std::string_view text) const {
        if (text.size() > 2 &&
            ((text.front() == '[' && text.back() == ']') || (text.front() == '"' && text.back() == '"'))) {
            text = text.substr(1, text.size() - 2);
        }
        return m_table.find(text);
    }

    /// Two columns whose difference says how far they agree.
    bool areLike(std::string_view first, std::string_view second) const {
        const StarTable::Entry* a = column(unwrapped(first));
        const StarTable::Entry* b = column(unwrapped(second));
        if (!a || !b || a->latent >= 0 || b->latent >= 0) return false;
        if (hasNoSign(wordsOf(a->id)) != hasNoSign(wordsOf(b->id))) return false;
        const auto quantityOf = [](const std::string& id) {
            const auto spellings = columnAliases(id);
            return spellings.empty() ? std::string() : std::string(spellings.front());
        };
        const std::string quantityA = quantityOf(a->id), quantityB = quantityOf(b->id);
        if (!quantityA.empty() && quantityA == quantityB) return true;
        static constexpr std::array<std::string_view, 4> abundances{"M_H", "FE_H", "ALPHA_M", "MG_FE"};
        const auto isAbundance = [](const std::string& one) {
            return std::ranges::find(abundances, one) != abundances.end();
        };
        if (isAbundance(quantityA) && isAbundance(quantityB)) return true;
        // "teff_mine" and "teff", unless both are known to be different things.
        const std::vector<std::string> wordsA = wordsOf(a->id), wordsB = wordsOf(b->id);
        if (wordsA.front().size() > 1 && wordsA.front() == wordsB.front() && (quantityA.empty() || quantityB.empty())) {
            return true;
        }
        const std::string unit = unitKey(a->unit);
        return !unit.empty() && unit == unitKey(b->unit) && unit != "mag";
    }

    const StarTable& m_table;
};

} // namespace

bool zeroMatters(const StarTable& table, const std::string& idOrFormula) {
    return Reader(table).hasZero(idOrFormula);
}

} // namespace zscape
