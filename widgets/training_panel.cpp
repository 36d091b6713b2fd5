#include "widgets/training_panel.h"

#include "widgets/elided_label.h"
#include "widgets/number_text.h"
#include "widgets/section_title.h"
#include "widgets/training_curves.h"

#include <QBoxLayout>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <cmath>

namespace zscape {

namespace {

constexpr int numbersWidth = 36 * gridUnit;

QString lossText(double loss) {
    // A loss of thousands wants no decimals, one near the end differs in them.
    return std::abs(loss) >= 1e6 ? significantText(loss, 4) : fixedText(loss, std::abs(loss) >= 1000 ? 0 : 3);
}

} // namespace

TrainingPanel::TrainingPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("trainingPanel"));
    m_curves = new TrainingCurves;
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(gridUnit / 2);
    column->addWidget(buildNumbers());
    column->addStretch(1);
    column->addWidget(buildButtons());
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, gridUnit, gridUnit, gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addLayout(column);
    layout->addWidget(m_curves, 1);
    setState(State::Idle);
    showHistory();
}

QWidget* TrainingPanel::buildNumbers() {
    auto* numbers = new QWidget;
    numbers->setFixedWidth(numbersWidth);
    auto* grid = new QGridLayout(numbers);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(gridUnit);
    grid->setVerticalSpacing(gridUnit / 4);
    grid->setColumnStretch(1, 1);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(gridUnit);
    m_title = new SectionTitle(tr("No training"));
    m_name = new ElidedLabel;
    heading->addWidget(m_title);
    heading->addWidget(m_name, 1);
    grid->addLayout(heading, 0, 0, 1, 2);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(gridUnit);
    m_progress->setAccessibleName(tr("Epochs done"));
    grid->addWidget(m_progress, 1, 0, 1, 2);
    const auto add = [&](const QString& name, QLabel*& value, const QString& tip) {
        value = new QLabel;
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setAccessibleName(name);
        value->setToolTip(tip);
        const int row = grid->rowCount();
        grid->addWidget(makeMutedLabel(name), row, 0);
        grid->addWidget(value, row, 1);
    };
    add(tr("epoch"), m_epoch, tr("Epochs done, of those planned"));
    add(tr("speed"), m_speed, tr("Epochs a second, and the time of one, of late"));
    add(tr("left"), m_left, tr("The time until the last epoch at this speed"));
    add(tr("loss"), m_loss, tr("Total loss of the last epoch: training, and validation"));
    add(tr("best"), m_best, tr("The lowest validation loss so far; its model is kept beside the last"));
    m_warning = new QLabel;
    m_warning->setWordWrap(true);
    grid->addWidget(m_warning, grid->rowCount(), 0, 1, 2);
    m_warning->hide();
    return numbers;
}

QWidget* TrainingPanel::buildButtons() {
    auto* buttons = new QWidget;
    auto* grid = new QGridLayout(buttons);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(gridUnit);
    grid->setVerticalSpacing(gridUnit / 2);
    m_pause = new QPushButton(tr("Pause"));
    m_pause->setObjectName(QStringLiteral("pauseTraining"));
    m_stop = new QPushButton(tr("Stop"));
    m_stop->setObjectName(QStringLiteral("stopTraining"));
    m_stop->setToolTip(tr("Stop after this step and keep the last model; it can be resumed from its checkpoint"));
    m_keepBest = new QPushButton(tr("Stop, keep best"));
    m_keepBest->setObjectName(QStringLiteral("stopAndKeepBest"));
    m_keepBest->setToolTip(tr("Stop and save the model with the lowest validation loss instead of the last; the last "
                              "stays in its checkpoint"));
    m_follow = new QToolButton;
    m_follow->setObjectName(QStringLiteral("followTraining"));
    m_follow->setText(tr("Follow in map"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Show the stars in the latent space of the running model, every few seconds"));
    m_compare = new QToolButton;
    m_compare->setObjectName(QStringLiteral("compareTraining"));
    m_compare->setText(tr("Compare…"));
    m_compare->setToolTip(tr("Draw another run's curves behind these: a history (.csv) of Zscape or the published "
                             "train_metrics.csv"));
    int column = 0;
    for (QWidget* button : std::initializer_list<QWidget*>{m_pause, m_stop, m_keepBest}) {
        grid->addWidget(button, 0, column++);
    }
    grid->setColumnStretch(2, 1);
    auto* below = new QHBoxLayout;
    below->setSpacing(gridUnit);
    for (QToolButton* button : {m_follow, m_compare}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        below->addWidget(button);
    }
    below->addStretch(1);
    grid->addLayout(below, 1, 0, 1, 3);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_state == State::Paused) {
            emit continueRequested();
        } else {
            emit pauseRequested();
        }
    });
    connect(m_stop, &QPushButton::clicked, this, [this] { emit stopRequested(false); });
    connect(m_keepBest, &QPushButton::clicked, this, [this] { emit stopRequested(true); });
    connect(m_follow, &QToolButton::toggled, this, &TrainingPanel::followingChanged);
    connect(m_compare, &QToolButton::clicked, this, &TrainingPanel::compareRequested);
    return buttons;
}

void TrainingPanel::begin(const QString& name, int epochs, const std::vector<EpochRecord>& history) {
    m_epochs = epochs;
    m_name->setFullText(name);
    m_progress->setRange(0, std::max(epochs, 1));
    m_warning->hide();
    m_curves->setHistory(history);
    m_speed->setText(QString(QChar(emDash)));
    m_left->setText(QString(QChar(emDash)));
    showHistory();
    setState(State::Preparing);
}

void TrainingPanel::addEpochs(std::span<const EpochRecord> epochs) {
    m_curves->append(epochs);
    showHistory();
}

void TrainingPanel::showHistory() {
    const std::vector<EpochRecord>& history = m_curves->history();
    const QString none{QChar(emDash)};
    const int done = history.empty() ? 0 : history.back().epoch;
    m_progress->setValue(done);
    m_epoch->setText(m_epochs > 0 ? tr("%1 of %2").arg(withThousands(done), withThousands(m_epochs)) : none);
    if (history.empty()) {
        m_loss->setText(none);
    } else if (std::isnan(history.back().validationLoss)) {
        m_loss->setText(lossText(history.back().loss));
    } else {
        m_loss->setText(
            tr("%1, validation %2").arg(lossText(history.back().loss), lossText(history.back().validationLoss)));
    }
    const EpochRecord* best = m_curves->best();
    m_best->setText(best ? tr("%1 in epoch %2").arg(lossText(best->validationLoss), withThousands(best->epoch)) : none);
    updateButtons();
}

void TrainingPanel::setProgress(const RunProgress& progress) {
    if (m_state == State::Preparing) setState(State::Running);
    const QString none{QChar(emDash)};
    const double rate = progress.epochsPerSecond;
    m_speed->setText(rate > 0 ? tr("%1 epochs/s, %2 each").arg(significantText(rate, 3), durationText(1 / rate))
                              : none);
    m_left->setText(progress.secondsLeft >= 0 ? durationText(progress.secondsLeft) : none);
}

void TrainingPanel::setState(State state, const QString& sentence) {
    m_state = state;
    static const char* const names[] = {QT_TR_NOOP("No training"), QT_TR_NOOP("Preparing"), QT_TR_NOOP("Running"),
                                        QT_TR_NOOP("Paused"),      QT_TR_NOOP("Stopping"),  QT_TR_NOOP("Over")};
    m_title->setText(tr(names[static_cast<std::size_t>(state)]).toUpper());
    m_pause->setText(state == State::Paused ? tr("Continue") : tr("Pause"));
    m_pause->setToolTip(state == State::Paused ? tr("Go on where the training stood")
                                               : tr("Rest after this step; nothing is lost"));
    if (!sentence.isEmpty()) m_name->setFullText(sentence);
    if (state == State::Over) {
        m_speed->setText(QString(QChar(emDash)));
        m_left->setText(QString(QChar(emDash)));
    }
    updateButtons();
}

void TrainingPanel::updateButtons() {
    const bool live = m_state == State::Running || m_state == State::Paused;
    m_pause->setEnabled(live);
    m_stop->setEnabled(live || m_state == State::Preparing);
    m_keepBest->setEnabled(live && m_curves->best() != nullptr);
}

void TrainingPanel::setWarning(const QString& sentence) {
    m_warning->setText(QStringLiteral("▲ ") + sentence);
    QPalette own;
    own.setColor(QPalette::WindowText, errorColour(palette()));
    m_warning->setPalette(own);
    m_warning->setVisible(!sentence.isEmpty());
}

void TrainingPanel::setFollowing(bool follows) {
    m_follow->setChecked(follows);
}

bool TrainingPanel::isFollowing() const {
    return m_follow->isChecked();
}

void TrainingPanel::setTheme(Theme theme) {
    m_curves->setTheme(theme);
}

void TrainingPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_warning != nullptr && m_warning->isVisible()) {
        QPalette own;
        own.setColor(QPalette::WindowText, errorColour(palette()));
        m_warning->setPalette(own);
    }
    QWidget::changeEvent(event);
}

} // namespace zscape
