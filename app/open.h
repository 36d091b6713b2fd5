#pragma once

#include "core/base/job_context.h"
#include "core/catalog/catalog.h"
#include "core/model/spectral_model.h"

#include <filesystem>
#include <memory>
#include <string>

/// How files become data, the same for the command line and the window.
namespace zscape {

/// Reads a catalogue and fills missing G fluxes. Throws Error.
Catalog openCatalog(const std::filesystem::path& path, const JobContext& job = {});

/// The name that stands for the bundled demo model wherever a model is asked for.
inline constexpr const char* bundledModel = "demo";
/// Whether it is meant: a file of that name comes first.
bool isBundledModel(const std::filesystem::path& path);

/// Reads a model, or the bundled one; `normalization` (may be empty) replaces the model's own. Throws Error.
Model openModel(const std::filesystem::path& path, const std::filesystem::path& normalization = {});

/// "fused" or "libtorch". Throws Error for another name or a missing library.
std::unique_ptr<SpectralModel> makeEngine(Model model, const std::string& engine = "fused", int threads = 0);

/// phot_g_mean_flux [e-/s] in the middle of the usable stars; that of G = 15 without any.
double medianUsableGFlux(const Catalog& catalog);

/// Throws Error when the catalogue's spectra do not fit the model.
void requireMatch(const Catalog& catalog, const Model& model);

/// The usable stars of a catalogue encoded: rows x latentSize, NaN for the others.
Latents encodeCatalog(const Catalog& catalog, const SpectralModel& model, const JobContext& job = {});

} // namespace zscape
