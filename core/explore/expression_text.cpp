// Reads a formula: finds its columns and hands muParser a text with plain variables.
#include "core/explore/expression_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace zscape {

namespace {

constexpr std::size_t longestFormula = 4000;
constexpr std::size_t deepestNesting = 200;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
}

bool isIdentifier(std::string_view text) {
    return !text.empty() && isNameStart(text.front()) && std::ranges::all_of(text, isNamePart);
}

class Reader {
public:
    Reader(const std::string& text, const ExpressionNames& names) : m_text(text), m_names(names) {
        for (const std::string& id : names.known) {
            if (!isIdentifier(id)) m_oddIds.push_back(id);
        }
        // The longest first: an id may begin with another.
        std::ranges::sort(m_oddIds, std::ranges::greater{}, &std::string::size);
    }

    ExpressionText read() {
        if (m_text.size() > longestFormula) {
            fail(0, "it is longer than " + std::to_string(longestFormula) + " characters");
        }
        while (m_at < m_text.size()) {
            readOne();
        }
        if (m_result.formula.find_first_not_of(" \t\n\r") == std::string::npos) fail(0, "there is nothing in it");
        if (m_depth.size() > 1) fail(m_depth.back().opened, "this parenthesis is never closed");
        m_result.offsets.push_back(m_text.size());
        return std::move(m_result);
    }

private:
    [[noreturn]] void fail(std::size_t offset, const std::string& what) { throw expressionError(m_text, offset, what); }

    void put(std::string_view piece, std::size_t offset) {
        m_result.formula += piece;
        m_result.offsets.resize(m_result.formula.size(), offset);
    }

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }

    void readOne() {
        const char c = peek();
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            put(" ", m_at++);
        } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            readNumber();
        } else if (c == '"' || c == '[') {
            readQuoted(c == '"' ? '"' : ']');
        } else if (const std::string* odd = oddIdHere()) {
            putColumn(*odd, m_at, false);
            m_at += odd->size();
        } else if (isNameStart(c)) {
            readName();
        } else {
            readOperator();
        }
    }

    void readNumber() {
        const std::size_t begin = m_at;
        const auto digits = [&] {
            while (isDigit(peek())) {
                ++m_at;
            }
        };
        digits();
        if (peek() == '.') {
            ++m_at;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (isDigit(peek(1 + sign))) {
                m_at += 1 + sign;
                digits();
            }
        }
        if (isNameStart(peek())) fail(m_at, "a number runs into a name; write * between them");
        put(std::string_view(m_text).substr(begin, m_at - begin), begin);
    }

    /// An id that is no identifier and stands here; it must not go on as another name.
    const std::string* oddIdHere() const {
        for (const std::string& id : m_oddIds) {
            if (m_text.compare(m_at, id.size(), id) != 0) continue;
            const bool ends =
                m_at + id.size() >= m_text.size() || !isNamePart(id.back()) || !isNamePart(m_text[m_at + id.size()]);
            if (ends) return &id;
        }
        return nullptr;
    }

    void readQuoted(char closing) {
        const std::size_t begin = m_at;
        const std::size_t end = m_text.find(closing, begin + 1);
        if (end == std::string::npos) fail(begin, "this name is never closed");
        const std::string name = m_text.substr(begin + 1, end - begin - 1);
        if (name.empty()) fail(begin, "a name stands between these");
        m_at = end + 1;
        putName(name, begin, false);
    }

    void readName() {
        const std::size_t begin = m_at;
        while (isNamePart(peek())) {
            ++m_at;
        }
        const std::string name = m_text.substr(begin, m_at - begin);
        std::size_t next = m_at;
        while (next < m_text.size() && m_text[next] == ' ') {
            ++next;
        }
        const bool called = next < m_text.size() && m_text[next] == '(';
        if (called && name == "missing") {
            readMissing(begin, next + 1);
        } else if (name == "and" || name == "or") {
            m_depth.back().compared.reset();
            put(name == "and" ? "&&" : "||", begin);
        } else if (name == "not") {
            put("!", begin);
        } else if (called) {
            put(name, begin);
        } else {
            putName(name, begin, false);
        }
    }

    /// missing(NAME): one column, not a formula.
    void readMissing(std::size_t begin, std::size_t inside) {
        const std::size_t end = m_text.find(')', inside);
        if (end == std::string::npos) fail(inside - 1, "this parenthesis is never closed");
        std::string name = m_text.substr(inside, end - inside);
        const std::size_t first = name.find_first_not_of(' ');
        const std::size_t last = name.find_last_not_of(' ');
        if (first == std::string::npos) fail(inside, "missing() wants the name of a column");
        name = name.substr(first, last - first + 1);
        if (name.size() > 2 &&
            ((name.front() == '[' && name.back() == ']') || (name.front() == '"' && name.back() == '"'))) {
            name = name.substr(1, name.size() - 2);
        }
        m_at = end + 1;
        putName(name, begin, true);
    }

    void putName(const std::string& name, std::size_t begin, bool indicator) {
        const std::string id = m_names.resolve(name);
        if (!id.empty()) {
            putColumn(id, begin, indicator);
        } else if (name == "pi" && !indicator) {
            put("_pi", begin);
        } else {
            m_result.unknown.push_back({name, begin});
            putColumn("", begin, indicator);
        }
    }

    void putColumn(const std::string& id, std::size_t begin, bool indicator) {
        auto& variables = m_result.variables;
        auto found =
            std::ranges::find_if(variables, [&](const auto& v) { return v.column == id && v.indicator == indicator; });
        if (found == variables.end()) found = variables.insert(variables.end(), {id, indicator, false});
        put("v" + std::to_string(found - variables.begin()), begin);
    }

    void readOperator() {
        static constexpr std::array<std::string_view, 6> comparisons{"<=", ">=", "==", "!=", "<", ">"};
        const std::string_view rest = std::string_view(m_text).substr(m_at);
        for (const std::string_view comparison : comparisons) {
            if (!rest.starts_with(comparison)) continue;
            if (m_depth.back().compared) {
                fail(m_at, "a second comparison in a row compares with a truth value; join the two with &&");
            }
            m_depth.back().compared = m_at;
            put(comparison, m_at);
            m_at += comparison.size();
            return;
        }
        if (rest.starts_with("&&") || rest.starts_with("||")) {
            m_depth.back().compared.reset();
            put(rest.substr(0, 2), m_at);
            m_at += 2;
        } else if (rest.starts_with("**")) {
            put("^", m_at);
            m_at += 2;
        } else {
            readMark(rest.front());
        }
    }

    void readMark(char c) {
        switch (c) {
        case '(':
            if (m_depth.size() > deepestNesting) fail(m_at, "parentheses are nested too deeply");
            m_depth.push_back({m_at, {}});
            break;
        case ')':
            if (m_depth.size() == 1) fail(m_at, "this parenthesis was never opened");
            m_depth.pop_back();
            break;
        case ',':
            if (m_depth.size() == 1) fail(m_at, "a comma stands only between the arguments of a function");
            m_depth.back().compared.reset();
            break;
        case '?':
        case ':':
            m_depth.back().compared.reset();
            break;
        case '+':
        case '-':
        case '*':
        case '/':
        case '^':
        case '!':
            break;
        case '=':
            fail(m_at, "= assigns; compare with ==");
        case '&':
        case '|':
            fail(m_at, std::string("write ") + c + c + " to join conditions");
        default:
            fail(m_at, "this character means nothing in a formula");
        }
        put(std::string_view(m_text).substr(m_at, 1), m_at);
        ++m_at;
    }

    struct Depth {
        std::size_t opened = 0;
        std::optional<std::size_t> compared; ///< where a comparison stands that nothing has joined yet
    };

    const std::string& m_text;
    const ExpressionNames& m_names;
    std::vector<std::string> m_oddIds;
    ExpressionText m_result;
    std::vector<Depth> m_depth{Depth{}};
    std::size_t m_at = 0;
};

} // namespace

ExpressionText readExpressionText(const std::string& text, const ExpressionNames& names) {
    ExpressionText result = Reader(text, names).read();
    for (auto& variable : result.variables) {
        variable.mayMiss = variable.indicator || std::ranges::any_of(result.variables, [&](const auto& other) {
                               return other.indicator && other.column == variable.column;
                           });
    }
    return result;
}

ExpressionError expressionError(const std::string& text, std::size_t offset, const std::string& what) {
    const std::size_t end = std::min(offset, text.size());
    // Continuation bytes of UTF-8 are no characters of their own.
    const auto position =
        static_cast<std::size_t>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
                                               [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    const std::string shown = text.size() > 200 ? text.substr(0, 200) + "..." : text;
    return {"formula '" + shown + "', character " + std::to_string(position + 1) + ": " + what, position};
}

} // namespace zscape
