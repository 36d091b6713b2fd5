#include "app/figure/figure_builder.h"

#include "app/figure/figure_list.h"
#include "app/open.h"
#include "core/analysis/latent_summary.h"
#include "core/base/error.h"
#include "core/select/evaluate.h"
#include "widgets/column_label.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    }
    return text;
}

} // namespace

FigureBuilder::FigureBuilder(const std::string& name, std::string title, double usualWidth_mm, const FigureInput& input,
                             const FigureChoice& choice, const JobContext& job)
    : m_input(input),
      m_choice(choice),
      m_job(job),
      m_selections(builtInSelections(choice.preset)) {
    m_figure.style = choice.style;
    if (choice.ownWidth) m_figure.style.width_mm = usualWidth_mm;
    FigureOrigin& origin = m_figure.origin;
    origin.figure = name;
    origin.title = std::move(title);
    if (const auto& catalog = input.table->catalog()) {
        origin.catalogue = catalog->name();
        origin.catalogueHash = catalog->contentHash();
        origin.mock = catalog->isMock();
    }
    if (input.model) {
        origin.model = !input.modelRemark.empty()        ? input.modelRemark
                       : input.modelPath == bundledModel ? "the bundled demo model"
                                                         : input.modelPath;
        if (!input.normalizationPath.empty()) origin.model += " with " + input.normalizationPath;
    }
    origin.version = "zscape " ZSCAPE_VERSION;
    origin.command = figureCommand("figure " + name, input, choice, m_figure.style, name);
    if (origin.mock) {
        m_figure.heading = QStringLiteral("Mock catalogue of %1 generated stars, not observations")
                               .arg(QString::fromStdString(countText(input.table->rows())));
    }
}

const Selection& FigureBuilder::builtIn(std::string_view name) const {
    const auto found = std::ranges::find(m_selections, name, &Selection::name);
    if (found == m_selections.end()) throw Error("there is no built-in selection '" + std::string(name) + "'");
    return *found;
}

std::vector<std::string> FigureBuilder::missing(std::initializer_list<std::string_view> columns,
                                                std::initializer_list<std::string_view> selections) const {
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    for (const std::string_view name : columns) {
        if (!table().find(name)) add(std::string(name));
    }
    for (const std::string_view name : selections) {
        for (const std::string& one : missingColumns(builtIn(name).definition, table(), m_selections)) {
            add(one);
        }
    }
    return names;
}

void FigureBuilder::need(std::initializer_list<std::string_view> columns,
                         std::initializer_list<std::string_view> selections) const {
    const std::vector<std::string> names = missing(columns, selections);
    if (names.empty()) return;
    throw Error("the figure '" + m_figure.origin.figure + "' needs the column" + (names.size() > 1 ? "s " : " ") +
                listed(names) + ", which " + m_figure.origin.catalogue + " does not have");
}

bool FigureBuilder::has(std::initializer_list<std::string_view> columns,
                        std::initializer_list<std::string_view> selections) const {
    return missing(columns, selections).empty();
}

void FigureBuilder::needLatents() const {
    if (table().latents()) return;
    throw Error("the figure '" + m_figure.origin.figure + "' shows latents; give a model that fits the catalogue");
}

FigureColumn FigureBuilder::column(const std::string& idOrFormula) const {
    return table().values(idOrFormula, m_job);
}

std::shared_ptr<const BitSet> FigureBuilder::stars(const std::string& selection) {
    auto& stars = m_stars[selection];
    if (!stars) {
        stars = std::make_shared<const BitSet>(evaluate(builtIn(selection).definition, table(), m_selections, m_job));
    }
    return stars;
}

std::shared_ptr<const BitSet> FigureBuilder::both(const std::shared_ptr<const BitSet>& a,
                                                  const std::shared_ptr<const BitSet>& b) const {
    auto result = std::make_shared<BitSet>(*a);
    for (std::size_t row = 0; row < result->size(); ++row) {
        if (!b->test(row)) result->set(row, false);
    }
    return result;
}

std::shared_ptr<const std::vector<std::int64_t>> FigureBuilder::sourceIds() const {
    const auto ids = table().catalog()->sourceIds();
    return std::make_shared<const std::vector<std::int64_t>>(ids.begin(), ids.end());
}

std::vector<std::string> FigureBuilder::latents(std::initializer_list<int> paper) {
    needLatents();
    const auto size = static_cast<int>(table().latents()->latentSize);
    const auto idOf = [](int latent) { return "z" + std::to_string(latent); };
    std::vector<std::string> ids;
    if (!m_choice.latents.empty()) {
        for (const int latent : m_choice.latents) {
            if (latent < 1 || latent > size) {
                throw Error("there is no latent " + std::to_string(latent) + "; the model has " + std::to_string(size));
            }
            ids.push_back(idOf(latent));
        }
        if (paper.size() > 0 && ids.size() != paper.size()) {
            throw Error("the figure '" + m_figure.origin.figure + "' takes " + std::to_string(paper.size()) +
                        " latents, for instance --latents 1,2" + (paper.size() > 2 ? ",3" : ""));
        }
        return ids;
    }
    if (paper.size() == 0) {
        for (int latent = 1; latent <= size; ++latent) {
            ids.push_back(idOf(latent));
        }
        return ids;
    }
    if (size < static_cast<int>(paper.size())) {
        throw Error("the figure '" + m_figure.origin.figure + "' shows " + std::to_string(paper.size()) +
                    " latents and the model has " + std::to_string(size));
    }
    const std::vector<LatentSummary> summaries = summariseLatents(*table().latents());
    const auto tells = [&](int latent) { return !summaries[static_cast<std::size_t>(latent - 1)].inactive(); };
    std::vector<int> chosen(paper);
    for (int& latent : chosen) {
        if (latent <= size && tells(latent)) continue;
        const int old = latent;
        latent = 0;
        for (int other = 1; other <= size && latent == 0; ++other) {
            if (tells(other) && std::ranges::find(chosen, other) == chosen.end()) latent = other;
        }
        if (latent == 0) {
            latent = std::min(old, size);
        } else {
            const std::string sentence =
                idOf(old) + " tells nothing in this model, so that the figure shows " + idOf(latent) + " in its place";
            if (std::ranges::find(m_figure.origin.remarks, sentence) == m_figure.origin.remarks.end()) remark(sentence);
        }
    }
    std::ranges::sort(chosen);
    for (const int latent : chosen) {
        ids.push_back(idOf(latent));
    }
    return ids;
}

TrackOptions FigureBuilder::trackOptions() const {
    return TrackOptions::of(m_choice.preset == SelectionPreset::Paper ? TrackFlavour::Paper : TrackFlavour::Released);
}

QString FigureBuilder::label(const std::string& idOrFormula) {
    return columnLabel(QString::fromStdString(idOrFormula), {});
}

FigurePanel FigureBuilder::panel(const QString& name, const std::string& x, const std::string& y, AxisRange xRange,
                                 AxisRange yRange) const {
    FigurePanel result;
    result.name = name;
    result.x = drawableRange(xRange);
    result.y = drawableRange(yRange);
    result.xLabel = label(x);
    result.yLabel = label(y);
    return result;
}

void FigureBuilder::remarkCount(const std::string& what, const BitSet& stars) {
    remark(countText(stars.count()) + " stars: " + what);
}

std::string countText(std::size_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

ColourRamp giantRamp() {
    return rampBetween(0xFF1B4F8A, 0xFF6BAED6, 0xFFF2F8FD);
}
ColourRamp dwarfRamp() {
    return rampBetween(0xFFA8380A, 0xFFFC8D59, 0xFFFFF5EE);
}
ColourRamp greyRamp() {
    return rampBetween(0xFF303030, 0xFFF0F0F0);
}
ColourRamp giantTrackRamp() {
    return rampBetween(0xFFFEE6D6, 0xFFEF6A32, 0xFF7F1D04);
}
ColourRamp dwarfTrackRamp() {
    return rampBetween(0xFFDCEBF7, 0xFF3B86C0, 0xFF08306B);
}

std::vector<QColor> alongColours(const ColourRamp& ramp, std::size_t points) {
    std::vector<QColor> colours;
    for (std::size_t i = 0; i < points; ++i) {
        const double share = points > 1 ? static_cast<double>(i) / static_cast<double>(points - 1) : 0.5;
        colours.emplace_back(ramp[static_cast<std::size_t>(std::lround(255 * share))]);
    }
    return colours;
}

MarkerLayer trackLayer(const Track& track, const StarTable& table, const std::string& x, const std::string& y,
                       std::vector<QColor> fills, const QColor& joined) {
    MarkerLayer layer;
    layer.name = QStringLiteral("track ") + QString::fromStdString(track.name);
    layer.fills = std::move(fills);
    layer.joined = joined;
    const std::vector<double> xs = trackValues(track, table, x), ys = trackValues(track, table, y);
    for (std::size_t i = 0; i < track.points.size(); ++i) {
        layer.points.emplace_back(xs[i], ys[i]);
        layer.values.push_back(track.points[i].along);
        layer.counts.push_back(track.points[i].stars);
        // Where bins have no stars the line is broken.
        layer.joins.push_back(i > 0 && track.points[i - 1].bin + 1 == track.points[i].bin);
    }
    if (layer.fills.empty()) layer.fills.push_back(joined);
    return layer;
}

StepsLayer histogramOf(const FigureColumn& values, const BitSet* shown, double lower, double upper, int bins) {
    StepsLayer steps;
    steps.heights.resize(static_cast<std::size_t>(bins));
    for (int i = 0; i <= bins; ++i) {
        steps.edges.push_back(lower + (upper - lower) * i / bins);
    }
    for (std::size_t star = 0; star < values->size(); ++star) {
        if (shown && !shown->test(star)) continue;
        const double at = ((*values)[star] - lower) / (upper - lower) * bins;
        if (at >= 0 && at < bins) ++steps.heights[static_cast<std::size_t>(at)];
    }
    return steps;
}

StepsLayer cumulativeOf(const FigureColumn& values, const BitSet* shown, double lower, double upper, int bins) {
    StepsLayer steps = histogramOf(values, shown, lower, upper, bins);
    double below = 0, total = 0;
    for (std::size_t star = 0; star < values->size(); ++star) {
        if ((shown && !shown->test(star)) || std::isnan((*values)[star])) continue;
        ++total;
        if ((*values)[star] < lower) ++below;
    }
    for (double& height : steps.heights) {
        below += height;
        height = total > 0 ? below / total : 0;
    }
    return steps;
}

AxisRange rangeOf(const FigureColumn& values, const BitSet* shown, double lowerPercent, double upperPercent) {
    std::vector<float> chosen;
    for (std::size_t star = 0; star < values->size(); ++star) {
        if (!shown || shown->test(star)) chosen.push_back((*values)[star]);
    }
    const ValueRange range = percentileRange(chosen, lowerPercent, upperPercent);
    const double margin = 0.05 * (range.upper - range.lower);
    return drawableRange({range.lower - margin, range.upper + margin, false, false});
}

} // namespace zscape
