// What is wrong in the training dialog's form, field by field, and what follows from what is right.
#include "widgets/number_text.h"
#include "widgets/training_form.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {

namespace {

using Field = TrainingField;

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(TrainingForm)
};

/// Half the world types a decimal comma, and figures from papers carry a real minus sign.
std::optional<double> parseReal(QString text) {
    text = text.trimmed().replace(QChar(minusSign), u'-').replace(u',', u'.');
    bool understood = false;
    const double value = QLocale::c().toDouble(text, &understood);
    if (!understood || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<qint64> parseWhole(QString text) {
    text = text.trimmed().replace(QChar(minusSign), u'-').remove(u',').remove(u' ');
    bool understood = false;
    const qint64 value = text.toLongLong(&understood);
    if (!understood) return std::nullopt;
    return value;
}

class Checker {
public:
    Checker(const TrainingForm& form, const TrainingContext& context) : m_form(form), m_context(context) {}

    TrainingCheck check() {
        if (m_context.resumed && m_form.start == TrainingStart::Checkpoint) m_check.options = *m_context.resumed;
        checkStart();
        checkStars();
        checkNetwork();
        checkBatch();
        checkLength();
        checkRates();
        checkLoss();
        checkSeeds();
        checkDevice();
        checkOutput();
        return std::move(m_check);
    }

private:
    static QString tr(const char* text) { return Texts::tr(text); }
    bool skipped(Field field) const { return !isUsed(field, m_form) || isGiven(field, m_form.start); }
    void fail(Field field, const QString& sentence) { m_check.errors.insert(field, sentence); }

    /// Sets `target` to a whole number between two bounds.
    template <typename Number>
    bool whole(Field field, qint64 lowest, qint64 highest, Number& target) {
        if (skipped(field)) return true;
        const std::optional<qint64> value = parseWhole(m_form.text(field));
        if (!value) {
            fail(field, tr("Give a whole number."));
        } else if (*value < lowest) {
            fail(field, tr("At least %1.").arg(withThousands(lowest)));
        } else if (*value > highest) {
            fail(field, tr("At most %1.").arg(withThousands(highest)));
        } else {
            target = static_cast<Number>(*value);
            return true;
        }
        return false;
    }

    enum class Zero : std::uint8_t { Allowed, Refused };
    bool real(Field field, Zero zero, double highest, double& target) {
        if (skipped(field)) return true;
        const std::optional<double> value = parseReal(m_form.text(field));
        if (!value) {
            fail(field, tr("Give a number, such as %1.").arg(target));
        } else if (*value < 0 || (*value == 0 && zero == Zero::Refused)) {
            fail(field, zero == Zero::Refused ? tr("Must be greater than zero.") : tr("Must not be negative."));
        } else if (*value > highest) {
            fail(field, tr("At most %1.").arg(highest));
        } else {
            target = *value;
            return true;
        }
        return false;
    }

    void checkStart() {
        QString& note = m_check.notes[Field::Start];
        if (m_form.start == TrainingStart::Nothing) {
            note = tr("Weights drawn at random from the seed.");
            return;
        }
        if (m_form.start == TrainingStart::OpenModel) {
            if (!m_context.openModel) return fail(Field::Start, tr("No model is open."));
            m_check.options.architecture = *m_context.openModel;
            note = tr("The weights and normalisation of %1.").arg(m_context.openModelName);
        } else {
            if (m_form.startFile.isEmpty()) return fail(Field::Start, tr("Choose a file."));
            if (!m_context.startError.isEmpty()) return fail(Field::Start, m_context.startError);
            if (!m_context.startModel) return fail(Field::Start, tr("Reading the file…"));
            m_check.options.architecture = *m_context.startModel;
            note = m_form.start == TrainingStart::Checkpoint
                       ? tr("Goes on after epoch %1.").arg(withThousands(m_context.startEpoch))
                       : tr("Its weights and normalisation.");
        }
        if (m_context.coefficientCount > 0 && m_check.options.architecture.inputSize != m_context.coefficientCount) {
            fail(Field::Start, tr("Its spectra have %1 coefficients, the catalogue's %2.")
                                   .arg(m_check.options.architecture.inputSize)
                                   .arg(m_context.coefficientCount));
        }
    }

    void checkStars() {
        if (m_context.catalog.isEmpty()) return fail(Field::Stars, tr("Open a catalogue first."));
        qint64 stars = m_context.usable;
        if (m_form.selection >= 0 && m_form.selection < m_context.selections.size()) {
            stars = m_context.selections[m_form.selection].usable;
        }
        if (stars < 4) return fail(Field::Stars, tr("Too few usable stars to train on."));
        m_check.notes[Field::Stars] =
            m_form.selection < 0 && m_context.usable < m_context.rows
                ? tr("%1 of %2 are usable.").arg(withThousands(m_context.usable), withThousands(m_context.rows))
                : tr("All of them are usable.");
        double percent = 100 * m_check.options.validationFraction;
        if (!real(Field::Validation, Zero::Allowed, 90, percent)) return;
        if (!skipped(Field::Validation)) m_check.options.validationFraction = percent / 100;
        // As splitRows counts.
        m_check.validationStars = std::llround(static_cast<double>(stars) * m_check.options.validationFraction);
        m_check.trainingStars = stars - m_check.validationStars;
        m_check.notes[Field::Validation] =
            m_check.validationStars > 0
                ? tr("%1 stars validate, %2 train.")
                      .arg(withThousands(m_check.validationStars), withThousands(m_check.trainingStars))
                : tr("All train; without validation there is no best model.");
    }

    void checkNetwork() {
        Architecture& network = m_check.options.architecture;
        if (m_form.start == TrainingStart::Nothing) {
            network.preset = m_form.network;
            if (m_context.coefficientCount > 0) network.inputSize = m_context.coefficientCount;
            const bool latents = whole(Field::Latents, 1, 64, network.latentSize);
            const auto layers = parseLayers(m_form.text(Field::Layers));
            if (!layers) {
                fail(Field::Layers, tr("Widths in whole numbers, such as 90, 70, 50, 30, 10."));
            } else if (layers->size() > 16) {
                fail(Field::Layers, tr("At most 16 layers."));
            } else if (*std::max_element(layers->begin(), layers->end()) > 4096) {
                fail(Field::Layers, tr("No layer wider than 4,096."));
            } else {
                network.layers = *layers;
                if (latents && network.latentSize > layers->back()) {
                    m_check.notes[Field::Latents] =
                        tr("More latents than the last layer's %1 numbers.").arg(layers->back());
                }
            }
        }
        if (!m_check.errors.contains(Field::Layers) && !m_check.errors.contains(Field::Latents) &&
            !m_check.errors.contains(Field::Start)) {
            m_check.notes[Field::Layers] =
                tr("%1 weights.").arg(withThousands(static_cast<qint64>(parameterCount(network))));
        }
        m_check.notes[Field::Network] = network.hasBatchNorm() ? tr("Batch normalisation; losses are sums.")
                                                               : tr("No batch normalisation; losses are means.");
    }

    void checkBatch() {
        if (!whole(Field::Batch, 2, 1 << 20, m_check.options.batchSize) || m_check.trainingStars == 0) return;
        const qint64 batch = m_check.options.batchSize;
        if (batch > m_check.trainingStars) {
            return fail(Field::Batch,
                        tr("Larger than the %1 stars that train.").arg(withThousands(m_check.trainingStars)));
        }
        m_check.stepsPerEpoch = m_check.trainingStars / batch;
        m_check.notes[Field::Batch] = m_check.stepsPerEpoch == 1
                                          ? tr("One step an epoch.")
                                          : tr("%1 steps an epoch.").arg(withThousands(m_check.stepsPerEpoch));
    }

    void checkLength() {
        TrainingOptions& options = m_check.options;
        const bool epochs = whole(Field::Epochs, 1, 1000000, options.epochs);
        if (epochs && m_form.start == TrainingStart::Checkpoint && m_context.resumed &&
            options.epochs <= m_context.startEpoch) {
            fail(Field::Epochs,
                 tr("The checkpoint is at epoch %1 already: give more.").arg(withThousands(m_context.startEpoch)));
        } else if (epochs && m_check.stepsPerEpoch > 0) {
            m_check.notes[Field::Epochs] =
                tr("%1 steps in all.").arg(withThousands(m_check.stepsPerEpoch * options.epochs));
        }
        whole(Field::EarlyStop, 0, 1000000, options.earlyStopEpochs);
        if (options.earlyStopEpochs > 0 && m_check.validationStars == 0 &&
            !m_check.errors.contains(Field::Validation)) {
            fail(Field::EarlyStop, tr("Needs stars that validate."));
        }
        if (options.earlyStopEpochs == 0) m_check.notes[Field::EarlyStop] = tr("0: never.");
    }

    void checkRates() {
        TrainingOptions& options = m_check.options;
        if (!isGiven(Field::Schedule, m_form.start)) options.schedule = m_form.schedule;
        const bool rate = real(Field::LearningRate, Zero::Refused, 1, options.learningRate);
        if (whole(Field::Period, 1, 1000000, options.restartPeriod) && options.restartPeriod > options.epochs &&
            isUsed(Field::Period, m_form)) {
            m_check.notes[Field::Period] = tr("Longer than the run: no restart.");
        }
        if (real(Field::MinimumRate, Zero::Allowed, 1, options.minimumLearningRate) && rate &&
            options.minimumLearningRate > options.learningRate && isUsed(Field::MinimumRate, m_form)) {
            fail(Field::MinimumRate, tr("Must not exceed the learning rate."));
        }
        if (real(Field::PlateauFactor, Zero::Refused, 1, options.plateauFactor) && options.plateauFactor >= 1) {
            fail(Field::PlateauFactor, tr("Must be below one."));
        }
        whole(Field::PlateauPatience, 0, 100000, options.plateauPatience);
        real(Field::WeightDecay, Zero::Allowed, 10, options.weightDecay);
        if (real(Field::ClipNorm, Zero::Allowed, 1e12, options.clipNorm) && options.clipNorm == 0) {
            m_check.notes[Field::ClipNorm] = tr("0: not clipped.");
        }
    }

    void checkLoss() {
        TrainingOptions& options = m_check.options;
        if (real(Field::KlWeight, Zero::Allowed, 1e6, options.klWeight) && options.klWeight == 0) {
            m_check.notes[Field::KlWeight] = tr("0: an autoencoder whose latents are not a distribution.");
        } else if (options.klWeight == 1) {
            m_check.notes[Field::KlWeight] = tr("1: as in the paper.");
        }
        whole(Field::KlWarmUp, 0, 1000000, options.klWarmUpEpochs);
        if (options.klWarmUpEpochs == 0) m_check.notes[Field::KlWarmUp] = tr("0: full weight from the start.");
    }

    void checkSeeds() {
        constexpr qint64 largest = std::numeric_limits<qint64>::max();
        whole(Field::Seed, 0, largest, m_check.options.seed);
        whole(Field::SplitSeed, 0, largest, m_check.options.splitSeed);
        if (m_form.text(Field::Threads).trimmed().isEmpty()) {
            m_check.options.threads = 0;
            m_check.notes[Field::Threads] = tr("Empty: every core.");
        } else {
            whole(Field::Threads, 1, 1024, m_check.options.threads);
        }
    }

    void checkDevice() {
        if (m_context.devices.isEmpty()) return fail(Field::Device, tr("No engine is installed."));
        const auto& device = m_context.devices[std::clamp(m_form.device, 0, int(m_context.devices.size()) - 1)];
        m_check.options.engine = device.engine.toStdString();
        m_check.options.device = device.device.toStdString();
        m_check.notes[Field::Device] = device.details;
    }

    void checkOutput() {
        const QString path = m_form.text(Field::Output).trimmed();
        const QFileInfo file(path);
        const QFileInfo folder(file.absolutePath());
        if (path.isEmpty()) {
            fail(Field::Output, tr("Say where the model goes."));
        } else if (file.suffix() != QLatin1String("h5") && file.suffix() != QLatin1String("pt")) {
            fail(Field::Output, tr("End the name in .h5 (Zscape) or .pt (PyTorch)."));
        } else if (file.isDir()) {
            fail(Field::Output, tr("This is a folder: add a file name."));
        } else if (!folder.isDir()) {
            fail(Field::Output, tr("There is no folder %1.").arg(folder.fileName()));
        } else if (!folder.isWritable()) {
            fail(Field::Output, tr("The folder cannot be written."));
        } else if (m_form.start != TrainingStart::Checkpoint) {
            const bool checkpoints =
                QFileInfo::exists(folder.filePath() + u'/' + file.completeBaseName() + QStringLiteral(".checkpoints"));
            if (file.exists()) {
                m_check.notes[Field::Output] = tr("Replaces the model of this name and its checkpoints.");
            } else if (checkpoints) {
                m_check.notes[Field::Output] = tr("Replaces the checkpoints of an earlier run of this name.");
            }
        }
    }

    const TrainingForm& m_form;
    const TrainingContext& m_context;
    TrainingCheck m_check;
};

} // namespace

bool TrainingCheck::measurable() const {
    static constexpr Field decisive[] = {Field::Stars,   Field::Validation, Field::Start, Field::Network,
                                         Field::Latents, Field::Layers,     Field::Batch, Field::Device,
                                         Field::Threads, Field::ClipNorm};
    return std::none_of(std::begin(decisive), std::end(decisive), [&](Field field) { return errors.contains(field); });
}

TrainingCheck checkTrainingForm(const TrainingForm& form, const TrainingContext& context) {
    return Checker(form, context).check();
}

} // namespace zscape
