// The curves of a training run.
#include "app/figure/training_figure.h"

#include "app/figure/command_words.h"
#include "core/base/error.h"
#include "core/train/training_log.h"
#include "widgets/curve_range.h"
#include "widgets/figure/arrange_panels.h"
#include "widgets/figure/write_figure.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

struct Quantity {
    const char* label;
    double EpochRecord::*training;
    double EpochRecord::*validation; ///< null for none
};
constexpr std::array quantities{Quantity{"total loss", &EpochRecord::loss, &EpochRecord::validationLoss},
                                Quantity{"reconstruction", &EpochRecord::rec, &EpochRecord::validationRec},
                                Quantity{"KL divergence", &EpochRecord::kl, &EpochRecord::validationKl},
                                Quantity{"learning rate", &EpochRecord::learningRate, nullptr}};

const QColor trainingColour(0x00, 0x72, 0xB2), validationColour(0xD5, 0x5E, 0x00), otherColour(0xB0, 0xB0, 0xB0);

void addCurve(FigurePanel& panel, const QString& name, const std::vector<EpochRecord>& history,
              double EpochRecord::*value, const QColor& colour) {
    // Thousands of noisy epochs share the paper: thin lines keep both curves in sight.
    CurveLayer curve{name, {}, colour, history.size() > 500 ? 0.15 : 0.3};
    for (const EpochRecord& record : history) {
        curve.points.emplace_back(record.epoch, record.*value);
    }
    panel.layers.emplace_back(std::move(curve));
}

FigurePanel panelOf(const TrainingCurvesInput& input, const Quantity& quantity) {
    FigurePanel panel;
    panel.name = QString::fromUtf8(quantity.label);
    panel.yLabel = panel.name;
    panel.xLabel = QStringLiteral("epoch");
    const double first = std::min(1, input.history.front().epoch), last = input.history.back().epoch;
    panel.x = drawableRange({first, std::max(last, first + 1), false, false});
    if (!input.comparison.empty()) {
        addCurve(panel, QStringLiteral("other run, training"), input.comparison, quantity.training, otherColour);
    }
    std::vector<double> values;
    for (const EpochRecord& record : input.history) {
        values.push_back(record.*quantity.training);
        if (quantity.validation) values.push_back(record.*quantity.validation);
    }
    if (quantity.validation) {
        // Under the other: it is the noisier one.
        addCurve(panel, QStringLiteral("validation"), input.history, quantity.validation, validationColour);
        const CurveRange range = robustCurveRange(std::move(values));
        panel.y = drawableRange({range.lower, range.upper, false, false});
    } else {
        panel.y = drawableRange({0, 1.1 * *std::ranges::max_element(values), false, false});
    }
    addCurve(panel, QStringLiteral("training"), input.history, quantity.training, trainingColour);
    return panel;
}

} // namespace

std::vector<EpochRecord> readHistory(const std::filesystem::path& path) {
    if (path.extension() == ".csv") return readTrainingLog(path);
    std::vector<EpochRecord> history = loadModel(path).history;
    if (history.empty()) {
        throw Error(path.string() + " has no history of its training; give the NAME.history.csv beside a model");
    }
    return history;
}

Figure trainingFigure(const TrainingCurvesInput& input, const FigureChoice& choice) {
    if (input.history.empty()) throw Error("there is no epoch to draw yet");
    Figure figure;
    figure.style = choice.style;
    if (choice.ownWidth) figure.style.width_mm = twoColumns_mm;
    checkStyle(figure.style);
    FigureOrigin& origin = figure.origin;
    origin.figure = "training";
    origin.title = "Training curves";
    origin.version = "zscape " ZSCAPE_VERSION;
    origin.command = "zscape figure training " + shellWord(input.path);
    if (!input.comparisonPath.empty()) origin.command += " --other-run " + shellWord(input.comparisonPath);
    origin.command += " --width " + numberWord(figure.style.width_mm) + " --font-size " +
                      numberWord(figure.style.fontSize_pt) + " --dpi " + std::to_string(figure.style.dpi);
    if (figure.style.family != FigureStyle().family) {
        origin.command += " --font " + shellWord(figure.style.family.toStdString());
    }
    origin.command += " --out training.pdf";
    const auto best = std::ranges::min_element(input.history, {}, &EpochRecord::validationLoss);
    origin.remarks.push_back("epochs " + std::to_string(input.history.front().epoch) + " to " +
                             std::to_string(input.history.back().epoch) + "; the lowest validation loss is " +
                             numberWord(best->validationLoss) + " in epoch " + std::to_string(best->epoch));
    for (const Quantity& quantity : quantities) {
        figure.panels.push_back(panelOf(input, quantity));
    }
    MarkerLayer mark;
    mark.name = QStringLiteral("lowest validation loss");
    mark.points = {QPointF(best->epoch, best->validationLoss)};
    mark.fills = {QColor(Qt::white)};
    mark.edge = validationColour;
    mark.edgeWidth_mm = 0.3;
    figure.panels.front().layers.emplace_back(std::move(mark));
    PanelLegend legend;
    legend.entries = {{QStringLiteral("training"), LegendEntry::Kind::Line, trainingColour},
                      {QStringLiteral("validation"), LegendEntry::Kind::Line, validationColour},
                      {QStringLiteral("lowest validation loss"), LegendEntry::Kind::Marker, Qt::white, Qt::SolidLine,
                       MarkerShape::Circle, validationColour}};
    if (!input.comparison.empty()) {
        legend.entries.push_back({QStringLiteral("other run"), LegendEntry::Kind::Line, otherColour});
    }
    const bool wide = figure.style.width_mm >= 120;
    legend.columns = wide ? 4 : 2;
    PanelGrid grid;
    grid.right_mm = figure.style.width_mm;
    grid.top_mm = placeLegend(figure, std::move(legend));
    grid.columns = wide ? 2 : 1;
    grid.cells =
        wide ? std::vector<std::vector<int>>{{0, 1}, {2, 3}} : std::vector<std::vector<int>>{{0}, {1}, {2}, {3}};
    grid.aspect = wide ? 0.6 : 0.45;
    figure.height_mm = arrangePanels(figure, grid);
    return figure;
}

} // namespace zscape
