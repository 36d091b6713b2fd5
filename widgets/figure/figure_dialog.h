#pragma once

#include "widgets/figure/figure_page.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QProgressBar;
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
    /// What was used the last time; values that are out of bounds are left as they are.
    void choose(const QString& ending, double fontSize_pt, int dpi, bool paper);
    /// Whether the figure depends on cuts and tracks of the paper.
    void setCutsOffered(bool offered);
    void setPreview(const QImage& picture, const QString& text);
    /// Of a figure that takes its time: `fraction` is negative where the end is not known. Closing the dialog ends it.
    void setProgress(double fraction, const QString& text);
    /// One sentence in place of the preview.
    void setProblem(const QString& sentence);
    /// One sentence below the preview's text: where the figure was written, or why it could not be.
    void setMessage(const QString& sentence, bool problem);
    QString message() const;
    /// While a file is written nothing can be changed.
    void setBusy(bool busy);

signals:
    void styleChanged();
    void exportWanted();

private:
    void changed();
    void setDrawing(bool drawing);

    QComboBox* m_format;
    QComboBox* m_width;
    QComboBox* m_preset;
    QDoubleSpinBox* m_fontSize;
    QSpinBox* m_dpi;
    QLabel* m_preview;
    QLabel* m_text;
    QLabel* m_message;
    QProgressBar* m_progress;
    QFormLayout* m_form;
    QPushButton* m_export;
    QPushButton* m_close;
};

} // namespace zscape
