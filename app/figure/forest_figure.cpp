// Random forests that tell the alpha sequences apart: Fig 14, and Table 1 below it.
#include "app/figure/paper_figures.h"

#include "core/base/error.h"
#include "widgets/figure/figure_metrics.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double testedShare = 0.1; // the paper learns from 90 %

/// Class 1 of the forests; shown first, as in the paper.
constexpr std::size_t high = 1, low = 0;
constexpr std::array shownClasses{high, low};

const char* nameOf(std::size_t one) {
    return one == high ? "High alpha" : "Low alpha";
}
QString labelOf(std::size_t one) {
    return one == high ? QStringLiteral("High α") : QStringLiteral("Low α");
}

/// What a forest learns from.
struct Classifier {
    QString title;
    QString column; ///< in its place, where there is less room
    std::vector<std::string> features;
    std::string lacks; ///< columns that are not there: it cannot be made
    ConfusionMatrix matrix;
};

std::string featureList(const Classifier& one) {
    std::string list;
    for (const std::string& feature : one.features) {
        list += (list.empty() ? "" : ", ") + feature;
    }
    return list;
}

std::vector<Classifier> classifiersOf(FigureBuilder& builder) {
    std::vector<Classifier> all{
        {QStringLiteral("[M/H]"), QStringLiteral("[M/H]"), {"M_H"}, {}, {}},
        {QStringLiteral("labels"), QStringLiteral("labels"), {"TEFF", "LOGG", "M_H"}, {}, {}},
        {QStringLiteral("labels + colours"),
         QStringLiteral("+ colours"),
         {"TEFF", "LOGG", "M_H", "J-H", "J-K"},
         {},
         {}},
        {QStringLiteral("latents"), QStringLiteral("latents"), builder.latents({}), {}, {}},
    };
    for (Classifier& one : all) {
        for (const std::string& feature : one.features) {
            for (const std::string& name : builder.table().missingNames(feature)) {
                if (one.lacks.find(name) == std::string::npos) one.lacks += (one.lacks.empty() ? "" : ", ") + name;
            }
        }
    }
    return all;
}

/// The pristine stars, their class, and every feature of any classifier: all learn from the same stars.
struct Sample {
    std::vector<FigureColumn> columns;
    std::vector<float> labels;
    PartedStars stars;

    std::vector<std::span<const float>> features(FigureBuilder& builder, const Classifier& one) {
        std::vector<std::span<const float>> result;
        for (const std::string& feature : one.features) {
            result.emplace_back(*columns.emplace_back(builder.column(feature)));
        }
        return result;
    }
};

Sample sampleOf(FigureBuilder& builder, const std::vector<Classifier>& classifiers) {
    Sample sample;
    const auto highs = builder.stars("high alpha"), lows = builder.stars("low alpha");
    sample.labels.assign(builder.table().rows(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t row = 0; row < sample.labels.size(); ++row) {
        if (highs->test(row) || lows->test(row)) sample.labels[row] = highs->test(row) ? 1.0F : 0.0F;
    }
    std::vector<std::span<const float>> all;
    for (const Classifier& one : classifiers) {
        if (one.lacks.empty()) std::ranges::copy(sample.features(builder, one), std::back_inserter(all));
    }
    sample.stars = partStars(*builder.stars("pristine labels"), all, sample.labels, testedShare, builder.choice().seed);
    return sample;
}

void growAll(FigureBuilder& builder, std::vector<Classifier>& classifiers, Sample& sample) {
    const FigureInput& input = builder.input();
    const JobContext& job = builder.job();
    const auto count = static_cast<double>(classifiers.size());
    // The stars depend on the features of all.
    std::string of =
        std::string(selectionPresetName(builder.choice().preset)) + " " + std::to_string(builder.choice().seed) + " ";
    for (const Classifier& one : classifiers) {
        of += one.lacks.empty() ? featureList(one) + "; " : "";
    }
    for (std::size_t i = 0; i < classifiers.size(); ++i) {
        Classifier& one = classifiers[i];
        if (!one.lacks.empty()) continue;
        const auto report = [&](double fraction, std::string_view text) {
            job.report((static_cast<double>(i) + fraction) / count,
                       "forest of " + one.title.toStdString() + ", " + std::string(text));
        };
        const std::string key = of + featureList(one);
        one.matrix = input.forests->of(input.table, key, [&] {
            ForestOptions options;
            options.seed = builder.choice().seed;
            return confusionOfForest(sample.stars, sample.features(builder, one), sample.labels, options,
                                     JobContext(report, job.cancelFlag()));
        });
    }
}

ColourRamp shareRamp() {
    return rampBetween(0xFFF4F8FC, 0xFF6BAED6, 0xFF08306B);
}

QString percent(double share) {
    return fixedText(100 * share, 1) + QStringLiteral(" %");
}

CellsLayer countedCells(const Classifier& one) {
    const ColourRamp ramp = shareRamp();
    CellsLayer cells;
    cells.name = one.title;
    for (std::size_t row = 0; row < shownClasses.size(); ++row) {
        for (std::size_t column = 0; column < shownClasses.size(); ++column) {
            const std::size_t is = shownClasses[row], called = shownClasses[column];
            const std::size_t count = one.matrix.counts[is][called], all = one.matrix.of(is);
            CellsLayer::Cell cell;
            cell.at = QPointF(static_cast<double>(column), static_cast<double>(row));
            cell.name = QStringLiteral("true %1 predicted %2")
                            .arg(QString::fromUtf8(nameOf(is)), QString::fromUtf8(nameOf(called)));
            cell.count = count;
            cell.lines = {QString::fromStdString(countText(count))};
            if (all > 0) {
                const double share = static_cast<double>(count) / static_cast<double>(all);
                cell.value = share;
                cell.fill = QColor(ramp[static_cast<std::size_t>(std::lround(255 * share))]);
                cell.lines.insert(cell.lines.begin(), QStringLiteral("<b>") + percent(share) + QStringLiteral("</b>"));
            }
            cells.cells.push_back(std::move(cell));
        }
    }
    return cells;
}

CellsLayer emptyCells(const Classifier& one) {
    CellsLayer cells;
    cells.name = one.title;
    const QString why = QStringLiteral("no ") + QString::fromStdString(one.lacks);
    cells.cells.push_back({QStringLiteral("left out: ") + why,
                           QPointF(0.5, 0.5),
                           QSizeF(2, 2),
                           QColor(),
                           {QStringLiteral("left out:"), why},
                           std::nullopt,
                           std::nullopt});
    return cells;
}

FigurePanel matrixPanel(const Classifier& one) {
    FigurePanel panel;
    panel.name = one.title;
    panel.title = one.title;
    panel.x = {-0.5, 1.5, false, false};
    panel.y = {-0.5, 1.5, false, true};
    panel.xLabel = QStringLiteral("Predicted");
    panel.yLabel = QStringLiteral("True");
    for (const std::size_t shown : shownClasses) {
        panel.xClasses.push_back(labelOf(shown));
        panel.yClasses.push_back(labelOf(shown));
    }
    panel.layers.emplace_back(one.lacks.empty() ? countedCells(one) : emptyCells(one));
    return panel;
}

struct Measure {
    QString label; ///< rich text
    const char* name;
    double (*of)(const ConfusionMatrix&);
};

std::array<Measure, 5> measures() {
    return {Measure{QStringLiteral("accuracy"), "accuracy", [](const ConfusionMatrix& m) { return m.accuracy(); }},
            Measure{QStringLiteral("recall, high α"), "recall of High alpha",
                    [](const ConfusionMatrix& m) { return m.recall(high); }},
            Measure{QStringLiteral("recall, low α"), "recall of Low alpha",
                    [](const ConfusionMatrix& m) { return m.recall(low); }},
            Measure{QStringLiteral("precision, high α"), "precision of High alpha",
                    [](const ConfusionMatrix& m) { return m.precision(high); }},
            Measure{QStringLiteral("precision, low α"), "precision of Low alpha",
                    [](const ConfusionMatrix& m) { return m.precision(low); }}};
}

FigurePanel tablePanel(const std::vector<Classifier>& classifiers, bool wide) {
    FigurePanel panel;
    panel.name = QStringLiteral("Table 1");
    panel.x = {-0.5, static_cast<double>(classifiers.size()) - 0.5, false, false};
    CellsLayer cells;
    cells.name = panel.name;
    for (const Measure& measure : measures()) {
        const auto row = static_cast<double>(panel.yClasses.size());
        panel.yClasses.push_back(measure.label);
        for (std::size_t i = 0; i < classifiers.size(); ++i) {
            const Classifier& one = classifiers[i];
            CellsLayer::Cell cell;
            cell.at = QPointF(static_cast<double>(i), row);
            cell.name = QString::fromUtf8(measure.name) + QStringLiteral(", ") + one.title;
            const double value = one.lacks.empty() ? measure.of(one.matrix) : std::nan("");
            if (std::isfinite(value)) cell.value = value;
            cell.lines = {std::isfinite(value) ? fixedText(value, 3) : QStringLiteral("–")};
            cells.cells.push_back(std::move(cell));
        }
    }
    for (const Classifier& one : classifiers) {
        panel.xClasses.push_back(wide ? one.title : one.column);
    }
    panel.y = {-0.5, static_cast<double>(panel.yClasses.size()) - 0.5, false, true};
    panel.layers.emplace_back(std::move(cells));
    return panel;
}

void remarkAll(FigureBuilder& builder, const std::vector<Classifier>& classifiers, const PartedStars& stars) {
    builder.remark(countText(stars.training.size()) + " stars with pristine labels taught the forests and " +
                   countText(stars.tested.size()) + " others were asked, parted at random by seed " +
                   std::to_string(builder.choice().seed) + "; high and low alpha by Patil et al. (2023)");
    if (stars.withoutLabel > 0) {
        builder.remark(countText(stars.withoutLabel) +
                       " stars with pristine labels are left out: they are of neither class, as [Fe/H] or [Mg/Fe] is "
                       "missing");
    }
    if (stars.withoutFeature > 0) {
        builder.remark(countText(stars.withoutFeature) +
                       " stars of a class are left out: a label, a magnitude or the latents are missing");
    }
    builder.remark("each forest has " + std::to_string(ForestOptions().trees) +
                   " trees of any depth, a bootstrap sample each, and tries the square root of its features at a "
                   "split: scikit-learn's defaults");
    for (const Classifier& one : classifiers) {
        std::string sentence = one.title.toStdString() + " (" + featureList(one) + "): ";
        if (!one.lacks.empty()) {
            builder.remark(sentence + "left out, as " + builder.figure().origin.catalogue + " has no " + one.lacks);
            continue;
        }
        const auto number = [](double value) {
            return std::isfinite(value) ? fixedText(value, 3).toStdString() : std::string("unknown");
        };
        builder.remark(sentence + "accuracy " + number(one.matrix.accuracy()) + ", recall " +
                       number(one.matrix.recall(high)) + " of high and " + number(one.matrix.recall(low)) +
                       " of low alpha, precision " + number(one.matrix.precision(high)) + " and " +
                       number(one.matrix.precision(low)));
    }
    builder.remark(
        "recall: of the stars of a class the share that is found (the paper's predictive value); precision: of "
        "those called so the share that is of it");
}

/// The matrices beside each other or two by two, the table below; where it is wide its columns stand under them.
double arrange(FigureBuilder& builder, std::size_t matrices) {
    Figure& figure = builder.figure();
    const FigureMetrics metrics(figure.style);
    FigurePanel& table = figure.panels[matrices];
    const PanelRoom tableRoom = roomAround(table, figure.style);
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = contentTop(figure);
    grid.columns = builder.wide() ? static_cast<int>(matrices) : 2;
    for (std::size_t i = 0; i < matrices; ++i) {
        const bool first = i % static_cast<std::size_t>(grid.columns) == 0;
        if (first) grid.cells.emplace_back();
        grid.cells.back().push_back(static_cast<int>(i));
        // Others have the classes of the one beside them.
        figure.panels[i].yTickLabels = first;
        if (!first) figure.panels[i].yLabel.clear();
    }
    const double matrixRoom = roomAround(figure.panels[0], figure.style).left;
    double bottom = arrangePanels(figure, grid), between = 0;
    if (builder.wide()) {
        between = figure.panels[1].frame.left() - figure.panels[0].frame.right();
        grid.left_mm = std::max(0.0, tableRoom.left + metrics.edge + between / 2 - matrixRoom);
        bottom = arrangePanels(figure, grid);
    }
    const double left = builder.wide() ? figure.panels[0].frame.left() - between / 2 : tableRoom.left + metrics.edge;
    const double right = figure.panels[matrices - 1].frame.right() + between / 2;
    PanelGrid below;
    below.cells = {{static_cast<int>(matrices)}};
    below.left_mm = left - tableRoom.left;
    below.right_mm = right + tableRoom.right + metrics.edge;
    below.top_mm = bottom + 0.5 * metrics.em;
    const double rowHeight = 1.9 * metrics.em;
    below.aspect = rowHeight * static_cast<double>(table.yClasses.size()) / (right - left);
    return arrangePanels(figure, below);
}

} // namespace

ConfusionMatrix SharedForests::of(const std::shared_ptr<const StarTable>& table, const std::string& key,
                                  const std::function<ConfusionMatrix()>& grow) {
    const std::lock_guard lock(m_mutex);
    if (m_table.lock() != table) {
        m_known.clear();
        m_table = table;
    }
    const auto known = m_known.find(key);
    return known != m_known.end() ? known->second : m_known.emplace(key, grow()).first->second;
}

Figure alphaForestFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job) {
    FigureBuilder builder("alpha-forest", "High- and low-alpha stars told apart by random forests", twoColumns_mm,
                          input, choice, job);
    builder.need({"TEFF", "LOGG", "M_H", "FE_H", "MG_FE"}, {"pristine labels", "high alpha", "low alpha"});
    std::vector<Classifier> classifiers = classifiersOf(builder);
    Sample sample = sampleOf(builder, classifiers);
    growAll(builder, classifiers, sample);
    Figure& figure = builder.figure();
    for (const Classifier& one : classifiers) {
        figure.panels.push_back(matrixPanel(one));
    }
    if (builder.wide()) {
        PanelColourBar bar;
        bar.label = QStringLiteral("share of the true class");
        bar.scale.lower = 0;
        bar.scale.upper = 1;
        bar.ramp = shareRamp();
        figure.panels.back().colourBar = bar;
    }
    figure.panels.push_back(tablePanel(classifiers, builder.wide()));
    remarkAll(builder, classifiers, sample.stars);
    figure.height_mm = arrange(builder, classifiers.size());
    return std::move(figure);
}

} // namespace zscape
