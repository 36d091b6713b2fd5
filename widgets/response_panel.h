#pragma once

#include "widgets/curves_view.h"

#include <QWidget>

#include <set>
#include <vector>

class QHBoxLayout;
class QToolButton;

namespace zscape {

/// The RESPONSE panel: how the spectrum answers to each latent, with a button a latent to show or hide its curve.
/// Passive; lives on the UI thread.
class ResponsePanel : public QWidget {
    Q_OBJECT
public:
    explicit ResponsePanel(QWidget* parent = nullptr);

    /// As many buttons as latents; those that stay keep what they are set to.
    void setLatents(int count);
    /// Latents without a curve, counted from 0.
    const std::set<int>& hidden() const { return m_hidden; }
    void setHidden(const std::set<int>& hidden); ///< without a signal
    CurvesView& curves() { return *m_curves; }

signals:
    void changed();

private:
    QHBoxLayout* m_row = nullptr;
    std::vector<QToolButton*> m_buttons;
    std::set<int> m_hidden;
    CurvesView* m_curves = nullptr;
};

} // namespace zscape
