#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

/// libhdf5 follows what a file says of itself, and dies of some damage (1.10.8: division by zero in a row type with a
/// member of size 0, writes past buffers in object headers; later versions have others). So a file that is not our own
/// is first walked through by a child of this process: should it die, then not the program with what the user has open.
namespace zscape::hdf5 {

/// Everything that readers look at is looked at: links, types, attributes, sizes, the index of chunks, texts of any
/// length, and data behind filters (all up to 1 GB of it; of plain rows the first and the last). What libhdf5 itself
/// refuses passes here, as the reader will say so. Throws Error when the child died: the file is damaged. Where no
/// child can be had (out of memory or of processes) nothing is checked. Any thread; no other may be within libhdf5.
void requireHarmless(const std::filesystem::path& path);
/// The same of a file held in memory; `name` appears in the message.
void requireHarmless(std::span<const std::byte> bytes, const std::string& name);
/// Whether requireHarmless would pass.
bool isHarmless(const std::filesystem::path& path);

} // namespace zscape::hdf5
