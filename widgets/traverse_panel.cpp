#include "widgets/traverse_panel.h"

#include "widgets/section_title.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTimer>

namespace zscape {

namespace {

constexpr int sliderSteps = 1000;
constexpr int frameMs = 33;      ///< of playing
constexpr int stepsPerFrame = 5; ///< 6.6 s from end to end

QComboBox* makeList(const QString& name, const QString& tip) {
    auto* list = new QComboBox;
    list->setAccessibleName(tip);
    list->setToolTip(tip);
    list->setObjectName(name);
    list->setMinimumContentsLength(8);
    list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return list;
}

} // namespace

TraversePanel::TraversePanel(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(gridUnit / 2);
    layout->addWidget(new SectionTitle(tr("Traverse")));
    m_paths = makeList(QStringLiteral("traversePath"), tr("The path to follow"));
    layout->addWidget(m_paths);

    m_ends = new QWidget;
    auto* grid = new QGridLayout(m_ends);
    grid->setContentsMargins(0, 0, 0, 0);
    m_from = makeList(QStringLiteral("traverseFrom"), tr("Where the line begins"));
    m_to = makeList(QStringLiteral("traverseTo"), tr("Where the line ends"));
    auto* keepFrom = new QPushButton(tr("Keep the point"));
    keepFrom->setObjectName(QStringLiteral("keepStart"));
    auto* keepTo = new QPushButton(tr("Keep the point"));
    keepTo->setObjectName(QStringLiteral("keepEnd"));
    for (QPushButton* keep : {keepFrom, keepTo}) {
        keep->setToolTip(tr("Take the latent point of now, for instance that of the picked star"));
    }
    grid->addWidget(new QLabel(tr("from")), 0, 0);
    grid->addWidget(m_from, 0, 1);
    grid->addWidget(keepFrom, 0, 2);
    grid->addWidget(new QLabel(tr("to")), 1, 0);
    grid->addWidget(m_to, 1, 1);
    grid->addWidget(keepTo, 1, 2);
    grid->setColumnStretch(1, 1);
    layout->addWidget(m_ends);

    auto* drive = new QHBoxLayout;
    m_play = new QPushButton(tr("Play"));
    m_play->setObjectName(QStringLiteral("playTraverse"));
    m_play->setCheckable(true);
    m_play->setToolTip(tr("Move along the path to and fro"));
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName(QStringLiteral("traverseSlider"));
    m_slider->setRange(0, sliderSteps);
    m_slider->setAccessibleName(tr("Place along the path"));
    drive->addWidget(m_play);
    drive->addWidget(m_slider, 1);
    layout->addLayout(drive);
    m_place = new QLabel;
    m_place->setTextFormat(Qt::RichText);
    m_place->setAccessibleName(tr("Place along the path"));
    layout->addWidget(m_place);

    auto* exports = new QHBoxLayout;
    m_steps = new QSpinBox;
    m_steps->setRange(2, 10000);
    m_steps->setValue(50);
    m_steps->setSuffix(tr(" steps"));
    m_steps->setKeyboardTracking(false); // one change a number, not one a digit
    m_steps->setAccessibleName(tr("Spectra of an export"));
    m_steps->setToolTip(tr("How many spectra, or pictures, an export has along the path"));
    m_spectra = new QPushButton(tr("Spectra…"));
    m_spectra->setObjectName(QStringLiteral("exportTraverse"));
    m_spectra->setToolTip(tr("Write the spectra along the path as a table"));
    m_animation = new QPushButton(tr("Animation…"));
    m_animation->setObjectName(QStringLiteral("exportAnimation"));
    m_animation->setToolTip(tr("Write pictures of the map and the spectrum along the path: PNG, or MP4 and GIF with "
                               "ffmpeg"));
    exports->addWidget(m_steps);
    exports->addWidget(m_spectra);
    exports->addWidget(m_animation);
    layout->addLayout(exports);
    m_problem = makeMutedLabel({});
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    layout->addStretch(1);

    m_timer = new QTimer(this);
    m_timer->setInterval(frameMs);
    connect(m_timer, &QTimer::timeout, this, &TraversePanel::step);
    connect(m_paths, &QComboBox::currentIndexChanged, this, [this] {
        m_ends->setVisible(track() < 0);
        emit pathChanged();
    });
    connect(m_from, &QComboBox::currentIndexChanged, this, &TraversePanel::pathChanged);
    connect(m_to, &QComboBox::currentIndexChanged, this, &TraversePanel::pathChanged);
    connect(m_steps, &QSpinBox::valueChanged, this, &TraversePanel::pathChanged);
    connect(keepFrom, &QPushButton::clicked, this, [this] { emit keepRequested(true); });
    connect(keepTo, &QPushButton::clicked, this, [this] { emit keepRequested(false); });
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        emit moved(fraction());
        if (!isPlaying() && !m_slider->isSliderDown()) emit settled();
    });
    connect(m_slider, &QSlider::sliderReleased, this, &TraversePanel::settled);
    connect(m_play, &QPushButton::toggled, this, &TraversePanel::setPlaying);
    connect(m_spectra, &QPushButton::clicked, this, &TraversePanel::exportSpectraRequested);
    connect(m_animation, &QPushButton::clicked, this, &TraversePanel::exportAnimationRequested);
    setPaths({});
    setProblem({});
}

void TraversePanel::setPaths(const QStringList& tracks) {
    const QSignalBlocker quiet(m_paths);
    const QString before = m_paths->currentText();
    m_paths->clear();
    m_paths->addItems(tracks);
    m_paths->addItem(tr("straight line between two ends"));
    m_paths->setCurrentIndex(std::max(0, m_paths->findText(before)));
    m_ends->setVisible(track() < 0);
}

int TraversePanel::track() const {
    const int index = m_paths->currentIndex();
    return index == m_paths->count() - 1 ? -1 : index;
}

void TraversePanel::setEnds(const QStringList& names) {
    for (QComboBox* list : {m_from, m_to}) {
        const QSignalBlocker quiet(list);
        const QString before = list->currentText();
        // As many names as before and this one gone: it was renamed and keeps its place.
        const int place = list->count() == static_cast<int>(names.size()) ? list->currentIndex() : -1;
        list->clear();
        list->addItems(names);
        const int found = list->findText(before);
        const int index = found >= 0 ? found : place;
        list->setCurrentIndex(index >= 0 ? index : std::min(list == m_to ? 1 : 0, list->count() - 1));
    }
}

int TraversePanel::from() const {
    return m_from->currentIndex();
}

int TraversePanel::to() const {
    return m_to->currentIndex();
}

void TraversePanel::choose(int track, int from, int to) {
    const QSignalBlocker quietPaths(m_paths);
    const QSignalBlocker quietFrom(m_from);
    const QSignalBlocker quietTo(m_to);
    m_paths->setCurrentIndex(track < 0 ? m_paths->count() - 1 : track);
    m_from->setCurrentIndex(from);
    m_to->setCurrentIndex(to);
    m_ends->setVisible(track < 0);
}

double TraversePanel::fraction() const {
    return static_cast<double>(m_slider->value()) / sliderSteps;
}

int TraversePanel::steps() const {
    return m_steps->value();
}

void TraversePanel::setSteps(int steps) {
    const QSignalBlocker quiet(m_steps);
    m_steps->setValue(steps);
}

bool TraversePanel::isPlaying() const {
    return m_timer->isActive();
}

void TraversePanel::setPlaying(bool playing) {
    m_play->setChecked(playing);
    m_play->setText(playing ? tr("Pause") : tr("Play"));
    if (playing) {
        m_timer->start();
    } else {
        const bool moving = m_timer->isActive();
        m_timer->stop();
        if (moving) emit settled();
    }
}

void TraversePanel::step() {
    int next = m_slider->value() + m_direction * stepsPerFrame;
    if (next < 0 || next > sliderSteps) {
        m_direction = -m_direction;
        next = m_slider->value() + m_direction * stepsPerFrame;
    }
    m_slider->setValue(next);
}

void TraversePanel::setPlace(const QString& text) {
    m_place->setText(text);
}

void TraversePanel::setProblem(const QString& text) {
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    for (QWidget* widget : std::initializer_list<QWidget*>{m_slider, m_play, m_spectra, m_animation}) {
        widget->setEnabled(text.isEmpty());
    }
    if (!text.isEmpty()) {
        setPlaying(false);
        setPlace({});
    }
}

} // namespace zscape
