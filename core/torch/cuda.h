#pragma once

#include "core/torch/torch_support.h"
#include "core/train/devices.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// All that needs CUDA itself and not just LibTorch. In a build with a LibTorch without CUDA these throw Error, and
/// gpus() says why there are none.
namespace zscape::torch_backend {

/// The GPU that "cuda" (the first) or "cuda:N" names. Throws Error: no such name, no driver, no such GPU.
at::Device gpu(const std::string& name);
std::string gpuName(at::Device device);
/// Memory that a GPU copies from and to by itself while the program goes on; plain memory for a CPU. Contiguous.
at::Tensor hostTensor(const std::vector<std::int64_t>& size, at::ScalarType type, at::Device device);

/// A training step as a CUDA graph. Used on one thread, with the stream current that it was captured on.
class CapturedStep {
public:
    CapturedStep();
    ~CapturedStep();
    CapturedStep(const CapturedStep&) = delete;
    CapturedStep& operator=(const CapturedStep&) = delete;

    /// Whether there is a graph, of a step that clips or not.
    bool holds(bool clip) const { return m_graph && m_clip == clip; }
    /// Records what `step` queues on the current stream and those that wait for it and are waited for; nothing runs.
    void capture(bool clip, const std::function<void()>& step);
    void replay();
    void drop();

private:
    struct Graph;
    std::unique_ptr<Graph> m_graph;
    bool m_clip = false;
};

} // namespace zscape::torch_backend
