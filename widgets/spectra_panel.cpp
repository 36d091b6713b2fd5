#include "widgets/spectra_panel.h"

#include "widgets/elided_label.h"
#include "widgets/section_title.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

namespace zscape {

SpectraPanel::SpectraPanel(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(new SectionTitle(tr("Selections' spectra")));
    auto* row = new QHBoxLayout;
    const auto add = [&](const QString& name, const QString& tip) {
        auto* list = new QComboBox;
        list->setObjectName(name);
        list->setAccessibleName(tip);
        list->setToolTip(tip);
        list->setMinimumContentsLength(6);
        list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        row->addWidget(list, 1);
        return list;
    };
    m_first = add(QStringLiteral("firstSelection"), tr("The selection whose mean is decoded"));
    m_shown = add(QStringLiteral("spectraShown"), tr("Mean of one selection, or difference or ratio of two"));
    m_shown->addItems({tr("mean"), tr("minus"), tr("over")});
    m_second = add(QStringLiteral("secondSelection"), tr("The selection that it is compared with"));
    auto* write = new QPushButton(tr("Export…"));
    write->setObjectName(QStringLiteral("exportSelectionSpectra"));
    write->setToolTip(tr("Write the curve and its band as a table"));
    row->addWidget(write);
    layout->addLayout(row);
    m_curves = new CurvesView;
    m_curves->setAccessibleName(tr("Spectrum of the selections"));
    layout->addWidget(m_curves, 1);
    m_note = new WrappedLabel;
    m_note->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_note);
    m_second->setEnabled(false);
    connect(m_shown, &QComboBox::currentIndexChanged, this, [this] {
        m_second->setEnabled(shown() != SpectraShown::Mean);
        emit changed();
    });
    connect(m_first, &QComboBox::currentIndexChanged, this, &SpectraPanel::changed);
    connect(m_second, &QComboBox::currentIndexChanged, this, &SpectraPanel::changed);
    connect(write, &QPushButton::clicked, this, &SpectraPanel::exportRequested);
}

void SpectraPanel::setSelections(const QStringList& names) {
    for (QComboBox* list : {m_first, m_second}) {
        const QSignalBlocker quiet(list);
        const QString before = list->currentText();
        // As many names as before and this one gone: it was renamed and keeps its place.
        const int place = list->count() == static_cast<int>(names.size()) ? list->currentIndex() : -1;
        list->clear();
        list->addItems(names);
        const int found = list->findText(before);
        const int index = found >= 0 ? found : place;
        list->setCurrentIndex(index >= 0 ? index : std::min(list == m_second ? 1 : 0, list->count() - 1));
    }
}

int SpectraPanel::first() const {
    return m_first->currentIndex();
}

int SpectraPanel::second() const {
    return m_second->currentIndex();
}

SpectraShown SpectraPanel::shown() const {
    return static_cast<SpectraShown>(m_shown->currentIndex());
}

void SpectraPanel::choose(SpectraShown shown, int first, int second) {
    const QSignalBlocker quietShown(m_shown);
    const QSignalBlocker quietFirst(m_first);
    const QSignalBlocker quietSecond(m_second);
    m_shown->setCurrentIndex(static_cast<int>(shown));
    m_first->setCurrentIndex(first);
    m_second->setCurrentIndex(second);
    m_second->setEnabled(shown != SpectraShown::Mean);
}

void SpectraPanel::setNote(const QString& text) {
    m_note->setText(text);
}

} // namespace zscape
