#pragma once

#include "core/explore/expression.h"

#include <string>
#include <vector>

namespace zscape {

/// A formula as muParser is given it: columns are v0, v1, ..., so that any name can be one; and where each of its
/// characters stood in the user's text.
struct ExpressionText {
    struct Variable {
        std::string column;
        bool indicator = false; ///< missing(column): 1 where it is missing
        bool mayMiss = false;   ///< a star without it keeps its value, as the formula asks for it
    };
    struct Unknown {
        std::string name;
        std::size_t offset = 0; ///< in bytes of the user's text
    };
    std::string formula;
    std::vector<std::size_t> offsets; ///< byte of the user's text for each byte of `formula`, and its end
    std::vector<Variable> variables;
    std::vector<Unknown> unknown; ///< names that mean nothing; each stands as a variable without column
};

/// Throws ExpressionError for what is no formula; unknown names are collected.
ExpressionText readExpressionText(const std::string& text, const ExpressionNames& names);

/// With the text and the place: "formula `J-`, character 3: WHAT". `offset` in bytes.
ExpressionError expressionError(const std::string& text, std::size_t offset, const std::string& what);

} // namespace zscape
