#include "core/train/replay.h"

#include "core/io/hdf5.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace zscape {
namespace {

Error notAReplay(const std::filesystem::path& path, const std::string& reason) {
    return Error("\"" + path.string() + "\" is not a recorded training (" + reason +
                 "): give a file in the layout of golden_train_released.h5.");
}

Architecture readArchitecture(hid_t file, const std::filesystem::path& path) {
    const auto preset = hdf5::readTextAttribute(file, ".", "preset");
    const auto input = hdf5::readIntegerAttribute(file, ".", "input_dim");
    const auto latent = hdf5::readIntegerAttribute(file, ".", "latent_dim");
    const auto layers = hdf5::readIntegersAttribute(file, ".", "layers");
    if (!preset || !input || !latent || !layers) {
        throw notAReplay(path, "one of the attributes preset, input_dim, latent_dim, layers is missing");
    }
    Architecture architecture;
    architecture.preset = presetFromName(*preset);
    architecture.inputSize = static_cast<int>(*input);
    architecture.latentSize = static_cast<int>(*latent);
    architecture.layers.assign(layers->begin(), layers->end());
    return architecture;
}

Model readInitial(hid_t file, const Architecture& architecture) {
    Model model = emptyModel(architecture);
    for (Tensor& tensor : model.tensors) {
        const std::string name = "initial/" + tensor.name;
        if (tensor.isCounter) {
            tensor.counter = hdf5::readIntegers(file, name).at(0);
            continue;
        }
        const std::vector<float> values = hdf5::readFloats(file, name);
        if (values.size() != tensor.values.size()) {
            throw Error("The tensor " + name + " of " + hdf5::fileName(file) + " has " + std::to_string(values.size()) +
                        " values, but the architecture asks for " + std::to_string(tensor.values.size()) + ".");
        }
        tensor.values = values;
    }
    return model;
}

std::vector<Replay::Recorded> readGroup(hid_t file, const std::string& group, const Architecture& architecture,
                                        bool trainedOnly) {
    std::vector<Replay::Recorded> recorded;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        if (spec.isCounter || (trainedOnly && spec.isBuffer)) continue;
        recorded.push_back({spec.name, hdf5::readDoubles(file, group + "/" + spec.name)});
    }
    return recorded;
}

void readSteps(hid_t file, const std::filesystem::path& path, Replay& replay) {
    const std::vector<std::size_t> shape = hdf5::shape(file, "rows");
    if (shape.size() != 2 || shape[0] == 0) throw notAReplay(path, "rows is not a table of steps and batches");
    replay.steps = shape[0];
    replay.options.batchSize = static_cast<int>(shape[1]);
    for (const std::int64_t row : hdf5::readIntegers(file, "rows")) {
        replay.rows.push_back(static_cast<std::uint32_t>(row));
    }
    replay.noise = hdf5::readDoubles(file, "eps");
    replay.rec = hdf5::readDoubles(file, "rec");
    replay.kl = hdf5::readDoubles(file, "kl");
    const auto latents = static_cast<std::size_t>(replay.options.architecture.latentSize);
    if (replay.noise.size() != replay.rows.size() * latents || replay.rec.size() != replay.steps ||
        replay.kl.size() != replay.steps) {
        throw notAReplay(path, "the sizes of rows, eps, rec and kl contradict each other");
    }
}

/// |a - b| / |b| of a tensor (Euclidean norms); infinite for a NaN, so that no comparison hides one.
class RelativeDifference {
public:
    void add(double value, double recorded) {
        m_difference += (value - recorded) * (value - recorded);
        m_scale += recorded * recorded;
    }
    double value() const {
        if (!std::isfinite(m_difference)) return HUGE_VAL;
        return m_difference > 0 ? std::sqrt(m_difference / m_scale) : 0;
    }

private:
    double m_difference = 0;
    double m_scale = 0;
};

/// Biases that a batch norm takes out again, with the batch norm behind them: those of its own linear layer, and of a
/// plain linear layer in front of that one.
std::map<std::string, std::string> freeBiases(const Architecture& architecture) {
    std::map<std::string, std::string> biases;
    const NetworkLayers layers = networkLayers(architecture);
    for (const std::vector<LayerSpec>* part : {&layers.encoder, &layers.decoder, &layers.scatter}) {
        for (std::size_t i = 0; i < part->size(); ++i) {
            const LayerSpec& layer = (*part)[i];
            if (layer.batchNorm.empty()) continue;
            biases[layer.linear + ".bias"] = layer.batchNorm;
            if (i > 0 && (*part)[i - 1].batchNorm.empty() && !(*part)[i - 1].gelu) {
                biases[(*part)[i - 1].linear + ".bias"] = layer.batchNorm;
            }
        }
    }
    return biases;
}

const std::vector<double>& find(const std::vector<Replay::Recorded>& recorded, const std::string& name) {
    const auto found =
        std::find_if(recorded.begin(), recorded.end(), [&](const Replay::Recorded& one) { return one.name == name; });
    if (found == recorded.end()) throw Error("The recorded training has no tensor " + name + "; record it again.");
    return found->values;
}

double difference(const std::vector<double>& values, const std::vector<double>& recorded) {
    RelativeDifference difference;
    for (std::size_t i = 0; i < values.size(); ++i) {
        difference.add(values[i], recorded.at(i));
    }
    return difference.value();
}

double gradientDifference(const Replay& replay, const std::vector<Replay::Recorded>& gradients) {
    const std::map<std::string, std::string> left = freeBiases(replay.options.architecture);
    double largest = 0;
    for (const Replay::Recorded& gradient : gradients) {
        if (left.contains(gradient.name)) continue;
        largest = std::max(largest, difference(gradient.values, find(replay.gradients, gradient.name)));
    }
    return largest;
}

double stateDifference(const Replay& replay, const std::vector<Replay::Recorded>& after) {
    const std::map<std::string, std::string> left = freeBiases(replay.options.architecture);
    double largest = 0;
    for (const Replay::Recorded& tensor : after) {
        if (left.contains(tensor.name) || tensor.name.ends_with(".running_mean")) continue;
        largest = std::max(largest, difference(tensor.values, find(replay.after, tensor.name)));
    }
    return largest;
}

double runningMeanDifference(const Replay& replay, const std::vector<Replay::Recorded>& after) {
    double largest = 0;
    for (const auto& [bias, norm] : freeBiases(replay.options.architecture)) {
        if (!bias.starts_with(norm.substr(0, norm.rfind('.')))) continue;
        const std::string meanName = norm + ".running_mean"; // named: gcc 14 fears for a temporary
        const std::vector<double>& biases = find(after, bias);
        const std::vector<double>& means = find(after, meanName);
        const std::vector<double>& recordedBiases = find(replay.after, bias);
        const std::vector<double>& recordedMeans = find(replay.after, meanName);
        for (std::size_t i = 0; i < means.size(); ++i) {
            const double off = std::abs((means[i] - biases.at(i)) - (recordedMeans.at(i) - recordedBiases.at(i)));
            largest = std::max(largest, std::isfinite(off) ? off : HUGE_VAL);
        }
    }
    return largest;
}

/// Counters left out.
std::vector<Replay::Recorded> recordedValues(const std::vector<Tensor>& tensors) {
    std::vector<Replay::Recorded> values;
    for (const Tensor& tensor : tensors) {
        if (!tensor.isCounter) values.push_back({tensor.name, {tensor.values.begin(), tensor.values.end()}});
    }
    return values;
}

/// The recording counts rows of the catalogue, the data only its usable ones.
std::vector<std::uint32_t> dataRows(const Replay& replay, const TrainingData& data) {
    std::vector<std::uint32_t> rows;
    rows.reserve(replay.rows.size());
    for (const std::uint32_t row : replay.rows) {
        const auto found = std::lower_bound(data.catalogRows.begin(), data.catalogRows.end(), row);
        if (found == data.catalogRows.end() || *found != row) {
            throw Error("Row " + std::to_string(row) +
                        " of the recorded training is not a usable star of this "
                        "catalogue; give the catalogue it was recorded on (" +
                        replay.catalogue + ").");
        }
        rows.push_back(static_cast<std::uint32_t>(found - data.catalogRows.begin()));
    }
    return rows;
}

} // namespace

Replay readReplay(const std::filesystem::path& path) {
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::openFile(path);
    Replay replay;
    replay.options.architecture = readArchitecture(file.id(), path);
    replay.options.learningRate = hdf5::readDoubleAttribute(file.id(), ".", "learning_rate").value_or(1e-4);
    replay.options.weightDecay = hdf5::readDoubleAttribute(file.id(), ".", "weight_decay").value_or(0.01);
    replay.catalogue = hdf5::readTextAttribute(file.id(), ".", "catalogue").value_or("unknown");
    readSteps(file.id(), path, replay);
    replay.normalization = {hdf5::readDoubles(file.id(), "mu"), hdf5::readDoubles(file.id(), "sig"), path.string()};
    replay.initial = readInitial(file.id(), replay.options.architecture);
    replay.initialValues = readGroup(file.id(), "initial", replay.options.architecture, false);
    replay.gradients = readGroup(file.id(), "gradient_step_0", replay.options.architecture, true);
    replay.after =
        readGroup(file.id(), "after_" + std::to_string(replay.steps) + "_steps", replay.options.architecture, false);
    return replay;
}

ReplayDifference compareOutcome(const Replay& replay, const ReplayOutcome& outcome) {
    ReplayDifference difference;
    difference.gradient = gradientDifference(replay, outcome.gradients);
    difference.state = stateDifference(replay, outcome.after);
    difference.runningMean = runningMeanDifference(replay, outcome.after);
    const auto addLoss = [&](double value, double recorded) {
        RelativeDifference one;
        one.add(value, recorded);
        difference.loss = std::max(difference.loss, one.value());
    };
    for (std::size_t step = 0; step < replay.steps; ++step) {
        const BatchLosses& losses = outcome.losses.at(step);
        addLoss(losses.loss(), replay.rec[step] + replay.kl[step]);
        addLoss(losses.rec, replay.rec[step]);
        addLoss(losses.kl, replay.kl[step]);
    }
    return difference;
}

ReplayDifference compareReplay(const Replay& replay, const TrainingData& data, const EngineFactory& makeEngine) {
    const std::vector<std::uint32_t> rows = dataRows(replay, data);
    const std::vector<float> noise(replay.noise.begin(), replay.noise.end());
    const std::unique_ptr<TrainingEngine> engine = makeEngine(data, replay.options, replay.initial);
    const auto batch = static_cast<std::size_t>(replay.options.batchSize);
    const std::size_t noiseSize = batch * engine->latentSize();
    const auto batchRows = [&](std::size_t step) { return std::span(rows).subspan(step * batch, batch); };
    const auto batchNoise = [&](std::size_t step) { return std::span(noise).subspan(step * noiseSize, noiseSize); };
    ReplayOutcome outcome;
    outcome.gradients = recordedValues(engine->gradients(batchRows(0), batchNoise(0)));
    for (std::size_t step = 0; step < replay.steps; ++step) {
        outcome.losses.push_back(engine->step(batchRows(step), batchNoise(step), {replay.options.learningRate}));
    }
    outcome.after = recordedValues(engine->state().tensors);
    return compareOutcome(replay, outcome);
}

} // namespace zscape
