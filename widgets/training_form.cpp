#include "widgets/training_form.h"

#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <bit>
#include <cmath>

namespace zscape {

namespace {

using Field = TrainingField;

QString number(double value) {
    return QString::number(value, 'g', 6);
}
QString number(qint64 value) {
    return QString::number(value);
}

} // namespace

void fillForm(TrainingForm& form, const TrainingOptions& options) {
    form.network = options.architecture.preset;
    form.schedule = options.schedule;
    const std::pair<Field, QString> texts[] = {
        {Field::Validation, number(100 * options.validationFraction)},
        {Field::Latents, number(qint64{options.architecture.latentSize})},
        {Field::Layers, layersText(options.architecture.layers)},
        {Field::Epochs, number(qint64{options.epochs})},
        {Field::Batch, number(qint64{options.batchSize})},
        {Field::LearningRate, number(options.learningRate)},
        {Field::Period, number(qint64{options.restartPeriod})},
        {Field::MinimumRate, number(options.minimumLearningRate)},
        {Field::PlateauFactor, number(options.plateauFactor)},
        {Field::PlateauPatience, number(qint64{options.plateauPatience})},
        {Field::WeightDecay, number(options.weightDecay)},
        {Field::KlWeight, number(options.klWeight)},
        {Field::KlWarmUp, number(qint64{options.klWarmUpEpochs})},
        {Field::ClipNorm, number(options.clipNorm)},
        {Field::EarlyStop, number(qint64{options.earlyStopEpochs})},
        {Field::Seed, number(qint64{options.seed})},
        {Field::SplitSeed, number(qint64{options.splitSeed})},
        {Field::Threads, options.threads > 0 ? number(qint64{options.threads}) : QString()}};
    for (const auto& [field, text] : texts) {
        form.texts[field] = text;
    }
}

TrainingForm formOf(const TrainingOptions& options) {
    TrainingForm form;
    fillForm(form, options);
    return form;
}

bool isUsed(Field field, const TrainingForm& form) {
    switch (field) {
    case Field::Period:
        return form.schedule == Schedule::CosineRestarts;
    case Field::PlateauFactor:
    case Field::PlateauPatience:
        return form.schedule == Schedule::ReduceOnPlateau;
    case Field::MinimumRate:
        return form.schedule != Schedule::Constant;
    default:
        return true;
    }
}

bool isGiven(Field field, TrainingStart start) {
    switch (field) {
    case Field::Network:
    case Field::Latents:
    case Field::Layers:
        return start != TrainingStart::Nothing;
    case Field::Stars:
    case Field::Start:
    case Field::Epochs:
    case Field::Device:
    case Field::Output:
    case Field::Threads:
        return false;
    default:
        return start == TrainingStart::Checkpoint;
    }
}

TrainingOptions paperRun(TrainingOptions options) {
    const TrainingOptions released; // its defaults are the paper's run
    options.architecture.preset = released.architecture.preset;
    options.architecture.latentSize = released.architecture.latentSize;
    options.architecture.layers = released.architecture.layers;
    options.epochs = released.epochs;
    options.batchSize = released.batchSize;
    options.learningRate = released.learningRate;
    options.weightDecay = released.weightDecay;
    options.schedule = released.schedule;
    options.restartPeriod = released.restartPeriod;
    options.minimumLearningRate = released.minimumLearningRate;
    options.clipNorm = released.clipNorm;
    options.klWeight = released.klWeight;
    options.klWarmUpEpochs = released.klWarmUpEpochs;
    options.earlyStopEpochs = released.earlyStopEpochs;
    options.validationFraction = released.validationFraction;
    return options;
}

int quickLookEpochs(double secondsPerEpoch) {
    // Under ten epochs nothing has formed; beyond two thousand a small catalogue only memorises its stars.
    return static_cast<int>(std::clamp(std::floor(quickLookSeconds / secondsPerEpoch), 10.0, 2000.0));
}

TrainingOptions quickLook(TrainingOptions options, qint64 trainingStars, double secondsPerEpoch) {
    options = paperRun(options);
    // Many steps an epoch bring a small catalogue on; a large one has enough of them with the paper's batch.
    const qint64 wanted = std::clamp<qint64>(trainingStars / 32, 32, 1024);
    options.batchSize = static_cast<int>(std::bit_floor(static_cast<std::uint64_t>(wanted)));
    options.learningRate = 1e-3;
    // One descent: what is on screen after three minutes is finished, not before its next restart.
    options.schedule = Schedule::Cosine;
    const double steps = std::max(1.0, static_cast<double>(trainingStars) / options.batchSize);
    const double guess = steps * (0.001 + 0.008 * options.batchSize / 1024.0);
    options.epochs = quickLookEpochs(secondsPerEpoch > 0 ? secondsPerEpoch : guess);
    return options;
}

std::optional<std::vector<int>> parseLayers(const QString& text) {
    QString plain = text;
    for (const QChar separator : {QChar(u';'), QChar(u'-'), QChar(u'–'), QChar(u'\t'), QChar(u' ')}) {
        plain.replace(separator, u',');
    }
    std::vector<int> layers;
    for (const QString& part : plain.split(u',', Qt::SkipEmptyParts)) {
        bool understood = false;
        const int width = part.toInt(&understood);
        if (!understood || width < 1) return std::nullopt;
        layers.push_back(width);
    }
    if (layers.empty()) return std::nullopt;
    return layers;
}

QString layersText(const std::vector<int>& layers) {
    QStringList parts;
    for (const int width : layers) {
        parts += QString::number(width);
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace zscape
