// A recorded training on the fused step built for float64, from the catalogue's own float64 numbers.

#include "core/catalog/released_layout.h"
#include "core/io/hdf5.h"
#include "core/train/fused/fused_step.h"
#include "core/train/replay.h"

#include <algorithm>

namespace zscape {
namespace {

using kernels::tileSamples;

/// One column of the released table as float64, rows x count.
std::vector<double> readColumn(const std::filesystem::path& path, std::string_view column, std::size_t count) {
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::openFile(path);
    const hdf5::Handle dataset(H5Dopen2(file.id(), released::tableName, H5P_DEFAULT), H5Dclose);
    const std::vector<std::size_t> shape = hdf5::shape(file.id(), released::tableName);
    if (!dataset || shape.size() != 1) throw Error(path.string() + " is no catalogue in the released layout.");
    const hsize_t width = count;
    const hdf5::Handle array(H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &width), H5Tclose);
    const hid_t element = count == 1 ? H5T_NATIVE_DOUBLE : array.id();
    const hdf5::Handle row(H5Tcreate(H5T_COMPOUND, count * sizeof(double)), H5Tclose);
    H5Tinsert(row.id(), std::string(column).c_str(), 0, element);
    std::vector<double> values(shape[0] * count);
    if (H5Dread(dataset.id(), row.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        throw Error("The column " + std::string(column) + " of " + path.string() + " cannot be read as " +
                    std::to_string(count) + " numbers a star: give the catalogue of the recording.");
    }
    return values;
}

/// The recorded batches, standardised in float64.
class RecordedBatches final : public BatchSource<double> {
public:
    RecordedBatches(const Replay& replay, const std::filesystem::path& catalogue)
        : m_replay(replay),
          m_inputs(static_cast<std::size_t>(replay.options.architecture.inputSize)),
          m_coefficients(readColumn(catalogue, column::coefficients, m_inputs)),
          m_errors(readColumn(catalogue, column::coefficientErrors, m_inputs)),
          m_flux(readColumn(catalogue, column::gFlux, 1)) {
        const auto last = *std::max_element(replay.rows.begin(), replay.rows.end());
        if (last >= m_flux.size()) {
            throw Error("The recording uses row " + std::to_string(last) + ", but " + catalogue.string() + " has " +
                        std::to_string(m_flux.size()) + ": give the catalogue it was recorded on (" + replay.catalogue +
                        ").");
        }
    }
    void setStep(std::size_t step) { m_first = step * static_cast<std::size_t>(m_replay.options.batchSize); }

    void x(std::size_t first, std::size_t samples, double* tile, int) override {
        fill(first, samples, m_inputs, tile, [this](std::size_t place, std::size_t j) {
            const std::size_t row = m_replay.rows[place];
            return (m_coefficients[row * m_inputs + j] / m_flux[row] - m_replay.normalization.mu[j]) /
                   m_replay.normalization.sig[j];
        });
    }
    void err(std::size_t first, std::size_t samples, double* tile, int) override {
        fill(first, samples, m_inputs, tile, [this](std::size_t place, std::size_t j) {
            const std::size_t row = m_replay.rows[place];
            return m_errors[row * m_inputs + j] / m_flux[row] / m_replay.normalization.sig[j];
        });
    }
    void noise(std::size_t first, std::size_t samples, double* tile, int) override {
        const auto latents = static_cast<std::size_t>(m_replay.options.architecture.latentSize);
        fill(first, samples, latents, tile,
             [&](std::size_t place, std::size_t k) { return m_replay.noise[place * latents + k]; });
    }

private:
    template <typename Value>
    void fill(std::size_t first, std::size_t samples, std::size_t features, double* tile, const Value& value) const {
        for (std::size_t j = 0; j < features; ++j) {
            for (std::size_t i = 0; i < tileSamples; ++i) {
                tile[j * tileSamples + i] = i < samples ? value(m_first + first + i, j) : 0.0;
            }
        }
    }

    const Replay& m_replay;
    std::size_t m_inputs;
    std::vector<double> m_coefficients, m_errors, m_flux;
    std::size_t m_first = 0;
};

void setState(const Replay& replay, FusedStep<double>& step) {
    for (const Replay::Recorded& tensor : replay.initialValues) {
        for (const TensorPlace& place : step.plan().tensors) {
            if (place.name != tensor.name) continue;
            FusedState<double>& state = step.state();
            placeTensor(place, tensor.values.data(),
                        place.kind == TensorKind::Parameter     ? state.weights.data()
                        : place.kind == TensorKind::RunningMean ? state.runningMean.data()
                                                                : state.runningVariance.data());
        }
    }
}

std::vector<Replay::Recorded> take(const FusedStep<double>& step, const double* parameters, bool statistics) {
    std::vector<Replay::Recorded> values;
    for (const TensorPlace& place : step.plan().tensors) {
        if (place.kind == TensorKind::Parameter) values.push_back({place.name, takeTensor<double>(place, parameters)});
        if (!statistics) continue;
        if (place.kind == TensorKind::RunningMean) {
            values.push_back({place.name, takeTensor<double>(place, step.state().runningMean.data())});
        } else if (place.kind == TensorKind::RunningVariance) {
            values.push_back({place.name, takeTensor<double>(place, step.state().runningVariance.data())});
        }
    }
    return values;
}

} // namespace

ReplayDifference compareReplayFloat64(const Replay& replay, const std::filesystem::path& catalogue) {
    RecordedBatches batches(replay, catalogue);
    FusedStep<double> step(replay.options.architecture, float64TrainKernels(), 1);
    setState(replay, step);
    const auto batch = static_cast<std::size_t>(replay.options.batchSize);
    const StepOptions options{replay.options.learningRate};
    ReplayOutcome outcome;
    step.prepare(batch, batches, options, replay.options.weightDecay);
    step.run(0, true);
    outcome.gradients = take(step, step.gradients(), false);
    setState(replay, step); // the running statistics have moved
    for (std::size_t s = 0; s < replay.steps; ++s) {
        batches.setStep(s);
        step.prepare(batch, batches, options, replay.options.weightDecay);
        step.run(0);
        outcome.losses.push_back(step.losses());
    }
    outcome.after = take(step, step.state().weights.data(), true);
    return compareOutcome(replay, outcome);
}

} // namespace zscape
