#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zscape {

/// No array of this program comes near; a damaged header must not take all memory.
inline constexpr std::size_t largestNpy = std::size_t{4} << 30;

/// A numeric NumPy array, row-major, as float64 (integers above 2^53 are rounded).
struct NpyArray {
    std::vector<std::size_t> shape;
    std::vector<double> values;
};

/// Parses the bytes of a `.npy` file: format versions 1 to 3; float16/32/64, signed and unsigned integers of 1 to 8
/// bytes and bool; either byte order; C or Fortran order. Throws Error naming `where`: objects, structures, truncation.
NpyArray parseNpy(std::span<const std::byte> bytes, const std::string& where);
NpyArray readNpy(const std::filesystem::path& path);
/// The same for an array of one dimension whose integers must stay exact, such as source_ids. Throws Error also for
/// other types and for integers above 2^63.
std::vector<std::int64_t> parseNpyIntegers(std::span<const std::byte> bytes, const std::string& where);

/// The bytes of a `.npy` file (version 1, little-endian float64, C order). `shape` must fit the values.
std::vector<std::byte> npyBytes(std::span<const double> values, const std::vector<std::size_t>& shape);

struct NamedNpyArray {
    std::string name;
    NpyArray array;
};
/// The named arrays of a `.npz` (deflated or stored), each of at most `sizeLimit` bytes. Throws Error naming the array
/// that is missing, and the ones there.
std::vector<NpyArray> readNpz(const std::filesystem::path& path, std::span<const std::string> names,
                              std::size_t sizeLimit = largestNpy);
/// One array of integers of a `.npz`, exact.
std::vector<std::int64_t> readNpzIntegers(const std::filesystem::path& path, const std::string& name,
                                          std::size_t sizeLimit = largestNpy);
/// The names of the arrays in a `.npz`.
std::vector<std::string> npzNames(const std::filesystem::path& path);
/// Writes a `.npz` that `numpy.load` reads; atomic. Throws Error.
void writeNpz(const std::filesystem::path& path, std::span<const NamedNpyArray> arrays);

/// IEEE 754 half precision (NumPy '<f2', torch.float16) to float.
float floatFromHalf(unsigned bits);

} // namespace zscape
