#pragma once

#include "app/figure/figure_input.h"
#include "core/base/job_context.h"
#include "core/tracks/make_tracks.h"
#include "widgets/figure/arrange_panels.h"

#include <initializer_list>
#include <map>
#include <string>

namespace zscape {

/// What the paper's figures have in common: columns, cuts, tracks, labels, colours. Lives while one figure is made.
class FigureBuilder {
public:
    FigureBuilder(const std::string& name, std::string title, double usualWidth_mm, const FigureInput& input,
                  const FigureChoice& choice, const JobContext& job);

    Figure& figure() { return m_figure; }
    const StarTable& table() const { return *m_input.table; }
    const FigureInput& input() const { return m_input; }
    const FigureChoice& choice() const { return m_choice; }
    XpInstrument instrument() const { return m_input.instrument ? *m_input.instrument : XpInstrument::builtIn(); }
    const JobContext& job() const { return m_job; }
    bool wide() const { return m_figure.style.width_mm >= 120; }

    /// Throws Error with one sentence that names all that is missing of columns and what the selections need.
    void need(std::initializer_list<std::string_view> columns,
              std::initializer_list<std::string_view> selections = {}) const;
    bool has(std::initializer_list<std::string_view> columns,
             std::initializer_list<std::string_view> selections = {}) const;
    /// Throws Error when there are no latents.
    void needLatents() const;

    FigureColumn column(const std::string& idOrFormula) const;
    /// Of a built-in selection; without unusable stars where `latents`.
    std::shared_ptr<const BitSet> stars(const std::string& selection);
    std::shared_ptr<const BitSet> both(const std::shared_ptr<const BitSet>& a,
                                       const std::shared_ptr<const BitSet>& b) const;
    std::shared_ptr<const std::vector<std::int64_t>> sourceIds() const;

    /// Latents chosen for the figure, else the paper's; ids "z1", ... Those of the paper that tell nothing in this
    /// model give their place to ones that do, with a remark. An empty list means all.
    std::vector<std::string> latents(std::initializer_list<int> paper);

    TrackOptions trackOptions() const;
    /// A panel with the typeset labels of two columns.
    FigurePanel panel(const QString& name, const std::string& x, const std::string& y, AxisRange xRange,
                      AxisRange yRange) const;
    static QString label(const std::string& idOrFormula);

    void remark(std::string sentence) { m_figure.origin.remarks.push_back(std::move(sentence)); }
    /// "202,970 stars with good labels".
    void remarkCount(const std::string& what, const BitSet& stars);

private:
    std::vector<std::string> missing(std::initializer_list<std::string_view> columns,
                                     std::initializer_list<std::string_view> selections) const;
    const Selection& builtIn(std::string_view name) const;

    const FigureInput& m_input;
    const FigureChoice& m_choice;
    const JobContext& m_job;
    std::vector<Selection> m_selections;
    std::map<std::string, std::shared_ptr<const BitSet>> m_stars;
    Figure m_figure;
};

/// A name's own: dwarfs in reds, giants in blues; dark to light, as many stars hide the colour of few.
ColourRamp giantRamp();
ColourRamp dwarfRamp();
ColourRamp greyRamp();
inline constexpr Rgb giantColour = 0xFF0072B2; ///< Okabe-Ito blue
inline constexpr Rgb dwarfColour = 0xFFD55E00; ///< Okabe-Ito vermillion
inline constexpr MarkerShape giantMark = MarkerShape::Circle;
inline constexpr MarkerShape dwarfMark = MarkerShape::Square;

/// Colours along a track: light to dark of one hue. As in the paper a track is drawn against its stars, giants in reds
/// over blue and dwarfs in blues over red, so that it can be seen on them.
std::vector<QColor> alongColours(const ColourRamp& ramp, std::size_t points);
ColourRamp giantTrackRamp();
ColourRamp dwarfTrackRamp();
inline constexpr Rgb giantTrackColour = 0xFFC8371B;
inline constexpr Rgb dwarfTrackColour = 0xFF1F6FB4;

/// A track as joined points in a panel of two columns or latents.
MarkerLayer trackLayer(const Track& track, const StarTable& table, const std::string& x, const std::string& y,
                       std::vector<QColor> fills, const QColor& joined);

/// Counts in equal bins over a range, and the share of stars at or below each bin's end.
StepsLayer histogramOf(const FigureColumn& values, const BitSet* shown, double lower, double upper, int bins);
StepsLayer cumulativeOf(const FigureColumn& values, const BitSet* shown, double lower, double upper, int bins);

/// The percentiles' range of the shown stars with a margin.
AxisRange rangeOf(const FigureColumn& values, const BitSet* shown, double lowerPercent, double upperPercent);

/// 502,311.
std::string countText(std::size_t value);

} // namespace zscape
