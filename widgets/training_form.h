#pragma once

#include "core/train/training_options.h"

#include <QMap>
#include <QString>
#include <QVector>

#include <cstdint>
#include <optional>

namespace zscape {

/// What can be wrong in the training dialog, in the order it stands there.
enum class TrainingField : std::uint8_t {
    Stars,
    Validation,
    Start,
    Network,
    Latents,
    Layers,
    Epochs,
    Batch,
    LearningRate,
    Schedule,
    Period,
    Device,
    Output,
    // behind "Advanced"
    MinimumRate,
    PlateauFactor,
    PlateauPatience,
    WeightDecay,
    KlWeight,
    KlWarmUp,
    ClipNorm,
    EarlyStop,
    Seed,
    SplitSeed,
    Threads
};

enum class TrainingStart : std::uint8_t { Nothing, OpenModel, ModelFile, Checkpoint };

/// An engine on a device that a run can use.
struct TrainingDeviceChoice {
    QString engine; ///< of TrainingOptions
    QString device;
    QString name;    ///< "Processor, fused engine"
    QString details; ///< "2 cores, 6.1 GB of memory free"
};

/// Stars to train on besides all of the catalogue.
struct TrainingSelection {
    QString name;
    qint64 usable = 0;
};

/// What the form is checked against. The caller keeps it up to date.
struct TrainingContext {
    QString catalog; ///< "" while none is open
    bool mock = false;
    qint64 rows = 0;
    qint64 usable = 0;
    int coefficientCount = 0;
    QVector<TrainingSelection> selections;
    QVector<TrainingDeviceChoice> devices;
    QString openModelName; ///< "" while none is open
    std::optional<Architecture> openModel;
    /// What is in the model file or checkpoint chosen to start from; startError says why nothing is.
    std::optional<Architecture> startModel;
    std::optional<TrainingOptions> resumed;
    int startEpoch = 0;
    QString startError;
};

/// Everything in the training dialog as it was typed or chosen; numbers are texts, as they may be wrong.
struct TrainingForm {
    QMap<TrainingField, QString> texts;
    int selection = -1; ///< index in TrainingContext::selections; -1: all stars
    TrainingStart start = TrainingStart::Nothing;
    QString startFile;
    Preset network = Preset::Released;
    Schedule schedule = Schedule::CosineRestarts;
    int device = 0; ///< index in TrainingContext::devices

    QString text(TrainingField field) const { return texts.value(field); }
};

/// A form that says what these options say; the rest (start, output) is empty.
TrainingForm formOf(const TrainingOptions& options);
/// Puts the options' numbers into a form; what it starts from, where it goes and the device stay.
void fillForm(TrainingForm& form, const TrainingOptions& options);

/// What a form means: options where nothing is wrong, and sentences to stand beside the fields.
struct TrainingCheck {
    QMap<TrainingField, QString> errors;
    QMap<TrainingField, QString> notes; ///< what follows from a right value: counts, sizes
    TrainingOptions options;            ///< meaningful when `errors` is empty
    qint64 trainingStars = 0;
    qint64 validationStars = 0;
    qint64 stepsPerEpoch = 0;

    bool ok() const { return errors.isEmpty(); }
    /// Whether a burst of steps can be measured: all is right that decides on the time of a step.
    bool measurable() const;
};
/// Looks at the file system for the output's folder alone.
TrainingCheck checkTrainingForm(const TrainingForm& form, const TrainingContext& context);

/// Whether a field plays a part: a period only with restarts, a plateau's numbers only with one.
bool isUsed(TrainingField field, const TrainingForm& form);
/// Whether the field is given by what the run starts from: the network of a model, all but the length of a checkpoint.
bool isGiven(TrainingField field, TrainingStart start);

/// The paper's run: 5000 epochs, batch 1024, 1e-4 with restarts every 500 epochs (method.md section 5).
TrainingOptions paperRun(TrainingOptions options);
/// A run that shows a latent space within about three minutes. Seconds per epoch as measured with that batch; a guess
/// where they are not (<= 0).
inline constexpr double quickLookSeconds = 180;
TrainingOptions quickLook(TrainingOptions options, qint64 trainingStars, double secondsPerEpoch);
int quickLookEpochs(double secondsPerEpoch);

/// "90, 70, 50, 30, 10" in any spacing; nothing unless every part is a whole number of at least 1.
std::optional<std::vector<int>> parseLayers(const QString& text);
QString layersText(const std::vector<int>& layers);

} // namespace zscape
