#pragma once

#include "core/torch/cuda.h"
#include "core/torch/staging.h"
#include "core/torch/torch_support.h"

#include <cstring>
#include <functional>
#include <memory>

/// What a GPU works through without the host: the steps queued for it, and a step as a graph. Used by one engine.
namespace zscape::torch_backend {

/// Memory that a GPU copies from and to by itself while the program goes on; plain memory for a CPU. Contiguous.
inline at::Tensor hostTensor(const std::vector<std::int64_t>& size, at::ScalarType type, at::Device device) {
    if (device.is_cpu()) return at::empty(size, type);
    std::size_t bytes = c10::elementSize(type);
    for (const std::int64_t count : size) {
        bytes *= static_cast<std::size_t>(count);
    }
    const std::shared_ptr<void> memory = pinnedMemory(bytes);
    const auto keep = [memory](void*) {}; // the tensor holds this as its deleter, and with it the memory
    return at::from_blob(memory.get(), size, keep, type);
}

/// The steps that can be queued on a device before it is asked for their losses. All but the last three lie on the
/// device and stay where they are, as a CUDA graph demands.
struct Segment {
    at::Tensor order;                             ///< int32, steps x stars: the batches
    at::Tensor noise;                             ///< steps x stars x latents
    at::Tensor numbers;                           ///< steps x StepNumbers
    at::Tensor losses;                            ///< steps x (rec, kl)
    at::Tensor cursor;                            ///< int64, one number: the next step
    at::Tensor hostOrder, hostNoise, hostNumbers; ///< where the first three are put together
};

inline Segment makeSegment(std::int64_t steps, std::int64_t batch, std::int64_t latents, at::Device device) {
    const std::vector<std::int64_t> order{steps, batch}, noise{steps, batch, latents},
        numbers{steps, static_cast<std::int64_t>(stepNumberCount)};
    const at::TensorOptions there = at::device(device);
    return {at::zeros(order, there.dtype(at::kInt)),
            at::zeros(noise, there),
            at::zeros(numbers, there),
            at::zeros({steps, 2}, there),
            at::zeros({1}, there.dtype(at::kLong)),
            hostTensor(order, at::kInt, device),
            hostTensor(noise, at::kFloat, device),
            hostTensor(numbers, at::kFloat, device)};
}

/// Batches and numbers of the steps, the first of which is the update number `firstUpdate`, and the cursor before the
/// first. The copies come after what is queued already.
inline void fillSegment(Segment& segment, std::span<const std::uint32_t> rows, const StepOptions& options,
                        double weightDecay, std::int64_t firstUpdate) {
    const std::int64_t steps = static_cast<std::int64_t>(rows.size()) / segment.order.size(1);
    std::memcpy(segment.hostOrder.data_ptr<int>(), rows.data(), rows.size_bytes());
    fillStepNumbers(options, weightDecay, firstUpdate,
                    {segment.hostNumbers.data_ptr<float>(), static_cast<std::size_t>(steps) * stepNumberCount});
    segment.order.narrow(0, 0, steps).copy_(segment.hostOrder.narrow(0, 0, steps), true);
    segment.numbers.narrow(0, 0, steps).copy_(segment.hostNumbers.narrow(0, 0, steps), true);
    segment.cursor.zero_();
}

/// A training step as a CUDA graph. Used on one thread, with the stream current that it was captured on. Throws Error
/// in a build with a LibTorch without CUDA.
class CapturedStep {
public:
    /// Whether there is a graph, of a step that clips or not.
    bool holds(bool clip) const { return m_graph && m_clip == clip; }
    void drop() { m_graph.reset(); }

#ifdef ZSCAPE_CUDA
    /// Records what `step` queues on the current stream and those that wait for it and are waited for; nothing runs.
    void capture(bool clip, const std::function<void()>& step) {
        m_graph.reset();
        auto made = std::make_unique<at::cuda::CUDAGraph>();
        made->capture_begin();
        try {
            step();
        } catch (...) {
            // The stream must leave its capture; that this fails, too, adds nothing to what went wrong.
            try {
                made->capture_end();
            } catch (...) {
            }
            throw;
        }
        made->capture_end();
        m_graph = std::move(made);
        m_clip = clip;
    }
    void replay() {
        m_graph->replay();
    }

private:
    std::unique_ptr<at::cuda::CUDAGraph> m_graph;
#else
    void capture(bool, const std::function<void()>&) {
        throw Error(withoutCuda());
    }
    void replay() {
        throw Error(withoutCuda());
    }

private:
    struct None {};
    std::unique_ptr<None> m_graph;
#endif
    bool m_clip = false;
};

} // namespace zscape::torch_backend
