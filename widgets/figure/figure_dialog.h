#pragma once

#include "widgets/figure/figure_page.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace zscape {

/// Asks how a figure is to be written: format, width, type size, dpi, with a preview. Passive: `styleChanged` wants a
/// new figure, `exportWanted` a file.
class FigureDialog : public QDialog {
    Q_OBJECT
public:
    /// `width_mm` is chosen at first.
    FigureDialog(const QString& title, double width_mm, QWidget* parent = nullptr);

    FigureStyle style() const;
    QString ending() const; ///< ".pdf"
    bool paperPreset() const;
    void setPaperPreset(bool paper);
    void setPreview(const QImage& picture, const QString& text);
    /// One sentence in place of the preview.
    void setProblem(const QString& sentence);

signals:
    void styleChanged();
    void exportWanted();

private:
    void changed();

    QComboBox* m_format;
    QComboBox* m_width;
    QComboBox* m_preset;
    QDoubleSpinBox* m_fontSize;
    QSpinBox* m_dpi;
    QLabel* m_preview;
    QLabel* m_text;
    QPushButton* m_export;
};

} // namespace zscape
