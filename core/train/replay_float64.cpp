// A recorded training on the fused step built for float64, from the catalogue's own float64 numbers.

#include "core/base/text_compare.h"
#include "core/catalog/released_layout.h"
#include "core/catalog/row_layout.h"
#include "core/io/hdf5.h"
#include "core/train/fused/fused_step.h"
#include "core/train/replay.h"

#include <algorithm>

namespace zscape {
namespace {

using kernels::tileSamples;

/// The recorded stars of the released table, as float64.
class RecordedTable {
public:
    RecordedTable(const Replay& replay, const std::filesystem::path& path)
        : m_path(path.string()),
          m_file(hdf5::openFile(path)) {
        const hdf5::Quiet quiet;
        m_dataset = hdf5::Handle(H5Dopen2(m_file.id(), released::tableName, H5P_DEFAULT), H5Dclose);
        const std::vector<std::size_t> shape =
            m_dataset ? hdf5::shape(m_file.id(), released::tableName) : std::vector<std::size_t>{};
        if (shape.size() != 1) {
            throw Error(m_path + " is no catalogue in the released layout: give that of the recording.");
        }
        m_layout = describeRows(m_dataset.id(), m_path);
        m_width = member(column::coefficients).count;
        m_stars = recordedStars(replay, m_path, shape[0], m_width);
    }
    const std::vector<std::uint32_t>& stars() const { return m_stars; }
    std::size_t width() const { return m_width; }

    /// One column, stars x count.
    std::vector<double> read(std::string_view column, std::size_t count) const {
        const hdf5::Quiet quiet;
        const RowMember& found = member(column);
        const hsize_t width = found.count, wanted = m_stars.size();
        const hdf5::Handle array(H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &width), H5Tclose);
        const hdf5::Handle row(H5Tcreate(H5T_COMPOUND, count * sizeof(double)), H5Tclose);
        const hdf5::Handle memory(H5Screate_simple(1, &wanted, nullptr), H5Sclose);
        const hdf5::Handle file(H5Dget_space(m_dataset.id()), H5Sclose);
        const std::vector<hsize_t> places(m_stars.begin(), m_stars.end());
        std::vector<double> values(m_stars.size() * count);
        if (found.count != count || !found.isNumeric() ||
            H5Tinsert(row.id(), found.name.c_str(), 0, found.isArray ? array.id() : H5T_NATIVE_DOUBLE) < 0 ||
            H5Sselect_elements(file.id(), H5S_SELECT_SET, places.size(), places.data()) < 0 ||
            H5Dread(m_dataset.id(), row.id(), memory.id(), file.id(), H5P_DEFAULT, values.data()) < 0) {
            throw Error("The column " + found.name + " of " + m_path + " cannot be read as " + std::to_string(count) +
                        (count == 1 ? " number" : " numbers") + " a star: give the catalogue of the recording.");
        }
        return values;
    }

private:
    const RowMember& member(std::string_view column) const {
        for (const RowMember& one : m_layout.members) {
            if (equalIgnoringCase(one.name, column)) return one;
        }
        throw Error(m_path + " has no column " + std::string(column) + ": give the catalogue of the recording.");
    }

    std::string m_path;
    hdf5::Handle m_file, m_dataset;
    RowLayout m_layout;
    std::size_t m_width = 0;
    std::vector<std::uint32_t> m_stars;
};

/// The recorded batches, standardised in float64.
class RecordedBatches final : public BatchSource<double> {
public:
    RecordedBatches(const Replay& replay, const std::filesystem::path& catalogue)
        : m_replay(replay),
          m_inputs(static_cast<std::size_t>(replay.options.architecture.inputSize)) {
        const RecordedTable table(replay, catalogue);
        m_width = table.width();
        m_coefficients = table.read(column::coefficients, m_width);
        m_errors = table.read(column::coefficientErrors, m_width);
        m_flux = table.read(column::gFlux, 1);
        const std::vector<std::uint32_t>& stars = table.stars();
        for (std::size_t i = 0; i < stars.size(); ++i) {
            inverseFluxOf(m_flux[i], stars[i], catalogue.string());
        }
        for (const std::uint32_t row : replay.rows) {
            m_stars.push_back(
                static_cast<std::size_t>(std::lower_bound(stars.begin(), stars.end(), row) - stars.begin()));
        }
    }
    void setStep(std::size_t step) { m_first = step * static_cast<std::size_t>(m_replay.options.batchSize); }

    void x(std::size_t first, std::size_t samples, double* tile, int) override {
        fill(first, samples, m_inputs, tile, [this](std::size_t place, std::size_t j) {
            const std::size_t star = m_stars[place];
            return (m_coefficients[star * m_width + j] / m_flux[star] - m_replay.normalization.mu[j]) /
                   m_replay.normalization.sig[j];
        });
    }
    void err(std::size_t first, std::size_t samples, double* tile, int) override {
        fill(first, samples, m_inputs, tile, [this](std::size_t place, std::size_t j) {
            const std::size_t star = m_stars[place];
            return m_errors[star * m_width + j] / m_flux[star] / m_replay.normalization.sig[j];
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
    std::size_t m_inputs, m_width = 0;
    std::vector<double> m_coefficients, m_errors, m_flux; ///< of the recorded stars, all the catalogue's coefficients
    std::vector<std::size_t> m_stars;                     ///< steps x batch: place in them
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
