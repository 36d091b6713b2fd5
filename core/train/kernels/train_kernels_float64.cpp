// The training kernels in float64, as the formulas stand: what the fast ones are checked against.

#include "core/train/kernels/train_kernels.h"

#include <cmath>
#include <numbers>

namespace zscape {
namespace {

using kernels::BlockShape;
using kernels::tileSamples;

void product(const kernels::TrainProduct<double>& product) {
    for (std::size_t r = 0; r < product.rows; ++r) {
        double* c = product.c + r * product.cStride;
        for (std::size_t j = 0; j < product.cols; ++j) {
            if (!product.accumulate) c[j] = product.bias ? product.bias[r] : 0.0;
        }
        for (std::size_t k = 0; k < product.depth; ++k) {
            const double factor = product.p[r * product.rowStep + k * product.depthStep];
            const double* q = product.q + k * product.qStride;
            for (std::size_t j = 0; j < product.cols; ++j) {
                c[j] += factor * q[j];
            }
        }
    }
}

void moments(const double* u, std::size_t features, std::size_t samples, double* mean, double* squares) {
    const double count = static_cast<double>(samples);
    for (std::size_t f = 0; f < features; ++f, u += tileSamples) {
        double sum = 0, squared = 0;
        for (std::size_t s = 0; s < samples; ++s) {
            sum += u[s];
        }
        mean[f] = sum / count;
        for (std::size_t s = 0; s < samples; ++s) {
            squared += (u[s] - mean[f]) * (u[s] - mean[f]);
        }
        squares[f] = squared;
    }
}

double normalTail(double x) { // Phi(x)
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double linearOutput(const BlockShape<double>& shape, std::size_t f, double u) {
    return shape.scale ? u * shape.scale[f] + shape.shift[f] : u;
}

void activate(const BlockShape<double>& shape, const double* u, double* out) {
    for (std::size_t i = 0; i < shape.features * tileSamples; ++i) {
        const double v = linearOutput(shape, i / tileSamples, u[i]);
        out[i] = shape.gelu ? v * normalTail(v) : v;
    }
}

void activateBack(const BlockShape<double>& shape, const double* u, const double* slopes, double* d, double* activation,
                  double* sums, double* productSums) {
    for (std::size_t f = 0; f < shape.features; ++f) {
        double sum = 0, products = 0;
        for (std::size_t i = f * tileSamples; i < (f + 1) * tileSamples; ++i) {
            const double v = linearOutput(shape, f, u[i]);
            activation[i] = shape.gelu ? v * normalTail(v) : v;
            const double density = std::exp(-0.5 * v * v) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
            d[i] = shape.gelu ? slopes[i] * (normalTail(v) + v * density) : slopes[i];
            sum += d[i];
            if (shape.scale) products += d[i] * ((u[i] - shape.mean[f]) * shape.inverseDeviation[f]);
        }
        if (shape.scale) {
            sums[f] = sum;
            productSums[f] = products;
        }
    }
}

void normBack(const BlockShape<double>& shape, const double* u, const double* k, const double* meanD,
              const double* meanProduct, double* d) {
    for (std::size_t f = 0; f < shape.features; ++f) {
        for (std::size_t s = 0; s < tileSamples; ++s) {
            const std::size_t i = f * tileSamples + s;
            const double normalised = (u[i] - shape.mean[f]) * shape.inverseDeviation[f];
            d[i] = s < shape.samples ? k[f] * (d[i] - meanD[f] - normalised * meanProduct[f]) : 0.0;
        }
    }
}

void transpose(const double* tile, std::size_t features, std::size_t stride, double* rows) {
    for (std::size_t s = 0; s < tileSamples; ++s) {
        for (std::size_t f = 0; f < stride; ++f) {
            rows[s * stride + f] = f < features ? tile[f * tileSamples + s] : 0.0;
        }
    }
}

double loss(const kernels::LossTile<double>& tile) {
    double total = 0;
    for (std::size_t i = 0; i < tile.features * tileSamples; ++i) {
        if (i % tileSamples >= tile.samples) {
            if (tile.gradients) tile.decoded[i] = tile.logits[i] = 0.0;
            continue;
        }
        const double s = 1.0 / (1.0 + std::exp(-tile.logits[i]));
        const double variance = tile.err[i] * tile.err[i] + s * s;
        const double residual = tile.decoded[i] - tile.x[i];
        const double chi2 = residual * residual / variance;
        total += 0.5 * (chi2 + std::log(variance));
        if (!tile.gradients) continue;
        tile.decoded[i] = tile.scale * residual / variance;
        tile.logits[i] = tile.scale * s * s * (1.0 - s) * (1.0 - chi2) / variance;
    }
    return total;
}

double latent(const kernels::LatentTile<double>& tile) {
    double total = 0;
    for (std::size_t i = 0; i < tile.latents * tileSamples; ++i) {
        const double mu = tile.heads[i], logVar = tile.heads[tile.latents * tileSamples + i];
        tile.z[i] = mu + tile.noise[i] * std::exp(0.5 * logVar);
        if (i % tileSamples < tile.samples) total -= 0.5 * (1.0 + logVar - mu * mu - std::exp(logVar));
    }
    return total;
}

void latentBack(const kernels::LatentTile<double>& tile) {
    const std::size_t second = tile.latents * tileSamples;
    for (std::size_t i = 0; i < second; ++i) {
        const bool counts = i % tileSamples < tile.samples;
        const double logVar = tile.heads[second + i];
        const double slope =
            tile.dz[i] * tile.noise[i] * std::exp(0.5 * logVar) + tile.klScale * (std::exp(logVar) - 1.0);
        tile.dHeads[i] = counts ? tile.dz[i] + tile.klScale * tile.heads[i] : 0.0;
        tile.dHeads[second + i] = counts ? 0.5 * slope : 0.0;
    }
}

void adam(const kernels::AdamRange<double>& range) {
    for (std::size_t i = 0; i < range.count; ++i) {
        const double gradient = range.gradients[i] * range.gradientScale;
        range.mean[i] = 0.9 * range.mean[i] + (1.0 - 0.9) * gradient;
        range.square[i] = 0.999 * range.square[i] + (1.0 - 0.999) * gradient * gradient;
        const double denominator = std::sqrt(range.square[i]) * range.squareScale + 1e-8;
        range.weights[i] = range.weights[i] * range.decay - range.stepSize * (range.mean[i] / denominator);
    }
}

double sumParts(const double* gradients, std::size_t stride, std::size_t parts, std::size_t count, double* total) {
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double sum = gradients[i];
        for (std::size_t part = 1; part < parts; ++part) {
            sum += gradients[part * stride + i];
        }
        total[i] = sum;
        squares += sum * sum;
    }
    return squares;
}

constexpr kernels::TrainKernels<double> float64Kernels{product, moments, activate,   activateBack, normBack, transpose,
                                                       loss,    latent,  latentBack, adam,         sumParts};

} // namespace

const kernels::TrainKernels<double>& float64TrainKernels() {
    return float64Kernels;
}

} // namespace zscape
