#include "core/plot/contours.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <unordered_map>

namespace zscape {

namespace {

/// The grid with a border of zeros, whose squares have their corners at centres of bins.
class Squares {
public:
    Squares(std::span<const float> values, int columns, int rows, double level)
        : m_values(values),
          m_columns(columns),
          m_rows(rows),
          m_level(level) {}

    int across() const { return m_columns + 1; }
    int down() const { return m_rows + 1; }
    /// Of the corner (column, row), -1 .. columns and -1 .. rows.
    double value(int column, int row) const {
        if (column < 0 || row < 0 || column >= m_columns || row >= m_rows) return 0;
        return static_cast<double>(m_values[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) +
                                            static_cast<std::size_t>(column)]);
    }
    bool above(int column, int row) const { return value(column, row) > m_level; }

    /// Edges are numbered: the horizontal one from a corner to the right is even, the vertical one upwards odd.
    std::int64_t edge(int column, int row, bool vertical) const {
        return 2 * (std::int64_t{row + 1} * (m_columns + 2) + (column + 1)) + (vertical ? 1 : 0);
    }
    GridPoint crossing(std::int64_t edge) const {
        const bool vertical = edge & 1;
        const int column = static_cast<int>((edge >> 1) % (m_columns + 2)) - 1;
        const int row = static_cast<int>((edge >> 1) / (m_columns + 2)) - 1;
        const double from = value(column, row);
        const double to = vertical ? value(column, row + 1) : value(column + 1, row);
        const double along = (m_level - from) / (to - from);
        return {column + 0.5 + (vertical ? 0 : along), row + 0.5 + (vertical ? along : 0)};
    }

private:
    std::span<const float> m_values;
    int m_columns, m_rows;
    double m_level;
};

/// Joins crossed edges, two at each crossed edge, into lines.
class Joints {
public:
    void join(std::int64_t a, std::int64_t b) {
        add(a, b);
        add(b, a);
    }
    std::vector<ContourLine> lines(const Squares& squares) {
        std::vector<ContourLine> result;
        for (const std::int64_t start : m_order) {
            Joint& first = m_joints[start];
            if (first.used) continue;
            ContourLine line;
            line.closed = true; // every edge inside the zero border has two neighbours
            std::int64_t before = -1, at = start;
            while (!m_joints[at].used) {
                Joint& joint = m_joints[at];
                joint.used = true;
                line.points.push_back(squares.crossing(at));
                const std::int64_t next = joint.to[0] != before ? joint.to[0] : joint.to[1];
                before = at;
                at = next;
            }
            result.push_back(std::move(line));
        }
        return result;
    }

private:
    struct Joint {
        std::array<std::int64_t, 2> to{-1, -1};
        bool used = false;
    };
    void add(std::int64_t from, std::int64_t to) {
        const auto [found, isNew] = m_joints.try_emplace(from);
        if (isNew) m_order.push_back(from);
        found->second.to[found->second.to[0] == -1 ? 0 : 1] = to;
    }
    std::unordered_map<std::int64_t, Joint> m_joints;
    std::vector<std::int64_t> m_order;
};

void joinSquare(const Squares& squares, int column, int row, double level, Joints& joints) {
    const bool a = squares.above(column, row), b = squares.above(column + 1, row);
    const bool c = squares.above(column + 1, row + 1), d = squares.above(column, row + 1);
    const std::int64_t low = squares.edge(column, row, false), high = squares.edge(column, row + 1, false);
    const std::int64_t left = squares.edge(column, row, true), right = squares.edge(column + 1, row, true);
    const bool saddle = a == c && b == d && a != b;
    if (saddle) {
        const double middle = 0.25 * (squares.value(column, row) + squares.value(column + 1, row) +
                                      squares.value(column + 1, row + 1) + squares.value(column, row + 1));
        const bool joined = (middle > level) == a; // the corners a and c belong together
        joints.join(low, joined ? right : left);
        joints.join(high, joined ? left : right);
        return;
    }
    std::array<std::int64_t, 2> crossed{};
    std::size_t found = 0;
    if (a != b) crossed[found++] = low;
    if (b != c) crossed[found++] = right;
    if (c != d) crossed[found++] = high;
    if (d != a) crossed[found++] = left;
    if (found == 2) joints.join(crossed[0], crossed[1]);
}

} // namespace

std::vector<double> enclosedLevels(std::span<const float> values, std::span<const double> fractions) {
    std::vector<float> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const double whole = std::accumulate(sorted.begin(), sorted.end(), 0.0);
    std::vector<double> levels;
    for (const double fraction : fractions) {
        double sum = 0;
        std::size_t bins = 0;
        while (bins < sorted.size() && sum < fraction * whole) {
            sum += static_cast<double>(sorted[bins++]);
        }
        if (bins == 0) {
            levels.push_back(whole > 0 ? static_cast<double>(sorted.front()) : 0);
            continue;
        }
        // Between the last bin that is enclosed and the next: the line runs around the one and leaves out the other.
        const double next = bins < sorted.size() ? static_cast<double>(sorted[bins]) : 0;
        levels.push_back(0.5 * (static_cast<double>(sorted[bins - 1]) + next));
    }
    return levels;
}

std::vector<ContourLine> contourLines(std::span<const float> values, int columns, int rows, double level) {
    if (columns < 1 || rows < 1 ||
        values.size() != static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {
        throw Error("the densities to contour do not fill their grid; give columns x rows of them");
    }
    if (!(level > 0)) return {};
    const Squares squares(values, columns, rows, level);
    Joints joints;
    for (int row = -1; row < rows; ++row) {
        for (int column = -1; column < columns; ++column) {
            joinSquare(squares, column, row, level, joints);
        }
    }
    return joints.lines(squares);
}

} // namespace zscape
