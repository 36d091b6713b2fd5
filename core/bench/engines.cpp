#include "core/bench/bench.h"

#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/model/spectral_model.h"

#include <memory>

namespace zscape {

namespace {

/// Raw spectra that standardise to noise: the arithmetic is the same for any numbers.
struct RawSpectra {
    std::vector<float> coefficients;
    std::vector<double> gFlux;
    SpectraView view(std::size_t width) const { return {{coefficients.data(), gFlux.size(), width}, gFlux}; }
};

Model benchmarkModel() {
    Model model = initialModel(Architecture{}, 1);
    const auto width = static_cast<std::size_t>(model.architecture.inputSize);
    model.normalization = Normalization{std::vector<double>(width, 0.1), std::vector<double>(width, 0.02), "bench"};
    return model;
}

RawSpectra makeSpectra(std::size_t stars, std::size_t width) {
    RawSpectra spectra;
    spectra.coefficients.resize(stars * width);
    spectra.gFlux.assign(stars, 5000.0);
    const Philox random(1);
    // One block of noise, repeated: drawing 55 million numbers would take longer than the measurement.
    std::vector<float> noise(4096 * width);
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = static_cast<float>(5000.0 * (0.1 + 0.02 * random.normal(i)));
    }
    for (std::size_t i = 0; i < spectra.coefficients.size(); ++i) {
        spectra.coefficients[i] = noise[i % noise.size()];
    }
    return spectra;
}

/// Null where LibTorch is not installed; `reason` then says so.
std::unique_ptr<SpectralModel> tryTorch(int threads, std::string& reason) {
    try {
        return makeTorchModel(benchmarkModel(), threads);
    } catch (const Error& error) {
        reason = error.what();
        return nullptr;
    }
}

std::function<void()> decodeMany(const SpectralModel& model, int repeats) {
    return [&model, repeats] {
        const Architecture& shape = model.model().architecture;
        std::vector<float> latent(static_cast<std::size_t>(shape.latentSize), 0.3f);
        std::vector<float> coefficients(static_cast<std::size_t>(shape.inputSize));
        std::vector<float> scatter(coefficients.size());
        for (int i = 0; i < repeats; ++i) {
            latent[0] = static_cast<float>(i % 7) * 0.1f;
            model.decodeOne(latent, coefficients, scatter);
        }
    };
}

} // namespace

std::vector<BenchResult> benchmarkEngines(std::size_t stars, const JobContext& job) {
    job.report(0, "measuring encode and decode");
    const auto fused = makeFusedModel(benchmarkModel());
    const RawSpectra spectra = makeSpectra(stars, static_cast<std::size_t>(fused->model().architecture.inputSize));
    const SpectraView view = spectra.view(static_cast<std::size_t>(fused->model().architecture.inputSize));
    std::string reason;
    const auto torch = tryTorch(0, reason);
    const auto torchOne = torch ? tryTorch(1, reason) : nullptr;

    BenchResult encode{.name = "encode", .unit = "s", .budget = 0.25 * static_cast<double>(stars) / 500000};
    encode.note = fused->engineName() + ", " + std::to_string(stars) + " raw spectra";
    constexpr int repeats = 2000;
    BenchResult decode{.name = "decode_one", .unit = "us", .budget = 20};
    decode.note = "coefficients and scatter of one latent";
    if (!torch) {
        encode.value = medianSeconds([&] { fused->encode(view); }, 7);
        decode.value = medianSeconds(decodeMany(*fused, repeats), 7) * 1e6 / repeats;
        encode.note += "; no counterpart: " + reason;
        return {encode, decode};
    }
    const std::vector<double> encodes =
        medianSecondsInTurns({[&] { fused->encode(view); }, [&] { torch->encode(view); }}, 7);
    encode.value = encodes[0];
    encode.counterpart = torch->engineName();
    encode.counterpartValue = encodes[1];
    encode.requiredRatio = 2;
    job.throwIfCancelled();
    // One thread suits LibTorch best for a single row.
    const int torchRepeats = 200;
    const std::vector<double> decodes =
        medianSecondsInTurns({decodeMany(*fused, repeats), decodeMany(*torchOne, torchRepeats)}, 7);
    decode.value = decodes[0] * 1e6 / repeats;
    decode.counterpart = torchOne->engineName();
    decode.counterpartValue = decodes[1] * 1e6 / torchRepeats;
    return {encode, decode};
}

} // namespace zscape
