#pragma once

#include "app/window/view_state.h"
#include "core/plot/colour_map.h"
#include "core/plot/star_raster.h"

#include <QMenu>

#include <functional>
#include <utility>
#include <vector>

class QAction;

namespace zscape {

/// How the axes and colours of a view of stars run: logarithmic, backwards, the colour map, where its ends are. Shows
/// those members of a ViewState; what the user chooses comes out as a change to one, and is shown once it comes back.
class ScalesMenu : public QMenu {
    Q_OBJECT
public:
    /// A sky has no axes to set, only colours.
    enum class Axes { Both, None };
    explicit ScalesMenu(Axes axes, QWidget* parent = nullptr);
    void show(const ViewState& state);
    /// The ends of the colours that the view shows now, for who wants to type others.
    void setEnds(const ValueRange& ends) { m_ends = ends; }

signals:
    void wished(const std::function<void(zscape::ViewState&)>& change);

private:
    using Change = std::function<void(ViewState&)>;
    using Check = std::function<bool(const ViewState&)>;
    QAction* add(QMenu& menu, const QString& name, const QString& tip, Check check, Change change);
    void addFlag(QMenu& menu, const QString& name, bool ViewState::*member);
    void addColours();
    void addRange(QMenu& menu);
    void askForEnds();

    std::vector<std::pair<QAction*, Check>> m_entries;
    ValueRange m_ends{0, 1};
};

/// The colours of a view of these values as its state has them: percentiles of the finite values, or typed ends. The
/// blue-red map has zero in its middle where values lie on both sides of it.
ColourScale colourScaleOf(const std::vector<float>& values, const ViewState& state);
/// What a view's pixels show of their stars, but for the size of a point.
RasterStyle rasterStyleOf(const ViewState& state);

} // namespace zscape
