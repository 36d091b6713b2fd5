#pragma once

#include "app/window/view_state.h"
#include "core/plot/label_scale.h"
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
    /// The colours that the view shows now: the ends for who wants to type others, the map that Automatic has come to.
    void setShown(const ColourScale& scale);

signals:
    void wished(const std::function<void(zscape::ViewState&)>& change);

private:
    using Change = std::function<void(ViewState&)>;
    using Check = std::function<bool(const ViewState&)>;
    QAction* add(QMenu& menu, const QString& name, const QString& tip, Check check, Change change);
    void addFlag(QMenu& menu, const QString& name, bool ViewState::*member);
    void addColours();
    void showAutomatic();
    void addRange(QMenu& menu);
    void askForEnds();

    std::vector<std::pair<QAction*, Check>> m_entries;
    QAction* m_automatic = nullptr;
    ColourMapName m_shown = ColourMapName::Viridis;
    ValueRange m_ends{0, 1};
};

/// How a view's labels are coloured, as its state has it; `zeroMatters` of what it is coloured by.
ScaleChoice scaleChoiceOf(const ViewState& state, bool zeroMatters);
/// What a view's pixels show of their stars, but for the size of a point.
RasterStyle rasterStyleOf(const ViewState& state);

} // namespace zscape
