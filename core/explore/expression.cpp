#include "core/explore/expression.h"

#include "core/base/thread_pool.h"
#include "core/explore/expression_text.h"
#include "core/explore/near_names.h"

#include <muParser.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

double bitOf(double flags, double number) {
    if (!(number >= 0 && number < 53) || !(std::abs(flags) < 0x1p53)) return std::numeric_limits<double>::quiet_NaN();
    // Negative flag words are two's complement, as the archives' int32 columns are.
    const auto word = static_cast<std::uint64_t>(static_cast<std::int64_t>(flags));
    return static_cast<double>((word >> static_cast<unsigned>(number)) & 1u);
}

double logicalNot(double value) {
    return value == 0 ? 1.0 : 0.0;
}

double hypotenuse(double a, double b) {
    return std::hypot(a, b);
}

/// muParser with a slot a variable; not copyable, as it points to its slots.
class Calculator {
public:
    explicit Calculator(const ExpressionText& text) : m_slots(text.variables.size()) {
        m_parser.DefineFun("bit", bitOf);
        m_parser.DefineFun("hypot", hypotenuse);
        m_parser.DefineFun("floor", static_cast<double (*)(double)>(std::floor));
        m_parser.DefineFun("ceil", static_cast<double (*)(double)>(std::ceil));
        m_parser.DefineFun("pow", static_cast<double (*)(double, double)>(std::pow));
        m_parser.DefineInfixOprt("!", logicalNot);
        for (std::size_t i = 0; i < m_slots.size(); ++i) {
            m_parser.DefineVar("v" + std::to_string(i), &m_slots[i]);
        }
        m_parser.SetExpr(text.formula);
    }
    Calculator(const Calculator&) = delete;
    Calculator& operator=(const Calculator&) = delete;

    std::vector<double>& slots() { return m_slots; }
    double value() { return m_parser.Eval(); }
    std::vector<std::string> functions() const {
        std::vector<std::string> names{"missing"};
        for (const auto& [name, callback] : m_parser.GetFunDef()) {
            names.push_back(name);
        }
        return names;
    }

private:
    std::vector<double> m_slots;
    mu::Parser m_parser;
};

std::string reasonOf(const mu::ParserError& error, const Calculator& calculator) {
    const std::string& token = error.GetToken();
    switch (error.GetCode()) {
    case mu::ecUNASSIGNABLE_TOKEN:
        return "there is no function '" + token + "'" + suggestion(token, calculator.functions());
    case mu::ecUNEXPECTED_EOF:
        return "something is missing at its end";
    case mu::ecTOO_FEW_PARAMS:
        return "a function has too few arguments";
    case mu::ecTOO_MANY_PARAMS:
        return "a function has too many arguments";
    case mu::ecMISSING_ELSE_CLAUSE:
        return "a ? needs its : and what stands after it";
    case mu::ecMISPLACED_COLON:
        return "this : belongs to no ?";
    case mu::ecUNEXPECTED_VAL:
    case mu::ecUNEXPECTED_VAR:
    case mu::ecUNEXPECTED_FUN:
        return "an operator is missing before this";
    case mu::ecUNEXPECTED_PARENS:
    case mu::ecUNEXPECTED_ARG_SEP:
    case mu::ecUNEXPECTED_ARG:
    case mu::ecUNEXPECTED_OPERATOR:
    case mu::ecUNEXPECTED_CONDITIONAL:
        return "something is missing before this";
    default:
        return "this cannot be understood";
    }
}

/// Throws the error with its place in what the user typed.
[[noreturn]] void rethrow(const mu::ParserError& error, const std::string& text, const ExpressionText& read,
                          const Calculator& calculator) {
    std::size_t at = error.GetPos() < 0 ? 0 : static_cast<std::size_t>(error.GetPos());
    const bool atEnd = error.GetCode() == mu::ecUNEXPECTED_EOF || error.GetCode() == mu::ecMISSING_ELSE_CLAUSE;
    if (atEnd) at = read.formula.size();
    // muParser points behind a token that it has read; the token itself is what is wrong.
    const std::string& token = error.GetToken();
    if (!token.empty() && at >= token.size() && read.formula.compare(at, token.size(), token) != 0 &&
        read.formula.compare(at - token.size(), token.size(), token) == 0) {
        at -= token.size();
    }
    throw expressionError(text, read.offsets[std::min(at, read.offsets.size() - 1)], reasonOf(error, calculator));
}

/// Grammar is checked by a first calculation.
void check(const std::string& text, const ExpressionText& read) {
    Calculator calculator(read);
    try {
        calculator.value();
    } catch (const mu::ParserError& error) {
        rethrow(error, text, read, calculator);
    }
}

} // namespace

struct Expression::State {
    std::string text;
    ExpressionText read;
    std::vector<std::string> columns;
    std::vector<std::size_t> columnOf; ///< of each variable, into `columns`
};

Expression::Expression(std::string text, const ExpressionNames& names) : m_state(std::make_unique<State>()) {
    m_state->text = std::move(text);
    m_state->read = readExpressionText(m_state->text, names);
    if (!m_state->read.unknown.empty()) {
        const ExpressionText::Unknown& first = m_state->read.unknown.front();
        throw expressionError(m_state->text, first.offset,
                              "there is no column '" + first.name + "'" + suggestion(first.name, names.known));
    }
    check(m_state->text, m_state->read);
    for (const ExpressionText::Variable& variable : m_state->read.variables) {
        auto found = std::ranges::find(m_state->columns, variable.column);
        m_state->columnOf.push_back(static_cast<std::size_t>(found - m_state->columns.begin()));
        if (found == m_state->columns.end()) m_state->columns.push_back(variable.column);
    }
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

const std::string& Expression::text() const {
    return m_state->text;
}

const std::vector<std::string>& Expression::columns() const {
    return m_state->columns;
}

std::vector<std::string> Expression::unknownNames(const std::string& text, const ExpressionNames& names) {
    const ExpressionText read = readExpressionText(text, names);
    check(text, read);
    std::vector<std::string> result;
    for (const ExpressionText::Unknown& unknown : read.unknown) {
        if (std::ranges::find(result, unknown.name) == result.end()) result.push_back(unknown.name);
    }
    return result;
}

std::vector<double> Expression::evaluate(std::size_t rows, std::span<const std::span<const double>> values,
                                         const JobContext& job) const {
    const std::vector<ExpressionText::Variable>& variables = m_state->read.variables;
    std::vector<double> result(rows);
    constexpr std::size_t grain = 8192;
    ThreadPool pool(rows > grain ? 0 : 1);
    // muParser's own bulk mode starts threads of OpenMP beside these; one parser a thread does without.
    std::vector<std::unique_ptr<Calculator>> calculators(static_cast<std::size_t>(pool.threadCount()));
    pool.forChunks(rows, grain, [&](std::size_t begin, std::size_t end, int thread) {
        job.throwIfCancelled();
        auto& calculator = calculators[static_cast<std::size_t>(thread)];
        if (!calculator) calculator = std::make_unique<Calculator>(m_state->read);
        std::vector<double>& slots = calculator->slots();
        for (std::size_t row = begin; row < end; ++row) {
            bool missing = false;
            for (std::size_t i = 0; i < slots.size(); ++i) {
                const double value = values[m_state->columnOf[i]][row];
                const bool absent = std::isnan(value);
                slots[i] = variables[i].indicator ? (absent ? 1.0 : 0.0) : value;
                missing = missing || (absent && !variables[i].mayMiss);
            }
            result[row] = missing ? std::numeric_limits<double>::quiet_NaN() : calculator->value();
        }
    });
    return result;
}

} // namespace zscape
