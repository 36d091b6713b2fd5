#include "widgets/latent_point_panel.h"

#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/latent_row.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QGridLayout>
#include <QScrollArea>
#include <QToolButton>

#include <algorithm>

namespace zscape {

namespace {

/// The least width of a row that is comfortable to drag in.
constexpr int rowWidth = 172;
constexpr int visibleRows = 3;

QToolButton* makeButton(const QString& text, const QString& tip) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setEnabled(false);
    return button;
}

} // namespace

LatentPointPanel::LatentPointPanel(QWidget* parent) : QWidget(parent) {
    m_content = new QWidget;
    m_grid = new QGridLayout(m_content);
    m_grid->setContentsMargins(0, 0, gridUnit / 2, 0);
    m_grid->setHorizontalSpacing(gridUnit * 2);
    m_grid->setVerticalSpacing(gridUnit / 2);
    m_empty = makeMutedLabel(tr("Open a model to move about in its latent space."));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_scroll = new QScrollArea;
    m_scroll->setWidget(m_content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(makeHeader());
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_scroll, 100);
    layout->addWidget(makeFooter());
    layout->addStretch(1);
    setMinimumWidth(rowWidth + gridUnit * 4);
    setLatents({});
    m_region->hide();
    setNearest({});
    paintIcons();
}

QWidget* LatentPointPanel::makeHeader() {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gridUnit / 2);
    m_reset = makeButton(tr("Reset"), tr("Move to the mean of the catalogue"));
    m_random = makeButton(tr("Random"), tr("Move to a random star's place"));
    row->addWidget(new SectionTitle(tr("Latent point")));
    row->addStretch(1);
    row->addWidget(m_reset);
    row->addWidget(m_random);
    connect(m_reset, &QToolButton::clicked, this, &LatentPointPanel::resetAll);
    connect(m_random, &QToolButton::clicked, this, &LatentPointPanel::randomRequested);
    return header;
}

QWidget* LatentPointPanel::makeFooter() {
    auto* footer = new QWidget;
    auto* column = new QVBoxLayout(footer);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(gridUnit / 4);
    m_nearest = new NearestList;
    m_region = new ElidedLabel;
    m_region->setTextFormat(Qt::PlainText);
    column->addWidget(m_nearest);
    column->addWidget(m_region);
    connect(m_nearest, &NearestList::activated, this, &LatentPointPanel::nearestActivated);
    return footer;
}

void LatentPointPanel::setLatents(const QVector<Latent>& latents) {
    qDeleteAll(m_rows);
    m_rows.clear();
    for (int i = 0; i < latents.size(); ++i) {
        auto* row = new LatentRow(i + 1, m_content);
        m_rows.push_back(row);
        connect(row, &LatentRow::moved, this, [this] { emit valuesChanged(values()); });
        connect(row, &LatentRow::settled, this, [this, i] { emit settled(i); });
    }
    applyLatents(latents);
    for (int i = 0; i < latents.size(); ++i)
        m_rows[i]->setValue(latents[i].resetValue);
    m_columns = 0;
    arrange();
    m_empty->setVisible(latents.isEmpty());
    m_scroll->setVisible(!latents.isEmpty());
    m_reset->setEnabled(!latents.isEmpty());
    m_random->setEnabled(!latents.isEmpty());
}

void LatentPointPanel::updateLatents(const QVector<Latent>& latents) {
    if (latents.size() != m_rows.size()) {
        setLatents(latents);
    } else {
        applyLatents(latents);
    }
}

void LatentPointPanel::applyLatents(const QVector<Latent>& latents) {
    for (int i = 0; i < latents.size(); ++i) {
        m_rows[i]->setRange(latents[i].lower, latents[i].upper);
        m_rows[i]->setResetValue(latents[i].resetValue);
        m_rows[i]->setInactive(latents[i].inactive);
    }
}

void LatentPointPanel::setValues(const QVector<float>& values) {
    Q_ASSERT(values.size() == m_rows.size());
    for (int i = 0; i < std::min(values.size(), m_rows.size()); ++i)
        m_rows[i]->setValue(values[i]);
}

QVector<float> LatentPointPanel::values() const {
    QVector<float> result;
    result.reserve(m_rows.size());
    for (const LatentRow* row : m_rows)
        result.push_back(row->value());
    return result;
}

void LatentPointPanel::resetAll() {
    for (LatentRow* row : m_rows) {
        const QSignalBlocker quiet(row);
        row->reset();
    }
    emit valuesChanged(values());
    emit resetRequested();
}

void LatentPointPanel::arrange() {
    const int columns = std::clamp(width() / (rowWidth + m_grid->horizontalSpacing()), 1, std::max(1, count()));
    if (columns == m_columns) return;
    m_columns = columns;
    // Down, then across, as the numbers are read.
    const int perColumn = (count() + columns - 1) / columns;
    for (int i = 0; i < count(); ++i)
        m_grid->addWidget(m_rows[i], i % perColumn, i / perColumn);
    for (int i = 0; i < m_grid->rowCount(); ++i)
        m_grid->setRowStretch(i, 0);
    m_grid->setRowStretch(std::max(1, perColumn), 1);
    for (int i = 0; i < m_grid->columnCount(); ++i)
        m_grid->setColumnStretch(i, i < columns ? 1 : 0);
    if (m_rows.isEmpty()) return;
    const int rowHeight = m_rows.first()->sizeHint().height() + m_grid->verticalSpacing();
    m_scroll->setMinimumHeight(std::min(visibleRows, perColumn) * rowHeight);
    m_scroll->setMaximumHeight(perColumn * rowHeight);
}

void LatentPointPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void LatentPointPanel::setNearest(const QVector<NearestList::Star>& stars) {
    m_nearest->setStars(stars);
    if (m_nearest->isHidden() != stars.isEmpty()) m_nearest->setVisible(!stars.isEmpty());
}

void LatentPointPanel::setRegion(Region region) {
    if (region == m_shownRegion) return; // in every frame of a drag
    m_shownRegion = region;
    m_region->setVisible(region != Region::Unknown);
    // A shape, words and weight beside the colour.
    m_region->setText(region == Region::Inside ? tr("● inside the populated region")
                                               : tr("▲ outside the populated region: extrapolation"));
    QFont weight = m_region->font();
    weight.setBold(region == Region::Outside);
    m_region->setFont(weight);
    m_region->setForegroundRole(region == Region::Inside ? QPalette::PlaceholderText : QPalette::WindowText);
}

void LatentPointPanel::paintIcons() {
    m_reset->setIcon(themedIcon(QStringLiteral("reset"), palette()));
    m_random->setIcon(themedIcon(QStringLiteral("random"), palette()));
}

void LatentPointPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_reset != nullptr) paintIcons();
    QWidget::changeEvent(event);
}

} // namespace zscape
