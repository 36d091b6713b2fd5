#include "core/train/split.h"
#include "core/base/error.h"
#include "core/base/philox.h"
#include "core/catalog/catalog.h"
#include "core/train/random_streams.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace zscape {
namespace {

/// Uniform in 0..bound-1 from 64 random bits, (bits * bound) / 2^64 in integers: no division, no platform's own
/// distribution, and a bias below 2^-32 for any bound a catalogue can have.
std::uint32_t below(std::uint32_t high, std::uint32_t low, std::uint32_t bound) {
    const std::uint64_t carry = (std::uint64_t{low} * bound) >> 32;
    return static_cast<std::uint32_t>((std::uint64_t{high} * bound + carry) >> 32);
}

void permute(std::vector<std::uint32_t>& rows, const Philox& random) {
    for (std::size_t last = rows.size(); last > 1; --last) {
        const auto words = random.block(last);
        std::swap(rows[last - 1], rows[below(words[0], words[1], static_cast<std::uint32_t>(last))]);
    }
}

} // namespace

Split splitRows(std::size_t rows, double validationFraction, std::int64_t splitSeed) {
    if (!(validationFraction >= 0.0 && validationFraction < 1.0)) {
        throw Error("The validation fraction is " + std::to_string(validationFraction) +
                    ", but must be at least 0 and below 1.");
    }
    if (rows > std::numeric_limits<std::uint32_t>::max()) {
        throw Error("A run can train on at most 4294967295 stars; these are " + std::to_string(rows) +
                    ", select fewer.");
    }
    const auto validating = static_cast<std::size_t>(std::llround(static_cast<double>(rows) * validationFraction));
    if (validating >= rows) {
        throw Error("Of " + std::to_string(rows) + " usable stars a validation fraction of " +
                    std::to_string(validationFraction) + " leaves none to train on: use more stars or a smaller one.");
    }
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0u);
    permute(order, Philox(static_cast<std::uint64_t>(splitSeed), streamNumber(RandomStream::Split)));

    Split split;
    const auto border = order.begin() + static_cast<std::ptrdiff_t>(validating);
    split.validation.assign(order.begin(), border);
    split.training.assign(border, order.end());
    // Ascending order: membership is what the seed decides, and reading runs forward through memory.
    std::sort(split.validation.begin(), split.validation.end());
    std::sort(split.training.begin(), split.training.end());
    return split;
}

std::vector<double> splitNumbers(const Column& values, const std::string& catalogName,
                                 std::span<const std::uint32_t> rows) {
    if (!values.isNumeric()) {
        throw Error("Column \"" + values.name() + "\" of \"" + catalogName +
                    "\" holds text and cannot split the stars: name a column of numbers, not 0 for validation.");
    }
    std::vector<double> numbers;
    numbers.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        numbers.push_back(values.number(row));
    }
    return numbers;
}

Split splitByNumbers(std::span<const double> numbers, const std::string& column, const std::string& catalogName) {
    Split split;
    for (std::size_t star = 0; star < numbers.size(); ++star) {
        const bool validates = !std::isnan(numbers[star]) && numbers[star] != 0;
        (validates ? split.validation : split.training).push_back(static_cast<std::uint32_t>(star));
    }
    if (split.training.empty() || split.validation.empty()) {
        throw Error("Column \"" + column + "\" of \"" + catalogName + "\" leaves no star to " +
                    (split.training.empty() ? "train" : "validate") +
                    " on: it must be 0 for the stars that train and not 0 for those that validate.");
    }
    return split;
}

Split splitByColumn(const Catalog& catalog, std::span<const std::uint32_t> catalogRows, const std::string& column) {
    const Column& values = catalog.require(column);
    return splitByNumbers(splitNumbers(values, catalog.name(), catalogRows), values.name(), catalog.name());
}

void shuffleRows(std::vector<std::uint32_t>& rows, std::int64_t seed, int epoch) {
    permute(rows, Philox(static_cast<std::uint64_t>(seed), streamNumber(RandomStream::Shuffle, epoch)));
}

std::size_t batchParts(std::size_t batchSize) {
    constexpr std::size_t mostParts = 16;
    std::size_t parts = 1;
    while (parts < mostParts && batchSize % (2 * parts) == 0) {
        parts *= 2;
    }
    return parts;
}

std::pair<std::size_t, std::size_t> partRange(std::size_t rows, std::size_t parts, std::size_t part) {
    return {rows * part / parts, rows * (part + 1) / parts};
}

std::vector<std::uint32_t> epochOrder(const std::vector<std::uint32_t>& training, std::size_t batchSize,
                                      std::int64_t seed, int epoch) {
    return epochOrder(training, batchSize, seed, epoch, 0, batchParts(batchSize));
}

std::vector<std::uint32_t> epochOrder(const std::vector<std::uint32_t>& training, std::size_t batchSize,
                                      std::int64_t seed, int epoch, std::size_t firstPart, std::size_t lastPart) {
    const std::size_t parts = batchParts(batchSize);
    const std::size_t share = batchSize / parts;
    const std::size_t steps = training.size() / parts / share; // of the smallest range
    const std::size_t stepSize = share * (lastPart - firstPart);
    std::vector<std::uint32_t> order(steps * stepSize);
    std::vector<std::uint32_t> rows;
    for (std::size_t part = firstPart; part < lastPart; ++part) {
        const auto [first, last] = partRange(training.size(), parts, part);
        rows.assign(training.begin() + static_cast<std::ptrdiff_t>(first),
                    training.begin() + static_cast<std::ptrdiff_t>(last));
        permute(rows, Philox(static_cast<std::uint64_t>(seed),
                             streamNumber(RandomStream::Shuffle, epoch) + (static_cast<std::uint64_t>(part) << 40)));
        for (std::size_t step = 0; step < steps; ++step) {
            std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(step * share), share,
                        order.begin() + static_cast<std::ptrdiff_t>(step * stepSize + (part - firstPart) * share));
        }
    }
    return order;
}

} // namespace zscape
