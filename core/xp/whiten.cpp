#include "core/xp/whiten.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace zscape {

namespace {

/// Stars worked on side by side, so that the sums over coefficients are vector instructions.
constexpr std::size_t lanes = 8;
using Lane = std::array<double, lanes>;

/// Cholesky's factor of `lanes` correlation matrices, row by row, and forward substitution as soon as a row is known.
/// A pivot that is not positive makes everything after it NaN in its lane.
class Whitener {
public:
    explicit Whitener(std::size_t count) : m_count(count), m_factor(count * (count + 1) / 2), m_solution(count) {}

    Lane& correlation(std::size_t i, std::size_t j) { return m_factor[i * (i + 1) / 2 + j]; }
    Lane& residual(std::size_t i) { return m_solution[i]; }

    void solve() {
        for (std::size_t i = 0; i < m_count; ++i) {
            Lane* row = &m_factor[i * (i + 1) / 2];
            Lane pivot;
            pivot.fill(1.0);
            Lane value = m_solution[i];
            for (std::size_t j = 0; j < i; ++j) {
                const Lane* other = &m_factor[j * (j + 1) / 2];
                Lane sum = row[j];
                for (std::size_t k = 0; k < j; ++k) {
                    for (std::size_t s = 0; s < lanes; ++s) {
                        sum[s] -= row[k][s] * other[k][s];
                    }
                }
                for (std::size_t s = 0; s < lanes; ++s) {
                    sum[s] *= other[j][s]; // the diagonal holds inverses
                    pivot[s] -= sum[s] * sum[s];
                    value[s] -= sum[s] * m_solution[j][s];
                }
                row[j] = sum;
            }
            for (std::size_t s = 0; s < lanes; ++s) {
                // Rounding of float32 correlations is 6e-8: a smaller pivot is no more than that.
                row[i][s] = pivot[s] > 1e-9 ? 1 / std::sqrt(pivot[s]) : std::numeric_limits<double>::quiet_NaN();
                m_solution[i][s] = value[s] * row[i][s];
            }
        }
    }

private:
    std::size_t m_count;
    std::vector<Lane> m_factor; ///< packed lower triangles
    std::vector<Lane> m_solution;
};

std::size_t trianglePlaces(std::size_t count) {
    return count > 0 ? count * (count - 1) / 2 : 0;
}

} // namespace

void squaredDistances(MatrixView<const float> correlations, MatrixView<const double> residuals, std::span<double> out) {
    const std::size_t count = residuals.cols;
    if (correlations.rows != residuals.rows || out.size() != residuals.rows ||
        correlations.cols < trianglePlaces(count)) {
        throw Error("internal: correlations of another size than the residuals");
    }
    Whitener whitener(count);
    for (std::size_t begin = 0; begin < residuals.rows; begin += lanes) {
        const std::size_t stars = std::min(lanes, residuals.rows - begin);
        for (std::size_t s = 0; s < lanes; ++s) {
            // Spare lanes repeat the last star.
            const std::size_t row = begin + std::min(s, stars - 1);
            const float* from = correlations.row(row).data();
            for (std::size_t i = 0; i < count; ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    whitener.correlation(i, j)[s] = *from++;
                }
                whitener.residual(i)[s] = residuals.row(row)[i];
            }
        }
        whitener.solve();
        Lane sum{};
        for (std::size_t i = 0; i < count; ++i) {
            const Lane& y = whitener.residual(i);
            for (std::size_t s = 0; s < lanes; ++s) {
                sum[s] += y[s] * y[s];
            }
        }
        std::copy_n(sum.begin(), stars, out.begin() + static_cast<std::ptrdiff_t>(begin));
    }
}

bool whiten(std::span<const float> correlations, std::span<double> residuals) {
    const std::size_t count = residuals.size();
    if (correlations.size() < trianglePlaces(count)) throw Error("internal: too few correlations for the residuals");
    Whitener whitener(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            whitener.correlation(i, j).fill(correlations[i * (i - 1) / 2 + j]);
        }
        whitener.residual(i).fill(residuals[i]);
    }
    whitener.solve();
    if (count > 0 && std::isnan(whitener.residual(count - 1)[0])) return false;
    for (std::size_t i = 0; i < count; ++i) {
        residuals[i] = whitener.residual(i)[0];
    }
    return true;
}

} // namespace zscape
