#include "app/window/scales_menu.h"

#include "widgets/menu_keys.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QIcon>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr ColourMapName maps[] = {ColourMapName::Viridis, ColourMapName::Cividis, ColourMapName::Magma,
                                  ColourMapName::BlueRed};

QIcon iconOf(ColourMapName map) {
    QImage strip(32, 24, QImage::Format_RGB32); // menus draw it at half this size
    for (int x = 0; x < strip.width(); ++x) {
        const Rgb colour = colourTable(map)[static_cast<std::size_t>(255 * x / (strip.width() - 1))];
        for (int y = 0; y < strip.height(); ++y) {
            strip.setPixel(x, y, colour);
        }
    }
    return QPixmap::fromImage(strip);
}

QString nameOf(ColourMapName map) {
    const std::string_view label = colourMapLabel(map);
    return QString::fromUtf8(label.data(), static_cast<qsizetype>(label.size()));
}

/// Numbers as they are typed here or copied from elsewhere.
std::optional<double> numberOf(const QString& text) {
    bool good = false;
    double value = QLocale::c().toDouble(text.trimmed(), &good);
    if (!good) value = QLocale().toDouble(text.trimmed(), &good);
    return good && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

ScalesMenu::ScalesMenu(Axes axes, QWidget* parent) : QMenu(parent) {
    setToolTipsVisible(true);
    if (axes == Axes::Both) {
        addSection(tr("Horizontal axis"));
        addFlag(*this, tr("Logarithmic x"), &ViewState::logX);
        addFlag(*this, tr("Backwards x"), &ViewState::flipX);
        addSection(tr("Vertical axis"));
        addFlag(*this, tr("Logarithmic y"), &ViewState::logY);
        addFlag(*this, tr("Backwards y"), &ViewState::flipY);
    }
    addSection(tr("Colours"));
    addColours();
    keepMenuKeys(*this);
}

QAction* ScalesMenu::add(QMenu& menu, const QString& name, const QString& tip, Check check, Change change) {
    QAction* action = menu.addAction(name);
    action->setCheckable(true);
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [this, action, check, change = std::move(change)](bool on) {
        action->setChecked(!on); // until the state says so
        emit wished(change);
    });
    m_entries.emplace_back(action, std::move(check));
    return action;
}

void ScalesMenu::addFlag(QMenu& menu, const QString& name, bool ViewState::*member) {
    add(
        menu, name, {}, [member](const ViewState& state) { return state.*member; },
        [member](ViewState& state) { state.*member = !(state.*member); });
}

void ScalesMenu::addColours() {
    addFlag(*this, tr("Backwards colours"), &ViewState::flipColour);
    auto* map = addMenu(tr("Colour map"));
    map->setToolTipsVisible(true);
    m_automatic = add(
        *map, QString(),
        tr("Blue-red with zero in its middle for velocities, proper motions, angular momenta, residuals and "
           "differences "
           "that have values on both sides of zero; viridis for all else"),
        [](const ViewState& state) { return state.colourMap == automaticMap; },
        [](ViewState& state) { state.colourMap = automaticMap; });
    m_automatic->setIconVisibleInMenu(true);
    m_automatic->setObjectName(QStringLiteral("colourMap-automatic"));
    showAutomatic();
    for (const ColourMapName name : maps) {
        const bool diverging = name == ColourMapName::BlueRed;
        const QString text = nameOf(name);
        QAction* action = add(
            *map, diverging ? tr("%1, diverging").arg(text) : text,
            diverging ? tr("For differences and velocities: zero is in the middle where values lie on both sides of it")
                      : QString(),
            [name](const ViewState& state) { return state.colourMap == static_cast<int>(name); },
            [name](ViewState& state) { state.colourMap = static_cast<int>(name); });
        action->setIcon(iconOf(name));
        action->setIconVisibleInMenu(true);
        action->setObjectName(QStringLiteral("colourMap-") + text);
    }
    auto* scaling = addMenu(tr("Scaling of colours"));
    const auto scale = [&](const QString& name, const char* id, bool logarithmic, double power) {
        QAction* action = add(
            *scaling, name, {},
            [=](const ViewState& state) {
                return state.logColour == logarithmic && (logarithmic || state.colourPower == power);
            },
            [=](ViewState& state) {
                state.logColour = logarithmic;
                state.colourPower = power;
            });
        action->setObjectName(QStringLiteral("colourScaling-") + QLatin1String(id));
    };
    scale(tr("Linear"), "linear", false, 1);
    scale(tr("Square root"), "root", false, 0.5);
    scale(tr("Square"), "square", false, 2);
    scale(tr("Logarithmic"), "logarithmic", true, 1);
    addRange(*addMenu(tr("Range of colours")));
    auto* selected = addMenu(tr("Selected stars"));
    selected->setToolTipsVisible(true);
    for (const bool byLabel : {false, true}) {
        QAction* action = add(
            *selected, byLabel ? tr("In the label’s colours") : tr("In their selection’s colour"),
            byLabel ? tr("What the colour list says, within every selection that is shown; the other stars are grey")
                    : QString(),
            [byLabel](const ViewState& state) { return state.selectedByLabel == byLabel; },
            [byLabel](ViewState& state) { state.selectedByLabel = byLabel; });
        action->setObjectName(byLabel ? QStringLiteral("selectedByLabel") : QStringLiteral("selectedBySelection"));
    }
    auto* counts = addMenu(tr("Density and counts"));
    for (const auto& [name, which] : {std::pair(tr("Logarithmic counts"), CountScale::Logarithmic),
                                      {tr("Square root of counts"), CountScale::Root},
                                      {tr("Linear counts"), CountScale::Linear}}) {
        QAction* action = add(
            *counts, name, {}, [which = which](const ViewState& state) { return state.countScale == which; },
            [which = which](ViewState& state) { state.countScale = which; });
        action->setObjectName(QStringLiteral("countScaling-%1").arg(static_cast<int>(which)));
    }
}

void ScalesMenu::addRange(QMenu& menu) {
    menu.setToolTipsVisible(true);
    for (const double clip : {0.0, 0.1, 1.0, 2.0, 5.0}) {
        const QString name = clip == 0 ? tr("All values") : tr("%1 to %2 %").arg(clip).arg(100 - clip);
        QAction* action = add(
            menu, name, clip == 0 ? QString() : tr("Between these percentiles of the stars' values"),
            [clip](const ViewState& state) { return state.colourEnds.empty() && state.colourClip == clip; },
            [clip](ViewState& state) {
                state.colourEnds.clear();
                state.colourClip = clip;
            });
        action->setObjectName(QStringLiteral("colourRange-%1").arg(clip));
    }
    QAction* typed = menu.addAction(tr("Ends…"), this, &ScalesMenu::askForEnds);
    typed->setObjectName(QStringLiteral("typeColourEnds"));
    typed->setCheckable(true);
    typed->setToolTip(tr("Two values of your own"));
    m_entries.emplace_back(typed, [](const ViewState& state) { return !state.colourEnds.empty(); });
}

void ScalesMenu::askForEnds() {
    auto* dialog = new QDialog(parentWidget() ? parentWidget()->window() : nullptr);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("colourEnds"));
    dialog->setWindowTitle(tr("Range of colours"));
    auto* form = new QFormLayout(dialog);
    form->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    auto* lower = new QLineEdit(QLocale::c().toString(m_ends.lower, 'g', 6));
    auto* upper = new QLineEdit(QLocale::c().toString(m_ends.upper, 'g', 6));
    lower->setObjectName(QStringLiteral("lowerEnd"));
    upper->setObjectName(QStringLiteral("upperEnd"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* problem = new QLabel;
    form->addRow(tr("&From"), lower);
    form->addRow(tr("&To"), upper);
    form->addRow(problem);
    form->addRow(buttons);
    const auto check = [=, this] {
        const auto from = numberOf(lower->text()), to = numberOf(upper->text());
        const bool good = from && to && *from < *to;
        problem->setText(good ? QString() : tr("Two numbers, the first the smaller one"));
        buttons->button(QDialogButtonBox::Ok)->setEnabled(good);
    };
    connect(lower, &QLineEdit::textChanged, dialog, check);
    connect(upper, &QLineEdit::textChanged, dialog, check);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [=, this] {
        const std::vector<double> ends{*numberOf(lower->text()), *numberOf(upper->text())};
        dialog->accept();
        emit wished([ends](ViewState& state) { state.colourEnds = ends; });
    });
    check();
    dialog->open();
}

void ScalesMenu::setShown(const ColourScale& scale) {
    m_ends = {scale.lower, scale.upper};
    m_shown = scale.map;
    showAutomatic();
}

void ScalesMenu::showAutomatic() {
    const bool on = m_automatic->isChecked();
    m_automatic->setText(on ? tr("Automatic: %1").arg(nameOf(m_shown)) : tr("Automatic"));
    m_automatic->setIcon(iconOf(m_shown));
}

void ScalesMenu::show(const ViewState& state) {
    for (const auto& [action, check] : m_entries) {
        action->setChecked(check(state));
    }
    showAutomatic();
}

ScaleChoice scaleChoiceOf(const ViewState& state, bool zeroMatters) {
    ScaleChoice choice;
    if (state.colourMap != automaticMap) choice.map = static_cast<ColourMapName>(state.colourMap);
    choice.zeroMatters = zeroMatters;
    choice.flipped = state.flipColour;
    choice.logarithmic = state.logColour;
    choice.power = state.colourPower;
    choice.clip = state.colourClip;
    if (state.colourEnds.size() == 2) choice.ends = ValueRange{state.colourEnds[0], state.colourEnds[1]};
    return choice;
}

RasterStyle rasterStyleOf(const ViewState& state) {
    RasterStyle style;
    style.reduction = static_cast<Reduction>(state.reduction);
    style.countLogarithmic = state.countScale == CountScale::Logarithmic;
    style.countPower = state.countScale == CountScale::Root ? 0.5 : 1;
    return style;
}

} // namespace zscape
