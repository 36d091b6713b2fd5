#include "app/open.h"

#include "core/base/embedded.h"
#include "core/base/error.h"
#include "core/catalog/catalog_file.h"
#include "core/xp/fill_g_flux.h"
#include "core/xp/xp_instrument.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace zscape {

Catalog openCatalog(const std::filesystem::path& path, const JobContext& job) {
    Catalog catalog = readCatalog(path, job);
    if (catalog.usability().badFlux > 0) fillMissingGFlux(catalog, XpInstrument::builtIn(), job);
    return catalog;
}

bool isBundledModel(const std::filesystem::path& path) {
    std::error_code code;
    return path == bundledModel && !std::filesystem::exists(path, code);
}

Model openModel(const std::filesystem::path& path, const std::filesystem::path& normalization) {
    Model model = isBundledModel(path) ? loadModelImage(embeddedDemoModel(), "the demo model") : loadModel(path);
    if (!normalization.empty()) {
        model.normalization = loadNormalization(normalization);
        model.validate();
    }
    return model;
}

std::unique_ptr<SpectralModel> makeEngine(Model model, const std::string& engine, int threads) {
    if (engine == "fused") return makeFusedModel(std::move(model), threads);
    if (engine == "libtorch") return makeTorchModel(std::move(model), threads);
    throw Error("there is no engine '" + engine + "'; choose fused or libtorch");
}

double medianUsableGFlux(const Catalog& catalog) {
    std::vector<double> fluxes;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (catalog.usable().test(row)) fluxes.push_back(catalog.gFlux()[row]);
    }
    if (fluxes.empty()) return gFluxFromMagnitude(15);
    const auto middle = fluxes.begin() + static_cast<std::ptrdiff_t>(fluxes.size() / 2);
    std::nth_element(fluxes.begin(), middle, fluxes.end());
    return *middle;
}

void requireMatch(const Catalog& catalog, const Model& model) {
    const auto expected = static_cast<std::size_t>(model.architecture.inputSize);
    if (catalog.coefficientCount() == expected) return;
    throw Error(catalog.name() + " has " + std::to_string(catalog.coefficientCount()) +
                " coefficients a star and the model takes " + std::to_string(expected) +
                "; open a model trained on such spectra");
}

Latents encodeCatalog(const Catalog& catalog, const SpectralModel& model, const JobContext& job) {
    requireMatch(catalog, model.model());
    Latents latents = model.encode({catalog.coefficients(), catalog.gFlux()}, job);
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        if (catalog.usable().test(row)) continue;
        const std::size_t begin = row * latents.latentSize;
        std::fill_n(latents.mu.begin() + static_cast<std::ptrdiff_t>(begin), latents.latentSize,
                    std::numeric_limits<float>::quiet_NaN());
        std::fill_n(latents.logVar.begin() + static_cast<std::ptrdiff_t>(begin), latents.latentSize,
                    std::numeric_limits<float>::quiet_NaN());
    }
    return latents;
}

} // namespace zscape
