// Reading a recorded training, and refusing what is none before any arithmetic.

#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/train/replay.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace zscape {
namespace {

Error notAReplay(const std::filesystem::path& path, const std::string& reason) {
    return Error("\"" + path.string() + "\" is not a recorded training (" + reason +
                 "): give a file in the layout of golden_train_released.h5.");
}

/// The file with the recording, for readers that name it in their errors.
struct Recording {
    const std::filesystem::path& path;
    hdf5::Handle file;

    hid_t id() const { return file.id(); }
    Error wrong(const std::string& reason) const { return notAReplay(path, reason); }
};

template <typename Value>
Value attribute(const Recording& recording, const std::string& name, const std::optional<Value>& value) {
    if (!value) throw recording.wrong("the attribute " + name + " is missing or of another type");
    return *value;
}

std::int64_t readSize(const Recording& recording, const std::string& name) {
    const std::int64_t size = attribute(recording, name, hdf5::readIntegerAttribute(recording.id(), ".", name));
    if (size < 1 || size > std::numeric_limits<int>::max()) {
        throw recording.wrong(name + " is " + std::to_string(size));
    }
    return size;
}

Architecture readArchitecture(const Recording& recording) {
    Architecture architecture;
    const auto preset = attribute(recording, "preset", hdf5::readTextAttribute(recording.id(), ".", "preset"));
    const auto layers = attribute(recording, "layers", hdf5::readIntegersAttribute(recording.id(), ".", "layers"));
    architecture.inputSize = static_cast<int>(readSize(recording, "input_dim"));
    architecture.latentSize = static_cast<int>(readSize(recording, "latent_dim"));
    architecture.layers.clear();
    for (const std::int64_t width : layers) {
        if (width < 1 || width > std::numeric_limits<int>::max()) {
            throw recording.wrong("a layer has " + std::to_string(width) + " outputs");
        }
        architecture.layers.push_back(static_cast<int>(width));
    }
    try {
        architecture.preset = presetFromName(preset);
        tensorSpecs(architecture); // sizes that no network has
    } catch (const Error& error) {
        throw recording.wrong(error.what());
    }
    return architecture;
}

/// AdamW is the release's but for its rate and its decay.
void readOptimizer(const Recording& recording, TrainingOptions& options) {
    const auto read = [&](const std::string& name) {
        const double value = attribute(recording, name, hdf5::readDoubleAttribute(recording.id(), ".", name));
        if (!(value >= 0) || !std::isfinite(value)) throw recording.wrong(name + " is " + std::to_string(value));
        return value;
    };
    options.learningRate = read("learning_rate");
    options.weightDecay = read("weight_decay");
    const auto betas = hdf5::readDoublesAttribute(recording.id(), ".", "betas").value_or(std::vector{0.9, 0.999});
    const double epsilon = hdf5::readDoubleAttribute(recording.id(), ".", "eps_adam").value_or(1e-8);
    if (betas != std::vector{0.9, 0.999} || epsilon != 1e-8) {
        throw Error("\"" + recording.path.string() +
                    "\" was recorded with an AdamW of other constants than Zscape's: record it with betas 0.9, 0.999 "
                    "and eps 1e-8.");
    }
}

std::string sizeText(const std::vector<std::size_t>& sizes) {
    std::string text;
    for (const std::size_t size : sizes) {
        text += (text.empty() ? "" : " x ") + std::to_string(size);
    }
    return text.empty() ? "a single number" : text;
}

/// A dataset of finite numbers of exactly these dimensions.
std::vector<double> readNumbers(const Recording& recording, const std::string& name,
                                const std::vector<std::size_t>& dimensions) {
    if (!hdf5::exists(recording.id(), name)) throw recording.wrong("it has no " + name);
    const std::vector<std::size_t> shape = hdf5::shape(recording.id(), name);
    if (shape != dimensions) {
        throw recording.wrong(name + " is " + sizeText(shape) + " where the other sizes ask for " +
                              sizeText(dimensions));
    }
    std::vector<double> values = hdf5::readDoubles(recording.id(), name);
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
        throw recording.wrong(name + " holds numbers that are not finite");
    }
    return values;
}

std::vector<Replay::Recorded> readGroup(const Recording& recording, const std::string& group,
                                        const Architecture& architecture, bool trainedOnly) {
    if (!hdf5::exists(recording.id(), group)) throw recording.wrong("it has no group " + group);
    std::vector<Replay::Recorded> recorded;
    for (const TensorSpec& spec : tensorSpecs(architecture)) {
        if (spec.isCounter || (trainedOnly && spec.isBuffer)) continue;
        recorded.push_back({spec.name, readNumbers(recording, group + "/" + spec.name, spec.shape)});
    }
    return recorded;
}

Model modelOf(const Recording& recording, const Architecture& architecture,
              const std::vector<Replay::Recorded>& values) {
    Model model = emptyModel(architecture);
    auto next = values.begin();
    for (Tensor& tensor : model.tensors) {
        if (tensor.isCounter) {
            const std::string name = "initial/" + tensor.name;
            if (!hdf5::exists(recording.id(), name)) throw recording.wrong("it has no " + name);
            const std::vector<std::int64_t> counter = hdf5::readIntegers(recording.id(), name);
            if (counter.size() != 1) throw recording.wrong(name + " is not a single number");
            tensor.counter = counter.front();
            continue;
        }
        tensor.values.assign(next->values.begin(), next->values.end());
        ++next;
    }
    return model;
}

void readRows(const Recording& recording, Replay& replay) {
    if (!hdf5::exists(recording.id(), "rows")) throw recording.wrong("it has no rows");
    const std::vector<std::size_t> shape = hdf5::shape(recording.id(), "rows");
    if (shape.size() != 2 || shape[0] == 0 || shape[1] == 0 ||
        shape[1] > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw recording.wrong("rows is " + sizeText(shape) + ", not a table of steps and batches");
    }
    replay.steps = shape[0];
    replay.options.batchSize = static_cast<int>(shape[1]);
    for (const std::int64_t row : hdf5::readIntegers(recording.id(), "rows")) {
        if (row < 0 || row > std::numeric_limits<std::uint32_t>::max()) {
            throw recording.wrong("it uses row " + std::to_string(row) + " of the catalogue");
        }
        replay.rows.push_back(static_cast<std::uint32_t>(row));
    }
}

/// mu and sig may go on beyond the columns the network takes.
Normalization readNormalization(const Recording& recording, std::size_t inputs) {
    const auto read = [&](const std::string& name) {
        if (!hdf5::exists(recording.id(), name)) throw recording.wrong("it has no " + name);
        const std::vector<std::size_t> shape = hdf5::shape(recording.id(), name);
        if (shape.size() != 1 || shape[0] < inputs) {
            throw recording.wrong(name + " is " + sizeText(shape) + " where input_dim is " + std::to_string(inputs));
        }
        std::vector<double> values = readNumbers(recording, name, shape);
        values.resize(inputs);
        return values;
    };
    Normalization normalization{read("mu"), read("sig"), recording.path.string()};
    if (!std::all_of(normalization.sig.begin(), normalization.sig.end(), [](double sig) { return sig > 0; })) {
        throw recording.wrong("sig is not positive everywhere");
    }
    return normalization;
}

/// The group with the network after the last step: after_N_steps, or the only one that is named like it.
std::string lastGroup(const Recording& recording, std::size_t steps) {
    std::string expected = "after_" + std::to_string(steps) + "_steps";
    if (hdf5::exists(recording.id(), expected)) return expected;
    std::vector<std::string> alike;
    for (const std::string& name : hdf5::list(recording.id())) {
        if (name.starts_with("after_") && name.ends_with("_steps")) alike.push_back(name);
    }
    if (alike.size() != 1) throw recording.wrong("it has no group " + expected);
    return alike.front();
}

} // namespace

Replay readReplay(const std::filesystem::path& path) {
    const hdf5::Quiet quiet;
    const Recording recording{path, hdf5::openFile(path)};
    Replay replay;
    const Architecture architecture = readArchitecture(recording);
    const auto inputs = static_cast<std::size_t>(architecture.inputSize);
    const auto latents = static_cast<std::size_t>(architecture.latentSize);
    replay.options.architecture = architecture;
    readOptimizer(recording, replay.options);
    replay.catalogue = attribute(recording, "catalogue", hdf5::readTextAttribute(recording.id(), ".", "catalogue"));
    readRows(recording, replay);
    const auto batch = static_cast<std::size_t>(replay.options.batchSize);
    replay.noise = readNumbers(recording, "eps", {replay.steps, batch, latents});
    replay.rec = readNumbers(recording, "rec", {replay.steps});
    replay.kl = readNumbers(recording, "kl", {replay.steps});
    replay.normalization = readNormalization(recording, inputs);
    replay.initialValues = readGroup(recording, "initial", architecture, false);
    replay.initial = modelOf(recording, architecture, replay.initialValues);
    replay.gradients = readGroup(recording, "gradient_step_0", architecture, true);
    replay.after = readGroup(recording, lastGroup(recording, replay.steps), architecture, false);
    return replay;
}

} // namespace zscape
