#include "widgets/figure/figure_dialog.h"

#include "widgets/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <initializer_list>

namespace zscape {

namespace {

constexpr QSize previewSize(560, 480);

} // namespace

FigureDialog::FigureDialog(const QString& title, double width_mm, QWidget* parent)
    : QDialog(parent),
      m_format(new QComboBox),
      m_width(new QComboBox),
      m_preset(new QComboBox),
      m_fontSize(new QDoubleSpinBox),
      m_dpi(new QSpinBox),
      m_preview(new QLabel),
      m_text(new QLabel),
      m_message(new QLabel),
      m_progress(new QProgressBar),
      m_form(new QFormLayout) {
    setWindowTitle(title);
    setObjectName(QStringLiteral("figureDialog"));
    m_format->setObjectName(QStringLiteral("figureFormat"));
    m_format->setToolTip(tr("PDF and SVG are sharp at every size; PNG is one bitmap"));
    m_format->addItem(tr("PDF, fonts embedded"), QStringLiteral(".pdf"));
    m_format->addItem(tr("SVG, letters as shapes"), QStringLiteral(".svg"));
    m_format->addItem(tr("PNG"), QStringLiteral(".png"));
    m_width->setObjectName(QStringLiteral("figureWidth"));
    m_width->setToolTip(tr("One or two columns of a journal's page"));
    m_width->addItem(tr("One column, 88 mm"), oneColumn_mm);
    m_width->addItem(tr("Two columns, 180 mm"), twoColumns_mm);
    m_width->setCurrentIndex(width_mm < 120 ? 0 : 1);
    m_preset->setObjectName(QStringLiteral("figurePreset"));
    m_preset->addItem(tr("as released"));
    m_preset->addItem(tr("as in the paper's text"));
    m_preset->setToolTip(tr("Cuts and tracks of the released code or of the paper's text, where the two differ"));
    m_fontSize->setObjectName(QStringLiteral("figureFontSize"));
    m_fontSize->setToolTip(tr("Of axes and legends, on the printed page"));
    m_fontSize->setRange(4, 24);
    m_fontSize->setSingleStep(0.5);
    m_fontSize->setDecimals(1);
    m_fontSize->setValue(FigureStyle().fontSize_pt);
    m_fontSize->setSuffix(tr(" pt"));
    m_dpi->setObjectName(QStringLiteral("figureDpi"));
    m_dpi->setRange(leastDpi, 2400);
    m_dpi->setSingleStep(100);
    m_dpi->setValue(FigureStyle().dpi);
    m_dpi->setToolTip(tr("Of the stars' bitmaps, and of PNG"));
    m_preview->setObjectName(QStringLiteral("figurePreview"));
    m_preview->setMinimumSize(previewSize);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setAccessibleName(tr("Preview"));
    m_text->setObjectName(QStringLiteral("figureText"));
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignTop);
    // Some figures have more to tell than fits beside their preview.
    auto* told = new QScrollArea;
    told->setObjectName(QStringLiteral("figureTold"));
    told->setAccessibleName(tr("What the figure is made of"));
    told->setFrameShape(QFrame::NoFrame);
    told->setWidgetResizable(true);
    told->setWidget(m_text);
    told->setMinimumWidth(280);
    told->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_message->setObjectName(QStringLiteral("figureMessage"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

    m_progress->setObjectName(QStringLiteral("figureProgress"));
    m_progress->setAccessibleName(tr("Progress of the figure"));
    m_progress->setTextVisible(false);

    m_form->addRow(tr("&Format"), m_format);
    m_form->addRow(tr("&Width"), m_width);
    m_form->addRow(tr("Font &size"), m_fontSize);
    m_form->addRow(tr("&Dots per inch"), m_dpi);
    m_form->addRow(tr("&Cuts and tracks"), m_preset);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_close = buttons->button(QDialogButtonBox::Close);
    m_close->setObjectName(QStringLiteral("closeFigure"));
    m_export = buttons->addButton(tr("&Export…"), QDialogButtonBox::AcceptRole);
    m_export->setObjectName(QStringLiteral("exportFigure"));
    m_export->setDefault(true);
    m_export->setEnabled(false);
    auto* side = new QVBoxLayout;
    side->addLayout(m_form);
    side->addWidget(m_progress);
    side->addWidget(told, 1);
    side->addWidget(m_message);
    side->addWidget(buttons);
    auto* layout = new QHBoxLayout(this);
    layout->addWidget(m_preview, 1);
    layout->addLayout(side);

    connect(m_width, &QComboBox::currentIndexChanged, this, &FigureDialog::changed);
    connect(m_preset, &QComboBox::currentIndexChanged, this, &FigureDialog::changed);
    connect(m_fontSize, &QDoubleSpinBox::valueChanged, this, &FigureDialog::changed);
    connect(m_dpi, &QSpinBox::valueChanged, this, &FigureDialog::changed);
    connect(m_export, &QPushButton::clicked, this, &FigureDialog::exportWanted);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_text->setText(tr("Drawing…"));
    setDrawing(true);
}

FigureStyle FigureDialog::style() const {
    FigureStyle style;
    style.width_mm = m_width->currentData().toDouble();
    style.fontSize_pt = m_fontSize->value();
    style.dpi = m_dpi->value();
    return style;
}

QString FigureDialog::ending() const {
    return m_format->currentData().toString();
}

bool FigureDialog::paperPreset() const {
    return m_preset->currentIndex() == 1;
}

void FigureDialog::setPaperPreset(bool paper) {
    m_preset->setCurrentIndex(paper ? 1 : 0);
}

void FigureDialog::choose(const QString& ending, double fontSize_pt, int dpi, bool paper) {
    const int format = m_format->findData(ending);
    if (format >= 0) m_format->setCurrentIndex(format);
    if (fontSize_pt >= m_fontSize->minimum() && fontSize_pt <= m_fontSize->maximum()) m_fontSize->setValue(fontSize_pt);
    if (dpi >= m_dpi->minimum() && dpi <= m_dpi->maximum()) m_dpi->setValue(dpi);
    setPaperPreset(paper);
}

void FigureDialog::setCutsOffered(bool offered) {
    m_form->setRowVisible(m_preset, offered);
}

void FigureDialog::setMessage(const QString& sentence, bool problem) {
    QPalette ink = palette();
    if (problem) ink.setColor(QPalette::WindowText, errorColour(palette()));
    m_message->setPalette(ink);
    m_message->setText(sentence);
}

QString FigureDialog::message() const {
    return m_message->text();
}

void FigureDialog::setBusy(bool busy) {
    for (QWidget* one : std::initializer_list<QWidget*>{m_format, m_width, m_preset, m_fontSize, m_dpi, m_export}) {
        one->setEnabled(!busy);
    }
}

void FigureDialog::setDrawing(bool drawing) {
    m_progress->setRange(0, 0);
    m_progress->setVisible(drawing);
    m_close->setText(drawing ? tr("Cancel") : tr("Close"));
    m_close->setToolTip(drawing ? tr("Ends the drawing and closes (Esc)") : tr("Closes (Esc)"));
}

void FigureDialog::setProgress(double fraction, const QString& text) {
    constexpr int whole = 1000;
    if (!text.isEmpty()) m_text->setText(tr("Drawing: %1").arg(text));
    m_progress->setRange(0, fraction < 0 ? 0 : whole);
    m_progress->setValue(static_cast<int>(fraction * whole));
}

void FigureDialog::changed() {
    m_export->setEnabled(false);
    setDrawing(true);
    setMessage({}, false);
    emit styleChanged();
}

void FigureDialog::setPreview(const QImage& picture, const QString& text) {
    QPixmap shown = QPixmap::fromImage(
        picture.scaled(previewSize * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation));
    shown.setDevicePixelRatio(devicePixelRatioF());
    m_preview->setPixmap(shown);
    m_text->setText(text);
    m_export->setEnabled(true);
    setDrawing(false);
}

void FigureDialog::setProblem(const QString& sentence) {
    m_preview->clear();
    m_text->setText(sentence);
    m_export->setEnabled(false);
    setDrawing(false);
}

} // namespace zscape
