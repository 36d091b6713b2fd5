#include "core/train/checkpoint_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <unistd.h>

namespace zscape {

std::filesystem::path checkpointPath(const std::filesystem::path& folder, std::uint64_t number, int epoch,
                                     std::size_t step) {
    char name[96];
    std::snprintf(name, sizeof name, "checkpoint-%06" PRIu64 "-epoch-%05d-step-%06zu.h5", number, epoch, step);
    return folder / name;
}

std::vector<CheckpointFile> listCheckpoints(const std::filesystem::path& folder) {
    std::vector<CheckpointFile> files;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        CheckpointFile file;
        file.path = entry->path();
        const std::string name = file.path.filename().string();
        if (std::sscanf(name.c_str(), "checkpoint-%" SCNu64 "-epoch-%d-step-%zu.h5", &file.number, &file.epoch,
                        &file.step) == 3 &&
            checkpointPath({}, file.number, file.epoch, file.step) == name) {
            files.push_back(std::move(file));
        }
    }
    std::sort(files.begin(), files.end(),
              [](const CheckpointFile& a, const CheckpointFile& b) { return a.number < b.number; });
    return files;
}

void removeOldCheckpoints(const std::filesystem::path& folder, int keepEvery, std::uint64_t spared) {
    const std::vector<CheckpointFile> files = listCheckpoints(folder);
    std::map<int, std::uint64_t> milestones; // epoch to the newest file of its end
    for (const CheckpointFile& file : files) {
        const bool isMilestone = keepEvery > 0 && file.step == 0 && file.epoch > 0 && file.epoch % keepEvery == 0;
        if (isMilestone) milestones[file.epoch] = file.number;
    }
    for (std::size_t i = 0; i + 2 < files.size(); ++i) {
        if (files[i].number <= spared) continue;
        const auto milestone = milestones.find(files[i].epoch);
        if (milestone != milestones.end() && milestone->second == files[i].number) continue;
        std::error_code ignored; // one file too many does no harm
        std::filesystem::remove(files[i].path, ignored);
    }
}

void removePartialCheckpoints(const std::filesystem::path& folder) {
    std::error_code code;
    std::vector<std::filesystem::path> partial;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        const std::filesystem::path target = AtomicFile::targetOf(entry->path());
        if (target != entry->path() && target.filename().string().starts_with("checkpoint")) {
            partial.push_back(entry->path());
        }
    }
    for (const std::filesystem::path& path : partial) {
        std::filesystem::remove(path, code);
    }
}

FolderLock::FolderLock(const std::filesystem::path& folder)
    : m_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (m_descriptor < 0 || ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) return;
    // File systems without such locks go without.
    if (errno != EWOULDBLOCK) return;
    ::close(m_descriptor);
    throw Error("another run is writing to " + folder.string() + "; stop it, or name another output");
}

FolderLock::~FolderLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

FoundCheckpoint findCheckpoint(const std::filesystem::path& fileOrFolder) {
    FoundCheckpoint found;
    std::error_code code;
    if (!std::filesystem::is_directory(fileOrFolder, code)) {
        found.path = fileOrFolder;
        found.checkpoint = readCheckpoint(fileOrFolder);
        return found;
    }
    const std::vector<CheckpointFile> files = listCheckpoints(fileOrFolder);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        try {
            found.checkpoint = readCheckpoint(file->path);
            found.path = file->path;
            return found;
        } catch (const Error& error) {
            found.damaged.emplace_back(error.what());
        }
    }
    if (files.empty()) {
        throw Error("there is no checkpoint in the folder " + fileOrFolder.string() +
                    "; name a checkpoint or the folder NAME.checkpoints beside a run's model");
    }
    throw Error("none of the " + std::to_string(files.size()) + " checkpoints in " + fileOrFolder.string() +
                " can be read: " + found.damaged.front());
}

} // namespace zscape
