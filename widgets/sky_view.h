#pragma once

#include "core/plot/mollweide.h"
#include "widgets/scatter_view.h"

namespace zscape {

/// The whole sky in Mollweide's projection with a graticule, longitude growing to the left. A ScatterView of projected
/// positions does the drawing and takes mouse and keys; see there. What is drawn comes out as outlines in degrees.
class SkyView : public QWidget {
    Q_OBJECT
public:
    explicit SkyView(QWidget* parent = nullptr);

    struct Columns {
        std::shared_ptr<const std::vector<float>> longitude, latitude; ///< degrees
        std::shared_ptr<const std::vector<float>> labels;
        std::shared_ptr<const BitSet> shown;
        QString longitudeLabel, latitudeLabel; ///< plain text
        QString colourLabel;                   ///< rich text
    };
    /// `centre` is the longitude in the middle: 0 for l and b, 180 for right ascension and declination. Projects on all
    /// cores. Throws Error when lengths differ.
    void setColumns(const Columns& columns, double centre = 0);
    void setColourScale(const ColourScale& scale) { m_map->setColourScale(scale); }
    void setRasterStyle(const RasterStyle& style) { m_map->setRasterStyle(style); }
    void setHighlights(const HighlightSet& highlights) { m_map->setHighlights(highlights); }
    void setHovered(std::optional<std::size_t> row) { m_map->setHovered(row); }
    /// The marker of the picked star.
    void setPicked(std::optional<std::size_t> row);
    /// Stars that are not of the catalogue, at longitude and latitude in degrees.
    void setMarkedStars(std::vector<MarkedStar> stars);
    void setTool(PlotTool tool) { m_map->setTool(tool); }
    void setTheme(Theme theme);
    void fitToSky();
    const Mollweide& projection() const { return m_projection; }
    ScatterView& map() { return *m_map; }
    QPointF toWidget(const SkyPoint& at) const;

signals:
    void starPicked(qsizetype row);
    void nothingPicked();
    void markedStarPicked(std::size_t index); ///< by its number
    void hovered(std::optional<qsizetype> row);
    /// PlotOutlines with x the longitude in [0, 360] and y the latitude, split where they cross 0 or the map's seam.
    void shapeDrawn(const PlotShape& shape, ShapeModifier modifier);
    void cursorMoved(const SkyPoint& at);

protected:
    bool eventFilter(QObject* object, QEvent* event) override; ///< of the map: its Home and F show the sky
    void resizeEvent(QResizeEvent* event) override;
    QSize sizeHint() const override { return {720, 400}; }

private:
    void drawGraticule();
    void placeMarked();
    void hideAxes();
    void convertShape(const PlotShape& shape, ShapeModifier modifier);

    ScatterView* m_map; // child widget
    Mollweide m_projection;
    ScatterColumns m_columns;
    std::vector<MarkedStar> m_marked; ///< in degrees
    Theme m_theme = Theme::Light;
};

} // namespace zscape
