// What the fields of the training dialog are called, and what they are.
#include "widgets/training_row.h"

#include <QCoreApplication>

namespace zscape {

namespace {

using Field = TrainingField;

struct Text {
    Field field;
    const char* name;
    const char* tip;
};

constexpr Text texts[] = {
    {Field::Stars, QT_TRANSLATE_NOOP("TrainingForm", "Stars"),
     QT_TRANSLATE_NOOP("TrainingForm", "The spectra the network learns from. No label (temperature, metallicity) is "
                                       "ever shown to it.")},
    {Field::Validation, QT_TRANSLATE_NOOP("TrainingForm", "Validation [%]"),
     QT_TRANSLATE_NOOP("TrainingForm", "The share of the stars the network never learns from. Their loss tells whether "
                                       "it has learnt spectra in general or only its own stars by heart.")},
    {Field::Start, QT_TRANSLATE_NOOP("TrainingForm", "Start from"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Nothing: random weights. A model: go on from its weights, for instance on other "
                       "stars. A checkpoint: resume an interrupted run as if it had never stopped.")},
    {Field::Network, QT_TRANSLATE_NOOP("TrainingForm", "Network"),
     QT_TRANSLATE_NOOP("TrainingForm", "As released: the published code, with batch normalisation. As printed: the "
                                       "paper's text, without. Losses of the two cannot be compared with each other.")},
    {Field::Latents, QT_TRANSLATE_NOOP("TrainingForm", "Latents"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "How many numbers a spectrum is squeezed into. Few force the network to find what "
                       "really varies between stars; those it does not need stay noise. The paper takes "
                       "6.")},
    {Field::Layers, QT_TRANSLATE_NOOP("TrainingForm", "Layer widths"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Neurons of the layers between spectrum and latents. The decoder and the scatter "
                       "network mirror them. Wider layers learn more detail and take longer.")},
    {Field::Epochs, QT_TRANSLATE_NOOP("TrainingForm", "Epochs"),
     QT_TRANSLATE_NOOP("TrainingForm", "How often the network sees every star. The paper's run has 5,000.")},
    {Field::Batch, QT_TRANSLATE_NOOP("TrainingForm", "Batch size"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Stars between two updates of the weights. Small batches make many noisy updates "
                       "an epoch, large ones few and steady.")},
    {Field::LearningRate, QT_TRANSLATE_NOOP("TrainingForm", "Learning rate"),
     QT_TRANSLATE_NOOP("TrainingForm", "The size of an update. Too large and the loss jumps or becomes infinite, too "
                                       "small and it hardly falls. 1e-4 in the paper; 1e-3 is good for short runs.")},
    {Field::Schedule, QT_TRANSLATE_NOOP("TrainingForm", "Schedule"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "How the learning rate goes. Cosine: falls smoothly to its minimum. Restarts: does "
                       "so again and again, to leave poor solutions. Plateau: falls when validation "
                       "stops improving.")},
    {Field::Period, QT_TRANSLATE_NOOP("TrainingForm", "Restart every"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Epochs from one restart of the learning rate to the next (T_0). The loss jumps up "
                       "at each restart and is best just before it.")},
    {Field::Device, QT_TRANSLATE_NOOP("TrainingForm", "Engine"),
     QT_TRANSLATE_NOOP("TrainingForm", "What computes. All engines train the same network and write the same files.")},
    {Field::Output, QT_TRANSLATE_NOOP("TrainingForm", "Save as"),
     QT_TRANSLATE_NOOP("TrainingForm", "The trained model. Beside it: the best model, the history as a table, and a "
                                       "folder of checkpoints to resume from.")},
    {Field::MinimumRate, QT_TRANSLATE_NOOP("TrainingForm", "Lowest rate"),
     QT_TRANSLATE_NOOP("TrainingForm", "The learning rate the schedule falls to (eta_min).")},
    {Field::PlateauFactor, QT_TRANSLATE_NOOP("TrainingForm", "Plateau factor"),
     QT_TRANSLATE_NOOP("TrainingForm", "What the learning rate is multiplied by when validation stops improving.")},
    {Field::PlateauPatience, QT_TRANSLATE_NOOP("TrainingForm", "Plateau patience"),
     QT_TRANSLATE_NOOP("TrainingForm", "Epochs without improvement that are waited for before the rate falls.")},
    {Field::WeightDecay, QT_TRANSLATE_NOOP("TrainingForm", "Weight decay"),
     QT_TRANSLATE_NOOP("TrainingForm", "Pulls all weights towards zero a little at each update, so that none grows "
                                       "without need.")},
    {Field::KlWeight, QT_TRANSLATE_NOOP("TrainingForm", "KL weight"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "What the order of the latent space counts against faithful spectra. The KL term "
                       "keeps the latents of all stars close to a standard normal distribution; a larger "
                       "weight makes the space smoother and switches more latents off.")},
    {Field::KlWarmUp, QT_TRANSLATE_NOOP("TrainingForm", "KL warm-up"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Epochs over which the KL weight grows from zero. Helps where latents are switched "
                       "off before they learnt anything.")},
    {Field::ClipNorm, QT_TRANSLATE_NOOP("TrainingForm", "Clip gradients"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "The largest length of a gradient; longer ones are shortened. A cure for runs that "
                       "diverge on odd spectra.")},
    {Field::EarlyStop, QT_TRANSLATE_NOOP("TrainingForm", "Early stop"),
     QT_TRANSLATE_NOOP("TrainingForm", "Ends the run after so many epochs without a better validation loss.")},
    {Field::Seed, QT_TRANSLATE_NOOP("TrainingForm", "Seed"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "The same seed gives the same run, number by number. Another one tells how much of "
                       "a result is chance.")},
    {Field::SplitSeed, QT_TRANSLATE_NOOP("TrainingForm", "Split seed"),
     QT_TRANSLATE_NOOP("TrainingForm", "Decides which stars validate. Keep it when runs are to be compared.")},
    {Field::Threads, QT_TRANSLATE_NOOP("TrainingForm", "Threads"),
     QT_TRANSLATE_NOOP("TrainingForm",
                       "Processor cores that compute. The window keeps its pace with all of them, as the "
                       "training gives way to it.")}};

const Text& textOf(Field field) {
    for (const Text& text : texts) {
        if (text.field == field) return text;
    }
    Q_UNREACHABLE();
}

} // namespace

QString trainingFieldName(Field field) {
    return QCoreApplication::translate("TrainingForm", textOf(field).name);
}

QString trainingFieldTip(Field field) {
    return QCoreApplication::translate("TrainingForm", textOf(field).tip);
}

} // namespace zscape
