#include "core/base/thread_pool.h"
#include "core/torch/cuda.h"
#include "core/torch/device_error.h"
#include "core/torch/device_segment.h"
#include "core/torch/torch_backend.h"
#include "core/torch/training_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

namespace zscape::torch_backend {
namespace {

int threadCount(const TrainingOptions& options) {
    return options.threads > 0 ? options.threads : availableCores();
}

/// LibTorch's own threads for one branch: those left when two branches share what the run may take.
int branchThreads(int threads) {
    return std::max(1, threads / 2);
}

/// x and err squared of some stars, in memory, by the threads of a pool or, without one, by this thread.
std::pair<at::Tensor, at::Tensor> standardised(const TrainingData& data, std::span<const std::uint32_t> rows,
                                               ThreadPool* pool = nullptr) {
    const std::size_t count = rows.size() * data.inputSize;
    const std::vector<std::int64_t> size{static_cast<std::int64_t>(rows.size()),
                                         static_cast<std::int64_t>(data.inputSize)};
    at::Tensor x = at::empty(size), err = at::empty(size);
    standardiseStars(data, rows, pool, {x.data_ptr<float>(), count}, {err.data_ptr<float>(), count});
    return {x, err.mul_(err)};
}

/// In memory, on two threads. LibTorch's own threads inside an operation gain nothing at this size, and cost a factor
/// of 30 where other programs want the cores, as they wait for each other spinning. The stars stay in the catalogue and
/// are standardised batch by batch.
class CpuEngine final : public TorchEngine {
public:
    CpuEngine(const TrainingData& data, const TrainingOptions& options, const Model& start)
        : TorchEngine(data, options),
          m_threads(threadCount(options)),
          m_pool(std::min(m_threads, 2)) {
        makeNetwork(start, at::kCPU, [this](bool withGradients, const std::function<void(std::size_t)>& body) {
            m_pool.forChunks(2, 1, [&](std::size_t branch, std::size_t, int) {
                useThreads(branchThreads(m_threads)); // of this thread alone, as the next is
                const c10::AutoGradMode gradients(withGradients);
                body(branch);
            });
        });
    }
    std::string name() const override { return engineText(m_threads); }
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& options) override {
        requireNoise(rows.size(), noise.size());
        BatchLosses losses;
        onDevice("train on a batch", [&] { losses = train(load(rows, noise), options, {}); });
        return losses;
    }
    std::vector<BatchLosses> trainEpoch(const EpochPlan& plan, const JobContext& job) override;

private:
    void onDevice(const char* what, const std::function<void()>& work) const override {
        guarded(what, [&] {
            useThreads(branchThreads(m_threads));
            work();
        });
    }
    Batch load(std::span<const std::uint32_t> rows, std::span<const float> noise) const override {
        auto [x, variance] = standardised(m_data, rows);
        return {x, variance, wrapped(noise, m_options.architecture.latentSize)};
    }
    Batch load(const EpochPlan& plan, std::size_t step) const;
    BatchLosses train(const Batch& batch, const StepOptions& options, const std::function<void()>& alongside);

    int m_threads;
    ThreadPool m_pool; ///< at most two: one a branch
};

Batch CpuEngine::load(const EpochPlan& plan, std::size_t step) const {
    const auto rows = static_cast<std::size_t>(plan.batchSize);
    Batch batch;
    batch.noise = at::empty({plan.batchSize, m_options.architecture.latentSize});
    fillNoise(plan, step, {batch.noise.data_ptr<float>(), rows * latentSize()});
    std::tie(batch.x, batch.variance) = standardised(m_data, plan.rows.subspan(step * rows, rows));
    return batch;
}

BatchLosses CpuEngine::train(const Batch& batch, const StepOptions& options, const std::function<void()>& alongside) {
    ++m_updates;
    ++m_batchesTracked;
    const StepNumbers numbers = stepNumbers(options, m_options.weightDecay, m_updates);
    const StepScalars scalars = asScalars(wrapped(numbers, 1).flatten());
    const LossTensors losses = m_network->backward(batch, scalars.klWeight, alongside);
    m_network->update(scalars, options.clipNorm > 0);
    return {losses.rec.item<double>(), losses.kl.item<double>()};
}

/// While one thread runs the encoder, the other prepares the next batch.
std::vector<BatchLosses> CpuEngine::trainEpoch(const EpochPlan& plan, const JobContext& job) {
    std::vector<BatchLosses> losses;
    onDevice("train on a batch", [&] {
        const std::size_t end = plan.firstStep + plan.stepCount;
        Batch next;
        for (std::size_t step = plan.firstStep; step < end && !job.cancelled(); ++step) {
            const Batch batch = losses.empty() ? load(plan, step) : std::move(next);
            std::function<void()> prepare;
            if (step + 1 < end) prepare = [&] { next = load(plan, step + 1); };
            losses.push_back(train(batch, plan.step, prepare));
            if (!std::isfinite(losses.back().loss())) break;
        }
    });
    return losses;
}

constexpr std::size_t chunkSteps = 32; ///< whose noise is made and uploaded at a time
constexpr std::size_t uploadRows = 1 << 15;
constexpr int warmUps = 3; ///< before a capture, as LibTorch sets up its libraries in the first steps

/// All stars lie standardised on the device, where steps are queued without waiting for any of them. A step finds its
/// batch by the segment's cursor, so every step is the same work, and on CUDA one graph. Also runs on a CPU, operation
/// by operation, as a PyTorch program would.
class DeviceEngine final : public TorchEngine {
public:
    DeviceEngine(const TrainingData& data, const TrainingOptions& options, const Model& start, at::Device device,
                 bool useGraph);
    std::string name() const override;
    BatchLosses step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                     const StepOptions& options) override;
    std::vector<BatchLosses> trainEpoch(const EpochPlan& plan, const JobContext& job) override;
    BatchLosses evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) override;

private:
    using FillNoise = std::function<void(std::size_t step, std::span<float> out)>;
    void onDevice(const char* what, const std::function<void()>& work) const override;
    Batch load(std::span<const std::uint32_t> rows, std::span<const float> noise) const override;
    void runBranches(bool withGradients, const std::function<void(std::size_t)>& body);
    void uploadStars();
    void prepareSegment(std::size_t batchSize);
    std::vector<BatchLosses> runSegment(std::span<const std::uint32_t> rows, const StepOptions& options,
                                        const FillNoise& fillNoise, const JobContext& job);
    void queueStep(bool clip);
    void stepAtCursor(bool clip);
    void evaluateBatch();

    at::Device m_device;
    bool m_useGraph;
    mutable ThreadPool m_pool;                            ///< for standardising and noise
    std::optional<c10::Stream> m_stream, m_scatterStream; ///< on CUDA
    std::optional<c10::Event> m_fork, m_join;
    at::Tensor m_x, m_variance; ///< of all stars
    Segment m_segment;
    Batch m_evaluated; ///< what the evaluation's graph reads
    at::Tensor m_evaluatedLosses;
    CapturedStep m_graph, m_evaluationGraph;
};

DeviceEngine::DeviceEngine(const TrainingData& data, const TrainingOptions& options, const Model& start,
                           at::Device device, bool useGraph)
    : TorchEngine(data, options),
      m_device(device),
      m_useGraph(useGraph),
      m_pool(options.threads) {
    if (!device.is_cpu()) {
        const c10::impl::VirtualGuardImpl guard(device.type());
        m_stream = guard.getStreamFromGlobalPool(device);
        m_scatterStream = guard.getStreamFromGlobalPool(device);
        m_fork.emplace(device.type());
        m_join.emplace(device.type());
    }
    onDevice("set up the training", [&] {
        makeNetwork(start, device, [this](bool withGradients, const std::function<void(std::size_t)>& body) {
            runBranches(withGradients, body);
        });
        uploadStars();
    });
}

std::string DeviceEngine::name() const {
    if (m_device.is_cpu()) return engineText(m_pool.threadCount()) + ", eager";
    const std::string precision =
        m_options.precision == Precision::Float32 ? "" : ", " + std::string(precisionName(m_options.precision));
    return "LibTorch " TORCH_VERSION " CUDA, " + gpuName(m_device.index()) + precision +
           (m_useGraph ? ", graph" : ", eager");
}

void DeviceEngine::onDevice(const char* what, const std::function<void()>& work) const {
    if (m_device.is_cpu()) {
        return guarded(what, [&] {
            useThreads(m_pool.threadCount());
            work();
        });
    }
    try {
        at::globalContext().setAllowTF32CuBLAS(m_options.precision == Precision::Tf32);
        const c10::StreamGuard stream(*m_stream);
        work();
    } catch (const c10::Error& error) {
        throw Error(deviceErrorSentence(what, error.what_without_backtrace()));
    }
}

/// The scatter network has a stream of its own, that starts where the engine's stands and is waited for.
void DeviceEngine::runBranches(bool withGradients, const std::function<void(std::size_t)>& body) {
    const c10::AutoGradMode gradients(withGradients);
    if (!m_scatterStream) {
        body(0);
        body(1);
        return;
    }
    m_fork->record(*m_stream);
    m_fork->block(*m_scatterStream);
    {
        const c10::StreamGuard stream(*m_scatterStream);
        body(1);
    }
    body(0);
    m_join->record(*m_scatterStream);
    m_join->block(*m_stream);
}

/// In pieces, so that memory does not hold a second block of all stars. Standardised as for every engine.
void DeviceEngine::uploadStars() {
    const std::vector<std::int64_t> size{static_cast<std::int64_t>(m_data.rows),
                                         static_cast<std::int64_t>(m_data.inputSize)};
    m_x = at::empty(size, at::device(m_device));
    m_variance = at::empty(size, at::device(m_device));
    std::vector<std::uint32_t> rows(m_data.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    for (std::size_t begin = 0; begin < rows.size(); begin += uploadRows) {
        const std::span<const std::uint32_t> piece =
            std::span(rows).subspan(begin, std::min(uploadRows, rows.size() - begin));
        const auto first = static_cast<std::int64_t>(begin), count = static_cast<std::int64_t>(piece.size());
        const auto [x, variance] = standardised(m_data, piece, &m_pool);
        m_x.narrow(0, first, count).copy_(x);
        m_variance.narrow(0, first, count).copy_(variance);
    }
}

Batch DeviceEngine::load(std::span<const std::uint32_t> rows, std::span<const float> noise) const {
    const at::Tensor index =
        at::from_blob(const_cast<std::uint32_t*>(rows.data()), {static_cast<std::int64_t>(rows.size())}, at::kInt)
            .to(m_device);
    return {m_x.index_select(0, index), m_variance.index_select(0, index),
            wrapped(noise, m_options.architecture.latentSize).to(m_device)};
}

void DeviceEngine::prepareSegment(std::size_t batchSize) {
    const auto batch = static_cast<std::int64_t>(batchSize);
    if (m_segment.order.defined() && m_segment.order.size(1) == batch) return;
    m_graph.drop();
    const auto steps = static_cast<std::int64_t>(segmentSteps(batchSize, m_data.rows));
    m_segment = makeSegment(steps, batch, m_options.architecture.latentSize, m_device);
}

/// Queues all steps, the noise of the next ones being made while the device works on those before; then waits, once,
/// for the losses.
std::vector<BatchLosses> DeviceEngine::runSegment(std::span<const std::uint32_t> rows, const StepOptions& options,
                                                  const FillNoise& fillNoise, const JobContext& job) {
    fillSegment(m_segment, rows, options, m_options.weightDecay, m_updates + 1);
    const auto batch = static_cast<std::size_t>(m_segment.order.size(1));
    const std::size_t steps = rows.size() / batch, numbers = batch * latentSize();
    float* noise = m_segment.hostNoise.data_ptr<float>();
    std::size_t queued = 0;
    while (queued < steps && !job.cancelled()) {
        const std::size_t count = std::min(chunkSteps, steps - queued);
        m_pool.forChunks(count, 1, [&](std::size_t step, std::size_t, int) {
            fillNoise(queued + step, {noise + (queued + step) * numbers, numbers});
        });
        const auto begin = static_cast<std::int64_t>(queued), size = static_cast<std::int64_t>(count);
        m_segment.noise.narrow(0, begin, size).copy_(m_segment.hostNoise.narrow(0, begin, size), true);
        for (const std::size_t end = queued + count; queued < end; ++queued) {
            queueStep(options.clipNorm > 0);
        }
    }
    m_updates += static_cast<std::int64_t>(queued);
    m_batchesTracked += static_cast<std::int64_t>(queued);
    const at::Tensor table = m_segment.losses.narrow(0, 0, static_cast<std::int64_t>(queued)).cpu();
    return lossesWhileFinite({table.data_ptr<float>(), 2 * queued});
}

/// The same work for every step: nothing here is read from the device or depends on the host.
void DeviceEngine::stepAtCursor(bool clip) {
    const auto current = [&](const at::Tensor& table) { return table.index_select(0, m_segment.cursor).squeeze(0); };
    const at::Tensor index = current(m_segment.order);
    const StepScalars scalars = asScalars(current(m_segment.numbers));
    const LossTensors losses = m_network->backward(
        {m_x.index_select(0, index), m_variance.index_select(0, index), current(m_segment.noise)}, scalars.klWeight);
    m_network->update(scalars, clip);
    m_segment.losses.index_copy_(0, m_segment.cursor, at::stack({losses.rec, losses.kl}).unsqueeze(0));
    m_segment.cursor.add_(1);
}

void DeviceEngine::queueStep(bool clip) {
    if (!m_useGraph) return stepAtCursor(clip);
    if (!m_graph.holds(clip)) {
        // What the steps before the capture change is put back.
        const std::vector<at::Tensor> before = m_network->copies();
        const at::Tensor cursor = m_segment.cursor.clone();
        for (int warmUp = 0; warmUp < warmUps; ++warmUp) {
            stepAtCursor(clip);
            m_segment.cursor.copy_(cursor);
        }
        m_network->restore(before);
        m_stream->synchronize();
        m_graph.capture(clip, [this, clip] { stepAtCursor(clip); });
    }
    m_graph.replay();
}

void DeviceEngine::evaluateBatch() {
    const LossTensors losses = m_network->evaluate(m_evaluated);
    m_evaluatedLosses.copy_(at::stack({losses.rec, losses.kl}));
}

/// With a graph for batches of the run's size; the last batch of a validation may be smaller.
BatchLosses DeviceEngine::evaluate(std::span<const std::uint32_t> rows, std::span<const float> noise) {
    if (!m_useGraph || rows.size() != static_cast<std::size_t>(m_options.batchSize)) {
        return TorchEngine::evaluate(rows, noise);
    }
    requireNoise(rows.size(), noise.size());
    BatchLosses losses;
    onDevice("evaluate a batch", [&] {
        const Batch batch = load(rows, noise);
        if (!m_evaluationGraph.holds(false)) {
            m_evaluated = {batch.x.clone(), batch.variance.clone(), batch.noise.clone()};
            m_evaluatedLosses = at::zeros({2}, at::device(m_device));
            for (int warmUp = 0; warmUp < warmUps; ++warmUp) {
                evaluateBatch();
            }
            m_stream->synchronize();
            m_evaluationGraph.capture(false, [this] { evaluateBatch(); });
        }
        m_evaluated.x.copy_(batch.x);
        m_evaluated.variance.copy_(batch.variance);
        m_evaluated.noise.copy_(batch.noise);
        m_evaluationGraph.replay();
        const at::Tensor found = m_evaluatedLosses.cpu();
        losses = {found[0].item<double>(), found[1].item<double>()};
    });
    return losses;
}

BatchLosses DeviceEngine::step(std::span<const std::uint32_t> rows, std::span<const float> noise,
                               const StepOptions& options) {
    requireNoise(rows.size(), noise.size());
    BatchLosses losses;
    onDevice("train on a batch", [&] {
        prepareSegment(rows.size());
        const FillNoise copy = [&](std::size_t, std::span<float> out) {
            std::copy(noise.begin(), noise.end(), out.begin());
        };
        losses = runSegment(rows, options, copy, {}).front();
    });
    return losses;
}

std::vector<BatchLosses> DeviceEngine::trainEpoch(const EpochPlan& plan, const JobContext& job) {
    std::vector<BatchLosses> losses;
    onDevice("train on a batch", [&] {
        const auto batch = static_cast<std::size_t>(plan.batchSize);
        prepareSegment(batch);
        const auto capacity = static_cast<std::size_t>(m_segment.order.size(0));
        while (losses.size() < plan.stepCount) {
            const std::size_t first = plan.firstStep + losses.size();
            const std::size_t count = std::min(capacity, plan.stepCount - losses.size());
            const FillNoise fill = [&](std::size_t step, std::span<float> out) { fillNoise(plan, first + step, out); };
            const auto done = runSegment(plan.rows.subspan(first * batch, count * batch), plan.step, fill, job);
            losses.insert(losses.end(), done.begin(), done.end());
            if (done.size() < count || !std::isfinite(losses.back().loss())) break;
        }
    });
    return losses;
}

} // namespace

std::unique_ptr<TrainingEngine> makeEngine(const TrainingData& data, const TrainingOptions& options, const Model& start,
                                           StepMode mode) {
    const bool onCpu = options.device == "cpu";
    if (!onCpu) {
        const at::Device device(at::kCUDA, static_cast<c10::DeviceIndex>(gpuNumber(options.device)));
        return std::make_unique<DeviceEngine>(data, options, start, device, mode != StepMode::Eager);
    }
    if (mode == StepMode::Graph) throw Error("A CUDA graph needs a GPU: take --device cuda.");
    if (mode == StepMode::Eager) {
        return std::make_unique<DeviceEngine>(data, options, start, at::Device(at::kCPU), false);
    }
    if (options.precision != Precision::Float32) {
        throw Error("Precision " + std::string(precisionName(options.precision)) +
                    " needs a GPU: take float32, or --device cuda.");
    }
    return guarded("set up the training", [&] { return std::make_unique<CpuEngine>(data, options, start); });
}

} // namespace zscape::torch_backend
