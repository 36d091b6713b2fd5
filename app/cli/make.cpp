// Commands that make files from little: mock catalogues, converted models, trained models.
#include "app/cli/commands.h"
#include "app/cli/format.h"
#include "app/open.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"
#include "core/train/training_run.h"

#include <cmath>
#include <cstdio>
#include <iostream>

namespace zscape::cli {

namespace {

/// Hours of work must not end at a misspelt folder. Throws Error.
void requireWritable(const std::filesystem::path& path) {
    const AtomicFile probe(path);
}

void requireHdf5Ending(const std::filesystem::path& path) {
    if (path.extension() == ".h5" || path.extension() == ".hdf5") return;
    throw Error("a catalogue is written as HDF5; end the name of " + path.string() + " in .h5");
}

void requireModelEnding(const std::filesystem::path& path) {
    if (path.extension() == ".h5" || path.extension() == ".hdf5" || path.extension() == ".pt") return;
    throw Error("cannot tell what kind of model file " + path.string() + " is to be; end its name in .h5 or .pt");
}

void printEpoch(const EpochRecord& record, int epochs) {
    std::printf("epoch %*d/%d  loss %10.4f  rec %10.4f  kl %8.4f   ", static_cast<int>(std::to_string(epochs).size()),
                record.epoch, epochs, record.loss, record.rec, record.kl);
    if (std::isnan(record.validationLoss)) {
        std::printf("no validation   ");
    } else {
        std::printf("validation %10.4f  rec %10.4f  kl %8.4f   ", record.validationLoss, record.validationRec,
                    record.validationKl);
    }
    std::printf("lr %.3e  %.2f s\n", record.learningRate, record.seconds);
    std::fflush(stdout);
}

} // namespace

void runMock(const MockCommandOptions& options, const JobContext& job) {
    requireHdf5Ending(options.out);
    requireWritable(options.out);
    const Catalog catalog = generateMockCatalog({options.stars, options.seed, options.threads}, job);
    writeReleasedCatalog(catalog, options.out, job);
    std::cout << "wrote " << grouped(catalog.rows()) << " mock stars to " << options.out.string() << '\n';
}

void runConvertModel(const ConvertModelOptions& options, const JobContext&) {
    requireModelEnding(options.out);
    const Model model = openModel(options.in, options.normalization);
    saveModel(model, options.out);
    std::cout << "wrote " << options.out.string()
              << (model.normalization ? " with its normalisation" : " (without normalisation: it has none)") << '\n';
}

void runTrain(const TrainCommandOptions& options, const JobContext& job) {
    requireWritable(options.out);
    requireModelEnding(options.out);
    const auto catalog = std::make_shared<const Catalog>(openCatalog(options.catalog, job));
    for (const std::string& notice : catalog->notices()) {
        std::cerr << "note: " << notice << '\n';
    }
    TrainingOptions training = options.training;
    training.architecture.inputSize = static_cast<int>(catalog->coefficientCount());
    const TrainingData data = prepareTrainingData(catalog, job);
    job.report(1, ""); // from here on the lines of the epochs tell how far it is
    const JobContext epochJob({}, job.cancelFlag());
    std::cout << "training on " << grouped(data.rows) << " stars of " << catalog->name() << ", preset "
              << presetName(training.architecture.preset) << '\n';
    RunControl control;
    RunObserver observer;
    observer.epochDone = [&](const EpochRecord& record) { printEpoch(record, training.epochs); };
    RunOutput output;
    output.model = options.out;
    output.command = options.command;
    const RunResult result = runTraining(data, training, {}, output, &makeTrainingEngine, control, observer, epochJob);
    if (job.cancelled()) std::cout << "stopped; ";
    if (result.last.epoch == 0) {
        std::cout << "no epoch was finished, so nothing was written to " << options.out.string() << std::endl;
    } else {
        std::cout << "kept the model after " << result.last.epoch << " epochs in " << options.out.string() << std::endl;
    }
}

} // namespace zscape::cli
