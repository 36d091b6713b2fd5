#include "core/torch/torch_api.h"
#include "core/torch/torch_backend.h"

#include <malloc.h>

const zscape::TorchApi* zscape_torch_api(int version) {
    if (version != zscape::torchApiVersion) return nullptr;
    // LibTorch allocates each intermediate tensor (0.1 to 4 MB at usual batches) and frees it at once. glibc by default
    // maps such blocks and gives them back each time, and clearing fresh pages costs more than the arithmetic. So
    // blocks below 32 MB are kept for reuse; larger ones (catalogues) still go back to the system. It is done here, and
    // not when the program starts, because only processes that use LibTorch need it.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    static const zscape::TorchApi api{ZSCAPE_VERSION, zscape::torch_backend::libTorchVersion(),
                                      &zscape::torch_backend::makeModel, &zscape::torch_backend::makeEngine,
                                      &zscape::torch_backend::gpus};
    return &api;
}
