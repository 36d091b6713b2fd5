#pragma once

#include <QLabel>

namespace zscape {

/// One line of plain text that gives way: what does not fit is left out in the middle and stands in the tool tip.
class ElidedLabel : public QLabel {
public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    /// `tip` is shown above the full text when given.
    void setFullText(const QString& text, const QString& tip = {});

protected:
    void paintEvent(QPaintEvent* event) override;
    QSize minimumSizeHint() const override;
};

/// Text of some lines that is never cut: where a panel gets narrower, it asks for the height that its lines then need.
/// (A QLabel that wraps asks for the height of one line only, and what is beside it for the rest.)
class WrappedLabel : public QLabel {
public:
    explicit WrappedLabel(const QString& text = {}, QWidget* parent = nullptr);

protected:
    QSize minimumSizeHint() const override;
    void resizeEvent(QResizeEvent* event) override;
};

/// A word in a thin frame, such as "mock".
class Badge : public QLabel {
public:
    explicit Badge(const QString& text, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace zscape
