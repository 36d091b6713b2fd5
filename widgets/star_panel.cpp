#include "widgets/star_panel.h"

#include "widgets/icons.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QScrollBar>
#include <QTextBrowser>
#include <QToolButton>

#include <cmath>

namespace zscape {

namespace {

QString tableRow(const StarDetails::Row& row, const QString& faint) {
    return QStringLiteral(
               "<tr style=\"white-space:nowrap\"><td style=\"white-space:nowrap\"><span title=\"%6\" "
               "style=\"color:%1\">%2</span></td><td align=\"right\" style=\"white-space:nowrap\">&nbsp;%3</td>"
               "<td>&nbsp;%4</td><td><span style=\"color:%1\">&nbsp;%5</span></td></tr>")
        .arg(faint, row.symbol, row.value, row.error, row.unit, row.tip.toHtmlEscaped());
}

QString table(const QVector<StarDetails::Row>& rows, const QString& faint) {
    QString html = QStringLiteral("<table cellspacing=\"0\" cellpadding=\"1\">");
    for (const StarDetails::Row& row : rows)
        html += tableRow(row, faint);
    return html + QStringLiteral("</table>");
}

} // namespace

StarPanel::StarPanel(QWidget* parent) : QWidget(parent) {
    m_empty = makeMutedLabel(tr("Click a star in the map to see it here."));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_name = new QLabel;
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_name->setAccessibleName(tr("Name of the picked star"));
    m_copy = new QToolButton;
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy the source_id"));
    m_copy->setAccessibleName(tr("Copy the source_id"));
    m_hold = new QToolButton;
    m_hold->setObjectName(QStringLiteral("holdPickedStar"));
    m_hold->setAutoRaise(true);
    m_hold->setAccessibleName(tr("Hold this star’s spectrum"));
    m_hold->setToolTip(tr("Hold: keep this star’s spectrum in a panel of its own, to compare it with other stars’ side "
                          "by side (Ctrl+H)"));
    m_table = new QTextBrowser;
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->viewport()->setAutoFillBackground(false);
    m_table->document()->setDocumentMargin(0);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setAccessibleName(tr("Values of the picked star"));

    auto* heading = new QHBoxLayout;
    heading->setSpacing(gridUnit / 2);
    heading->addWidget(m_name);
    heading->addWidget(m_copy);
    heading->addWidget(m_hold);
    heading->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, 0, gridUnit); // the table's scroll bar is at the edge
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(new SectionTitle(tr("Star")));
    layout->addWidget(m_empty, 1);
    layout->addLayout(heading);
    layout->addWidget(m_table, 1);
    setMinimumWidth(gridUnit * 20);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::number(m_star->sourceId)); });
    connect(m_hold, &QToolButton::clicked, this, &StarPanel::holdRequested);
    setStar({});
}

void StarPanel::setStar(const std::optional<StarDetails>& star, bool canBeHeld) {
    m_star = star;
    m_empty->setVisible(!star);
    m_name->setVisible(star.has_value());
    m_copy->setVisible(star.has_value());
    m_hold->setVisible(star && canBeHeld);
    m_table->setVisible(star.has_value());
    write();
}

void StarPanel::write() {
    m_copy->setIcon(themedIcon(QStringLiteral("copy"), palette()));
    m_hold->setIcon(themedIcon(QStringLiteral("hold"), palette()));
    if (!m_star) return;
    const QString faint = palette().color(QPalette::PlaceholderText).name();
    m_name->setText(m_star->name());
    QString html;
    if (!m_star->usable) html += tr("<p>This row cannot be used with a model.</p>");
    if (!m_star->latents.isEmpty()) html += table(m_star->latents, faint) + QStringLiteral("<p></p>");
    m_table->setHtml(html + table(m_star->rows, faint));
    // Wide enough for the units: what is cut there reads as another unit.
    QTextDocument alone;
    alone.setDefaultFont(m_table->font());
    alone.setDocumentMargin(0);
    alone.setHtml(table(m_star->latents, faint) + table(m_star->rows, faint));
    const int bar = m_table->verticalScrollBar()->sizeHint().width();
    m_table->setMinimumWidth(static_cast<int>(std::ceil(alone.idealWidth())) + bar);
}

QString StarPanel::plainText() const {
    return m_table->toPlainText();
}

void StarPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_table != nullptr) write();
    QWidget::changeEvent(event);
}

} // namespace zscape
