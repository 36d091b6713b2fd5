#include "app/window/view_panel.h"

#include "app/window/column_list.h"
#include "app/window/main_window.h"
#include "core/base/error.h"
#include "widgets/focus_return.h"

#include <QAbstractButton>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>

namespace zscape {

ViewPanel::ViewPanel(MainWindow& window, ViewState state) : m_window(window), m_state(std::move(state)) {
    m_controls = new QHBoxLayout;
    m_controls->setSpacing(gridUnit / 2);
    m_problem = new QLabel;
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit / 2, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addLayout(m_controls);
    layout->addWidget(m_problem);
}

void ViewPanel::setContent(QWidget& content) {
    m_controls->addStretch(1);
    if (m_state.kind != "table") {
        auto* figure = new QToolButton;
        figure->setObjectName(QStringLiteral("figureOfView"));
        figure->setText(tr("Figure…"));
        figure->setToolTip(tr("This view as it stands, as a figure for a journal"));
        m_controls->addWidget(figure);
        connect(figure, &QToolButton::clicked, this, &ViewPanel::figureWished);
    }
    for (int i = 0; i < m_controls->count(); ++i) {
        QWidget* control = m_controls->itemAt(i)->widget();
        if (auto* list = qobject_cast<QComboBox*>(control)) returnFocus(*list, content);
        if (auto* number = qobject_cast<QSpinBox*>(control)) returnFocus(*number, content);
        if (qobject_cast<QAbstractButton*>(control)) control->setFocusPolicy(Qt::TabFocus);
    }
    layout()->addWidget(&content);
    content.setAccessibleName(QString::fromStdString(m_state.title));
    static_cast<QVBoxLayout*>(layout())->setStretchFactor(&content, 1);
}

ColumnList* ViewPanel::addColumn(const QString& caption, const QString& purpose, bool none) {
    auto* list = new ColumnList(purpose, none);
    if (!caption.isEmpty()) {
        auto* label = new QLabel(caption);
        label->setBuddy(list);
        m_controls->addWidget(label);
    }
    m_controls->addWidget(list);
    m_lists.push_back(list);
    return list;
}

ScalesMenu* ViewPanel::addScales(ScalesMenu::Axes axes) {
    auto* button = new QToolButton;
    button->setText(tr("Scales"));
    button->setToolTip(tr("How axes and colours run: logarithmic, backwards, the colour map and its range"));
    button->setAccessibleName(tr("Scales"));
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new ScalesMenu(axes, button);
    button->setMenu(menu);
    m_controls->addWidget(button);
    connect(menu, &ScalesMenu::wished, this, &ViewPanel::wish);
    return menu;
}

void ViewPanel::chooseColour(const std::string& column) {
    wish([&](ViewState& one) {
        one.colour = column;
        one.colourEnds.clear(); // they are of the column that was there
    });
}

void ViewPanel::setState(const ViewState& state) {
    m_state = state;
    refresh();
}

void ViewPanel::refresh() {
    m_stale = true;
    if (isVisible()) showNow();
}

void ViewPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) showNow();
}

void ViewPanel::showNow() {
    m_stale = false;
    for (ColumnList* list : m_lists) {
        list->setColumns(m_window.columns());
    }
    QString problem;
    bool saidInView = false;
    const bool empty = m_window.session().table()->rows() == 0;
    if (empty) {
        problem = tr("Open a catalogue (Ctrl+O), or the demo in the File menu, to see stars here.");
        saidInView = showNothing(problem);
    }
    try {
        if (!empty) showData();
    } catch (const Error& error) {
        problem = lacking();
        if (problem.isEmpty()) problem = QString::fromUtf8(error.what());
        saidInView = showNothing(problem);
    }
    m_wrong = !empty;
    m_problem->setText(problem);
    paintProblem();
    m_problem->setVisible(!problem.isEmpty() && !saidInView);
}

bool ViewPanel::showNothing(const QString&) {
    return false;
}

/// All columns of the view that the data have not, in one sentence; "" when it has them, or a formula is no formula.
QString ViewPanel::lacking() const {
    const StarTable& table = *m_window.session().table();
    std::vector<std::string> wanted = m_state.columns;
    // What a new sky map asks for; it says itself what a sky wants.
    if (m_state.kind == "sky" && wanted == std::vector<std::string>{"l", "b"}) wanted.clear();
    wanted.push_back(m_state.colour);
    QStringList names;
    try {
        for (const std::string& one : wanted) {
            if (one.empty()) continue;
            for (const std::string& name : table.missingNames(one)) {
                if (!names.contains(QString::fromStdString(name))) names += QString::fromStdString(name);
            }
        }
    } catch (const Error&) {
        return {};
    }
    if (names.isEmpty()) return {};
    return tr("This catalogue has no column %1. Choose other columns above, or import labels with the File menu.")
        .arg(names.join(tr(" and no ")));
}

void ViewPanel::paintProblem() {
    QPalette ink;
    ink.setColor(QPalette::WindowText, m_wrong ? errorColour(palette()) : palette().color(QPalette::PlaceholderText));
    m_problem->setPalette(ink);
}

void ViewPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_problem != nullptr) paintProblem();
    QWidget::changeEvent(event);
}

QString ViewPanel::problem() const {
    return m_problem->text();
}

void ViewPanel::wish(const std::function<void(ViewState&)>& change) {
    ViewState state = m_state;
    change(state);
    if (state != m_state) emit changeWished(state);
}

QString ViewPanel::labelOf(const std::string& column) const {
    return m_window.columns().label(QString::fromStdString(column));
}

bool ViewPanel::zeroMatters(const std::string& column) const {
    return m_window.columns().zeroMatters(QString::fromStdString(column));
}

std::shared_ptr<const std::vector<float>> ViewPanel::values(const std::string& column, ColumnList* list) const {
    if (list) list->setColumn(column);
    if (column.empty()) return nullptr;
    try {
        auto found = m_window.session().table()->values(column);
        if (list) list->setProblem({});
        return found;
    } catch (const Error& error) {
        if (list) list->setProblem(QString::fromUtf8(error.what()));
        throw;
    }
}

} // namespace zscape
