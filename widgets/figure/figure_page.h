#pragma once

#include "core/base/bit_set.h"
#include "core/plot/class_mark.h"
#include "core/plot/colour_map.h"
#include "core/plot/star_raster.h"
#include "core/plot/viewport.h"

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A figure for a journal as a value: a page in millimetres with panels of layers. No widget, no screen; a light
/// background always. paint_figure.h draws it, write_figure.h makes files of it, figure_csv.h tells its numbers.
namespace zscape {

/// Page widths that journals ask for.
inline constexpr double oneColumn_mm = 88;
inline constexpr double twoColumns_mm = 180;
inline constexpr int leastDpi = 300;

struct FigureStyle {
    double width_mm = twoColumns_mm;
    double fontSize_pt = 8;
    int dpi = 600; ///< of embedded bitmaps and of PNG files; at least leastDpi
    QString family = QStringLiteral("DejaVu Sans");

    double em_mm() const { return fontSize_pt * 25.4 / 72; }
    double pixels(double mm) const { return mm * dpi / 25.4; }
    bool operator==(const FigureStyle&) const = default;
};

using MarkerShape = ClassMark;
/// Side of the shape of a class beside small points of single stars.
inline constexpr double classMark_mm = 1.1;

using FigureColumn = std::shared_ptr<const std::vector<float>>;

/// A range of 256 colours of a figure's own, for classes.
using ColourRamp = std::array<Rgb, 256>;
/// From one colour to another through equal steps; fully opaque.
ColourRamp rampBetween(Rgb from, Rgb to);
/// Through a middle colour.
ColourRamp rampBetween(Rgb from, Rgb middle, Rgb to);

/// Classes of a StarsLayer: of each star 0, or k for the k-th one. Stars of classes are drawn over all others, which
/// are grey then, and among themselves in the random order, so that none hides another.
struct StarClasses {
    std::shared_ptr<const std::vector<std::uint8_t>> of;
    std::vector<Rgb> colours;
    std::vector<MarkerShape> marks; ///< beside small points, as StarRaster has them; empty: none
    std::vector<QString> names;     ///< for the CSV
};

/// Single stars, coloured by a label, a class or in one colour. Columns of one length; drawn in a seeded random order.
struct StarsLayer {
    QString name;
    FigureColumn x, y, labels; ///< labels may be null
    std::shared_ptr<const BitSet> shown;
    ColourScale colour;
    Rgb plain = 0xFF3B7DD8;
    Reduction reduction = Reduction::Top; ///< what a pixel shows of its stars; any but Count
    StarClasses classes;
    std::optional<MarkerShape> mark; ///< without classes: what stars of the plain colour carry, as one class
    double pointSize_mm = 0.12;
    std::shared_ptr<const std::vector<std::int64_t>> sourceIds; ///< for the CSV; may be null
};

/// Stars counted in bins over the axes' ranges. Bins with fewer than `singleBelow` stars show their stars instead.
struct DensityLayer {
    QString name;
    FigureColumn x, y;
    std::shared_ptr<const BitSet> shown;
    int binsX = 100;
    int binsY = 100;
    double power = 0.5; ///< colour by (count / largest)^power; 0 takes the logarithm of the count, from 1
    int singleBelow = 1;
    ColourRamp ramp{};
    Rgb single = 0xFF000000;
    std::optional<MarkerShape> mark; ///< on the fullest bin, in the colour of single stars
    double pointSize_mm = 0.1;
};

/// Lines of equal number of stars a bin, smoothed by a small Gaussian.
struct ContourLayer {
    QString name;
    FigureColumn x, y;
    std::shared_ptr<const BitSet> shown;
    int bins = 60;
    std::vector<double> enclosed{0.1, 0.3, 0.5, 0.7, 0.9}; ///< shares of the stars inside each line
    ColourRamp ramp{};
    double width_mm = 0.25;
    std::optional<MarkerShape> mark; ///< a few along each line, in the ramp's first colour
};

struct CurveLayer {
    QString name;
    std::vector<QPointF> points; ///< a point that is not finite breaks the line
    QColor colour;
    double width_mm = 0.3;
    Qt::PenStyle style = Qt::SolidLine;
};

/// Points of a track: joined where `joined` is a colour.
struct MarkerLayer {
    QString name;
    std::vector<QPointF> points;
    std::vector<QColor> fills; ///< one a point, or one for all
    QColor edge = Qt::black;
    double edgeWidth_mm = 0.2;
    double size_mm = 1.6;
    MarkerShape shape = MarkerShape::Circle;
    QColor joined; ///< invalid: not joined
    double joinWidth_mm = 0.4;
    std::vector<bool> joins;         ///< whether the line leads to each point from the one before; empty: to all
    std::vector<double> values;      ///< for the CSV: where along the track; may be empty
    std::vector<std::size_t> counts; ///< for the CSV: stars of each point; may be empty
};

/// A histogram or a cumulative curve: edges.size() == heights.size() + 1.
struct StepsLayer {
    QString name;
    std::vector<double> edges;
    std::vector<double> heights;
    QColor colour;
    bool filled = false;
    double width_mm = 0.3;
    Qt::PenStyle style = Qt::SolidLine;
    bool rightAxis = false;          ///< heights belong to the panel's axis at the right
    std::optional<MarkerShape> mark; ///< on the first of the highest bins
};

/// Between two curves; for scatter and percentiles.
struct BandLayer {
    QString name;
    std::vector<double> x, lower, upper;
    QColor colour;
};

/// Lines over the whole height of a panel.
struct VerticalsLayer {
    QString name;
    std::vector<double> x;
    std::vector<QColor> colours; ///< one a line, or one for all
    double width_mm = 0.25;
    Qt::PenStyle style = Qt::SolidLine;
};

/// Short ticks that hang below a panel's upper edge, in rows: where the points of tracks are in a histogram.
struct TicksLayer {
    static constexpr double rowHeight_mm = 2;
    QString name;
    int row = 0; ///< 0 is the uppermost
    std::vector<double> x;
    std::vector<QColor> colours;     ///< one a tick, or one for all
    QColor joined;                   ///< of the line from the first to the last tick; invalid: none
    std::optional<MarkerShape> mark; ///< before the first tick, in the line's colour
    std::vector<double> values;      ///< for the CSV: where along the track; may be empty
    std::vector<std::size_t> counts; ///< for the CSV: stars of each point; may be empty
};

/// Cells with text: a table, a matrix of counts.
struct CellsLayer {
    struct Cell {
        QString name;                     ///< for the CSV, in place of the layer's
        QPointF at;                       ///< the centre
        QSizeF size{1, 1};                ///< in the axes' units
        QColor fill;                      ///< invalid: none, and a thin frame
        std::vector<QString> lines;       ///< rich text; black or white, whichever stands out from the fill
        std::optional<double> value;      ///< for the CSV
        std::optional<std::size_t> count; ///< for the CSV
    };
    QString name;
    std::vector<Cell> cells;
};

using FigureLayer = std::variant<StarsLayer, DensityLayer, ContourLayer, CurveLayer, MarkerLayer, StepsLayer, BandLayer,
                                 VerticalsLayer, TicksLayer, CellsLayer>;

/// At the right of a panel. With `classes` one block of colour each, labelled by their values, else continuous.
struct PanelColourBar {
    QString label; ///< rich text
    ColourScale scale;
    std::optional<ColourRamp> ramp;                 ///< in place of the scale's own table
    std::vector<std::pair<double, QColor>> classes; ///< from the bottom up
};

struct LegendEntry {
    enum class Kind { Line, Marker, Patch };
    QString text;
    Kind kind = Kind::Line;
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
    MarkerShape shape = MarkerShape::Circle;
    QColor edge = Qt::black;
    bool marked = false; ///< the shape also on a line or patch
};

enum class PanelCorner { TopLeft, TopRight, BottomLeft, BottomRight };

struct PanelLegend {
    std::vector<LegendEntry> entries;
    PanelCorner corner = PanelCorner::TopRight;
    int columns = 1;
};

/// A boxed text at a corner.
struct PanelText {
    QString text;
    PanelCorner corner = PanelCorner::TopLeft;
};

/// A second vertical axis, of other numbers than the left one's.
struct PanelRightAxis {
    AxisRange range;
    QString label; ///< rich text
};

struct FigurePanel {
    QString name; ///< for the CSV
    QRectF frame; ///< [mm]; set by arrangePanels
    AxisRange x, y;
    QString xLabel, yLabel;                  ///< rich text: <i>, <sub>, <sup>, entities
    QString title;                           ///< rich text above the frame
    std::vector<QString> xClasses, yClasses; ///< names in place of an axis' numbers: the k-th one stands at k
    bool xTickLabels = true;
    bool yTickLabels = true;
    bool yTicks = true; /// No tick label at the ends where another frame touches; set by arrangePanels.
    bool trimLeft = false, trimRight = false, trimTop = false, trimBottom = false;
    bool bare = false; ///< neither frame nor ticks: a map that draws its own
    std::optional<PanelRightAxis> rightAxis;
    std::vector<FigureLayer> layers;
    std::optional<PanelColourBar> colourBar;
    std::optional<PanelLegend> legend;
    std::vector<PanelText> texts;
    double xLabelOffset_mm = 0; ///< from the frame to the label; set by arrangePanels
    double yLabelOffset_mm = 0;
};

/// What a figure tells about itself: in a PDF's and SVG's metadata, a PNG's texts, the CSV's first lines.
struct FigureOrigin {
    std::string figure; ///< "kiel"
    std::string title;
    std::string catalogue;
    std::string catalogueHash;
    std::string model;   ///< "" for none
    std::string version; ///< "zscape 0.1.0"
    std::string command; ///< that redraws it
    bool mock = false;
    std::vector<std::string> remarks; ///< one sentence each: which cuts, how many stars, what is left out
};

/// Text on the page outside the panels; `at` is its upper left corner [mm].
struct FigureCaption {
    QString text;
    QPointF at;
};

/// A legend outside the panels, its upper right corner at `at` [mm].
struct FigureLegend {
    PanelLegend legend;
    QPointF at;
};

struct Figure {
    FigureStyle style;
    double height_mm = 0;
    std::vector<FigurePanel> panels;
    std::vector<FigureCaption> captions;
    std::optional<FigureLegend> legend;
    QString heading; ///< above all panels, "" for none; that of a mock catalogue says so
    FigureOrigin origin;

    QSizeF size_mm() const { return {style.width_mm, height_mm}; }
};

} // namespace zscape
