#include "widgets/latent_row.h"

#include "widgets/column_label.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QBoxLayout>
#include <QEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr int sliderSteps = 1000;
/// Typed values may leave the populated region, not the range of float arithmetic in the network.
constexpr double boxLimit = 999;

/// A number box with a real minus sign (a hyphen may be typed) that, like the slider, does not take the wheel from a
/// panel that scrolls.
class NumberBox : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;

    QString textFromValue(double value) const override { return fixedText(value, decimals()).remove(u','); }
    double valueFromText(const QString& text) const override { return QDoubleSpinBox::valueFromText(plain(text)); }
    QValidator::State validate(QString& text, int& position) const override {
        QString understood = plain(text);
        return QDoubleSpinBox::validate(understood, position);
    }

protected:
    void wheelEvent(QWheelEvent* event) override {
        if (hasFocus()) {
            QDoubleSpinBox::wheelEvent(event);
        } else {
            event->ignore();
        }
    }

private:
    /// Half the world types a decimal comma; there are no thousands here that it could separate.
    static QString plain(QString text) { return text.replace(QChar(minusSign), u'-').replace(u',', u'.'); }
};

} // namespace

LatentSlider::LatentSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {
    setFocusPolicy(Qt::StrongFocus);
}

void LatentSlider::mousePressEvent(QMouseEvent* event) {
    QStyleOptionSlider option;
    initStyleOption(&option);
    const QRect handle = style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this);
    const QPoint at = event->position().toPoint();
    if (event->button() == Qt::LeftButton && !handle.contains(at)) {
        const QRect groove = style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, this);
        const int span = groove.width() - handle.width();
        setSliderDown(true); // what follows is a drag
        setValue(QStyle::sliderValueFromPosition(minimum(), maximum(), at.x() - groove.x() - handle.width() / 2, span,
                                                 option.upsideDown));
    }
    QSlider::mousePressEvent(event);
}

void LatentSlider::mouseReleaseEvent(QMouseEvent* event) {
    QSlider::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton && isSliderDown()) setSliderDown(false);
}

void LatentSlider::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) emit doubleClicked();
    event->accept();
}

void LatentSlider::wheelEvent(QWheelEvent* event) {
    if (hasFocus()) {
        QSlider::wheelEvent(event);
    } else {
        event->ignore();
    }
}

LatentRow::LatentRow(int number, QWidget* parent) : QWidget(parent) {
    const QString plain = latentLabelPlain(number);
    m_name = new QLabel(latentLabel(number));
    m_name->setTextFormat(Qt::RichText);
    m_name->setMinimumWidth(m_name->fontMetrics().horizontalAdvance(QStringLiteral("z00")));
    m_name->installEventFilter(this);
    m_slider = new LatentSlider;
    m_slider->setRange(0, sliderSteps);
    m_slider->setSingleStep(sliderSteps / 200);
    m_slider->setPageStep(sliderSteps / 20);
    m_slider->setMinimumWidth(gridUnit * 7);
    m_slider->setAccessibleName(tr("Latent %1, slider").arg(plain));
    m_box = new NumberBox;
    m_box->setDecimals(3);
    m_box->setRange(-boxLimit, boxLimit);
    m_box->setSingleStep(0.05);
    m_box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_box->setAlignment(Qt::AlignRight);
    m_box->setLocale(QLocale::c());
    m_box->setKeyboardTracking(false);
    m_box->setAccessibleName(tr("Latent %1, value").arg(plain));
    m_box->setToolTip(tr("The latent point's %1: type a value; the spectrum follows").arg(plain));
    m_box->setFixedWidth(m_box->fontMetrics().horizontalAdvance(QStringLiteral("−000.000")) + gridUnit * 2);
    m_name->setBuddy(m_box);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gridUnit);
    row->addWidget(m_name);
    row->addWidget(m_slider, 1);
    row->addWidget(m_box);
    connect(m_slider, &QSlider::valueChanged, this, [this](int step) {
        move(m_lower + (m_upper - m_lower) * static_cast<float>(step) / static_cast<float>(sliderSteps));
    });
    connect(m_slider, &LatentSlider::doubleClicked, this, &LatentRow::reset);
    connect(m_slider, &QSlider::sliderReleased, this, &LatentRow::settled);
    connect(m_box, &QDoubleSpinBox::valueChanged, this, [this](double value) { move(static_cast<float>(value)); });
    setInactive(false);
    showValue();
}

void LatentRow::setRange(float lower, float upper) {
    m_lower = std::isfinite(lower) ? lower : -3.0F;
    m_upper = std::isfinite(upper) && upper > m_lower ? upper : m_lower + 1.0F;
    showValue();
}

void LatentRow::setInactive(bool inactive) {
    m_inactive = inactive;
    m_name->setForegroundRole(inactive ? QPalette::PlaceholderText : QPalette::WindowText);
    setToolTip(inactive ? tr("inactive in this model: the decoder hardly uses this latent")
                        : tr("Double-click the name or the slider to reset this latent"));
    colourBox();
}

void LatentRow::colourBox() {
    QPalette own;
    if (m_inactive) own.setColor(QPalette::Text, palette().color(QPalette::PlaceholderText));
    m_box->setPalette(own);
    if (auto* edit = m_box->findChild<QLineEdit*>()) edit->setPalette(own); // keeps the former theme's otherwise
}

void LatentRow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_box != nullptr) colourBox();
    QWidget::changeEvent(event);
}

void LatentRow::setValue(float value) {
    m_value = value;
    showValue();
}

void LatentRow::showValue() {
    const QSignalBlocker quietSlider(m_slider);
    const QSignalBlocker quietBox(m_box);
    const float step = (m_value - m_lower) / (m_upper - m_lower) * static_cast<float>(sliderSteps);
    m_slider->setValue(static_cast<int>(std::lround(std::clamp(step, 0.0F, static_cast<float>(sliderSteps)))));
    m_box->setValue(static_cast<double>(m_value));
}

void LatentRow::move(float value) {
    m_value = value;
    showValue();
    emit moved(value);
    if (!m_slider->isSliderDown()) emit settled();
}

void LatentRow::reset() {
    move(m_resetValue);
}

bool LatentRow::eventFilter(QObject* object, QEvent* event) {
    if (object == m_name && event->type() == QEvent::MouseButtonDblClick) {
        reset();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace zscape
