#include "core/train/divergence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace zscape {
namespace {

struct Suspect {
    std::size_t row = 0; ///< of the catalogue
    std::int64_t sourceId = 0;
    std::size_t coefficient = 0;
    float size = -1; ///< largest |x|, infinite for a value that is no number
};

/// Standardised values of real stars reach some tens; a broken spectrum thousands and more.
constexpr float extremeSize = 100;

Suspect examine(const TrainingData& data, std::uint32_t row, std::span<float> x, std::span<float> err) {
    standardiseRows(data, {&row, 1}, x, err);
    Suspect suspect{data.catalogRows[row], data.catalog->sourceIds()[data.blockRow(row)]};
    for (std::size_t j = 0; j < x.size(); ++j) {
        const bool sound = std::isfinite(x[j]) && std::isfinite(err[j]);
        const float size = sound ? std::abs(x[j]) : std::numeric_limits<float>::infinity();
        if (size > suspect.size) {
            suspect.size = size;
            suspect.coefficient = j;
        }
    }
    return suspect;
}

void keepLargest(std::vector<Suspect>& suspects) {
    const std::size_t count = std::min<std::size_t>(3, suspects.size());
    std::partial_sort(suspects.begin(), suspects.begin() + static_cast<std::ptrdiff_t>(count), suspects.end(),
                      [](const Suspect& a, const Suspect& b) { return a.size > b.size; });
    suspects.resize(count);
}

std::string describe(const Suspect& suspect) {
    char text[160];
    std::snprintf(text, sizeof text, "source_id %lld (row %zu, coefficient %zu at %.3g standard deviations)",
                  static_cast<long long>(suspect.sourceId), suspect.row, suspect.coefficient + 1,
                  static_cast<double>(suspect.size));
    return text;
}

} // namespace

bool hasExploded(const Architecture& architecture, const std::vector<EpochRecord>& history, double lossSum,
                 std::size_t stepsPerEpoch) {
    constexpr double farAbove = 1000;
    if (history.empty()) return false;
    const double nothingLearned = architecture.preset == Preset::Paper ? 1.0 : architecture.inputSize;
    const double scale = std::max(std::abs(history.front().loss), nothingLearned);
    return lossSum > farAbove * scale * static_cast<double>(stepsPerEpoch);
}

std::string describeSuspects(const TrainingData& data, std::span<const std::uint32_t> rows) {
    std::vector<float> x(data.inputSize), err(data.inputSize);
    std::vector<Suspect> suspects;
    for (const std::uint32_t row : rows) {
        suspects.push_back(examine(data, row, x, err));
    }
    keepLargest(suspects);
    if (data.collective) {
        suspects = gatherParts(*data.collective, suspects);
        keepLargest(suspects);
    }
    const std::size_t count = suspects.size();
    if (count == 0 || suspects[0].size < extremeSize) {
        return "none of the stars just seen is extreme" +
               (count == 0 ? std::string() : " (the most is " + describe(suspects[0]) + ")") +
               ": lower the learning rate or clip the gradient";
    }
    std::string text = "the most extreme of the stars just seen " +
                       std::string(count > 1 && suspects[1].size >= extremeSize ? "are " : "is ");
    for (std::size_t i = 0; i < count && suspects[i].size >= extremeSize; ++i) {
        text += (i == 0 ? "" : ", ") + describe(suspects[i]);
    }
    return text + ": check or leave out such spectra, or clip the gradient";
}

} // namespace zscape
