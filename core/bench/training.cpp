// Training: the fused engine beside the floor of its matrix products and beside LibTorch, in one run.
#include "core/bench/bench.h"

#include "core/base/aligned_array.h"
#include "core/base/philox.h"
#include "core/base/thread_pool.h"
#include "core/train/fused/fused_engine.h"
#include "core/train/fused/fused_plan.h"
#include "core/train/kernels/train_kernels.h"
#include "core/train/split.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <unistd.h>

namespace zscape {
namespace {

using kernels::tileSamples;

constexpr int batchSize = 1024;
/// The paper's run (method.md sections 1 and 5): 502,311 stars, nine tenths of them to train on, 5000 epochs.
constexpr double paperStars = 502311, paperEpochs = 5000;

/// Numbers that are standardised already: what a step costs does not depend on them.
std::shared_ptr<const Catalog> makeCatalog(std::size_t stars, std::size_t width) {
    std::vector<float> coefficients(stars * width), errors(stars * width, 0.3F);
    const Philox random(1);
    // One block of noise, repeated: drawing 55 million numbers would take longer than the measurement.
    const std::size_t block = std::min<std::size_t>(4096, stars) * width;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        coefficients[i] = i < block ? static_cast<float>(random.normal(i)) : coefficients[i - block];
    }
    std::vector<std::int64_t> ids(stars);
    std::iota(ids.begin(), ids.end(), 1);
    return std::make_shared<const Catalog>(
        "bench", width, std::move(ids), std::move(coefficients), std::move(errors),
        std::vector<Column>{Column(std::string(column::gFlux), "electron/s", std::vector<double>(stars, 1.0))});
}

/// The same products as a step, forwards and both ways back, and nothing else, on buffers that stay in the cache.
class ProductFloor {
public:
    ProductFloor(const Architecture& architecture, InstructionSet set, int threads)
        : m_plan(architecture),
          m_kernels(trainKernelTable(set).step),
          m_pool(threads) {
        const std::size_t tile = m_plan.widest * tileSamples;
        for (int thread = 0; thread < m_pool.threadCount(); ++thread) {
            m_buffers.push_back({AlignedArray<float>(m_plan.widest * m_plan.widest), AlignedArray<float>(tile),
                                 AlignedArray<float>(tile), AlignedArray<float>(m_plan.widest * (m_plan.widest + 1))});
        }
    }
    void run(int steps) {
        constexpr std::size_t tiles = batchSize / tileSamples;
        m_pool.run([&](int thread) {
            const auto share = [&](int part) {
                return tiles * static_cast<std::size_t>(part) / static_cast<std::size_t>(m_pool.threadCount());
            };
            for (int step = 0; step < steps; ++step) {
                for (std::size_t tile = share(thread); tile < share(thread + 1); ++tile) {
                    oneTile(m_buffers[static_cast<std::size_t>(thread)]);
                }
            }
        });
    }

private:
    struct Buffers {
        AlignedArray<float> weights, x, y, gradient;
    };
    void oneTile(Buffers& buffers) const {
        for (const PlannedLayer& layer : m_plan.encoder) {
            oneLayer(layer, buffers, &layer != &m_plan.encoder.front());
        }
        for (const auto& branch : m_plan.branches) {
            for (const PlannedLayer& layer : branch) {
                oneLayer(layer, buffers, true);
            }
        }
    }
    void oneLayer(const PlannedLayer& layer, Buffers& buffers, bool inputSlopes) const {
        kernels::TrainProduct<float> forward{
            buffers.weights.data(), 1,           layer.stride, buffers.x.data(), tileSamples,
            buffers.y.data(),       tileSamples, layer.out,    tileSamples,      layer.in};
        m_kernels.product(forward);
        kernels::TrainProduct<float> back{buffers.weights.data(), layer.stride, 1,        buffers.x.data(), tileSamples,
                                          buffers.y.data(),       tileSamples,  layer.in, tileSamples,      layer.out};
        if (inputSlopes) m_kernels.product(back);
        kernels::TrainProduct<float> weights{
            buffers.x.data(),        tileSamples,  1,        buffers.y.data(), layer.stride,
            buffers.gradient.data(), layer.stride, layer.in, layer.stride,     tileSamples};
        weights.accumulate = true;
        m_kernels.product(weights);
    }

    FusedPlan m_plan;
    const kernels::TrainKernels<float>& m_kernels;
    ThreadPool m_pool;
    std::vector<Buffers> m_buffers;
};

/// An engine and the epoch it walks through, a few steps a call.
class StepRunner {
public:
    StepRunner(std::unique_ptr<TrainingEngine> engine, const std::vector<std::uint32_t>& order)
        : m_engine(std::move(engine)),
          m_order(order) {}
    void run(std::size_t steps) {
        const std::size_t all = m_order.size() / batchSize;
        const std::size_t first = m_next + steps > all ? 0 : m_next;
        m_next = first + steps;
        m_engine->trainEpoch({m_order, batchSize, 0, 1, first, std::min(steps, all), {1e-4}}, {});
    }
    TrainingEngine& engine() { return *m_engine; }

private:
    std::unique_ptr<TrainingEngine> m_engine;
    const std::vector<std::uint32_t>& m_order;
    std::size_t m_next = 0;
};

std::size_t residentBytes() {
    std::size_t pages = 0, resident = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
        std::fclose(file);
    }
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// The fastest of LibTorch's settings, or null with the reason.
std::unique_ptr<StepRunner> bestTorch(const TrainingData& data, TrainingOptions options,
                                      const std::vector<std::uint32_t>& order, std::string& reason) {
    std::unique_ptr<StepRunner> best;
    double bestSeconds = 0;
    options.engine = "libtorch";
    for (int threads = 1; threads <= availableCores(); threads *= 2) {
        options.threads = threads;
        try {
            auto runner = std::make_unique<StepRunner>(
                makeTorchEngine(data, options, initialModel(options.architecture, 1)), order);
            const double seconds = medianSeconds([&] { runner->run(5); }, 3);
            if (best && seconds >= bestSeconds) continue;
            best = std::move(runner);
            bestSeconds = seconds;
        } catch (const Error& error) {
            reason = error.what();
            return nullptr;
        }
    }
    return best;
}

BenchResult stepResult(InstructionSet set, double seconds, double floorSeconds) {
    BenchResult result{.name = std::string("train_step_") + (set == InstructionSet::Avx512 ? "avx512"
                                                             : set == InstructionSet::Avx2 ? "avx2"
                                                                                           : "baseline"),
                       .value = 1e3 * seconds,
                       .unit = "ms",
                       .budget = 2e3 * floorSeconds};
    char note[160];
    std::snprintf(note, sizeof note, "batch %d; matrix products alone %.3f ms, the step %.2f x that", batchSize,
                  1e3 * floorSeconds, seconds / floorSeconds);
    result.note = note;
    return result;
}

/// Hours of the paper's run by a step and a validation batch that take so long.
BenchResult paperResult(InstructionSet set, double stepSeconds, double validationSeconds) {
    const double steps = std::floor(0.9 * paperStars / batchSize);
    const double batches = std::ceil(0.1 * paperStars / batchSize);
    const double epoch = steps * stepSeconds + batches * validationSeconds;
    BenchResult result{.name = "paper_run_" + std::string(set == InstructionSet::Avx512 ? "avx512" : "avx2"),
                       .value = paperEpochs * epoch / 3600,
                       .unit = "h (projected)",
                       .budget = 2};
    char note[200];
    std::snprintf(
        note, sizeof note,
        "502,311 stars, 5000 epochs of %.0f steps and %.0f validation batches: %.0f epochs/h; the paper: 6.35 h "
        "on an RTX 4070 Ti",
        steps, batches, 3600 / epoch);
    result.note = note;
    return result;
}

BenchResult memoryResult(const TrainingData& data, const TrainingOptions& options,
                         const std::vector<std::uint32_t>& order, std::size_t before) {
    StepRunner runner(makeFusedEngine(data, options, initialModel(options.architecture, 1)), order);
    runner.run(20);
    BenchResult memory{.name = "training_memory", .unit = "x coefficient block", .budget = 1.2};
    const double block = 4.0 * static_cast<double>(data.rows * data.inputSize);
    const double now = static_cast<double>(residentBytes());
    memory.value = std::max(0.0, now - static_cast<double>(before)) / block;
    memory.note = "resident memory that training adds to the catalogue's, " + std::to_string(data.rows) + " stars";
    return memory;
}

} // namespace

std::vector<BenchResult> benchmarkTraining(std::size_t stars, const JobContext& job) {
    job.report(0, "preparing the stars");
    TrainingOptions options;
    const auto width = static_cast<std::size_t>(options.architecture.inputSize);
    const auto catalog = makeCatalog(std::max<std::size_t>(stars, 10 * batchSize), width);
    const std::size_t before = residentBytes();
    const TrainingData data = prepareTrainingData(catalog, job);
    std::vector<std::uint32_t> rows(data.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    const std::vector<std::uint32_t> order = epochOrder(rows, batchSize, 1, 0);
    std::vector<BenchResult> results{memoryResult(data, options, order, before)};

    job.report(0.2, "finding LibTorch's best setting");
    std::string reason;
    const std::unique_ptr<StepRunner> torch = bestTorch(data, options, order, reason);
    const Model start = initialModel(options.architecture, 1);
    constexpr int steps = 20, torchSteps = 5, runs = 9;
    for (const InstructionSet set : {InstructionSet::Avx512, InstructionSet::Avx2}) {
        if (set > bestInstructionSet()) continue;
        job.throwIfCancelled();
        job.report(set == InstructionSet::Avx512 ? 0.4 : 0.7,
                   "measuring steps with " + std::string(instructionSetName(set)));
        StepRunner fused(makeFusedEngine(data, options, start, set), order);
        ProductFloor floor(options.architecture, set, options.threads);
        std::vector<float> noise(batchSize * static_cast<std::size_t>(options.architecture.latentSize));
        const auto validation = std::span(order).first(batchSize);
        std::vector<std::function<void()>> variants{[&] { fused.run(steps); }, [&] { floor.run(steps); },
                                                    [&] { fused.engine().evaluate(validation, noise); }};
        if (torch) variants.emplace_back([&] { torch->run(torchSteps); });
        const std::vector<double> seconds = medianSecondsInTurns(variants, runs);
        BenchResult step = stepResult(set, seconds[0] / steps, seconds[1] / steps);
        step.note = fused.engine().name() + ", " + step.note;
        if (torch) {
            step.counterpart = torch->engine().name();
            step.counterpartValue = 1e3 * seconds[3] / torchSteps;
            step.requiredRatio = 3;
        } else {
            step.note += "; no counterpart: " + reason;
        }
        results.push_back(step);
        results.push_back(paperResult(set, seconds[0] / steps, seconds[2]));
    }
    return results;
}

} // namespace zscape
