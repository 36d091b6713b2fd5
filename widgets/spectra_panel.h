#pragma once

#include "widgets/curves_view.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;

namespace zscape {

/// What is shown of one or two selections.
enum class SpectraShown { Mean, Difference, Ratio };

/// The SELECTIONS' SPECTRA panel: the decoded mean of a selection, or the difference or ratio of two, with its
/// bootstrap band. Passive; lives on the UI thread.
class SpectraPanel : public QWidget {
    Q_OBJECT
public:
    explicit SpectraPanel(QWidget* parent = nullptr);

    void setSelections(const QStringList& names); ///< without a signal
    int first() const;
    int second() const;
    SpectraShown shown() const;
    void choose(SpectraShown shown, int first, int second); ///< without a signal
    /// "12,302 and 40,120 stars; band: 68 % of 200 bootstrap samples".
    void setNote(const QString& text);
    CurvesView& curves() { return *m_curves; }

signals:
    void changed();
    void exportRequested();

private:
    QComboBox *m_shown = nullptr, *m_first = nullptr, *m_second = nullptr;
    QLabel* m_note = nullptr;
    CurvesView* m_curves = nullptr;
};

} // namespace zscape
