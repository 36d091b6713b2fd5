// Contours of star counts: marching squares over a smoothed histogram.
#include "widgets/figure/star_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace zscape {

namespace {

/// A grid of numbers with a rim of zeros, so that every line closes.
struct Field {
    int width, height;
    std::vector<double> values;
    double& at(int x, int y) {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
    double at(int x, int y) const {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
};

Field smoothed(const StarBins& bins) {
    constexpr int rim = 3;
    constexpr std::array<double, 5> kernel{0.06136, 0.24477, 0.38774, 0.24477, 0.06136}; // Gaussian of sigma 1 bin
    const int width = bins.columns + 2 * rim, height = bins.rows + 2 * rim;
    Field across{width, height,
                 std::vector<double>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height))};
    Field result = across;
    for (int row = 0; row < bins.rows; ++row) {
        for (int x = 2; x < width - 2; ++x) {
            double sum = 0;
            for (std::size_t k = 0; k < kernel.size(); ++k) {
                const int column = x - rim + static_cast<int>(k) - 2;
                if (column >= 0 && column < bins.columns) {
                    sum += kernel[k] * bins.at(column, row);
                }
            }
            across.at(x, row + rim) = sum;
        }
    }
    for (int y = 2; y < height - 2; ++y) {
        for (int x = 0; x < width; ++x) {
            double sum = 0;
            for (std::size_t k = 0; k < kernel.size(); ++k) {
                sum += kernel[k] * across.at(x, y + static_cast<int>(k) - 2);
            }
            result.at(x, y) = sum;
        }
    }
    return result;
}

/// The density that encloses a share of the stars.
double levelOf(const Field& field, double share) {
    std::vector<double> sorted = field.values;
    std::ranges::sort(sorted, std::greater<>());
    const double total = std::accumulate(sorted.begin(), sorted.end(), 0.0);
    double sum = 0;
    for (const double value : sorted) {
        sum += value;
        if (sum >= share * total) return std::max(value, 1e-9);
    }
    return 1e-9;
}

/// An edge of the grid that a line crosses: from node (x, y) to the right (0) or down (1).
using Edge = std::array<int, 3>;

class Tracer {
public:
    Tracer(const Field& field, double level) : m_field(field), m_level(level) {
        for (int y = 0; y + 1 < field.height; ++y) {
            for (int x = 0; x + 1 < field.width; ++x) {
                cell(x, y);
            }
        }
    }
    /// Closed lines in grid coordinates.
    std::vector<std::vector<QPointF>> lines() {
        std::vector<std::vector<QPointF>> result;
        while (!m_next.empty()) {
            std::vector<QPointF> line;
            const Edge start = m_next.begin()->first;
            Edge edge = start;
            for (auto found = m_next.find(edge); found != m_next.end(); found = m_next.find(edge)) {
                line.push_back(crossing(edge));
                edge = found->second.back();
                found->second.pop_back();
                if (found->second.empty()) m_next.erase(found);
                if (edge == start) break;
            }
            line.push_back(crossing(edge));
            result.push_back(std::move(line));
        }
        return result;
    }

private:
    bool above(int x, int y) const { return m_field.at(x, y) >= m_level; }
    QPointF crossing(const Edge& edge) const {
        const auto [x, y, down] = edge;
        const double a = m_field.at(x, y), b = down ? m_field.at(x, y + 1) : m_field.at(x + 1, y);
        const double share = (m_level - a) / (b - a);
        return down ? QPointF(x, y + share) : QPointF(x + share, y);
    }
    void join(const Edge& from, const Edge& to) { m_next[from].push_back(to); }
    /// Pieces run with the higher side at their left.
    void cell(int x, int y) {
        const Edge top{x, y, 0}, left{x, y, 1}, bottom{x, y + 1, 0}, right{x + 1, y, 1};
        const int pattern = (above(x, y) ? 1 : 0) | (above(x + 1, y) ? 2 : 0) | (above(x + 1, y + 1) ? 4 : 0) |
                            (above(x, y + 1) ? 8 : 0);
        switch (pattern) {
        case 1:
            join(left, top);
            break;
        case 2:
            join(top, right);
            break;
        case 3:
            join(left, right);
            break;
        case 4:
            join(right, bottom);
            break;
        case 5:
            join(left, top);
            join(right, bottom);
            break;
        case 6:
            join(top, bottom);
            break;
        case 7:
            join(left, bottom);
            break;
        case 8:
            join(bottom, left);
            break;
        case 9:
            join(bottom, top);
            break;
        case 10:
            join(top, right);
            join(bottom, left);
            break;
        case 11:
            join(bottom, right);
            break;
        case 12:
            join(right, left);
            break;
        case 13:
            join(right, top);
            break;
        case 14:
            join(top, left);
            break;
        default:
            break;
        }
    }

    const Field& m_field;
    double m_level;
    std::map<Edge, std::vector<Edge>> m_next;
};

} // namespace

std::vector<std::vector<std::vector<QPointF>>> contourLines(const ContourLayer& layer, const FigurePanel& panel) {
    const StarBins bins = binStars(layer.x, layer.y, layer.shown.get(), panel.x, panel.y, layer.bins, layer.bins);
    std::vector<std::vector<std::vector<QPointF>>> levels;
    const Field field = smoothed(bins);
    const int rim = (field.width - bins.columns) / 2;
    const Viewport view{panel.x, panel.y, bins.columns, bins.rows};
    for (const double share : layer.enclosed) {
        levels.emplace_back();
        if (bins.largest == 0) continue;
        for (std::vector<QPointF>& line : Tracer(field, levelOf(field, share)).lines()) {
            for (QPointF& point : line) {
                point = {view.dataX(point.x() - rim + 0.5), view.dataY(point.y() - rim + 0.5)};
            }
            levels.back().push_back(std::move(line));
        }
    }
    return levels;
}

} // namespace zscape
