#include "app/window/training_setup.h"

#include "app/open.h"
#include "app/window/selection_store.h"
#include "app/window/session.h"
#include "app/window/thread_priority.h"
#include "app/window/training_devices.h"
#include "widgets/training_dialog.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>

namespace zscape {

namespace {

constexpr double burstSeconds = 0.8;

struct Measured {
    std::shared_ptr<const TrainingData> data;
    double secondsPerEpoch = 0;
};

struct StartFile {
    Architecture network;
    std::optional<TrainingOptions> resumed;
    int epoch = 0;
};

StartFile readStart(const std::filesystem::path& path, bool resume) {
    StartFile file;
    if (resume) {
        const Checkpoint checkpoint = findCheckpoint(path).checkpoint;
        file.network = checkpoint.model.architecture;
        file.resumed = checkpoint.options;
        file.epoch = checkpoint.model.epoch;
    } else {
        const Model model = openModel(path);
        file.network = model.architecture;
        file.epoch = model.epoch;
    }
    return file;
}

/// Beside the catalogue, or at home where that cannot be written or is a cache; a name that is not taken.
QString suggestedOutput(const Catalog& catalog) {
    QDir folder = QDir::home();
    const QFileInfo file(QString::fromStdString(catalog.path().string()));
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    if (!catalog.path().empty() && QFileInfo(file.absolutePath()).isWritable() &&
        !file.absolutePath().startsWith(cache)) {
        folder = file.absoluteDir();
    }
    static const QRegularExpression odd(QStringLiteral("[^A-Za-z0-9._-]+"));
    const QString stem =
        QFileInfo(QString::fromStdString(catalog.name()).replace(odd, QStringLiteral("-"))).completeBaseName() +
        QStringLiteral("-model");
    QString path = folder.filePath(stem + QStringLiteral(".h5"));
    for (int number = 2; QFileInfo::exists(path); ++number) {
        path = folder.filePath(QStringLiteral("%1-%2.h5").arg(stem).arg(number));
    }
    return path;
}

/// A checkpoint lies in NAME.checkpoints beside its run's model NAME.h5; "" for one that was moved elsewhere.
QString outputOfRun(const QString& checkpoint) {
    static const QString ending = QStringLiteral(".checkpoints");
    const QFileInfo file(checkpoint);
    const QString folder = file.isDir() ? file.absoluteFilePath() : file.absolutePath();
    if (!folder.endsWith(ending)) return {};
    return folder.chopped(ending.size()) + QStringLiteral(".h5");
}

} // namespace

TrainingSetup::TrainingSetup(Session& session, QWidget& window)
    : QObject(&window),
      m_session(session),
      m_window(window) {
    connect(&session, &Session::changed, this, [this] {
        if (m_data && m_data->catalog != m_session.catalog()) m_data.reset();
        if (m_dialog) updateContext();
    });
    connect(&session.selections(), &SelectionStore::changed, this, [this] {
        if (!m_dialog) return;
        // A selection that is gone or has moved in the list must not leave another one chosen in its place.
        TrainingForm form = m_dialog->form();
        const std::shared_ptr<const BitSet> chosen = chosenStars();
        TrainingContext context = m_dialog->context();
        updateSelections(context);
        form.selection = -1;
        m_dialog->setForm(form);
        m_dialog->setContext(context);
        const auto place = std::ranges::find(m_selections, chosen);
        if (!chosen || place == m_selections.end()) return;
        form.selection = static_cast<int>(place - m_selections.begin());
        m_dialog->setForm(form);
    });
    connect(&m_measure, &JobRunner::failed, this, [this](const QString& sentence) {
        if (m_dialog) m_dialog->setMeasureFailed(sentence);
    });
    connect(&m_read, &JobRunner::failed, this, [this](const QString& sentence) {
        TrainingContext context = m_dialog->context();
        context.startError = sentence;
        m_dialog->setContext(context);
    });
}

TrainingSetup::~TrainingSetup() = default;

bool TrainingSetup::isBusy() const {
    return m_devices.isRunning() || m_read.isRunning() || m_measure.isRunning() ||
           (m_dialog && m_dialog->isAboutToMeasure());
}

TrainingDialog& TrainingSetup::dialog() {
    if (m_dialog) return *m_dialog;
    m_dialog = new TrainingDialog(&m_window);
    connect(m_dialog, &TrainingDialog::measureWanted, this, &TrainingSetup::measure);
    connect(m_dialog, &TrainingDialog::measureCancelled, this, [this] { m_measure.cancel(); });
    connect(m_dialog, &TrainingDialog::startFileChosen, this, &TrainingSetup::readStartFile);
    connect(m_dialog, &TrainingDialog::startRequested, this, &TrainingSetup::request);
    updateContext();
    if (mayHaveGpu()) lookForGpus();
    if (m_session.catalog()) m_dialog->useQuickLook();
    return *m_dialog;
}

void TrainingSetup::open() {
    TrainingDialog& form = dialog();
    updateContext();
    form.show();
    form.raise();
    form.activateWindow();
}

void TrainingSetup::updateContext() {
    TrainingContext context = m_dialog->context();
    const bool first = context.devices.isEmpty();
    if (first) context.devices = trainingDeviceChoices(false);
    const bool otherCatalog =
        m_session.catalog() && context.catalog != QString::fromStdString(m_session.catalog()->name());
    if (const auto& catalog = m_session.catalog()) {
        context.catalog = QString::fromStdString(catalog->name());
        context.mock = catalog->isMock();
        context.rows = static_cast<qint64>(catalog->rows());
        context.usable = static_cast<qint64>(catalog->usability().usable);
        context.coefficientCount = static_cast<int>(catalog->coefficientCount());
    }
    updateSelections(context);
    context.openModel.reset();
    context.openModelName.clear();
    // A snapshot of a training that runs is not a model to start from.
    if (m_session.model() && !m_session.trainingEpoch()) {
        context.openModel = m_session.model()->model().architecture;
        context.openModelName = QString::fromStdString(m_session.modelPath().filename().string());
    }
    m_dialog->setContext(context);
    const QString output = m_dialog->form().text(TrainingField::Output);
    if (m_session.catalog() && (otherCatalog || output.isEmpty() || QFileInfo::exists(output))) {
        TrainingForm form = m_dialog->form();
        if (form.start != TrainingStart::Checkpoint) {
            form.texts[TrainingField::Output] = suggestedOutput(*m_session.catalog());
            m_dialog->setForm(form);
            m_dialog->setFolder(QFileInfo(form.text(TrainingField::Output)).path());
        }
    }
}

/// Selections without stars, or whose stars are still being found, are no data to train on.
void TrainingSetup::updateSelections(TrainingContext& context) {
    context.selections.clear();
    m_selections.clear();
    const SelectionStore& store = m_session.selections();
    for (std::size_t i = 0; i < store.list().size(); ++i) {
        const std::shared_ptr<const BitSet> stars = store.stars(i);
        if (!stars || !m_session.catalog() || stars->size() != m_session.catalog()->rows()) continue;
        BitSet both = *stars;
        both &= m_session.catalog()->usable();
        const auto usable = static_cast<qint64>(both.count());
        if (usable == 0) continue;
        context.selections.push_back({QString::fromStdString(store.list()[i].name), usable});
        m_selections.push_back(stars);
    }
}

std::shared_ptr<const BitSet> TrainingSetup::chosenStars() const {
    const int chosen = m_dialog->form().selection;
    return chosen < 0 ? nullptr : m_selections[static_cast<std::size_t>(chosen)];
}

void TrainingSetup::lookForGpus() {
    m_devices.start<QVector<TrainingDeviceChoice>>(
        tr("Looking for GPUs"), [](const JobContext&) { return trainingDeviceChoices(true); },
        [this](const QVector<TrainingDeviceChoice>& choices) {
            TrainingContext context = m_dialog->context();
            context.devices = choices;
            m_dialog->setContext(context);
        });
}

void TrainingSetup::measure() {
    const std::shared_ptr<const Catalog> catalog = m_session.catalog();
    if (!catalog) return;
    const std::shared_ptr<const BitSet> stars = chosenStars();
    m_measure.start<Measured>(
        tr("Measuring"),
        [catalog, stars, known = m_measured == stars ? m_data : nullptr,
         options = m_dialog->check().options](const JobContext& job) {
            lowerThisThread(trainingNice);
            Measured measured;
            measured.data = known;
            if (!known) {
                measured.data = std::make_shared<const TrainingData>(prepareTrainingData(catalog, job, stars.get()));
            }
            measured.secondsPerEpoch =
                estimateEpochSeconds(*measured.data, options, &makeTrainingEngine, burstSeconds, job);
            return measured;
        },
        [this, stars](Measured measured) {
            if (measured.data->catalog == m_session.catalog()) {
                m_data = std::move(measured.data);
                m_measured = stars;
            }
            m_dialog->setMeasured(measured.secondsPerEpoch);
        });
}

void TrainingSetup::readStartFile(const QString& path) {
    const bool resume = m_dialog->form().start == TrainingStart::Checkpoint;
    m_read.start<StartFile>(
        tr("Reading"),
        [path = std::filesystem::path(path.toStdString()), resume](const JobContext&) {
            return readStart(path, resume);
        },
        [this, path, resume](const StartFile& file) {
            TrainingContext context = m_dialog->context();
            context.startModel = file.network;
            context.resumed = file.resumed;
            context.startEpoch = file.epoch;
            m_dialog->setContext(context);
            const QString output = resume ? outputOfRun(path) : QString();
            if (output.isEmpty()) return;
            TrainingForm form = m_dialog->form();
            form.texts[TrainingField::Output] = output;
            m_dialog->setForm(form);
        });
}

void TrainingSetup::request() {
    const TrainingCheck& check = m_dialog->check();
    if (!check.ok() || !m_session.catalog()) return;
    const TrainingForm& form = m_dialog->form();
    TrainingRequest request;
    request.catalog = m_session.catalog();
    request.selection = chosenStars();
    request.options = check.options;
    request.start = form.start;
    request.startFile = form.startFile.toStdString();
    if (form.start == TrainingStart::OpenModel) {
        request.startModel = std::make_shared<const Model>(m_session.model()->model());
    }
    request.output = form.text(TrainingField::Output).trimmed().toStdString();
    m_measure.cancel();
    m_data.reset(); // the run prepares its own, and memory is dear now
    m_dialog->hide();
    emit requested(request);
}

} // namespace zscape
