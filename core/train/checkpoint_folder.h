#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace zscape {

/// A file of a run's folder of checkpoints. Its name says where in the run it was written, and counts up, also over
/// resumed runs: the newest has the highest number.
struct CheckpointFile {
    std::uint64_t number = 0;
    int epoch = 0;        ///< whole epochs done
    std::size_t step = 0; ///< of the epoch under way
    std::filesystem::path path;
};
std::filesystem::path checkpointPath(const std::filesystem::path& folder, std::uint64_t number, int epoch,
                                     std::size_t step);

/// The checkpoints of a folder by number, ascending; empty when there are none or no folder. Other files are left out.
std::vector<CheckpointFile> listCheckpoints(const std::filesystem::path& folder);

/// Removes those with a number above `spared`, but for the last two and the newest of every `keepEvery`-th epoch's end
/// (none of these for 0).
void removeOldCheckpoints(const std::filesystem::path& folder, int keepEvery, std::uint64_t spared);

/// Removes what a killed program left half-written; only under the folder's lock.
void removePartialCheckpoints(const std::filesystem::path& folder);

/// Held by the one run that writes to a folder; the system lets go when the program ends in whatever way.
class FolderLock {
public:
    /// Throws Error when another program holds it.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int m_descriptor = -1;
};

} // namespace zscape
