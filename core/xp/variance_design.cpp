#include "core/xp/variance_design.h"

#include "core/xp/sampled_band.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace zscape {

namespace {

/// A column's distance from the space of those chosen, relative to its length, that ends the choice.
constexpr double carriedWithin = 1e-5;

Eigen::Index indexOf(std::size_t value) {
    return static_cast<Eigen::Index>(value);
}

std::size_t roundUp(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
}

/// Scalar products of the columns of P, without making P: sum over i >= j of (2 - delta_ij)^2 a_i a_j b_i b_j.
Eigen::MatrixXd productsOfColumns(const Eigen::MatrixXd& design) {
    const Eigen::MatrixXd squares = design.array().square();
    return 2 * (design.transpose() * design).array().square().matrix() - squares.transpose() * squares;
}

struct Choice {
    std::vector<std::size_t> order; ///< columns, the chosen ones first
    std::size_t count = 0;
    Eigen::MatrixXd carry; ///< of unit columns: how the chosen ones make the others, count x others
};

/// Cholesky's factors of the scalar products of unit columns, the largest remainder as pivot, until all remainders are
/// small; then on to a multiple of `step`, to which the kernels pad anyway.
Choice chooseCarriers(const Eigen::MatrixXd& products, std::size_t step) {
    const Eigen::Index columns = products.cols();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(columns));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    Eigen::VectorXd remainders = products.diagonal();
    Eigen::MatrixXd factors(columns, columns); // a row a column of P, a column a choice
    Eigen::Index count = 0;
    for (; count < columns; ++count) {
        const auto best = std::max_element(order.begin() + count, order.end(), [&](Eigen::Index a, Eigen::Index b) {
            return remainders[a] < remainders[b];
        });
        const double pivot = remainders[*best];
        const bool carried = pivot < carriedWithin * carriedWithin;
        if (!(pivot > 0) || (carried && static_cast<std::size_t>(count) % step == 0)) break;
        std::iter_swap(order.begin() + count, best);
        const Eigen::Index chosen = order[static_cast<std::size_t>(count)];
        factors.col(count) = products.col(chosen);
        factors.col(count).noalias() -= factors.leftCols(count) * factors.row(chosen).head(count).transpose();
        factors.col(count) /= std::sqrt(pivot);
        remainders -= factors.col(count).cwiseAbs2();
    }
    const Eigen::MatrixXd sorted = factors(order, Eigen::seqN(0, count));
    Choice choice{{order.begin(), order.end()}, static_cast<std::size_t>(count), {}};
    choice.carry = sorted.topRows(count).triangularView<Eigen::Lower>().transpose().solve(
        sorted.bottomRows(columns - count).transpose());
    return choice;
}

/// P of the columns named, one row a pair i >= j.
Eigen::MatrixXd packedProducts(const Eigen::MatrixXd& design, std::span<const std::size_t> columns) {
    const Eigen::Index count = design.rows();
    Eigen::MatrixXd products(count * (count + 1) / 2, indexOf(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto column = design.col(indexOf(columns[c]));
        for (Eigen::Index i = 0, pair = 0; i < count; ++i) {
            for (Eigen::Index j = 0; j <= i; ++j, ++pair) {
                products(pair, indexOf(c)) = (i == j ? 1.0 : 2.0) * column[i] * column[j];
            }
        }
    }
    return products;
}

template <typename T>
PanelMatrix<T> panels(const xpkernels::Table& kernels, const Eigen::MatrixXd& matrix) {
    return {kernels, static_cast<std::size_t>(matrix.rows()), static_cast<std::size_t>(matrix.cols()),
            [&](std::size_t row, std::size_t column) { return matrix(indexOf(row), indexOf(column)); }};
}

} // namespace

VarianceDesign::VarianceDesign(const xpkernels::Table& kernels, const SampledBand& band) : m_kernels(&kernels) {
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::MatrixXd design =
        Eigen::Map<const RowMajor>(band.design.data(), indexOf(band.coefficientCount), indexOf(band.columns));
    const std::size_t terms = band.coefficientCount * (band.coefficientCount + 1) / 2;
    m_coefficients = band.coefficientCount;
    m_rowStride = roundUp(terms + xpkernels::packPadding, 8);
    m_narrowStride = roundUp(terms, 16);

    const Eigen::MatrixXd products = productsOfColumns(design);
    const Eigen::VectorXd lengths = products.diagonal().cwiseMax(0).cwiseSqrt();
    const Eigen::VectorXd inverse = lengths.unaryExpr([](double length) { return length > 0 ? 1 / length : 0; });
    Choice choice = chooseCarriers(inverse.asDiagonal() * products * inverse.asDiagonal(), kernels.lanes);
    const std::size_t rest = band.columns - choice.count;
    if (10 * (choice.count + (rest + 1) / 2) > 9 * band.columns) { // no gain worth a second product
        std::iota(choice.order.begin(), choice.order.end(), std::size_t{0});
        choice.count = band.columns;
    }
    m_order = std::move(choice.order);
    m_carrierCount = choice.count;
    const std::span<const std::size_t> carriers(m_order.data(), m_carrierCount);
    const std::span<const std::size_t> others = std::span<const std::size_t>(m_order).subspan(m_carrierCount);
    const Eigen::MatrixXd carrying = packedProducts(design, carriers);
    m_carriers = panels<double>(kernels, carrying);
    if (others.empty()) return;

    for (const std::size_t column : others) {
        m_scale.push_back(lengths[indexOf(column)]);
    }
    const Eigen::Map<const Eigen::VectorXd> scale(m_scale.data(), indexOf(m_scale.size()));
    const auto inverseOf = [&](std::span<const std::size_t> columns) {
        Eigen::VectorXd values(indexOf(columns.size()));
        for (std::size_t c = 0; c < columns.size(); ++c) {
            values[indexOf(c)] = inverse[indexOf(columns[c])];
        }
        return values;
    };
    const Eigen::MatrixXd carry = inverseOf(carriers).asDiagonal() * choice.carry * scale.asDiagonal();
    Eigen::MatrixXd correction = packedProducts(design, others);
    correction.noalias() -= carrying * carry;
    m_carry = panels<double>(kernels, carry);
    m_correction = panels<float>(kernels, correction * inverseOf(others).asDiagonal());
}

VarianceDesign::Scratch::Scratch(const VarianceDesign& design, std::size_t rows)
    : narrowRows(design.m_scale.empty() ? 0 : rows * design.m_narrowStride),
      corrections(rows * design.m_correction.paddedColumns()),
      carriers(rows * design.m_carriers.paddedColumns()),
      carried(rows * design.m_carry.paddedColumns()),
      largest(rows) {}

void VarianceDesign::variances(const double* packed, std::size_t rows, Scratch& scratch, double* out,
                               std::size_t outStride) const {
    const auto putInPlace = [&](const double* values, std::size_t first, std::size_t end, std::size_t row) {
        for (std::size_t k = first; k < end; ++k) {
            out[row * outStride + m_order[k]] = values[k - first];
        }
    };
    const std::size_t carrierStride = m_carriers.paddedColumns();
    m_carriers.multiply(packed, m_rowStride, rows, scratch.carriers.data());
    for (std::size_t row = 0; row < rows; ++row) {
        putInPlace(scratch.carriers.data() + row * carrierStride, 0, m_carrierCount, row);
    }
    if (m_scale.empty()) return;

    for (std::size_t row = 0; row < rows; ++row) {
        scratch.largest[row] = m_kernels->narrow(packed + row * m_rowStride, m_coefficients,
                                                 scratch.narrowRows.data() + row * m_narrowStride);
    }
    m_correction.multiply(scratch.narrowRows.data(), m_narrowStride, rows, scratch.corrections.data());
    m_carry.multiply(scratch.carriers.data(), carrierStride, rows, scratch.carried.data());
    for (std::size_t row = 0; row < rows; ++row) {
        double* carried = scratch.carried.data() + row * m_carry.paddedColumns();
        m_kernels->addCorrections(scratch.corrections.data() + row * m_correction.paddedColumns(), m_scale.data(),
                                  scratch.largest[row], m_scale.size(), carried);
        putInPlace(carried, m_carrierCount, m_order.size(), row);
    }
}

} // namespace zscape
