// The network as written in method.md section 3, in float64: nothing folded, nothing fused.

#include "core/base/error.h"
#include "core/model/spectral_model.h"

#include <Eigen/Core>

#include <cmath>
#include <numbers>
#include <string>

namespace zscape {

namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::VectorXd vectorOf(const Model& model, const std::string& name) {
    const std::vector<float>& values = model.tensor(name).values;
    return Eigen::Map<const Eigen::VectorXf>(values.data(), static_cast<Eigen::Index>(values.size())).cast<double>();
}

Eigen::MatrixXd matrixOf(const Model& model, const std::string& name) {
    const Tensor& tensor = model.tensor(name);
    return Eigen::Map<const RowMajor>(tensor.values.data(), static_cast<Eigen::Index>(tensor.shape[0]),
                                      static_cast<Eigen::Index>(tensor.shape[1]))
        .cast<double>();
}

/// One layer with its weights in float64.
class ReferenceLayer {
public:
    ReferenceLayer(const Model& model, const LayerSpec& spec)
        : m_weight(matrixOf(model, spec.linear + ".weight")),
          m_bias(vectorOf(model, spec.linear + ".bias")),
          m_hasNorm(!spec.batchNorm.empty()),
          m_gelu(spec.gelu) {
        if (!m_hasNorm) return;
        m_gamma = vectorOf(model, spec.batchNorm + ".weight");
        m_beta = vectorOf(model, spec.batchNorm + ".bias");
        m_mean = vectorOf(model, spec.batchNorm + ".running_mean");
        m_variance = vectorOf(model, spec.batchNorm + ".running_var");
    }

    Eigen::VectorXd operator()(const Eigen::VectorXd& x) const {
        Eigen::VectorXd y = m_weight * x + m_bias;
        if (m_hasNorm) {
            y = (m_gamma.array() * (y - m_mean).array() / (m_variance.array() + batchNormEpsilon).sqrt() +
                 m_beta.array())
                    .matrix();
        }
        if (m_gelu) {
            y = y.unaryExpr([](double v) { return 0.5 * v * std::erfc(-v / std::numbers::sqrt2); }).eval();
        }
        return y;
    }

private:
    Eigen::MatrixXd m_weight;
    Eigen::VectorXd m_bias;
    bool m_hasNorm;
    bool m_gelu;
    Eigen::VectorXd m_gamma, m_beta, m_mean, m_variance;
};

using ReferenceNetwork = std::vector<ReferenceLayer>;

ReferenceNetwork networkOf(const Model& model, const std::vector<LayerSpec>& specs) {
    ReferenceNetwork network;
    for (const LayerSpec& spec : specs) {
        network.emplace_back(model, spec);
    }
    return network;
}

Eigen::VectorXd apply(const ReferenceNetwork& network, std::span<const double> row) {
    Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(row.data(), static_cast<Eigen::Index>(row.size()));
    for (const ReferenceLayer& layer : network) {
        x = layer(x);
    }
    return x;
}

void checkColumns(std::size_t found, int expected, const char* what) {
    if (found != static_cast<std::size_t>(expected)) {
        throw Error("the model takes " + std::to_string(expected) + " " + what + " a star but was given " +
                    std::to_string(found) + "; use the model that belongs to these data");
    }
}

void append(std::vector<double>& values, const Eigen::VectorXd& row) {
    values.insert(values.end(), row.data(), row.data() + row.size());
}

} // namespace

void referenceEncode(const Model& model, MatrixView<const double> x, std::vector<double>& mu,
                     std::vector<double>& logVar) {
    model.validate();
    checkColumns(x.cols, model.architecture.inputSize, "coefficients");
    const NetworkLayers layers = networkLayers(model.architecture);
    const ReferenceNetwork encoder = networkOf(model, layers.encoder);
    const ReferenceLayer muHead(model, layers.mu);
    const ReferenceLayer logVarHead(model, layers.logVar);
    mu.clear();
    logVar.clear();
    for (std::size_t row = 0; row < x.rows; ++row) {
        const Eigen::VectorXd hidden = apply(encoder, x.row(row));
        append(mu, muHead(hidden));
        append(logVar, logVarHead(hidden));
    }
}

void referenceDecode(const Model& model, MatrixView<const double> z, std::vector<double>& coefficients,
                     std::vector<double>& scatter) {
    model.validate();
    checkColumns(z.cols, model.architecture.latentSize, "latents");
    const NetworkLayers layers = networkLayers(model.architecture);
    const ReferenceNetwork decoder = networkOf(model, layers.decoder);
    const ReferenceNetwork scatterNetwork = networkOf(model, layers.scatter);
    coefficients.clear();
    scatter.clear();
    for (std::size_t row = 0; row < z.rows; ++row) {
        append(coefficients, apply(decoder, z.row(row)));
        const Eigen::VectorXd logits = apply(scatterNetwork, z.row(row));
        append(scatter, (1.0 / (1.0 + (-logits.array()).exp())).matrix());
    }
}

} // namespace zscape
