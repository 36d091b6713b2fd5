#pragma once

#include <QDoubleSpinBox>
#include <QLabel>
#include <QSlider>

namespace zscape {

/// A slider that leaves the wheel to the panel unless it has the focus, goes where it is clicked, and says when it is
/// double-clicked.
class LatentSlider : public QSlider {
    Q_OBJECT
public:
    explicit LatentSlider(QWidget* parent = nullptr);

signals:
    void doubleClicked();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
};

/// One latent: name, slider, number box with three decimals. The value is kept exactly, whatever the slider's steps
/// and the box's decimals show. The box takes values beyond the slider's range.
class LatentRow : public QWidget {
    Q_OBJECT
public:
    /// `number` counts from 1.
    explicit LatentRow(int number, QWidget* parent = nullptr);

    void setRange(float lower, float upper);
    void setResetValue(float value) { m_resetValue = value; }
    void setInactive(bool inactive);
    void setValue(float value); ///< silently
    float value() const { return m_value; }
    void reset(); ///< to the reset value, as a move of the user

    LatentSlider& slider() { return *m_slider; }
    QDoubleSpinBox& box() { return *m_box; }
    QLabel& name() { return *m_name; }

signals:
    void moved(float value); ///< by the user
    void settled();          ///< after a move; while the slider is dragged only at its end

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void move(float value);
    void showValue();
    void colourBox();

    QLabel* m_name = nullptr;
    LatentSlider* m_slider = nullptr;
    QDoubleSpinBox* m_box = nullptr;
    float m_lower = -3, m_upper = 3;
    float m_value = 0;
    float m_resetValue = 0;
    bool m_inactive = false;
};

} // namespace zscape
