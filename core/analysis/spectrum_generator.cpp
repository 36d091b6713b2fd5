#include "core/analysis/spectrum_generator.h"

#include "core/base/error.h"

#include <cmath>
#include <string>

namespace zscape {

SpectrumGenerator::SpectrumGenerator(std::shared_ptr<const SpectralModel> model, XpInstrument instrument)
    : m_model(std::move(model)),
      m_instrument(std::move(instrument)) {
    const Normalization& normalization = m_model->model().requireNormalization();
    const std::size_t expected = m_instrument.stackedDesign().rows;
    if (normalization.mu.size() != expected) {
        throw Error("the model generates " + std::to_string(normalization.mu.size()) +
                    " coefficients and the built-in instrument tables are for " + std::to_string(expected) +
                    ", so its spectra cannot be calibrated to flux");
    }
}

void SpectrumGenerator::generate(std::span<const float> latent, double gFlux, GeneratedSpectrum& out) const {
    const std::size_t count = m_model->model().requireNormalization().mu.size();
    out.normalised.resize(count);
    out.scatter.resize(count);
    m_model->decodeOne(latent, out.normalised, out.scatter);
    calibrate(gFlux, out);
}

void SpectrumGenerator::calibrate(double gFlux, GeneratedSpectrum& out) const {
    const Normalization& normalization = m_model->model().requireNormalization();
    const std::size_t count = normalization.mu.size();
    const std::size_t samples = m_instrument.wavelengths_nm().size();
    out.coefficients.resize(count);
    out.flux.resize(samples);
    out.fluxScatter.assign(samples, 0.0);
    for (std::size_t j = 0; j < count; ++j) {
        out.coefficients[j] = (out.normalised[j] * normalization.sig[j] + normalization.mu[j]) * gFlux;
    }
    m_instrument.calibrate(out.coefficients, out.flux);

    const MatrixView<const double> design = m_instrument.stackedDesign();
    for (std::size_t j = 0; j < count; ++j) {
        const double sigma = out.scatter[j] * normalization.sig[j] * gFlux;
        const std::span<const double> row = design.row(j);
        for (std::size_t l = 0; l < samples; ++l) {
            const double term = row[l] * sigma;
            out.fluxScatter[l] += term * term;
        }
    }
    for (double& value : out.fluxScatter) {
        value = std::sqrt(value);
    }
}

} // namespace zscape
