#include "widgets/tracks_panel.h"

#include "core/base/error.h"
#include "widgets/class_marks.h"
#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTableWidget>

#include <algorithm>
#include <array>
#include <cmath>

namespace zscape {

namespace {

constexpr std::array kinds{TrackKind::MainSequence,      TrackKind::GiantBranch, TrackKind::MetallicityDwarfs,
                           TrackKind::MetallicityGiants, TrackKind::HighAlpha,   TrackKind::LowAlpha,
                           TrackKind::FixedMetallicity,  TrackKind::Drawn};

} // namespace

QString trackKindText(TrackKind kind) {
    switch (kind) {
    case TrackKind::MainSequence:
        return TracksPanel::tr("Main sequence");
    case TrackKind::GiantBranch:
        return TracksPanel::tr("Giant branch");
    case TrackKind::MetallicityDwarfs:
        return TracksPanel::tr("Metallicities, dwarfs");
    case TrackKind::MetallicityGiants:
        return TracksPanel::tr("Metallicities, giants");
    case TrackKind::HighAlpha:
        return TracksPanel::tr("High alpha");
    case TrackKind::LowAlpha:
        return TracksPanel::tr("Low alpha");
    case TrackKind::FixedMetallicity:
        return TracksPanel::tr("Alpha at fixed metallicity");
    case TrackKind::Drawn:
        break;
    }
    return TracksPanel::tr("Drawn by hand");
}

QString trackKindHelp(TrackKind kind) {
    switch (kind) {
    case TrackKind::MainSequence:
        return TracksPanel::tr("Stars that burn hydrogen in their cores, binned by temperature along log g of Eq 11");
    case TrackKind::GiantBranch:
        return TracksPanel::tr(
            "Stars that have left the main sequence, binned by log g along the temperature of Eq 12");
    case TrackKind::MetallicityDwarfs:
        return TracksPanel::tr("Dwarfs of nine metallicities [M/H], each binned by temperature (Fig 12)");
    case TrackKind::MetallicityGiants:
        return TracksPanel::tr("Giants of nine metallicities [M/H], each binned by temperature (Fig 12)");
    case TrackKind::HighAlpha:
        return TracksPanel::tr("Stars rich in magnesium for their iron: the old, thick disc, binned by [M/H] (Fig 13)");
    case TrackKind::LowAlpha:
        return TracksPanel::tr("Stars with the Sun's share of magnesium: the thin disc, binned by [M/H] (Fig 13)");
    case TrackKind::FixedMetallicity:
        return TracksPanel::tr("Stars of one metallicity, binned by their alpha elements [α/M] (Fig 13)");
    case TrackKind::Drawn:
        break;
    }
    return TracksPanel::tr("Stars near lines that you draw in the map");
}

TracksPanel::TracksPanel(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(new SectionTitle(tr("Tracks")));

    m_kinds = new QListWidget;
    m_kinds->setObjectName(QStringLiteral("trackKinds"));
    m_kinds->setAccessibleName(tr("Tracks to draw"));
    m_kinds->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    for (const TrackKind kind : kinds) {
        auto* item = new QListWidgetItem(trackKindText(kind), m_kinds);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(Qt::Unchecked);
        item->setToolTip(trackKindHelp(kind));
        item->setData(Qt::UserRole, static_cast<int>(kind));
    }
    // All of it: a list that scrolls in a panel that scrolls is a trap for the wheel.
    m_kinds->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_kinds->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_kinds->setFixedHeight(m_kinds->sizeHintForRow(0) * m_kinds->count() + 2 * m_kinds->frameWidth());
    layout->addWidget(m_kinds);

    auto* choices = new QHBoxLayout;
    m_among = new QComboBox;
    m_among->setObjectName(QStringLiteral("trackStars"));
    m_among->setEditable(true);
    m_among->setInsertPolicy(QComboBox::NoInsert);
    m_among->setAccessibleName(tr("Stars to make tracks from"));
    m_among->setToolTip(tr("Stars to make tracks from: a selection or a formula, for instance teff_err < 50"));
    m_among->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_among->setMinimumContentsLength(8);
    m_flavour = new QComboBox;
    m_flavour->setAccessibleName(tr("Width of the giant branch"));
    m_flavour->addItems({tr("paper"), tr("released")});
    m_flavour->setToolTip(
        tr("The paper takes giants within 100 K of the branch; the released code within 0.2 K, by a slip"));
    choices->addWidget(m_among, 1);
    choices->addWidget(m_flavour);
    layout->addLayout(choices);

    m_along = new QCheckBox(tr("Colour along the track"));
    m_along->setChecked(true);
    layout->addWidget(m_along);

    auto* drawing = new QHBoxLayout;
    auto* draw = new QPushButton(tr("Draw a track"));
    draw->setObjectName(QStringLiteral("drawTrack"));
    draw->setToolTip(tr("Then draw a line over the stars of the map, with the left button held"));
    m_clear = new QPushButton(tr("Clear drawn"));
    m_clear->setToolTip(tr("Take away the tracks that were drawn by hand"));
    drawing->addWidget(draw);
    drawing->addWidget(m_clear);
    layout->addLayout(drawing);

    m_made = new QListWidget;
    m_made->setObjectName(QStringLiteral("tracksMade"));
    m_made->setAccessibleName(tr("Tracks that were made, with their points and stars"));
    m_made->setToolTip(tr("Tick to draw a track in every view; double-click, or press Enter, for another colour"));
    m_made->setSelectionMode(QAbstractItemView::SingleSelection);
    layout->addWidget(m_made, 2);
    m_message = makeMutedLabel({});
    m_message->setWordWrap(true);
    layout->addWidget(m_message);
    m_table = new QTableWidget(0, 2);
    m_table->setObjectName(QStringLiteral("trackParameters"));
    m_table->setAccessibleName(tr("Counts and widths of the tracks"));
    m_table->setTabKeyNavigation(false); // Tab leads out of it
    m_table->setHorizontalHeaderLabels({tr("parameter"), tr("value")});
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + gridUnit);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Fixed);
    m_table->horizontalHeader()->resizeSection(1,
                                               fontMetrics().horizontalAdvance(QStringLiteral("0000000")) + gridUnit);
    // All of it, as the list above.
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    layout->addWidget(m_table); // last: it is long

    setSources({});
    makeFields();
    fillTable();
    setMessage({});
    connect(m_kinds, &QListWidget::itemChanged, this, &TracksPanel::takeChoices);
    connect(m_among, &QComboBox::activated, this, &TracksPanel::takeChoices);
    connect(m_among->lineEdit(), &QLineEdit::editingFinished, this, &TracksPanel::takeChoices);
    connect(m_among, &QComboBox::currentIndexChanged, this, &TracksPanel::showBeginning);
    connect(m_flavour, &QComboBox::activated, this, [this] {
        const bool released = m_flavour->currentIndex() == 1;
        m_request.options.giantBranch.memberTeff_K =
            TrackOptions::of(released ? TrackFlavour::Released : TrackFlavour::Paper).giantBranch.memberTeff_K;
        fillTable();
        takeChoices();
    });
    connect(m_along, &QCheckBox::toggled, this, &TracksPanel::takeChoices);
    connect(m_table, &QTableWidget::cellChanged, this, [this](int row, int) { takeCell(row); });
    connect(draw, &QPushButton::clicked, this, &TracksPanel::drawRequested);
    connect(m_clear, &QPushButton::clicked, this, &TracksPanel::drawnCleared);
    connect(m_made, &QListWidget::itemChanged, this, &TracksPanel::takeShown);
    connect(m_made, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        emit colourWished(item->data(Qt::UserRole).toString().toStdString());
    });
}

void TracksPanel::takeChoices() {
    if (m_filling) return;
    const Request before = m_request;
    m_request.kinds.clear();
    for (int row = 0; row < m_kinds->count(); ++row) {
        const QListWidgetItem* item = m_kinds->item(row);
        if (item->checkState() == Qt::Checked) {
            m_request.kinds.push_back(static_cast<TrackKind>(item->data(Qt::UserRole).toInt()));
        }
    }
    const int index = m_among->findText(m_among->currentText());
    m_request.among = index >= 0 ? m_among->itemData(index).toString() : m_among->currentText().trimmed();
    m_request.flavour = m_flavour->currentIndex() == 1 ? TrackFlavour::Released : TrackFlavour::Paper;
    m_request.colourAlong = m_along->isChecked();
    if (!(m_request == before)) emit changed();
}

void TracksPanel::setRequest(const Request& request) {
    m_filling = true;
    m_request = request;
    for (int row = 0; row < m_kinds->count(); ++row) {
        const auto kind = static_cast<TrackKind>(m_kinds->item(row)->data(Qt::UserRole).toInt());
        m_kinds->item(row)->setCheckState(
            std::ranges::find(request.kinds, kind) != request.kinds.end() ? Qt::Checked : Qt::Unchecked);
    }
    const int index = m_among->findData(request.among);
    if (index >= 0) {
        m_among->setCurrentIndex(index);
    } else {
        m_among->setEditText(request.among);
        showBeginning();
    }
    m_flavour->setCurrentIndex(request.flavour == TrackFlavour::Released ? 1 : 0);
    m_along->setChecked(request.colourAlong);
    m_clear->setEnabled(!request.options.drawn.empty());
    m_filling = false;
    fillTable();
}

/// A choice of stars that is too long for its field is read from its start.
void TracksPanel::showBeginning() {
    m_among->lineEdit()->setCursorPosition(0);
}

void TracksPanel::setSources(const QStringList& names) {
    m_filling = true;
    const QString shown = m_among->currentText();
    const int place = m_among->findText(shown);
    const bool renamed = place > 1 && m_among->count() == names.size() + 2 && !names.contains(shown);
    m_among->clear();
    m_among->addItem(tr("stars as the paper"), QString());
    m_among->addItem(tr("all stars"), QStringLiteral("all"));
    for (const QString& name : names) {
        m_among->addItem(name, name);
    }
    if (renamed) {
        m_among->setCurrentIndex(place);
        m_request.among = m_among->currentText();
    } else if (const int index = m_among->findText(shown); index >= 0) {
        m_among->setCurrentIndex(index);
    } else if (!shown.isEmpty()) {
        m_among->setEditText(shown);
    }
    showBeginning();
    m_filling = false;
}

void TracksPanel::setMade(const std::vector<Made>& tracks) {
    m_filling = true;
    const int row = m_made->currentRow();
    m_made->clear();
    for (const Made& track : tracks) {
        auto* item = new QListWidgetItem(track.text, m_made);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(m_request.hidden.contains(track.name) ? Qt::Unchecked : Qt::Checked);
        item->setData(Qt::UserRole, QString::fromStdString(track.name));
        item->setIcon(classMarkIcon(track.mark, QColor::fromRgba(track.colour), palette().color(QPalette::WindowText)));
        item->setData(Qt::AccessibleDescriptionRole, tr("Shape of its points: %1").arg(markName(track.mark)));
    }
    m_made->setCurrentRow(std::min(row, m_made->count() - 1));
    m_made->setVisible(!tracks.empty());
    m_filling = false;
}

void TracksPanel::takeShown() {
    if (m_filling) return;
    for (int row = 0; row < m_made->count(); ++row) {
        const std::string name = m_made->item(row)->data(Qt::UserRole).toString().toStdString();
        if (m_made->item(row)->checkState() == Qt::Checked) {
            m_request.hidden.erase(name);
        } else {
            m_request.hidden.insert(name);
        }
    }
    emit changed();
}

void TracksPanel::setMessage(const QString& text) {
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

} // namespace zscape
