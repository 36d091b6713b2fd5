// What the latent map shows of its stars: modes, highlights, contours, tracks, the star under the pointer.
#include "widgets/scatter_view.h"

#include "widgets/contour_sets.h"
#include "widgets/line_layer.h"
#include "widgets/scatter_overlay.h"
#include "widgets/star_layer.h"

#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double contourGround = 0.35; ///< opacity of the stars beneath contours
constexpr double hoverRadius = 8;

} // namespace

void ScatterView::setDrawMode(DrawMode mode) {
    if (mode == m_mode) return;
    m_mode = mode;
    m_contoursStale = true;
    updateStars();
    updateColourBar();
    updateTexts();
    scheduleFrame();
    emit drawModeChanged(mode);
}

void ScatterView::setHighlights(const HighlightSet& highlights) {
    if (highlights == m_highlights) return;
    highlights.classes(m_stars->pool(), m_columns.x ? m_columns.x->size() : 0); // throws before anything changes
    m_highlights = highlights;
    m_contoursStale = true;
    updateStars();
    updateColourBar();
    scheduleFrame();
}

void ScatterView::setHighlightsByLabel(bool byLabel) {
    if (byLabel == m_highlightsByLabel) return;
    m_highlightsByLabel = byLabel;
    updateStars();
    updateColourBar();
    scheduleFrame();
}

bool ScatterView::labelsOfHighlights() const {
    const Reduction shown = rasterStyleShown().reduction;
    return m_highlightsByLabel && m_columns.labels && !m_highlights.empty() && m_mode == DrawMode::Scatter &&
           shown != Reduction::Count && shown != Reduction::Fraction;
}

/// Kept while labels and highlights stay: 5 million stars are many to go through for each new style.
std::shared_ptr<const std::vector<float>> ScatterView::maskedLabels() {
    auto classes = m_highlights.classes(m_stars->pool(), m_columns.labels->size());
    if (m_masked.labels != m_columns.labels || m_masked.classes != classes) {
        constexpr std::size_t grain = 1 << 16;
        auto masked = std::make_shared<std::vector<float>>(m_columns.labels->size());
        m_stars->pool().forChunks(masked->size(), grain, [&](std::size_t first, std::size_t end, int) {
            for (std::size_t star = first; star < end; ++star) {
                (*masked)[star] =
                    (*classes)[star] ? (*m_columns.labels)[star] : std::numeric_limits<float>::quiet_NaN();
            }
        });
        m_masked = {m_columns.labels, std::move(masked), std::move(classes)};
    }
    return m_masked.masked;
}

void ScatterView::setContourFractions(std::vector<double> fractions) {
    m_fractions = std::move(fractions);
    m_contoursStale = true;
    scheduleFrame();
}

void ScatterView::setTracks(std::vector<PlotTrack> tracks, const ColourScale& scale) {
    m_tracks = std::move(tracks);
    m_lines->setTracks(m_tracks, scale);
    scheduleFrame();
}

RasterStyle ScatterView::rasterStyleShown() const {
    RasterStyle style = m_style;
    if (m_mode == DrawMode::Density) {
        style.reduction = Reduction::Count;
        style.pointSize = std::max(style.pointSize, densityPoint);
    }
    if (m_mode == DrawMode::Contour) {
        style.reduction = Reduction::Mean; // of no labels: the plain colour
        style.plain = plotColours(m_theme).missing.rgb();
        style.opacityPerStar = contourGround;
    }
    return style;
}

ColourScale ScatterView::scaleShown() const {
    ColourScale scale = m_scale;
    scale.missing = plotColours(m_theme).missing.rgb();
    const Reduction shown = rasterStyleShown().reduction;
    if (shown == Reduction::Fraction) {
        scale.lower = 0;
        scale.upper = 1;
        scale.logarithmic = false;
    }
    if (shown == Reduction::Count) scale.power = 1; // counts have a power of their own
    // Viridis begins almost as dark as the dark theme's background; stars there could not be seen.
    scale.darkest = m_theme == Theme::Dark ? 0.2 : 0;
    return scale;
}

void ScatterView::updateStars() {
    StarLayer::Stars stars{m_columns.x, m_columns.y, m_columns.labels, m_columns.shown};
    stars.scale = scaleShown();
    stars.greyed = stars.scale.missing;
    if (m_mode == DrawMode::Contour) {
        stars.labels = nullptr; // only the ground that the lines lie on
    } else if (labelsOfHighlights()) {
        stars.labels = maskedLabels(); // a missing label is grey, beneath all others
    } else {
        stars.classes = m_highlights.classes(m_stars->pool(), m_columns.x ? m_columns.x->size() : 0);
        stars.classColours = classColoursOf(m_highlights.list());
        stars.classMarks = classMarksOf(m_highlights.list());
        stars.markEdge = plotColours(m_theme).foreground.rgb();
    }
    m_stars->setStars(std::move(stars));
    m_stars->setStyle(rasterStyleShown());
}

ContourRequest ScatterView::contourRequest() const {
    return {m_contourNumber,
            m_columns.x,
            m_columns.y,
            m_columns.shown,
            m_highlights.list(),
            m_x,
            m_y,
            m_fractions,
            plotColours(m_theme).accent};
}

const std::vector<ContourSet>& ScatterView::contours() const {
    return m_lines->contours();
}

void ScatterView::setContours(std::uint64_t number, std::vector<ContourSet> sets) {
    if (number != m_contourNumber || !m_contoursPending || m_mode != DrawMode::Contour) return;
    m_contoursPending = false;
    m_lines->setContours(std::move(sets));
    scheduleFrame();
}

void ScatterView::forgetContours() {
    m_lines->setContours({});
    m_contoursStale = true;
    m_contoursPending = false;
}

void ScatterView::computeContours() {
    m_contoursStale = m_contoursPending = false;
    if (!empty()) m_lines->setContours(contourSets(m_stars->pool(), contourRequest()));
}

void ScatterView::updateContours() {
    if (m_mode != DrawMode::Contour || empty()) return forgetContours();
    if (!m_contoursStale) return;
    if (!m_contoursByJob) return computeContours();
    m_contoursStale = false;
    m_contoursPending = true;
    ++m_contourNumber;
    emit contoursWanted();
}

void ScatterView::setHovered(std::optional<std::size_t> row) {
    m_hoveredRow = row && !empty() && *row < m_columns.x->size() ? row : std::nullopt;
    updateMarks();
}

QString ScatterView::hoverTextAt(const QPointF& widget) const {
    for (const PlotTrack& track : m_tracks) {
        for (std::size_t k = 0; k < std::min(track.points.size(), track.texts.size()); ++k) {
            const QPointF apart = toWidget(track.points[k]) - widget;
            if (std::hypot(apart.x(), apart.y()) <= hoverRadius) return track.texts[k];
        }
    }
    return {};
}

void ScatterView::hoverNow() {
    const bool inside = plotArea().contains(m_hoverAt.toPoint()) && m_drag == Drag::None && !empty();
    const QString text = inside ? hoverTextAt(m_hoverAt) : QString();
    if (!text.isEmpty()) m_overlay->setHovered(m_hoverAt, text);
    std::optional<qsizetype> row;
    if (inside) {
        if (const auto star = starAt(m_hoverAt, hoverRadius)) row = static_cast<qsizetype>(*star);
    }
    if (row != m_hoverSent) {
        m_hoverSent = row;
        m_hoveredRow = row ? std::optional<std::size_t>(static_cast<std::size_t>(*row)) : std::nullopt;
        emit hovered(row);
    }
    if (text.isEmpty()) updateMarks();
}

} // namespace zscape
