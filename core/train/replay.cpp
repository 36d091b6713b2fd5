#include "core/train/replay.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace zscape {
namespace {

/// |a - b| / |b| of a tensor (Euclidean norms), or |a| where b is nothing but zeros; infinite for a NaN, so that no
/// comparison hides one.
class RelativeDifference {
public:
    void add(double value, double recorded) {
        m_difference += (value - recorded) * (value - recorded);
        m_scale += recorded * recorded;
    }
    double value() const {
        if (!std::isfinite(m_difference)) return HUGE_VAL;
        return std::sqrt(m_scale > 0 ? m_difference / m_scale : m_difference);
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

/// Under which name a tensor is measured. Where a batch norm takes a shift of z out again, the bias of mu has the small
/// gradient of kl alone beside the rounding of rec's large one: it is measured with the weights of its layer.
std::string measuredAs(const std::string& name, const std::map<std::string, std::string>& free) {
    return name == "mu.bias" && free.contains("decoder.0.bias") ? "mu.weight" : name;
}

/// The largest difference of the tensors but those left out, and its tensor's name.
template <typename Leave, typename Name>
std::pair<double, std::string> largestDifference(const std::vector<Replay::Recorded>& tensors,
                                                 const std::vector<Replay::Recorded>& recorded, const Leave& leave,
                                                 const Name& nameOf) {
    std::map<std::string, RelativeDifference> differences;
    for (const Replay::Recorded& tensor : tensors) {
        if (leave(tensor.name)) continue;
        RelativeDifference& difference = differences[nameOf(tensor.name)];
        const std::vector<double>& expected = find(recorded, tensor.name);
        for (std::size_t i = 0; i < tensor.values.size(); ++i) {
            difference.add(tensor.values[i], expected.at(i));
        }
    }
    std::pair<double, std::string> largest;
    for (const auto& [name, difference] : differences) {
        if (largest.second.empty() || difference.value() > largest.first) largest = {difference.value(), name};
    }
    return largest;
}

/// The largest difference over the steps of one of the losses (see ReplayDifference::loss).
template <typename Values>
double lossDifference(std::size_t steps, const Values& values) {
    double scale = 0, largest = 0;
    for (std::size_t step = 0; step < steps; ++step) {
        scale = std::max(scale, 0.1 * std::abs(values(step).second));
    }
    for (std::size_t step = 0; step < steps; ++step) {
        const auto [value, recorded] = values(step);
        const double off = std::abs(value - recorded);
        if (!std::isfinite(off)) return HUGE_VAL;
        if (off > 0) largest = std::max(largest, off / std::max(scale, std::abs(recorded)));
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

std::vector<std::uint32_t> recordedStars(const Replay& replay, const std::string& catalogue, std::size_t rows,
                                         std::size_t coefficients) {
    const std::string advice = ": give the catalogue it was recorded on (" + replay.catalogue + ").";
    const auto inputs = static_cast<std::size_t>(replay.options.architecture.inputSize);
    if (coefficients < inputs) {
        throw Error("The recorded network takes " + std::to_string(inputs) + " coefficients a star, but " + catalogue +
                    " has " + std::to_string(coefficients) + advice);
    }
    std::vector<std::uint32_t> stars = replay.rows;
    std::sort(stars.begin(), stars.end());
    stars.erase(std::unique(stars.begin(), stars.end()), stars.end());
    if (stars.back() >= rows) {
        throw Error("The recording uses row " + std::to_string(stars.back()) + " (counted from 0), but " + catalogue +
                    " has " + std::to_string(rows) + " rows" + advice);
    }
    return stars;
}

double inverseFluxOf(double flux, std::uint32_t row, const std::string& catalogue) {
    if (flux > 0 && std::isfinite(flux)) return 1 / flux;
    throw Error("Row " + std::to_string(row) + " (counted from 0) of " + catalogue +
                " has no phot_g_mean_flux, so its recorded spectrum cannot be standardised: give the catalogue of the "
                "recording.");
}

TrainingData prepareReplayData(const Replay& replay, std::shared_ptr<const Catalog> catalog) {
    TrainingData data;
    data.catalogRows = recordedStars(replay, catalog->name(), catalog->rows(), catalog->coefficientCount());
    data.rows = data.catalogRows.size();
    data.inputSize = static_cast<std::size_t>(replay.options.architecture.inputSize);
    data.coefficients = catalog->coefficients();
    data.errors = catalog->coefficientErrors();
    for (const std::uint32_t row : data.catalogRows) {
        data.inverseFlux.push_back(inverseFluxOf(catalog->gFlux()[row], row, catalog->name()));
    }
    data.normalization = replay.normalization;
    data.provenance.catalogName = catalog->name();
    data.provenance.mockData = catalog->isMock();
    data.catalog = std::move(catalog);
    return data;
}

ReplayDifference compareOutcome(const Replay& replay, const ReplayOutcome& outcome) {
    const std::map<std::string, std::string> free = freeBiases(replay.options.architecture);
    ReplayDifference difference;
    std::tie(difference.gradient, difference.gradientTensor) = largestDifference(
        outcome.gradients, replay.gradients, [&](const std::string& name) { return free.contains(name); },
        [&](const std::string& name) { return measuredAs(name, free); });
    std::tie(difference.state, difference.stateTensor) = largestDifference(
        outcome.after, replay.after,
        [&](const std::string& name) { return free.contains(name) || name.ends_with(".running_mean"); },
        [](const std::string& name) { return name; });
    difference.runningMean = runningMeanDifference(replay, outcome.after);
    const std::vector<BatchLosses>& losses = outcome.losses;
    difference.loss =
        std::max({lossDifference(replay.steps,
                                 [&](std::size_t step) {
                                     return std::pair(losses.at(step).loss(), replay.rec[step] + replay.kl[step]);
                                 }),
                  lossDifference(replay.steps,
                                 [&](std::size_t step) { return std::pair(losses.at(step).rec, replay.rec[step]); }),
                  lossDifference(replay.steps,
                                 [&](std::size_t step) { return std::pair(losses.at(step).kl, replay.kl[step]); })});
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
