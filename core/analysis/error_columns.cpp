// What reconstruction errors become: columns of the catalogue, tables, sentences.
#include "core/analysis/reconstruction_errors.h"
#include "core/catalog/native_layout.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

bool anyNumber(std::span<const float> values) {
    return std::ranges::any_of(values, [](float value) { return !std::isnan(value); });
}

/// A name as part of a column's: formulas know letters, digits and underscores.
std::string identifier(const std::string& name) {
    std::string result;
    for (const char c : name) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        result += plain ? c : '_';
    }
    return result;
}

} // namespace

std::vector<Column> errorColumns(const ReconstructionErrors& errors, const std::string& origin) {
    std::vector<Column> columns;
    const auto add = [&](const std::string& name, const std::vector<float>& values) {
        if (!anyNumber(values)) return;
        columns.emplace_back(name, "", values);
        columns.back().setOrigin(origin);
    };
    for (std::size_t m = 0; m < errors.models.size(); ++m) {
        const std::string suffix = m == 0 ? "" : "_" + identifier(errors.models[m].name);
        add("rmse_j" + suffix, errors.models[m].starCoefficients);
        add("rmse_lambda" + suffix, errors.models[m].starWavelengths);
    }
    return columns;
}

NumericTable errorCurveTable(const ReconstructionErrors& errors) {
    std::vector<std::string> axis;
    std::vector<double> position;
    for (std::size_t j = 0; j < errors.bpCount + errors.rpCount; ++j) {
        axis.emplace_back(j < errors.bpCount ? "BP" : "RP");
        position.push_back(static_cast<double>(j < errors.bpCount ? j : j - errors.bpCount));
    }
    for (const double wavelength : errors.wavelengths_nm) {
        axis.emplace_back("wavelength_nm");
        position.push_back(wavelength);
    }
    NumericTable table;
    const auto add = [&](const std::string& name, const std::string& description, auto values) {
        NumericBlock block;
        block.name = name;
        block.description = description;
        block.values = std::move(values);
        block.isMatrix = false;
        table.blocks.push_back(std::move(block));
    };
    add("axis", "BP or RP: a coefficient; wavelength_nm: a wavelength", std::move(axis));
    add("position", "the coefficient, counted from 0, or the wavelength in nm", std::move(position));
    for (std::size_t m = 0; m < errors.models.size(); ++m) {
        const SpectrumErrors& model = errors.models[m];
        const std::string suffix = m == 0 ? "" : "_" + identifier(model.name);
        const auto joined = [](const std::vector<double>& first, const std::vector<double>& second) {
            std::vector<double> all = first;
            all.insert(all.end(), second.begin(), second.end());
            return all;
        };
        add("rmse" + suffix, "root of the mean square of the residuals in units of their errors",
            joined(model.coefficients.rmse, model.wavelengths.rmse));
        add("bias" + suffix, "mean of the residuals in units of their errors",
            joined(model.coefficients.bias, model.wavelengths.bias));
    }
    return table;
}

std::shared_ptr<const Correlations> correlationsOf(const Catalog& catalog) {
    if (catalog.path().empty() || !isNativeCatalog(catalog.path()) || !hasCorrelations(catalog.path())) return nullptr;
    return std::make_shared<const Correlations>(openCorrelations(catalog.path()));
}

std::vector<std::string> errorRemarks(const ReconstructionErrors& errors) {
    std::vector<std::string> remarks;
    const std::size_t usable = errors.stars + errors.left;
    std::string first = std::to_string(errors.stars) + " stars, ";
    if (errors.correlated == usable) {
        first += "with the full covariance of their coefficients";
    } else if (errors.correlated == 0) {
        first += "without correlations: coefficients as if independent";
    } else {
        first += std::to_string(errors.correlated) + " of " + std::to_string(usable) +
                 " usable ones with the full covariance of their coefficients, the others as if independent";
    }
    remarks.push_back(first);
    if (errors.left > 0) {
        remarks.push_back(std::to_string(errors.left) +
                          " usable stars are left out of the curves: not every model reconstructs them");
    }
    if (errors.undefined > 0) {
        remarks.push_back(std::to_string(errors.undefined) +
                          " stars have correlations that are no correlation matrix: no RMSE(j)");
    }
    return remarks;
}

} // namespace zscape
