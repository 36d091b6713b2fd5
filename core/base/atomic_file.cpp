#include "core/base/atomic_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace zscape {

namespace {

constexpr const char* temporaryMark = ".part-";

void syncPath(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
        throw Error("cannot open " + path.string() + " to sync it: " + std::strerror(errno));
    }
    const int result = ::fsync(descriptor);
    const int code = errno;
    ::close(descriptor);
    // Some file systems cannot sync a folder; the rename itself is still atomic there.
    if (result != 0 && code != EINVAL) {
        throw Error("cannot sync " + path.string() + ": " + std::strerror(code) + "; is the disk full?");
    }
}

} // namespace

AtomicFile::AtomicFile(std::filesystem::path target) : m_target(std::move(target)) {
    const std::filesystem::path folder = m_target.has_parent_path() ? m_target.parent_path() : ".";
    std::error_code code;
    if (!std::filesystem::is_directory(folder, code)) {
        throw Error("cannot write " + m_target.string() + ": the folder " + folder.string() + " does not exist");
    }
    if (std::filesystem::is_directory(m_target, code)) {
        throw Error("cannot write " + m_target.string() + ": it is a folder; name a file");
    }
    m_temporary = folder / ("." + m_target.filename().string() + temporaryMark + std::to_string(::getpid()));
    const int descriptor = ::open(m_temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        throw Error("cannot write " + m_target.string() + ": " + std::strerror(errno));
    }
    ::close(descriptor);
}

AtomicFile::~AtomicFile() {
    if (m_committed) return;
    std::error_code ignored;
    std::filesystem::remove(m_temporary, ignored);
}

std::filesystem::path AtomicFile::targetOf(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    const std::size_t mark = name.rfind(temporaryMark);
    if (name.empty() || name.front() != '.' || mark == std::string::npos) return path;
    return path.parent_path() / name.substr(1, mark - 1);
}

void AtomicFile::removeLeftovers(const std::filesystem::path& target) {
    const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
    std::error_code code;
    std::vector<std::filesystem::path> left;
    for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        const std::filesystem::path& path = entry->path();
        if (path.filename() != target.filename() && targetOf(path).filename() == target.filename()) {
            left.push_back(path);
        }
    }
    for (const std::filesystem::path& path : left) {
        std::filesystem::remove(path, code);
    }
}

void AtomicFile::commit() {
    syncPath(m_temporary, O_RDWR);
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        throw Error("cannot rename the finished file to " + m_target.string() + ": " + std::strerror(errno));
    }
    m_committed = true;
    syncFolder(m_target.has_parent_path() ? m_target.parent_path() : ".");
}

void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    AtomicFile file(path);
    const int descriptor = ::open(file.temporaryPath().c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) throw Error("cannot write " + path.string() + ": " + std::strerror(errno));
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int code = count == 0 ? ENOSPC : errno;
            ::close(descriptor);
            throw Error("cannot write " + path.string() + ": " + std::strerror(code) + "; is the disk full?");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (::close(descriptor) != 0) throw Error("cannot write " + path.string() + ": " + std::strerror(errno));
    file.commit();
}

void writeFileAtomically(const std::filesystem::path& path, const std::string& text) {
    writeFileAtomically(path, std::as_bytes(std::span(text)));
}

void syncFolder(const std::filesystem::path& folder) {
    syncPath(folder, O_RDONLY | O_DIRECTORY);
}

} // namespace zscape
