#include "widgets/manual_view.h"

#include "widgets/theme.h"

#include <QBoxLayout>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QListWidget>
#include <QResizeEvent>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextTable>
#include <QUrl>

#include <algorithm>

// A static library's resources are linked only when asked for, outside of any namespace.
static void initManualResources() {
    Q_INIT_RESOURCE(manual);
}

namespace zscape {

namespace {

const QString folder = QStringLiteral(":/zscape/manual");

QUrl urlOf(const QString& name) {
    return QUrl(QStringLiteral("qrc:/zscape/manual/%1.md").arg(name));
}

/// Pictures of a page are no wider than its text.
class Page : public QTextBrowser {
protected:
    QVariant loadResource(int type, const QUrl& name) override {
        if (type != QTextDocument::ImageResource) return QTextBrowser::loadResource(type, name);
        // Of true colours: scaled as it is, one of a palette would be dithered.
        const QImage image =
            QImage(QStringLiteral(":") + source().resolved(name).path()).convertToFormat(QImage::Format_RGB32);
        const int room = viewport()->width() - 2 * static_cast<int>(document()->documentMargin()) - gridUnit;
        if (image.isNull() || image.width() <= room || room <= 0) return image;
        const double ratio = devicePixelRatioF();
        QImage fitting = image.scaledToWidth(static_cast<int>(std::min<double>(image.width(), room * ratio)),
                                             Qt::SmoothTransformation);
        fitting.setDevicePixelRatio(static_cast<double>(fitting.width()) / room);
        return fitting;
    }
    void resizeEvent(QResizeEvent* event) override {
        const bool wider = event->size().width() != event->oldSize().width();
        QTextBrowser::resizeEvent(event);
        if (wider && !source().isEmpty()) reload();
    }
};

/// Reading order: what a newcomer needs first. Pages that are not named follow by their titles.
int placeOf(const QString& name) {
    static const QStringList order{
        QStringLiteral("start"),   QStringLiteral("import"),   QStringLiteral("views"),    QStringLiteral("selections"),
        QStringLiteral("tracks"),  QStringLiteral("generate"), QStringLiteral("training"), QStringLiteral("calibrate"),
        QStringLiteral("errors"),  QStringLiteral("figures"),  QStringLiteral("sessions"), QStringLiteral("samp"),
        QStringLiteral("keyboard")};
    const auto place = order.indexOf(name);
    return static_cast<int>(place < 0 ? order.size() : place);
}

} // namespace

ManualView::ManualView(QWidget* parent) : QWidget(parent) {
    initManualResources();
    m_pages = new QListWidget;
    m_pages->setAccessibleName(tr("Pages of the manual"));
    m_pages->setFrameShape(QFrame::NoFrame);
    m_pages->setFixedWidth(30 * gridUnit);
    m_pages->setWordWrap(true);
    m_pages->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // or a title would rather scroll than wrap
    for (const QString& name : pageNames()) {
        auto* item = new QListWidgetItem(pageTitle(name), m_pages);
        item->setData(Qt::UserRole, name);
    }
    m_text = new Page;
    m_text->setAccessibleName(tr("Manual"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenExternalLinks(true);
    m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // or it would take room from pictures that fitted
    m_text->document()->setDocumentMargin(3 * gridUnit);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_pages);
    layout->addWidget(m_text, 1);
    connect(m_pages, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item) showPage(item->data(Qt::UserRole).toString());
    });
    connect(m_text, &QTextBrowser::sourceChanged, this, &ManualView::followText);
    if (m_pages->count() > 0) m_pages->setCurrentRow(0);
}

QStringList ManualView::pageNames() {
    initManualResources();
    QStringList names;
    for (const QFileInfo& file : QDir(folder).entryInfoList({QStringLiteral("*.md")}, QDir::Files)) {
        names.push_back(file.completeBaseName());
    }
    std::ranges::stable_sort(names, {}, placeOf);
    return names;
}

QString ManualView::pageTitle(const QString& name) {
    QFile file(QStringLiteral("%1/%2.md").arg(folder, name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString line = QString::fromUtf8(file.readLine()).trimmed();
    while (line.startsWith(QLatin1Char('#'))) {
        line.remove(0, 1);
    }
    return line.trimmed();
}

void ManualView::showPage(const QString& name) {
    if (name != page() && pageNames().contains(name)) m_text->setSource(urlOf(name), QTextDocument::MarkdownResource);
}

QString ManualView::page() const {
    return QFileInfo(m_text->source().path()).completeBaseName();
}

void ManualView::arrangeTables() {
    // Thin single lines, and no wider than the page: Markdown's tables come with a frame around each cell.
    for (QTextFrame* frame : m_text->document()->rootFrame()->childFrames()) {
        auto* table = qobject_cast<QTextTable*>(frame);
        if (!table) continue;
        QTextTableFormat format = table->format();
        format.setBorderCollapse(true);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(palette().color(QPalette::Mid));
        format.setCellPadding(0.5 * gridUnit);
        format.setCellSpacing(0);
        format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
        table->setFormat(format);
    }
}

void ManualView::followText() {
    arrangeTables();
    for (int row = 0; row < m_pages->count(); ++row) {
        if (m_pages->item(row)->data(Qt::UserRole) == page()) m_pages->setCurrentRow(row);
    }
}

void ManualView::changeEvent(QEvent* event) {
    // Links and tables take their colours from the palette when the page is read.
    if (event->type() == QEvent::PaletteChange && m_text && !m_text->source().isEmpty()) {
        m_text->reload();
        arrangeTables();
    }
    QWidget::changeEvent(event);
}

} // namespace zscape
