#include "widgets/spectrum_view.h"

#include "widgets/section_title.h"

#include <QActionGroup>
#include <QBoxLayout>
#include <QButtonGroup>
#include <QMenu>
#include <QSignalBlocker>
#include <QStackedLayout>
#include <QToolButton>

namespace zscape {

namespace {

QToolButton* makeModeButton(const QString& text, QButtonGroup& group) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    group.addButton(button);
    return button;
}

QToolButton* makeMenuButton(const QString& text, QMenu* menu) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

SpectrumView::SpectrumView(QWidget* parent) : QWidget(parent) {
    m_flux = new FluxPlot;
    m_coefficients = new CoefficientPlot;
    m_empty = makeMutedLabel(tr("Open a catalogue and a model to see spectra."));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(gridUnit * 2);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(makeHeader());
    m_pages = new QStackedLayout;
    layout->addLayout(m_pages, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_flux);
    m_pages->addWidget(m_coefficients);

    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &SpectrumView::renderNow);
    connect(m_flux, &FluxPlot::drawNeeded, this, &SpectrumView::schedule);
    connect(m_coefficients, &CoefficientPlot::drawNeeded, this, &SpectrumView::schedule);
    setMinimumSize(gridUnit * 35, gridUnit * 25);
    showPage();
}

QWidget* SpectrumView::makeHeader() {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gridUnit / 2);
    auto* modes = new QButtonGroup(this);
    m_fluxButton = makeModeButton(tr("Flux"), *modes);
    m_coefficientButton = makeModeButton(tr("Coefficients"), *modes);
    m_fluxButton->setChecked(true);
    m_fluxButton->setToolTip(tr("Calibrated flux against wavelength"));
    m_coefficientButton->setToolTip(tr("Normalised BP and RP coefficients"));
    m_linesButton = makeMenuButton(tr("Lines"), makeLinesMenu());
    m_linesButton->setToolTip(tr("Spectral lines to mark"));
    m_residualButton = makeMenuButton(tr("Residual"), makeResidualMenu());
    m_residualButton->setToolTip(tr("Observed minus generated, below the spectrum of a picked star"));
    row->addWidget(new SectionTitle(tr("Spectrum")));
    row->addSpacing(gridUnit);
    row->addWidget(m_fluxButton);
    row->addWidget(m_coefficientButton);
    row->addStretch(1);
    row->addWidget(m_linesButton);
    row->addWidget(m_residualButton);
    connect(m_fluxButton, &QToolButton::clicked, this, [this] { setMode(SpectrumMode::Flux); });
    connect(m_coefficientButton, &QToolButton::clicked, this, [this] { setMode(SpectrumMode::Coefficients); });
    return header;
}

QMenu* SpectrumView::makeLinesMenu() {
    auto* menu = new QMenu(this);
    m_showLines = menu->addAction(tr("Show lines"));
    m_showLines->setCheckable(true);
    m_showLines->setChecked(true);
    connect(m_showLines, &QAction::toggled, this, &SpectrumView::setLinesVisible);
    menu->addSeparator();
    for (const LineGroup group : lineGroups) {
        QAction* action = menu->addAction(lineGroupName(group));
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, [this, group](bool on) { setLineGroupVisible(group, on); });
        m_groupActions[static_cast<std::size_t>(group)] = action;
    }
    return menu;
}

QMenu* SpectrumView::makeResidualMenu() {
    auto* menu = new QMenu(this);
    m_residualActions = new QActionGroup(this);
    const auto add = [&](const QString& text, Residual residual) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_flux->residual() == residual);
        action->setData(static_cast<int>(residual));
        m_residualActions->addAction(action);
        connect(action, &QAction::triggered, this, [this, residual] { setResidual(residual); });
    };
    add(tr("Off"), Residual::Off);
    add(tr("As a fraction"), Residual::Fraction);
    add(tr("In sigma (error and scatter)"), Residual::Sigma);
    return menu;
}

void SpectrumView::setWavelengths(std::span<const double> wavelengths_nm) {
    m_flux->setWavelengths(wavelengths_nm);
    m_hasFlux = false;
    showPage();
}

void SpectrumView::setGenerated(std::span<const float> flux, std::span<const float> scatter) {
    m_flux->setGenerated(flux, scatter);
    if (m_hasFlux) return;
    m_hasFlux = true;
    showPage();
}

void SpectrumView::setObserved(std::span<const float> flux, std::span<const float> error, const QString& name) {
    m_flux->setObserved(flux, error, name);
    m_hasFlux = true;
    showPage();
}

void SpectrumView::setBands(std::size_t bpCount, std::size_t rpCount) {
    m_coefficients->setBands(bpCount, rpCount);
    m_hasCoefficients = false;
    showPage();
}

void SpectrumView::setGeneratedCoefficients(std::span<const float> values, std::span<const float> scatter) {
    m_coefficients->setGenerated(values, scatter);
    if (m_hasCoefficients) return;
    m_hasCoefficients = true;
    showPage();
}

void SpectrumView::setObservedCoefficients(std::span<const float> values, std::span<const float> errors,
                                           const QString& name) {
    m_coefficients->setObserved(values, errors, name);
    m_hasCoefficients = true;
    showPage();
}

void SpectrumView::clearObserved() {
    m_flux->clearObserved();
    m_coefficients->clearObserved();
}

void SpectrumView::clear() {
    clearObserved();
    m_flux->clearGenerated();
    m_coefficients->clearGenerated();
    m_hasFlux = m_hasCoefficients = false;
    showPage();
}

void SpectrumView::setMode(SpectrumMode mode) {
    (mode == SpectrumMode::Flux ? m_fluxButton : m_coefficientButton)->setChecked(true);
    m_linesButton->setEnabled(mode == SpectrumMode::Flux);
    m_residualButton->setEnabled(mode == SpectrumMode::Flux);
    if (mode == m_mode) return;
    m_mode = mode;
    showPage();
    emit modeChanged(mode);
}

void SpectrumView::setResidual(Residual residual) {
    for (QAction* action : m_residualActions->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(residual));
    if (residual == m_flux->residual()) return;
    m_flux->setResidual(residual);
    emit residualChanged(residual);
}

bool SpectrumView::linesVisible() const {
    return m_showLines->isChecked();
}

void SpectrumView::setLinesVisible(bool visible) {
    {
        const QSignalBlocker blocker(m_showLines);
        m_showLines->setChecked(visible);
    }
    for (QAction* action : m_groupActions)
        action->setEnabled(visible);
    if (m_flux->lineMarkers().visible() == visible) return;
    m_flux->setLinesVisible(visible);
    emit linesVisibleChanged(visible);
}

void SpectrumView::setLineGroupVisible(LineGroup group, bool visible) {
    const QSignalBlocker blocker(m_groupActions[static_cast<std::size_t>(group)]);
    m_groupActions[static_cast<std::size_t>(group)]->setChecked(visible);
    m_flux->setLineGroupVisible(group, visible);
    emit lineGroupChanged(group);
}

bool SpectrumView::lineGroupVisible(LineGroup group) const {
    return m_groupActions[static_cast<std::size_t>(group)]->isChecked();
}

void SpectrumView::setTheme(Theme theme) {
    m_flux->setStyle(plotStyle(theme));
    m_coefficients->setStyle(plotStyle(theme));
}

void SpectrumView::setEmptyText(const QString& text) {
    m_empty->setText(text);
}

void SpectrumView::resetView() {
    m_flux->resetView();
    m_coefficients->resetView();
}

QCustomPlot& SpectrumView::currentPlot() {
    if (m_mode == SpectrumMode::Flux) return *m_flux;
    return *m_coefficients;
}

void SpectrumView::showPage() {
    const bool flux = m_mode == SpectrumMode::Flux;
    QWidget* page = flux ? static_cast<QWidget*>(m_flux) : m_coefficients;
    if (!(flux ? m_hasFlux : m_hasCoefficients)) page = m_empty;
    if (m_pages->currentWidget() != page) m_pages->setCurrentWidget(page);
}

void SpectrumView::schedule() {
    if (!m_timer.isActive()) m_timer.start();
}

void SpectrumView::renderNow() {
    m_timer.stop();
    if (m_mode == SpectrumMode::Flux) {
        if (m_hasFlux) m_flux->draw();
    } else if (m_hasCoefficients) {
        m_coefficients->draw();
    }
}

} // namespace zscape
