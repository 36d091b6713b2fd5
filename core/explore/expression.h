#pragma once

#include "core/base/error.h"
#include "core/base/job_context.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// A formula that cannot be understood. `position` is the character where (0-based, in Unicode characters).
struct ExpressionError : Error {
    ExpressionError(const std::string& message, std::size_t where) : Error(message), position(where) {}
    std::size_t position;
};

/// What the names in a formula mean.
struct ExpressionNames {
    /// The column a name stands for (its id), "" for none.
    std::function<std::string(std::string_view name)> resolve;
    std::vector<std::string> known; ///< ids there are: for suggestions, and to find "BP-RP" inside a formula
};

/// A formula of columns: `J-H`, `teff/teff_err`, `sqrt(z1^2+z2^2)`, `teff < 5000 && BP-RP > 1`.
/// - + - * / ^ (also **), comparisons (== != < > <= >=), && || ! (also and, or, not), a ? b : c, parentheses; functions
///   abs sqrt exp log (natural) ln log10 log2 sin cos tan asin acos atan atan2 sinh cosh tanh hypot pow floor ceil rint
///   sign min max sum avg, bit(flags, n), missing(column); the constant pi.
/// - A name that is no identifier is written in [brackets] or "quotes" where it would be read as a sum: [alpha/M]. An
///   id such as BP-RP is found without them.
/// - A star that misses any column of the formula gets NaN, in comparisons too; columns named in missing(...) excepted.
/// The arithmetic is muParser's, in float64. Immutable; may be used from any thread.
class Expression {
public:
    /// Throws ExpressionError.
    Expression(std::string text, const ExpressionNames& names);
    ~Expression();
    Expression(Expression&&) noexcept;
    Expression& operator=(Expression&&) noexcept;

    const std::string& text() const;
    /// The ids of the columns it needs, in order of first use.
    const std::vector<std::string>& columns() const;
    /// One value a row on all cores; `values` one span of `rows` numbers a column, as columns() orders them.
    std::vector<double> evaluate(std::size_t rows, std::span<const std::span<const double>> values,
                                 const JobContext& job = {}) const;

    /// Names in a formula that mean nothing: what a catalogue lacks for it. Throws ExpressionError for bad grammar.
    static std::vector<std::string> unknownNames(const std::string& text, const ExpressionNames& names);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace zscape
