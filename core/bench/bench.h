#pragma once

#include "core/base/job_context.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

/// One measured budget, beside the library's way of doing the same where there is one. Smaller is better throughout.
struct BenchResult {
    std::string name;
    double value = 0;
    std::string unit;
    double budget = 0;
    std::string counterpart{}; ///< what `counterpartValue` measures, "" without
    double counterpartValue = 0;
    double requiredRatio = 0; ///< the counterpart must take at least this many times as long; 0: none asked
    std::string note{};

    double ratio() const { return counterpart.empty() || value <= 0 ? 0 : counterpartValue / value; }
    bool met() const { return value <= budget && (requiredRatio == 0 || ratio() >= requiredRatio); }
};

/// Median seconds of `runs` calls each, taken in turns (A B A B ...) after one warm-up of each, so that a machine whose
/// speed drifts treats both alike.
std::vector<double> medianSecondsInTurns(const std::vector<std::function<void()>>& variants, int runs);
double medianSeconds(const std::function<void()>& work, int runs);

/// Encode of `stars` raw spectra and decode of one latent, fused engine beside LibTorch (left out where LibTorch is not
/// installed, which the note says), on the released architecture.
std::vector<BenchResult> benchmarkEngines(std::size_t stars, const JobContext& job = {});
/// Reads a catalogue of `stars` rows of 1.8 kB in the released layout beside HDF5's own whole-table conversion; its
/// memory beside the float32 payload; mock catalogue of 50,000 stars.
std::vector<BenchResult> benchmarkCatalog(std::size_t stars, const JobContext& job = {});

/// A lasso of 100 vertices over 500,000 and a million stars beside the plain loop over its edges; a formula over
/// `stars` stars beside muParser row by row.
std::vector<BenchResult> benchmarkSelections(std::size_t stars, const JobContext& job = {});

/// Opens a catalogue of `stars` rows in the native layout beside HDF5's own read of its spectra; writes one; imports an
/// archive's text file.
std::vector<BenchResult> benchmarkNative(std::size_t stars, const JobContext& job = {});

/// A training step of the released architecture at batch 1024 on `stars` stars: the fused engine beside the floor of
/// its matrix products and the best setting of LibTorch on the same processor, with each instruction set; what that
/// makes of the paper's run; and the memory that training takes.
std::vector<BenchResult> benchmarkTraining(std::size_t stars, const JobContext& job = {});
/// The stars nearest to a latent point among `stars`, beside looking at every one; the decoder's exact flux Jacobian
/// beside central differences.
std::vector<BenchResult> benchmarkGenerate(std::size_t stars, const JobContext& job = {});
/// Spectra of 2,000 made stars read from bulk ECSV, plain and gzip, with correlations and without: on one core, and on
/// all beside GaiaXPy's reader; on one core from FITS and from VOTable; the numbers of their text beside
/// std::from_chars. `python` names a Python with GaiaXPy, whose reader is then measured on the same stars in the same
/// run; "" takes what it was measured at apart. Throws Error when that Python cannot read them.
std::vector<BenchResult> benchmarkReaders(const std::string& python, const JobContext& job = {});
/// Calibrated flux with exact errors on one core from memory, with AVX-512 and AVX2 where this processor has them,
/// beside the same as plain products of matrices by Eigen.
std::vector<BenchResult> benchmarkSpectra(const JobContext& job = {});

} // namespace zscape
