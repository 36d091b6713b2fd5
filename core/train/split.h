#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace zscape {

class Catalog;
class Column;

/// Which stars train and which validate; both lists are in ascending order.
struct Split {
    std::vector<std::uint32_t> training;
    std::vector<std::uint32_t> validation;
};

/// Seeded split (Philox): the same on every machine. Validation gets round(rows * validationFraction) rows. Throws
/// Error when the fraction is not in [0, 1) or leaves no training row.
Split splitRows(std::size_t rows, double validationFraction, std::int64_t splitSeed);

/// The split a catalogue brings along: stars whose value in `column` is neither 0 nor missing validate. `catalogRows`
/// is the row of each star. Throws Error: no such column (the message lists those there are), one of texts, or one that
/// leaves no star to train or none to validate on.
Split splitByColumn(const Catalog& catalog, std::span<const std::uint32_t> catalogRows, const std::string& column);

/// The same in two steps, for processes of which none has all stars: the column's numbers of some rows (throws Error
/// when it is one of texts), and what those of all stars mean.
std::vector<double> splitNumbers(const Column& values, const std::string& catalogName,
                                 std::span<const std::uint32_t> rows);
Split splitByNumbers(std::span<const double> numbers, const std::string& column, const std::string& catalogName);

/// A uniform permutation (Fisher-Yates) that depends on seed, epoch and the order of `rows` alone.
void shuffleRows(std::vector<std::uint32_t>& rows, std::int64_t seed, int epoch);

/// Into how many equal parts a batch of this size falls: the largest power of two up to 16 that divides it.
std::size_t batchParts(std::size_t batchSize);

/// Where part number `part` of `rows` rows begins and ends; the sizes of the parts differ by one at most.
std::pair<std::size_t, std::size_t> partRange(std::size_t rows, std::size_t parts, std::size_t part);

/// The order of an epoch: batch s is rows s * batchSize .. of the result, whose size is a multiple of batchSize (the
/// rest of the stars rests this epoch). The training rows, in their order, form batchParts ranges (partRange); each is
/// shuffled by itself (seed, epoch, range), and every batch takes as many stars from each. A process of a parallel run
/// that owns some of the ranges thus has its part of every batch, and any number of processes that divides batchParts
/// trains on the same batches. Within a batch the stars of range p stand at places p * batchSize / parts onwards.
std::vector<std::uint32_t> epochOrder(const std::vector<std::uint32_t>& training, std::size_t batchSize,
                                      std::int64_t seed, int epoch);
/// The part of it that stars of ranges firstPart .. lastPart - 1 make: as many steps of smaller batches.
std::vector<std::uint32_t> epochOrder(const std::vector<std::uint32_t>& training, std::size_t batchSize,
                                      std::int64_t seed, int epoch, std::size_t firstPart, std::size_t lastPart);

} // namespace zscape
