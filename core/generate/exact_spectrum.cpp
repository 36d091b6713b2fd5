#include "core/generate/exact_spectrum.h"

#include "core/base/error.h"

#include <Eigen/Core>

#include <cmath>
#include <numbers>
#include <string>

namespace zscape {

namespace {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct FoldedLayer {
    RowMatrix weight; ///< out x in
    Eigen::VectorXd bias;
    bool gelu = false;
};

Eigen::Map<const Eigen::VectorXf> vectorOf(const Model& model, const std::string& name) {
    const std::vector<float>& values = model.tensor(name).values;
    return {values.data(), static_cast<Eigen::Index>(values.size())};
}

/// Batch norm y = gamma (x - mean) / sqrt(var + eps) + beta goes into the weights and the bias before it.
FoldedLayer foldedLayer(const Model& model, const LayerSpec& spec) {
    const std::vector<float>& weights = model.tensor(spec.linear + ".weight").values;
    FoldedLayer layer;
    layer.weight = Eigen::Map<const FloatMatrix>(weights.data(), spec.out, spec.in).cast<double>();
    layer.bias = vectorOf(model, spec.linear + ".bias").cast<double>();
    layer.gelu = spec.gelu;
    if (spec.batchNorm.empty()) return layer;
    const Eigen::ArrayXd scale =
        vectorOf(model, spec.batchNorm + ".weight").cast<double>().array() /
        (vectorOf(model, spec.batchNorm + ".running_var").cast<double>().array() + batchNormEpsilon).sqrt();
    const Eigen::ArrayXd mean = vectorOf(model, spec.batchNorm + ".running_mean").cast<double>().array();
    layer.weight = (layer.weight.array().colwise() * scale).matrix().eval();
    layer.bias =
        (scale * (layer.bias.array() - mean) + vectorOf(model, spec.batchNorm + ".bias").cast<double>().array())
            .matrix();
    return layer;
}

double normalCdf(double v) {
    return 0.5 * std::erfc(-v / std::numbers::sqrt2);
}

/// d/dv of v Phi(v).
double geluSlope(double v) {
    const double density = std::exp(-0.5 * v * v) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    return normalCdf(v) + v * density;
}

} // namespace

struct ExactDecoder::Layers {
    std::vector<FoldedLayer> layers;
    std::size_t latentSize = 0;
    std::size_t coefficientCount = 0;

    void requireSize(std::size_t found) const {
        if (found == latentSize) return;
        throw Error("the model has " + std::to_string(latentSize) + " latents and was given " + std::to_string(found) +
                    "; use the model that belongs to these latents");
    }
};

ExactDecoder::ExactDecoder(const Model& model) {
    model.validate();
    auto layers = std::make_unique<Layers>();
    layers->latentSize = static_cast<std::size_t>(model.architecture.latentSize);
    layers->coefficientCount = static_cast<std::size_t>(model.architecture.inputSize);
    for (const LayerSpec& spec : networkLayers(model.architecture).decoder) {
        layers->layers.push_back(foldedLayer(model, spec));
    }
    m_layers = std::move(layers);
}

ExactDecoder::~ExactDecoder() = default;
ExactDecoder::ExactDecoder(ExactDecoder&&) noexcept = default;
ExactDecoder& ExactDecoder::operator=(ExactDecoder&&) noexcept = default;

std::size_t ExactDecoder::latentSize() const {
    return m_layers->latentSize;
}

std::size_t ExactDecoder::coefficientCount() const {
    return m_layers->coefficientCount;
}

void ExactDecoder::decode(std::span<const double> latent, std::vector<double>& coefficients) const {
    m_layers->requireSize(latent.size());
    Eigen::VectorXd values = Eigen::Map<const Eigen::VectorXd>(latent.data(), static_cast<Eigen::Index>(latent.size()));
    for (const FoldedLayer& layer : m_layers->layers) {
        values = (layer.weight * values + layer.bias).eval();
        if (layer.gelu) values = values.unaryExpr([](double v) { return v * normalCdf(v); }).eval();
    }
    coefficients.assign(values.data(), values.data() + values.size());
}

void ExactDecoder::differentiate(std::span<const double> latent, std::vector<double>& coefficients,
                                 std::vector<double>& jacobian) const {
    m_layers->requireSize(latent.size());
    const auto latents = static_cast<Eigen::Index>(latent.size());
    // Column 0 holds the values, column 1 + k their derivatives by latent k: one product does both.
    Eigen::MatrixXd state = Eigen::MatrixXd::Zero(latents, 1 + latents);
    state.col(0) = Eigen::Map<const Eigen::VectorXd>(latent.data(), latents);
    state.rightCols(latents).setIdentity();
    for (const FoldedLayer& layer : m_layers->layers) {
        state = (layer.weight * state).eval();
        state.col(0) += layer.bias;
        if (!layer.gelu) continue;
        const Eigen::VectorXd slope = state.col(0).unaryExpr(&geluSlope);
        state.col(0) = state.col(0).unaryExpr([](double v) { return v * normalCdf(v); }).eval();
        state.rightCols(latents).array().colwise() *= slope.array();
    }
    coefficients.assign(state.data(), state.data() + state.rows());
    jacobian.assign(state.data() + state.rows(), state.data() + state.size());
}

ExactSpectrum::ExactSpectrum(const Model& model, XpInstrument instrument)
    : m_decoder(model),
      m_normalization(model.requireNormalization()),
      m_instrument(std::move(instrument)) {
    if (m_normalization.mu.size() != m_instrument.coefficientCount()) {
        throw Error("the model generates " + std::to_string(m_normalization.mu.size()) +
                    " coefficients and the built-in instrument tables are for " +
                    std::to_string(m_instrument.coefficientCount()) + ", so its spectra cannot be calibrated to flux");
    }
}

void ExactSpectrum::respond(std::span<const double> latent, double gFlux, Response& out) const {
    m_decoder.differentiate(latent, out.coefficients, out.coefficientJacobian);
    const MatrixView<const double> design = m_instrument.stackedDesign();
    const auto count = static_cast<Eigen::Index>(design.rows);
    const auto samples = static_cast<Eigen::Index>(design.cols);
    const auto latents = static_cast<Eigen::Index>(latent.size());
    const Eigen::Map<const Eigen::RowVectorXd> mu(m_normalization.mu.data(), count);
    const Eigen::Map<const Eigen::RowVectorXd> sig(m_normalization.sig.data(), count);
    // Rows: the coefficients [e-/s], then their derivatives by each latent.
    RowMatrix raw(1 + latents, count);
    raw.row(0) = Eigen::Map<const Eigen::RowVectorXd>(out.coefficients.data(), count);
    raw.bottomRows(latents) = Eigen::Map<const RowMatrix>(out.coefficientJacobian.data(), latents, count);
    raw.array().rowwise() *= gFlux * sig.array();
    raw.row(0) += gFlux * mu;
    const RowMatrix product = raw * Eigen::Map<const RowMatrix>(design.data, count, samples);
    out.flux.assign(product.data(), product.data() + samples);
    out.fluxJacobian.assign(product.data() + samples, product.data() + product.size());
}

void ExactSpectrum::flux(std::span<const double> latent, double gFlux, std::vector<double>& out) const {
    std::vector<double> coefficients;
    m_decoder.decode(latent, coefficients);
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
        coefficients[j] = gFlux * (coefficients[j] * m_normalization.sig[j] + m_normalization.mu[j]);
    }
    out.resize(m_instrument.wavelengths_nm().size());
    m_instrument.calibrate(coefficients, out);
}

} // namespace zscape
