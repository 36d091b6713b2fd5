// The kernels of one instruction set; compiled once a set with ZSCAPE_KERNEL_SET naming its namespace.

#include "core/model/kernels/kernel_table.h"
#include "core/model/kernels/tile_product.h"
#include "core/model/kernels/tile_transpose.h"
#include "core/model/kernels/vector_math.h"

namespace zscape::kernels {
namespace {

void sigmoid(float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; i += lanes) {
        store(values + i, sigmoidOf(load(values + i)));
    }
}

} // namespace

namespace ZSCAPE_KERNEL_SET {
const KernelTable table{tileProduct, vectorProduct, sigmoid, loadTile, loadStandardised, storeTile};
}

} // namespace zscape::kernels
