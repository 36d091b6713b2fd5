#include "widgets/response_panel.h"

#include "widgets/column_label.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace zscape {

ResponsePanel::ResponsePanel(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit / 2, gridUnit, 0);
    layout->setSpacing(gridUnit / 2);
    m_row = new QHBoxLayout;
    m_row->setSpacing(gridUnit / 2);
    m_row->addWidget(makeMutedLabel(tr("curves of")));
    m_row->addStretch(1);
    layout->addLayout(m_row);
    m_curves = new CurvesView;
    m_curves->setAccessibleName(tr("Response of the spectrum to each latent"));
    layout->addWidget(m_curves, 1);
}

void ResponsePanel::setLatents(int count) {
    while (static_cast<int>(m_buttons.size()) > count) {
        delete m_buttons.back();
        m_buttons.pop_back();
    }
    for (int k = static_cast<int>(m_buttons.size()); k < count; ++k) {
        auto* button = new QToolButton;
        button->setText(latentLabelPlain(k + 1));
        button->setObjectName(QStringLiteral("response%1").arg(k + 1));
        button->setAccessibleName(tr("Curve of %1").arg(latentLabelPlain(k + 1)));
        button->setToolTip(tr("Show or hide how the spectrum answers to %1").arg(latentLabelPlain(k + 1)));
        button->setCheckable(true);
        button->setChecked(!m_hidden.contains(k));
        connect(button, &QToolButton::clicked, this, [this, k](bool on) {
            if (on) {
                m_hidden.erase(k);
            } else {
                m_hidden.insert(k);
            }
            emit changed();
        });
        m_row->insertWidget(m_row->count() - 1, button);
        m_buttons.push_back(button);
    }
}

void ResponsePanel::setHidden(const std::set<int>& hidden) {
    m_hidden = hidden;
    for (std::size_t k = 0; k < m_buttons.size(); ++k) {
        m_buttons[k]->setChecked(!hidden.contains(static_cast<int>(k)));
    }
}

} // namespace zscape
