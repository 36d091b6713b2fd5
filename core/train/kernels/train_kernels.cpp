// The training kernels of one instruction set; compiled once a set with ZSCAPE_KERNEL_SET naming its namespace.

#include "core/train/kernels/train_kernel_table.h"

#include "core/model/kernels/tile_transpose.h"
#include "core/train/kernels/train_blocks.h"
#include "core/train/kernels/train_data.h"
#include "core/train/kernels/train_losses.h"
#include "core/train/kernels/train_product.h"

namespace zscape::kernels {
namespace {

void transposeTile(const float* tile, std::size_t features, std::size_t stride, float* rows) {
    storeStrided(tile, tileSamples, features, stride, rows);
    if (features == stride) return;
    for (std::size_t row = 0; row < tileSamples; ++row) {
        for (std::size_t col = features; col < stride; ++col) {
            rows[row * stride + col] = 0.0f;
        }
    }
}

} // namespace

namespace ZSCAPE_KERNEL_SET {
const TrainKernelTable trainTable{
    {trainProduct, moments, activate, activateBack, normBack, transposeTile, loss, latent, latentBack, adam, sumParts},
    {standardiseRow, normals}};
}

} // namespace zscape::kernels
