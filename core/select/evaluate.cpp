// From definitions to stars.
#include "core/select/evaluate.h"

#include "core/base/error.h"
#include "core/explore/near_names.h"
#include "core/select/curve_index.h"
#include "core/select/density_mask.h"
#include "core/select/id_table.h"
#include "core/select/nearest_mask.h"
#include "core/select/polygon_index.h"
#include "core/select/row_mask.h"
#include "core/select/stroke_index.h"
#include "core/select/walk_definition.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace zscape {

namespace {

/// log10 as a plot has it: nothing where the value cannot stand on the axis.
double onAxis(double value, bool logarithmic) {
    if (!logarithmic) return value;
    return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

std::vector<DataPoint> onAxes(std::vector<DataPoint> points, const PlaneAxes& axes) {
    for (DataPoint& point : points) {
        point = {onAxis(point.x, axes.logX), onAxis(point.y, axes.logY)};
    }
    return points;
}

/// What a name means in a curve's formula: `x` is the horizontal axis, whatever stands on it.
ExpressionNames curveNames(const CurveShape& shape, const StarTable& table) {
    ExpressionNames names = table.names();
    names.resolve = [&shape, others = names.resolve](std::string_view name) {
        return name == "x" ? shape.axes.x : others(name);
    };
    names.known.emplace_back("x");
    return names;
}

class Evaluation {
public:
    Evaluation(const StarTable& table, const std::vector<Selection>& others, const JobContext& job)
        : m_table(table),
          m_others(others),
          m_job(job),
          m_pool(table.rows() > 16384 ? 0 : 1) {}

    BitSet of(const Definition& definition) {
        m_job.throwIfCancelled();
        return std::visit([this](const auto& shape) { return of(shape); }, definition.shape);
    }

private:
    using Numbers = std::shared_ptr<const std::vector<double>>;

    Numbers column(const std::string& name) const { return m_table.exact(name, m_job); }

    template <typename IsIn>
    BitSet mask(const IsIn& isIn) {
        return maskRows(m_pool, m_table.rows(), m_job, isIn);
    }

    /// isIn(x, y) of every star, in log10 on a logarithmic axis.
    template <typename IsIn>
    BitSet planeMask(const PlaneAxes& axes, const IsIn& isIn) {
        const Numbers xs = column(axes.x);
        const Numbers ys = column(axes.y);
        const double* x = xs->data();
        const double* y = ys->data();
        if (!axes.logX && !axes.logY) {
            return mask([&](std::size_t row) { return isIn(x[row], y[row]); });
        }
        return mask([&](std::size_t row) { return isIn(onAxis(x[row], axes.logX), onAxis(y[row], axes.logY)); });
    }

    BitSet of(const AllShape&) { return BitSet(m_table.rows(), true); }

    BitSet of(const RectangleShape& shape) {
        const auto [left, right] = std::minmax(shape.from.x, shape.to.x);
        const auto [bottom, top] = std::minmax(shape.from.y, shape.to.y);
        const Numbers x = column(shape.axes.x);
        const Numbers y = column(shape.axes.y);
        return mask([&, left = left, right = right, bottom = bottom, top = top](std::size_t row) {
            const double a = (*x)[row];
            const double b = (*y)[row];
            return (a >= left) & (a <= right) & (b >= bottom) & (b <= top);
        });
    }

    BitSet of(const PolygonShape& shape) {
        const PolygonIndex polygon(onAxes(shape.vertices, shape.axes));
        if (!shape.axes.logX && !shape.axes.logY) {
            const Numbers x = column(shape.axes.x);
            const Numbers y = column(shape.axes.y);
            return maskWords(m_pool, m_table.rows(), m_job, [&](std::size_t first, std::size_t count) {
                return polygon.insideBits(x->data() + first, y->data() + first, count);
            });
        }
        return planeMask(shape.axes, [&](double x, double y) { return polygon.contains(x, y); });
    }

    BitSet of(const BrushShape& shape) {
        std::vector<StrokeIndex> strokes;
        for (const BrushStroke& stroke : shape.strokes) {
            strokes.emplace_back(BrushStroke{onAxes(stroke.path, shape.axes), stroke.radiusX, stroke.radiusY});
        }
        return planeMask(shape.axes, [&](double x, double y) {
            return std::ranges::any_of(strokes, [&](const StrokeIndex& stroke) { return stroke.covers(x, y); });
        });
    }

    BitSet of(const CurveShape& shape) {
        if (!shape.formula.empty()) return ofFormula(shape);
        const CurveIndex curve(onAxes(shape.line, shape.axes), shape.extended);
        const auto wanted = shape.side == CurveSide::Above ? CurveIndex::Side::Above : CurveIndex::Side::Below;
        return planeMask(shape.axes, [&](double x, double y) { return curve.sideOf(x, y) == wanted; });
    }

    BitSet ofFormula(const CurveShape& shape) {
        const Expression formula(shape.formula, curveNames(shape, m_table));
        std::vector<Numbers> columns;
        std::vector<std::span<const double>> views;
        for (const std::string& id : formula.columns()) {
            columns.push_back(column(id));
            views.emplace_back(*columns.back());
        }
        const std::vector<double> level = formula.evaluate(m_table.rows(), views, m_job);
        const Numbers y = column(shape.axes.y);
        const bool above = shape.side == CurveSide::Above;
        return mask([&](std::size_t row) { return above ? (*y)[row] > level[row] : (*y)[row] < level[row]; });
    }

    BitSet of(const RangeShape& shape) {
        const Numbers values = column(shape.column);
        return mask([&](std::size_t row) {
            const double value = (*values)[row];
            return (shape.lowOpen ? value > shape.low : value >= shape.low) &&
                   (shape.highOpen ? value < shape.high : value <= shape.high);
        });
    }

    BitSet of(const ExpressionShape& shape) {
        const Numbers values = column(shape.expression);
        return mask([&](std::size_t row) {
            const double value = (*values)[row];
            return !std::isnan(value) && value != 0;
        });
    }

    BitSet of(const IdListShape& shape) {
        if (!m_table.catalog()) throw Error("a list of source_ids needs a catalogue; open one");
        const std::span<const std::int64_t> ids = m_table.catalog()->sourceIds();
        const IdTable wanted(shape.ids);
        return mask([&](std::size_t row) { return wanted.contains(ids[row]); });
    }

    BitSet of(const NearestShape& shape) { return nearestMask(m_pool, shape, *m_table.latents(), m_job); }

    BitSet of(const DensityShape& shape) {
        const Numbers x = column(shape.axes.x);
        const Numbers y = column(shape.axes.y);
        return densityMask(m_pool, shape, *x, *y, m_job);
    }

    BitSet of(const ReferenceShape& shape) {
        if (const auto known = m_known.find(shape.name); known != m_known.end()) return known->second;
        BitSet result = of(requireSelection(shape.name, m_others).definition);
        m_known.emplace(shape.name, result);
        return result;
    }

    BitSet of(const CombinationShape& shape) {
        BitSet result = of(shape.operands.front());
        if (shape.how == Combination::Not) return result.complement();
        for (std::size_t i = 1; i < shape.operands.size(); ++i) {
            const BitSet next = of(shape.operands[i]);
            switch (shape.how) {
            case Combination::And:
                result &= next;
                break;
            case Combination::Or:
                result |= next;
                break;
            case Combination::Xor:
                result ^= next;
                break;
            case Combination::Minus:
                result.andNot(next);
                break;
            case Combination::Not:
                break; // of one operand
            }
        }
        return result;
    }

    const StarTable& m_table;
    const std::vector<Selection>& m_others;
    const JobContext& m_job;
    ThreadPool m_pool;
    std::map<std::string, BitSet> m_known; ///< what references came to
};

/// Names that one definition, without those within it, lacks.
class Lacks {
public:
    Lacks(const StarTable& table, std::vector<std::string>& names) : m_table(table), m_names(names) {}

    void operator()(const RectangleShape& shape) { plane(shape.axes); }
    void operator()(const PolygonShape& shape) { plane(shape.axes); }
    void operator()(const BrushShape& shape) { plane(shape.axes); }
    void operator()(const DensityShape& shape) { plane(shape.axes); }
    void operator()(const CurveShape& shape) {
        plane(shape.axes);
        if (shape.formula.empty()) return;
        add(Expression::unknownNames(shape.formula, curveNames(shape, m_table)));
    }
    void operator()(const RangeShape& shape) { add(m_table.missingNames(shape.column)); }
    void operator()(const ExpressionShape& shape) { add(m_table.missingNames(shape.expression)); }
    void operator()(const NearestShape& shape) {
        for (std::size_t k = 1; k <= shape.point.size(); ++k) {
            if (!m_table.latents()) add({"z" + std::to_string(k)});
        }
    }
    template <typename Shape>
    void operator()(const Shape&) {} // needs no columns of its own

private:
    void plane(const PlaneAxes& axes) {
        add(m_table.missingNames(axes.x));
        add(m_table.missingNames(axes.y));
    }
    void add(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (std::ranges::find(m_names, name) == m_names.end()) m_names.push_back(name);
        }
    }

    const StarTable& m_table;
    std::vector<std::string>& m_names;
};

[[noreturn]] void throwMissing(const std::vector<std::string>& names, const StarTable& table) {
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "" : ", ") + name;
    }
    bool latents = false;
    for (const std::string& name : names) {
        latents =
            latents || (name.size() > 1 && name[0] == 'z' && name.find_first_not_of("0123456789", 1) == name.npos);
    }
    const std::string open = latents && !table.latents() ? "; z1, z2, ... are there once a model is open" : "";
    const bool one = names.size() == 1 && open.empty();
    throw Error("the selection needs " + list + ", which the catalogue does not have" +
                (one ? suggestion(names.front(), table.names().known) : open));
}

} // namespace

std::vector<std::string> missingColumns(const Definition& definition, const StarTable& table,
                                        const std::vector<Selection>& others) {
    std::vector<std::string> names;
    walkDefinition(definition, others, [&](const Definition& one) { std::visit(Lacks(table, names), one.shape); });
    return names;
}

BitSet evaluate(const Definition& definition, const StarTable& table, const std::vector<Selection>& others,
                const JobContext& job) {
    checkDefinition(definition);
    walkDefinition(definition, others, [](const Definition& one) {
        if (!std::holds_alternative<CombinationShape>(one.shape)) checkDefinition(one);
    });
    const std::vector<std::string> missing = missingColumns(definition, table, others);
    if (!missing.empty()) throwMissing(missing, table);
    return Evaluation(table, others, job).of(definition);
}

} // namespace zscape
