#include "widgets/training_dialog.h"

#include "widgets/elided_label.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"
#include "widgets/training_row.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace zscape {

namespace {

using Field = TrainingField;

constexpr int pauseInTypingMs = 600;
constexpr Field advancedFields[] = {Field::MinimumRate, Field::PlateauFactor, Field::PlateauPatience,
                                    Field::WeightDecay, Field::KlWeight,      Field::KlWarmUp,
                                    Field::ClipNorm,    Field::EarlyStop,     Field::Seed,
                                    Field::SplitSeed,   Field::Threads};

bool isAdvanced(Field field) {
    return std::find(std::begin(advancedFields), std::end(advancedFields), field) != std::end(advancedFields);
}

void choose(QComboBox& list, int value) {
    list.setCurrentIndex(std::max(0, list.findData(value)));
}

} // namespace

TrainingDialog::TrainingDialog(QWidget* parent) : QDialog(parent), m_form(formOf(TrainingOptions())) {
    setWindowTitle(tr("Train a model"));
    m_pause = new QTimer(this);
    m_pause->setSingleShot(true);
    m_pause->setInterval(pauseInTypingMs);
    connect(m_pause, &QTimer::timeout, this, &TrainingDialog::considerMeasuring);
    build();
    showAdvanced(false);
    fillLists();
    showForm();
    update();
    resize(94 * gridUnit, 84 * gridUnit);
}

TrainingDialog::~TrainingDialog() = default;

void TrainingDialog::setContext(const TrainingContext& context) {
    m_context = context;
    if (m_context.resumed && m_form.start == TrainingStart::Checkpoint) {
        const QString epochs = m_form.text(Field::Epochs);
        fillForm(m_form, *m_context.resumed);
        if (epochs.toInt() > m_context.resumed->epochs) m_form.texts[Field::Epochs] = epochs;
    }
    fillLists();
    showForm();
    update();
}

void TrainingDialog::setForm(const TrainingForm& form) {
    m_form = form;
    m_quickLook = false;
    showForm();
    update();
}

void TrainingDialog::setOptions(const TrainingOptions& options) {
    fillForm(m_form, options);
    showForm();
    update();
}

void TrainingDialog::useQuickLook() {
    if (m_form.start == TrainingStart::Checkpoint) m_form.start = TrainingStart::Nothing;
    TrainingForm probe = m_form;
    fillForm(probe, paperRun(TrainingOptions()));
    const TrainingCheck stars = checkTrainingForm(probe, m_context);
    setOptions(quickLook(stars.options, stars.trainingStars, 0));
    m_quickLook = true;
    if (m_measuredKey == measureKey()) setMeasured(m_secondsPerEpoch);
}

void TrainingDialog::usePaperRun() {
    if (m_form.start == TrainingStart::Checkpoint) m_form.start = TrainingStart::Nothing;
    m_quickLook = false;
    setOptions(paperRun(TrainingOptions()));
}

void TrainingDialog::setStartFile(const QString& path) {
    m_form.startFile = path;
    m_context.startModel.reset();
    m_context.resumed.reset();
    m_context.startError.clear();
    m_context.startEpoch = 0;
    m_startFile->setFullText(path.isEmpty() ? tr("no file chosen") : QFileInfo(path).fileName(), path);
    if (!path.isEmpty()) emit startFileChosen(path);
    update();
}

void TrainingDialog::chooseStartFile() {
    const bool resume = m_form.start == TrainingStart::Checkpoint;
    const QString path = QFileDialog::getOpenFileName(
        this, resume ? tr("Resume from a checkpoint") : tr("Start from a model"), m_folder,
        resume ? tr("Checkpoints (*.h5);;All files (*)") : tr("Models (*.pt *.h5 *.hdf5);;All files (*)"));
    if (!path.isEmpty()) setStartFile(path);
}

void TrainingDialog::chooseOutput() {
    const QString given = m_form.text(Field::Output);
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save the trained model as"), given.isEmpty() ? m_folder : given,
                                     tr("Zscape model (*.h5);;PyTorch checkpoint (*.pt)"), nullptr,
                                     QFileDialog::DontConfirmOverwrite); // the form says so
    if (path.isEmpty()) return;
    m_form.texts[Field::Output] = path;
    showForm();
    edited();
}

void TrainingDialog::showAdvanced(bool shown) {
    m_advanced->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
    updateRows();
    if (!shown) return;
    // Once laid out: what has just appeared should be seen.
    QTimer::singleShot(0, this, [this] { m_scroll->ensureWidgetVisible(&m_rows[Field::Threads]->editor()); });
}

void TrainingDialog::fillLists() {
    m_selection->clear();
    m_selection->addItem(tr("all stars"));
    for (const TrainingSelection& selection : m_context.selections) {
        m_selection->addItem(tr("%1 (%2)").arg(selection.name, withThousands(selection.usable)));
    }
    m_selection->setVisible(!m_context.selections.isEmpty());
    m_device->clear();
    for (const TrainingDeviceChoice& device : m_context.devices) {
        m_device->addItem(device.name);
    }
    if (m_form.selection >= m_context.selections.size()) m_form.selection = -1;
    m_form.device = std::clamp(m_form.device, 0, std::max(0, static_cast<int>(m_context.devices.size()) - 1));
}

void TrainingDialog::showForm() {
    for (auto row = m_rows.begin(); row != m_rows.end(); ++row) {
        auto* edit = qobject_cast<QLineEdit*>(&row.value()->editor());
        if (row.key() == Field::Output) edit = row.value()->editor().findChild<QLineEdit*>();
        // What the user is typing into keeps its cursor.
        if (edit && edit->text() != m_form.text(row.key())) edit->setText(m_form.text(row.key()));
    }
    m_selection->setCurrentIndex(m_form.selection + 1);
    choose(*m_start, static_cast<int>(m_form.start));
    choose(*m_network, static_cast<int>(m_form.network));
    choose(*m_schedule, static_cast<int>(m_form.schedule));
    m_device->setCurrentIndex(m_form.device);
    m_startFile->setFullText(m_form.startFile.isEmpty() ? tr("no file chosen") : QFileInfo(m_form.startFile).fileName(),
                             m_form.startFile);
}

void TrainingDialog::edited() {
    update();
}

/// The network of what the run starts from stands in the fields that cannot be typed into.
void TrainingDialog::adoptNetwork() {
    if (m_form.start == TrainingStart::Nothing || m_check.errors.contains(Field::Start)) return;
    const Architecture& network = m_check.options.architecture;
    m_form.network = network.preset;
    m_form.texts[Field::Latents] = QString::number(network.latentSize);
    m_form.texts[Field::Layers] = layersText(network.layers);
    showForm();
}

void TrainingDialog::update() {
    m_check = checkTrainingForm(m_form, m_context);
    adoptNetwork();
    m_catalog->setText(m_context.catalog.isEmpty() ? tr("no catalogue is open")
                                                   : tr("%1: %2%3 stars")
                                                         .arg(m_context.catalog, withThousands(m_context.rows),
                                                              m_context.mock ? tr(" mock") : QString()));
    updateRows();
    m_startButton->setEnabled(m_check.ok());
    m_startButton->setToolTip(m_check.ok() ? tr("Start now; the window stays free to explore")
                                           : tr("Correct what is marked first"));
    if (m_measuring && measureKey() != m_askedKey) {
        m_measuring = false;
        emit measureCancelled();
    }
    m_measureFailure.clear();
    m_pause->start();
    updateEstimate();
}

void TrainingDialog::updateRows() {
    for (auto row = m_rows.begin(); row != m_rows.end(); ++row) {
        const Field field = row.key();
        const bool wrong = m_check.errors.contains(field);
        row.value()->setNote(wrong ? m_check.errors[field] : m_check.notes.value(field), wrong);
        // A mistake behind a closed door could not be found.
        const bool opened = !isAdvanced(field) || m_advanced->isChecked() || wrong;
        row.value()->setVisible(opened && isUsed(field, m_form));
        row.value()->setEnabled(!isGiven(field, m_form.start));
    }
    const bool fromFile = m_form.start == TrainingStart::ModelFile || m_form.start == TrainingStart::Checkpoint;
    m_startFileLabel->setVisible(fromFile);
    m_startFileRow->setVisible(fromFile);
}

QString TrainingDialog::measureKey() const {
    if (!m_check.measurable()) return {};
    const TrainingOptions& options = m_check.options;
    return QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8 %9")
               .arg(m_context.catalog)
               .arg(m_check.trainingStars)
               .arg(m_check.validationStars)
               .arg(options.batchSize)
               .arg(static_cast<int>(options.architecture.preset))
               .arg(options.architecture.latentSize)
               .arg(layersText(options.architecture.layers), m_form.texts.value(Field::Threads))
               .arg(m_form.device) +
           (options.clipNorm > 0 ? QStringLiteral(" clipped") : QString());
}

bool TrainingDialog::isAboutToMeasure() const {
    return m_pause->isActive();
}

void TrainingDialog::considerMeasuring() {
    const QString key = measureKey();
    if (!isVisible() || key.isEmpty() || key == m_measuredKey || (m_measuring && key == m_askedKey)) return;
    m_askedKey = key;
    m_measuring = true;
    m_measureFailure.clear();
    updateEstimate();
    emit measureWanted();
}

void TrainingDialog::setMeasured(double secondsPerEpoch) {
    if (m_measuring) m_measuredKey = m_askedKey;
    m_measuring = false;
    m_secondsPerEpoch = secondsPerEpoch;
    if (m_quickLook && m_measuredKey == measureKey()) {
        m_form.texts[Field::Epochs] = QString::number(quickLookEpochs(secondsPerEpoch));
        showForm();
        m_check = checkTrainingForm(m_form, m_context);
        updateRows();
    }
    updateEstimate();
}

void TrainingDialog::setMeasureFailed(const QString& sentence) {
    m_measuring = false;
    m_measureFailure = sentence;
    updateEstimate();
}

void TrainingDialog::updateEstimate() {
    const bool known = !m_measuredKey.isEmpty() && m_measuredKey == measureKey();
    QPalette own;
    if (!m_check.ok()) {
        const qsizetype count = m_check.errors.size();
        m_estimate->setText(count == 1 ? tr("▲ One field needs a correction.")
                                       : tr("▲ %1 fields need a correction.").arg(count));
        own.setColor(QPalette::WindowText, errorColour(palette()));
    } else if (m_measuring) {
        m_estimate->setText(tr("Measuring the time of an epoch…"));
    } else if (known) {
        const int epochs =
            m_check.options.epochs - (m_form.start == TrainingStart::Checkpoint ? m_context.startEpoch : 0);
        m_estimate->setText(tr("About <b>%1</b>; an epoch takes %2.")
                                .arg(durationText(m_secondsPerEpoch * epochs), durationText(m_secondsPerEpoch)));
    } else {
        m_estimate->setText(m_measureFailure);
    }
    m_estimate->setPalette(own);
    m_measure->setVisible(m_check.ok() && (m_measuring || (!known && !m_measureFailure.isEmpty())));
    m_measure->setText(m_measuring ? tr("Cancel") : tr("Measure"));
}

void TrainingDialog::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_estimate != nullptr) {
        for (TrainingRow* row : std::as_const(m_rows)) {
            row->recolour();
        }
        updateEstimate();
    }
    QDialog::changeEvent(event);
}

void TrainingDialog::showEvent(QShowEvent* event) {
    // A small screen has a dialog that scrolls.
    if (const QScreen* where = screen()) {
        resize(size().boundedTo(where->availableSize() - QSize(4 * gridUnit, 6 * gridUnit)));
    }
    QDialog::showEvent(event);
    m_pause->start();
}

void TrainingDialog::hideEvent(QHideEvent* event) {
    m_pause->stop();
    if (m_measuring) {
        m_measuring = false;
        emit measureCancelled();
    }
    QDialog::hideEvent(event);
}

} // namespace zscape
